//! Many threads of one process at one server and one client. What keeps them apart is private to the process: this is what
//! `cargo xtask sanitize` runs under ThreadSanitizer. Each thread is joined by its handle: at the end of a scope threads are waited for
//! within the standard library, which the sanitizer does not see into.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use common::{Watchdog, World, check_message, message};
use mailslot_queue::{Client, Error, Server, Wait};

const WRITERS: u64 = 4;
const READERS: usize = 3;

/// Enough to meet in every state, few enough for a sanitizer.
const EACH: u64 = 3000;

/// Small ones share a chunk, the large ones take several.
fn size_of(number: u64) -> usize {
    match number % 97 {
        0 => 70_000,
        1..4 => 3000,
        other => 24 + other as usize,
    }
}

fn write(client: &Client, writer: u64) {
    for number in 0..EACH {
        let text = message(writer, number, size_of(number));
        // The queue is full now and then: the readers make room.
        while let Err(error) = client.send(&text) {
            assert!(matches!(error, Error::QuotaExceeded { .. } | Error::OutOfMemory), "{error:?}");
            thread::yield_now();
        }
    }
}

/// Takes until the writers are done and nothing is left. What one thread takes of one writer must be in order.
fn read(server: &Server, all_is_written: &AtomicBool, mut take: impl FnMut(&Server) -> Option<(u64, u64)>) -> [u64; 4] {
    let (mut taken, mut next) = ([0; WRITERS as usize], [0; WRITERS as usize]);
    loop {
        // In this order: what is written before the flag is there when it is set.
        let is_last = all_is_written.load(Ordering::Acquire);
        match take(server) {
            Some((writer, number)) => {
                let writer = writer as usize;
                assert!(number >= next[writer], "{number} of writer {writer} after {}", next[writer]);
                next[writer] = number + 1;
                taken[writer] += 1;
            }
            None if is_last => return taken,
            None => {
                server.wait(Wait::For(Duration::from_millis(5))).unwrap();
            }
        }
    }
}

fn take_vec(server: &Server) -> Option<(u64, u64)> {
    let mut out = Vec::new();
    server.take_vec(&mut out).unwrap().map(|_| check_message(&out))
}

fn take_into_buffer(server: &Server) -> Option<(u64, u64)> {
    let mut buffer = vec![0; 70_000];
    let taken = server.take(&mut buffer).unwrap()?;
    Some(check_message(&buffer[..taken.size as usize]))
}

/// Nothing is lost, torn, taken twice or overtaken, and all counts are exact at the end, while others look and ask.
#[test]
fn threads_write_through_one_client_and_read_through_one_server() {
    let _watchdog = Watchdog::seconds(200);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let all_is_written = AtomicBool::new(false);
    let taken = AtomicU64::new(0);
    let per_writer: Vec<[u64; 4]> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                // Half of them through a handle of their own of the same client.
                let own = (writer % 2 == 0).then(|| client.try_clone().unwrap());
                let client = &client;
                scope.spawn(move || write(own.as_ref().unwrap_or(client), writer))
            })
            .collect();
        let (server, all_is_written, taken) = (&server, &all_is_written, &taken);
        let count = |got: Option<(u64, u64)>| got.inspect(|_| _ = taken.fetch_add(1, Ordering::Relaxed));
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let take = if reader == 0 { take_into_buffer } else { take_vec };
                scope.spawn(move || read(server, all_is_written, |server| count(take(server))))
            })
            .collect();
        let observer = scope.spawn(|| {
            while !all_is_written.load(Ordering::Acquire) {
                let info = server.info().unwrap();
                assert!(u64::from(info.message_count) <= WRITERS * EACH, "{info:?}");
                let _ = (server.bytes_queued(), server.times(), client.times(), client.info().unwrap());
                thread::yield_now();
            }
        });
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        all_is_written.store(true, Ordering::Release);
        observer.join().unwrap();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    for writer in 0..WRITERS as usize {
        assert_eq!(per_writer.iter().map(|taken| taken[writer]).sum::<u64>(), EACH, "of writer {writer}");
    }
    assert_eq!(taken.load(Ordering::Relaxed), WRITERS * EACH);
    assert_eq!(server.info().unwrap().message_count, 0);
    assert_eq!(take_vec(&server), None);
}

/// One reader sees the order of all: each writer's messages come in its order, and none is missing in between.
#[test]
fn one_reader_finds_each_threads_messages_in_order_and_complete() {
    let _watchdog = Watchdog::seconds(200);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    thread::scope(|scope| {
        let client = &client;
        let writers: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || write(client, writer))).collect();
        let mut next = [0; WRITERS as usize];
        while next.iter().sum::<u64>() < WRITERS * EACH {
            if server.wait(Wait::For(Duration::from_secs(60))).unwrap() {
                let (writer, number) = take_vec(&server).unwrap();
                assert_eq!(number, next[writer as usize], "of writer {writer}");
                next[writer as usize] += 1;
            }
        }
        writers.into_iter().for_each(|writer| writer.join().unwrap());
    });
    assert_eq!(server.info().unwrap().message_count, 0);
}

/// Settings and handles change under those who write and read.
#[test]
fn handles_come_and_go_beside_those_who_work() {
    let _watchdog = Watchdog::seconds(200);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..EACH {
                client.send(&message(0, number, 40)).unwrap();
                if number % 8 == 0 {
                    client.set_keeps_write_time(number % 16 == 0);
                }
            }
            is_over.store(true, Ordering::Release);
        });
        let opener = scope.spawn(|| {
            while !is_over.load(Ordering::Acquire) {
                let second = client.try_clone().unwrap();
                assert!(second.raw_fd() >= 0);
                second.close();
                assert_eq!(second.raw_fd(), -1);
                let other = world.client("S");
                other.send(&message(1, 0, 24)).unwrap();
            }
        });
        let mut own = 0;
        while own < EACH || !is_over.load(Ordering::Acquire) {
            match take_vec(&server) {
                Some((0, number)) => {
                    assert_eq!(number, own);
                    own += 1;
                }
                Some(_) => {}
                None => _ = server.wait(Wait::For(Duration::from_millis(5))).unwrap(),
            }
        }
        writer.join().unwrap();
        opener.join().unwrap();
    });
}
