//! One participant is stopped before each of its steps, and lives: the kernel does nothing for it. Writers never notice, and a
//! sleeper at the latest with the next message.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::crew::{Crew, explore_ends};
use super::stage::{Process, note, noted, taken};
use crate::error::Error;
use crate::kernel::World;
use crate::primitive::Fences;
use crate::primitive::fate::{self, Outcome};

fn stop(step: u32, mut victim: Process, work: impl FnOnce(&mut Process)) -> bool {
    let is_stopped = fate::live(Some(step), || work(&mut victim)) == Outcome::Ended;
    if is_stopped {
        std::mem::forget(victim);
    }
    is_stopped
}

#[test]
fn a_writer_beside_a_writer_and_a_sleeper() {
    explore_ends("a_stopped_writer_beside_a_writer_and_a_sleeper", 1, Fences::Leading, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (victim, mut writer) = (Process::new(&world), Process::new(&world));
        let (reader, last) = (Process::new(&world), Process::new(&world));
        let is_stopped = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_stopped);
        let seen = taken();
        let for_reader = seen.clone();
        crew.spawn(move || {
            flag.store(stop(step, victim, |writer| writer.send(1, 0)), Ordering::Relaxed);
            writer.send(2, 0);
        });
        crew.spawn(move || note(&for_reader, reader.wait_and_take()));
        crew.join();
        let is_stopped = is_stopped.load(Ordering::Relaxed);
        let all: Vec<_> = noted(&seen).into_iter().chain(last.drain()).map(|message| message.from).collect();
        assert!(all == [1, 2] || is_stopped && all == [2], "taken: {all:?}");
        is_stopped
    });
}

#[test]
fn a_reader_beside_a_writer_and_a_reader() {
    explore_ends("a_stopped_reader_beside_a_writer_and_a_reader", 1, Fences::Nowhere, |step| {
        let world = World::new(3);
        let crew = Crew::new();
        let (victim, mut writer, reader) = (Process::new(&world), Process::new(&world), Process::new(&world));
        writer.send(1, 0);
        writer.send(1, 1);
        let is_stopped = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_stopped);
        crew.spawn(move || {
            let is_stopped = stop(step, victim, |reader| {
                let _ = reader.try_take();
            });
            flag.store(is_stopped, Ordering::Relaxed);
        });
        crew.spawn(move || writer.send(1, 2));
        crew.join();
        match reader.try_take() {
            Ok(Some(message)) => assert!(message.number <= 1),
            Ok(None) => panic!("a message is lost"),
            // The victim is at it.
            Err(Error::ReaderStopped) => assert!(is_stopped.load(Ordering::Relaxed)),
            Err(error) => panic!("{error}"),
        }
        is_stopped.load(Ordering::Relaxed)
    });
}
