//! One participant is killed before each of its steps. The others go on: nobody is wedged, nothing that was sent is lost, and no
//! memory is leaked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::crew::{Crew, explore_ends};
use super::stage::{LARGE, Process, SMALL, check, note, noted, taken};
use crate::kernel::{World, bury_the_dead};
use crate::primitive::Fences;
use crate::primitive::fate::{self, Outcome};

/// Lets the process work until the step; then the kernel clears up behind it. Tells whether it was killed.
fn kill(step: u32, mut victim: Process, work: impl FnOnce(&mut Process)) -> bool {
    let is_killed = fate::live(Some(step), || work(&mut victim)) == Outcome::Ended;
    if is_killed {
        bury_the_dead(victim.slot().file(), victim.slot().doorbell());
        // Its memory is gone, its destructors do not run.
        std::mem::forget(victim);
    }
    is_killed
}

/// A reader sleeps. It wakes up to the victim's message if there is one, although nobody else comes.
#[test]
fn a_writer_beside_a_sleeper() {
    explore_ends("a_writer_beside_a_sleeper", 2, Fences::Leading, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (victim, mut other, reader) = (Process::new(&world), Process::new(&world), Process::new(&world));
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        crew.spawn(move || {
            flag.store(kill(step, victim, |writer| writer.send(1, 0)), Ordering::Relaxed);
            if other.slot().head_sequence() == 0 {
                other.send(1, 0);
            }
        });
        crew.spawn(move || check(&[reader.wait_and_take()], &[(1, 1)]));
        crew.join();
        is_killed.load(Ordering::Relaxed)
    });
}

/// The kernel wakes one sleeper only for a dead writer: the two of them wake up all the same.
#[test]
fn a_writer_beside_two_sleepers() {
    explore_ends("a_writer_beside_two_sleepers", 1, Fences::Leading, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (victim, mut other) = (Process::new(&world), Process::new(&world));
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        for _ in 0..2 {
            let reader = Process::new(&world);
            crew.spawn(move || assert!(reader.wait()));
        }
        crew.spawn(move || {
            flag.store(kill(step, victim, |writer| writer.send(1, 0)), Ordering::Relaxed);
            if other.slot().head_sequence() == 0 {
                other.send(1, 0);
            }
        });
        crew.join();
        is_killed.load(Ordering::Relaxed)
    });
}

/// One of two sleepers is killed, perhaps by a wake on its way to the other.
#[test]
fn a_sleeper_beside_another() {
    explore_ends("a_sleeper_beside_another", 1, Fences::Leading, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, sleeper, victim) = (Process::new(&world), Process::new(&world), Process::new(&world));
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        crew.spawn(move || assert!(sleeper.wait()));
        crew.spawn(move || {
            let is_killed = kill(step, victim, |sleeper| {
                sleeper.wait();
            });
            flag.store(is_killed, Ordering::Relaxed);
        });
        crew.spawn(move || writer.send(1, 0));
        crew.join();
        is_killed.load(Ordering::Relaxed)
    });
}

/// Writers and readers that go on beside it, and afterwards all memory: also of the chunk that it owned.
#[test]
fn a_writer_beside_a_writer() {
    explore_ends("a_writer_beside_a_writer", 1, Fences::Nowhere, |step| {
        let world = World::new(2);
        let crew = Crew::new();
        let (victim, mut other, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        crew.spawn(move || {
            let is_killed = kill(step, victim, |writer| {
                writer.send(1, 0);
                writer.leave();
            });
            flag.store(is_killed, Ordering::Relaxed);
        });
        crew.spawn(move || {
            other.send(2, 0);
            other.leave();
        });
        crew.join();
        let is_killed = is_killed.load(Ordering::Relaxed);
        let messages = last.drain();
        let from_victim = messages.iter().filter(|message| message.from == 1).count() as u8;
        assert!(is_killed || from_victim == 1, "a message that was sent is lost");
        check(&messages, &[(1, from_victim), (2, 1)]);
        // All memory can be used again.
        let mut writer = Process::new(&world);
        (0..4).for_each(|number| writer.send(3, number));
        writer.leave();
        check(&last.drain(), &[(3, 4)]);
        last.check_no_leak();
        is_killed
    });
}

#[test]
fn a_writer_of_a_large_message() {
    explore_ends("a_writer_of_a_large_message", 1, Fences::Nowhere, |step| {
        let world = World::new(4);
        let crew = Crew::new();
        let (victim, mut other, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        crew.spawn(move || {
            let is_killed = kill(step, victim, |writer| writer.try_send(1, 0, LARGE).expect("there is room"));
            flag.store(is_killed, Ordering::Relaxed);
        });
        crew.spawn(move || {
            other.send(2, 0);
            other.leave();
        });
        crew.join();
        let is_killed = is_killed.load(Ordering::Relaxed);
        let messages = last.drain();
        let from_victim = messages.iter().filter(|message| message.from == 1).count() as u8;
        assert!(is_killed || from_victim == 1, "a message that was sent is lost");
        check(&messages, &[(1, from_victim), (2, 1)]);
        last.check_no_leak();
        is_killed
    });
}

/// What the victim has taken is gone with it, or is still there for the other: one message at most, and none twice.
#[test]
fn a_reader_beside_a_reader() {
    explore_ends("a_reader_beside_a_reader", 1, Fences::Nowhere, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, victim) = (Process::new(&world), Process::new(&world));
        let (reader, last) = (Process::new(&world), Process::new(&world));
        (0..3).for_each(|number| writer.send(1, number));
        writer.leave();
        let (is_killed, by_victim, by_other) = (Arc::new(AtomicBool::new(false)), taken(), taken());
        let (flag, for_victim, for_other) = (Arc::clone(&is_killed), by_victim.clone(), by_other.clone());
        crew.spawn(move || {
            let is_killed = kill(step, victim, |reader| {
                if let Ok(message) = reader.try_take() {
                    note(&for_victim, message.expect("as many messages as takes are queued"));
                }
            });
            flag.store(is_killed, Ordering::Relaxed);
        });
        crew.spawn(move || {
            if let Ok(message) = reader.try_take() {
                note(&for_other, message.expect("as many messages as takes are queued"));
            }
        });
        crew.join();
        let is_killed = is_killed.load(Ordering::Relaxed);
        let mut all: Vec<_> = noted(&by_victim).into_iter().chain(noted(&by_other)).collect();
        all.sort_by_key(|message| message.number);
        all.extend(last.drain());
        let numbers: Vec<u8> = all.iter().map(|message| message.number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "a message is doubled, or out of order: {numbers:?}");
        assert!(numbers.len() == 3 || is_killed && numbers.len() == 2, "a message is lost: {numbers:?}");
        assert!(numbers.ends_with(&[2]), "the victim has taken more than one message: {numbers:?}");
        last.check_no_leak();
        is_killed
    });
}

/// The last message is taken, and with it memory is given back, beside a writer.
#[test]
fn a_reader_that_gives_memory_back() {
    explore_ends("a_reader_that_gives_memory_back", 1, Fences::Nowhere, |step| {
        let world = World::new(2);
        let crew = Crew::new();
        let (mut writer, victim, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        (0..3).for_each(|number| writer.send(1, number));
        writer.leave();
        let first = last.take().map(|message| message.number);
        assert_eq!(first, Some(0));
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        crew.spawn(move || {
            let is_killed = kill(step, victim, |reader| {
                for _ in 0..2 {
                    reader.take();
                }
            });
            flag.store(is_killed, Ordering::Relaxed);
        });
        crew.spawn(move || {
            let _ = writer.try_send(2, 0, SMALL);
            writer.leave();
        });
        crew.join();
        last.drain();
        last.check_no_leak();
        is_killed.load(Ordering::Relaxed)
    });
}

/// Who closes the slot is killed at it: the next who comes makes an end of it.
#[test]
fn who_closes_the_slot() {
    explore_ends("who_closes_the_slot", 1, Fences::Nowhere, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, victim, other, last) =
            (Process::new(&world), Process::new(&world), Process::new(&world), Process::new(&world));
        (0..3).for_each(|number| writer.send(1, number));
        writer.leave();
        world.end_server();
        let is_killed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_killed);
        crew.spawn(move || {
            flag.store(kill(step, victim, |server| server.core.end_if_dead()), Ordering::Relaxed);
        });
        crew.spawn(move || other.core.end_if_dead());
        crew.join();
        last.core.end_if_dead();
        assert!(last.slot().is_marked_closed());
        assert_eq!(last.slot().message_count(), 0);
        last.check_no_leak();
        is_killed.load(Ordering::Relaxed)
    });
}
