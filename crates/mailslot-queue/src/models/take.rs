//! Readers among themselves.

use super::crew::{Crew, explore};
use super::stage::{Process, check, note, noted, taken};
use crate::kernel::World;

#[test]
fn two_readers_at_once() {
    explore("two_readers_at_once", 2, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, last) = (Process::new(&world), Process::new(&world));
        (0..3).for_each(|number| writer.send(1, number));
        let seen = [taken(), taken()];
        for seen in &seen {
            let (reader, seen) = (Process::new(&world), seen.clone());
            crew.spawn(move || {
                // It waits for the other for a while only.
                if let Ok(message) = reader.try_take() {
                    note(&seen, message.expect("as many messages as takes are queued"));
                }
            });
        }
        crew.join();
        let mut all: Vec<_> = seen.iter().flat_map(noted).collect();
        all.sort_by_key(|message| message.number);
        all.extend(last.drain());
        check(&all, &[(1, 3)]);
        last.check_bytes();
    });
}

/// The reader lock keeps threads apart as well as processes.
#[test]
fn two_threads_of_a_process_at_once() {
    explore("two_threads_of_a_process_at_once", 2, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, last) = (Process::new(&world), Process::new(&world));
        (0..3).for_each(|number| writer.send(1, number));
        let reader = std::sync::Arc::new(Process::new(&world));
        let seen = [taken(), taken()];
        for seen in &seen {
            let (reader, seen) = (std::sync::Arc::clone(&reader), seen.clone());
            crew.spawn(move || {
                if let Ok(message) = reader.try_take() {
                    note(&seen, message.expect("as many messages as takes are queued"));
                }
            });
        }
        crew.join();
        let mut all: Vec<_> = seen.iter().flat_map(noted).collect();
        all.sort_by_key(|message| message.number);
        all.extend(last.drain());
        check(&all, &[(1, 3)]);
        last.check_bytes();
    });
}

/// What a client is told of the queue was the case at some moment.
#[test]
fn a_look_beside_a_writer_and_a_reader() {
    explore("a_look_beside_a_writer_and_a_reader", 1, || {
        let world = World::new(3);
        let crew = Crew::new();
        let (mut writer, reader, client, last) =
            (Process::new(&world), Process::new(&world), Process::new(&world), Process::new(&world));
        writer.send(1, 0);
        crew.spawn(move || writer.send(1, 1));
        let seen = taken();
        let for_reader = seen.clone();
        crew.spawn(move || note(&for_reader, reader.take().expect("a message is queued")));
        crew.spawn(move || {
            let (info, _) = client.slot().peek_info().expect("the slot is sound");
            assert!(info.message_count <= 2);
            assert_eq!(info.next_size, (info.message_count > 0).then_some(super::stage::SMALL as u32));
        });
        crew.join();
        let all: Vec<_> = noted(&seen).into_iter().chain(last.drain()).collect();
        check(&all, &[(1, 2)]);
        last.check_bytes();
    });
}
