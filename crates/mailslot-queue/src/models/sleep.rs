//! Nobody sleeps beside a message. A sleeper that nobody wakes is a participant that never ends, which loom reports.

use std::sync::Arc;

use super::crew::{Crew, explore_sequential};
use super::stage::{Process, check, note, noted, taken};
use crate::kernel::World;

#[test]
fn a_sleeper_is_woken() {
    explore_sequential("a_sleeper_is_woken", 3, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, reader) = (Process::new(&world), Process::new(&world));
        crew.spawn(move || writer.send(1, 0));
        crew.spawn(move || check(&[reader.wait_and_take()], &[(1, 1)]));
        crew.join();
    });
}

#[test]
fn two_sleepers_are_woken() {
    explore_sequential("two_sleepers_are_woken", 1, || {
        let world = World::new(3);
        let crew = Crew::new();
        let mut writer = Process::new(&world);
        let seen = taken();
        crew.spawn(move || {
            writer.send(1, 0);
            writer.send(1, 1);
        });
        for _ in 0..2 {
            let (reader, seen) = (Process::new(&world), seen.clone());
            crew.spawn(move || {
                let message = reader.wait_and_take();
                note(&seen, message);
            });
        }
        crew.join();
        let mut all = noted(&seen);
        all.sort_by_key(|message| message.number);
        check(&all, &[(1, 2)]);
    });
}

#[test]
fn a_sleeper_is_woken_by_either_of_two_writers() {
    explore_sequential("a_sleeper_is_woken_by_either_of_two_writers", 1, || {
        let world = World::new(3);
        let crew = Crew::new();
        let reader = Process::new(&world);
        for from in [1, 2] {
            let mut writer = Process::new(&world);
            crew.spawn(move || writer.send(from, 0));
        }
        crew.spawn(move || {
            let all = [reader.wait_and_take(), reader.wait_and_take()];
            check(&all, &[(1, 1), (2, 1)]);
        });
        crew.join();
    });
}

#[test]
fn a_sleeper_is_told_that_its_handle_is_closed() {
    explore_sequential("a_sleeper_is_told_that_its_handle_is_closed", 3, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (sleeper, closer) = (Process::new(&world), Process::new(&world));
        let gate = Arc::clone(&sleeper.gate);
        crew.spawn(move || assert!(!sleeper.wait()));
        crew.spawn(move || gate.close(closer.slot()));
        crew.join();
    });
}
