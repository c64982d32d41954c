//! Memory changes hands: used again, given back, taken by two at once. Nobody touches what is not there (the model's file tells),
//! and nobody writes where another still reads (loom tells).

use super::crew::{Crew, explore};
use super::stage::{LARGE, Message, Process, SMALL, check, note, noted, taken};
use crate::error::Error;
use crate::kernel::World;

/// There is room for two messages: the writer uses again what the reader has read.
#[test]
fn a_writer_uses_again_what_is_read() {
    explore("a_writer_uses_again_what_is_read", 2, || {
        let world = World::new(1);
        let crew = Crew::new();
        let (mut writer, reader, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        (0..2).for_each(|number| writer.send(1, number));
        let sent = taken();
        let for_writer = sent.clone();
        crew.spawn(move || {
            for number in 2..4 {
                match writer.try_send(1, number, SMALL) {
                    Ok(()) => note(&for_writer, Message { from: 1, number }),
                    // It comes too early.
                    Err(Error::OutOfMemory) => break,
                    Err(error) => panic!("{error}"),
                }
            }
        });
        let seen = taken();
        let for_reader = seen.clone();
        crew.spawn(move || {
            for _ in 0..2 {
                note(&for_reader, reader.take().expect("two messages are queued"));
            }
        });
        crew.join();
        let all: Vec<_> = noted(&seen).into_iter().chain(last.drain()).collect();
        check(&all, &[(1, 2 + noted(&sent).len() as u8)]);
        last.check_bytes();
    });
}

/// A reader gives memory back while a writer takes some.
#[test]
fn a_reader_gives_memory_back_beside_a_writer() {
    explore("a_reader_gives_memory_back_beside_a_writer", 1, || {
        let world = World::new(4);
        let crew = Crew::new();
        let (mut first, mut writer) = (Process::new(&world), Process::new(&world));
        let (reader, last) = (Process::new(&world), Process::new(&world));
        (0..4).for_each(|number| first.send(1, number));
        first.leave();
        let mut all: Vec<_> = (0..2).filter_map(|_| reader.take()).collect();
        crew.spawn(move || {
            (0..3).for_each(|number| writer.send(2, number));
            writer.leave();
        });
        let seen = taken();
        let for_reader = seen.clone();
        crew.spawn(move || {
            for _ in 0..2 {
                note(&for_reader, reader.take().expect("two messages are queued"));
            }
        });
        crew.join();
        all.extend(noted(&seen));
        all.extend(last.drain());
        check(&all, &[(1, 4), (2, 3)]);
        last.check_bytes();
        last.check_no_leak();
    });
}

/// The same with nothing queued, when all of it goes, and the only chunk that the writer may get is the one that is given back.
#[test]
fn the_last_memory_is_given_back_beside_a_writer() {
    explore("the_last_memory_is_given_back_beside_a_writer", 2, || {
        let world = World::new(2);
        let crew = Crew::new();
        let (mut first, mut writer) = (Process::new(&world), Process::new(&world));
        let (reader, last) = (Process::new(&world), Process::new(&world));
        (0..4).for_each(|number| first.send(1, number));
        check(&last.drain(), &[(1, 4)]);
        let sent = taken();
        let for_writer = sent.clone();
        crew.spawn(move || {
            match writer.try_send(2, 0, SMALL) {
                Ok(()) => note(&for_writer, Message { from: 2, number: 0 }),
                // The reader has the chunk.
                Err(Error::OutOfMemory) => {}
                Err(error) => panic!("{error}"),
            }
            writer.leave();
        });
        crew.spawn(move || {
            let me = reader.slot().participant().expect("a number is drawn");
            reader.slot().trim(me, 0).expect("memory can be given back");
        });
        crew.join();
        first.leave();
        assert_eq!(last.drain(), noted(&sent));
        last.check_bytes();
        last.check_no_leak();
    });
}

/// Messages that are larger than a chunk take neighbouring chunks, all or none.
#[test]
fn two_large_messages_at_once() {
    explore("two_large_messages_at_once", 1, || {
        // Each can spoil one pair of chunks for the other before it finds its own.
        let world = World::new(6);
        let crew = Crew::new();
        let last = Process::new(&world);
        for from in [1, 2] {
            let mut writer = Process::new(&world);
            crew.spawn(move || {
                writer.try_send(from, 0, LARGE).expect("there is room for two");
            });
        }
        crew.join();
        check(&last.drain(), &[(1, 1), (2, 1)]);
        last.check_bytes();
        last.check_no_leak();
    });
}
