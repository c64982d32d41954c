//! Writers among themselves, and beside a reader.

use super::crew::{Crew, explore};
use super::stage::{Process, check, note, noted, taken};
use crate::kernel::World;

#[test]
fn two_writers_at_once() {
    explore("two_writers_at_once", 3, || {
        let world = World::new(3);
        let crew = Crew::new();
        let reader = Process::new(&world);
        for from in [1, 2] {
            let mut writer = Process::new(&world);
            crew.spawn(move || writer.send(from, 0));
        }
        crew.join();
        check(&reader.drain(), &[(1, 1), (2, 1)]);
        reader.check_bytes();
    });
}

#[test]
fn a_writer_and_a_reader() {
    explore("a_writer_and_a_reader", 2, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, reader, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        let (seen, all) = (taken(), taken());
        crew.spawn(move || {
            writer.send(1, 0);
            writer.send(1, 1);
        });
        let for_reader = seen.clone();
        crew.spawn(move || {
            for _ in 0..2 {
                if let Some(message) = reader.take() {
                    note(&for_reader, message);
                }
            }
        });
        crew.join();
        noted(&seen).into_iter().chain(last.drain()).for_each(|message| note(&all, message));
        check(&noted(&all), &[(1, 2)]);
        last.check_bytes();
    });
}

#[test]
fn two_writers_and_a_reader() {
    explore("two_writers_and_a_reader", 1, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (reader, last) = (Process::new(&world), Process::new(&world));
        for from in [1, 2] {
            let mut writer = Process::new(&world);
            crew.spawn(move || writer.send(from, 0));
        }
        let seen = taken();
        let for_reader = seen.clone();
        crew.spawn(move || {
            if let Some(message) = reader.take() {
                note(&for_reader, message);
            }
        });
        crew.join();
        let all: Vec<_> = noted(&seen).into_iter().chain(last.drain()).collect();
        check(&all, &[(1, 1), (2, 1)]);
        last.check_bytes();
    });
}

/// More is queued than there are hints: the reader walks the list, beside a writer that makes it longer.
#[test]
fn a_reader_walks_beside_a_writer() {
    explore("a_reader_walks_beside_a_writer", 2, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, reader, last) = (Process::new(&world), Process::new(&world), Process::new(&world));
        (0..4).for_each(|number| writer.send(1, number));
        let mut all: Vec<_> = (0..2).filter_map(|_| reader.take()).collect();
        crew.spawn(move || writer.send(1, 4));
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
        check(&all, &[(1, 5)]);
        last.check_bytes();
    });
}
