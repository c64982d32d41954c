//! Order, wholeness and counts, over threads and processes. B numbers are those of the behaviour list in the conformance suite.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use common::{Child, Random, Shared, Watchdog, World, check_message, message};
use mailslot_queue::{CreateOptions, Error, Server, Wait};

/// Sizes that sit on the borders of units, chunks and runs.
const SIZES: [usize; 14] = [0, 1, 31, 32, 33, 63, 64, 65, 4096, 65_503, 65_504, 65_505, 65_536, 1 << 20];

fn recv(server: &Server) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        if server.take_vec(&mut out).unwrap().is_some() {
            return out;
        }
        assert!(server.wait(Wait::For(Duration::from_secs(60))).unwrap(), "nothing came");
    }
}

#[test]
fn b37_b38_every_size_arrives_whole_and_in_order() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let mut sizes = SIZES.to_vec();
    sizes.push(64 << 20);
    let mut random = Random(1);
    sizes.extend((0..200).map(|_| random.below(200_000) as usize));
    let pattern: Vec<u8> = (0..64 << 20).map(|at: u32| (at ^ (at >> 8)) as u8).collect();
    for round in 0..2 {
        for (number, &size) in sizes.iter().enumerate() {
            client.send(&pattern[number..number + size.min(pattern.len() - number)]).unwrap();
            if round == 1 {
                let got = recv(&server);
                assert!(got == pattern[number..number + size.min(pattern.len() - number)], "size {size}");
            }
        }
        if round == 0 {
            assert_eq!(server.info().unwrap().message_count as usize, sizes.len());
            for (number, &size) in sizes.iter().enumerate() {
                let got = recv(&server);
                assert!(got == pattern[number..number + size.min(pattern.len() - number)], "size {size}");
            }
        }
        assert_eq!(server.info().unwrap().message_count, 0);
        assert_eq!(server.bytes_queued(), 0);
    }
}

#[test]
fn b39_b40_b59_a_message_that_does_not_fit_stays() {
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    client.send(b"hello").unwrap();
    for _ in 0..3 {
        let error = server.take(&mut [0; 4]).unwrap_err();
        assert!(matches!(error, Error::BufferTooSmall { size: 5, buffer: 4 }), "{error}");
        assert_eq!(server.info().unwrap().message_count, 1);
        assert_eq!(server.next_size().unwrap(), Some(5));
    }
    let mut buffer = [0; 5];
    let taken = server.take(&mut buffer).unwrap().unwrap();
    assert_eq!((taken.size, &buffer), (5, b"hello"));
    assert_eq!(taken.pid, std::process::id());
    assert!(server.take(&mut buffer).unwrap().is_none());
}

#[test]
fn b70_b71_b81_b84_counts_and_next_size() {
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let state = || {
        let (by_server, by_client) = (server.info().unwrap(), client.info().unwrap());
        assert_eq!(by_server, by_client);
        (by_server.next_size, by_server.message_count)
    };
    assert_eq!(state(), (None, 0));
    client.send(b"1").unwrap();
    client.send(b"22").unwrap();
    client.send(b"").unwrap();
    for expected in [(Some(1), 3), (Some(2), 2), (Some(0), 1), (None, 0)] {
        assert_eq!(state(), expected);
        let _ = server.take(&mut [0; 8]).unwrap();
    }
}

#[test]
fn b73_too_large_is_refused_and_b74_any_size_with_zero() {
    let world = World::new();
    let server = world.server_with("S", &CreateOptions { max_message_size: 10, ..Default::default() });
    let client = world.client("S");
    client.send(&[7; 10]).unwrap();
    assert!(matches!(client.send(&[7; 11]).unwrap_err(), Error::TooLarge { size: 11, limit: 10 }));
    assert_eq!(server.info().unwrap().message_count, 1);
}

#[test]
fn quota_is_exact_and_what_was_accepted_stays() {
    let world = World::new();
    let server = world.server_with("S", &CreateOptions { quota_bytes: 10_000, ..Default::default() });
    let client = world.client("S");
    let second = world.client("S");
    for number in 0..10 {
        let writer = if number % 2 == 0 { &client } else { &second };
        writer.send(&message(0, number, 1000)).unwrap();
    }
    for writer in [&client, &second] {
        let error = writer.send(b"x").unwrap_err();
        assert!(matches!(error, Error::QuotaExceeded { size: 1, queued: 10_000, quota: 10_000 }), "{error}");
    }
    client.send(b"").unwrap();
    assert_eq!(check_message(&recv(&server)), (0, 0));
    second.send(&message(0, 10, 1000)).unwrap();
    assert!(second.send(b"x").is_err());
    for number in 1..10 {
        assert_eq!(check_message(&recv(&server)), (0, number));
    }
    assert_eq!(recv(&server), b"");
    assert_eq!(check_message(&recv(&server)), (0, 10));
}

#[test]
fn a_quota_out_of_range_is_refused() {
    let world = World::new();
    for quota_bytes in [0, u64::MAX, 1 << 40] {
        let options = CreateOptions { quota_bytes, ..Default::default() };
        let error = Server::create(&world.directory, common::slot("S"), &options).unwrap_err();
        assert!(matches!(error, Error::InvalidOption { .. }), "{error}");
    }
}

/// Rule 4 over processes: whoever wrote after another's write had returned is read after it. All sizes, up to 64 MiB.
#[test]
fn b80_many_writers_in_processes_and_threads_are_read_in_completion_order() {
    const PROCESSES: usize = 3;
    const THREADS: usize = 2;
    const EACH: usize = 20_000;
    let _watchdog = Watchdog::seconds(180);
    let world = World::new();
    let server = world.server_with("S", &CreateOptions { quota_bytes: 2 << 30, ..Default::default() });
    // Word 0 is the clock; each message has a word for when its write began and one for when it had returned.
    let writers = PROCESSES * THREADS;
    let journal = Shared::new(1 + 2 * writers * EACH);
    let clock = || journal.at(0).fetch_add(1, Ordering::SeqCst);
    let words = |writer: usize, number: usize| {
        let first = 1 + 2 * (writer * EACH + number);
        (journal.at(first), journal.at(first + 1))
    };
    let children: Vec<Child> = (0..PROCESSES)
        .map(|process| {
            Child::fork(|| {
                std::thread::scope(|scope| {
                    for thread in 0..THREADS {
                        let writer = process * THREADS + thread;
                        let (world, words, clock) = (&world, &words, &clock);
                        scope.spawn(move || {
                            let client = world.client("S");
                            let mut random = Random(writer as u64);
                            for number in 0..EACH {
                                let size = match number {
                                    1 => 64 << 20,
                                    _ if number % 200 == 0 => SIZES[number / 200 % SIZES.len()],
                                    _ => random.below(300) as usize,
                                };
                                let bytes = message(writer as u64, number as u64, size);
                                let (began, returned) = words(writer, number);
                                began.store(clock(), Ordering::SeqCst);
                                client.send(&bytes).unwrap();
                                returned.store(clock(), Ordering::SeqCst);
                            }
                        });
                    }
                });
            })
        })
        .collect();
    let mut order = Vec::with_capacity(writers * EACH);
    let mut next = vec![0; writers];
    for _ in 0..writers * EACH {
        let (writer, number) = check_message(&recv(&server));
        assert_eq!(number, next[writer as usize], "lost, doubled or out of order within writer {writer}");
        next[writer as usize] += 1;
        order.push((writer as usize, number as usize));
    }
    for child in children {
        child.join();
    }
    assert!(server.take(&mut [0; 8]).unwrap().is_none());
    let mut latest_begin = 0;
    for (writer, number) in order {
        let (began, returned) = words(writer, number);
        assert!(returned.load(Ordering::SeqCst) > latest_begin, "a write that began later was read earlier");
        latest_begin = latest_begin.max(began.load(Ordering::SeqCst));
    }
}

/// B70, B83: the count is exact at every moment while writers write, and so is the client's view of it.
#[test]
fn counts_are_exact_while_writers_write() {
    const WRITERS: usize = 3;
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server("S");
    let shared = Shared::new(2);
    let (began, returned) = (shared.at(0), shared.at(1));
    let end = Instant::now() + Duration::from_secs(3);
    let children: Vec<Child> = (0..WRITERS)
        .map(|writer| {
            Child::fork(|| {
                let client = world.client("S");
                while Instant::now() < end {
                    began.fetch_add(1, Ordering::SeqCst);
                    // On a busy machine the reader may fall far behind.
                    while let Err(error) = client.send(&vec![b'x'; writer * 40]) {
                        assert!(matches!(error, Error::QuotaExceeded { .. } | Error::OutOfMemory), "{error}");
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    returned.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let observer = world.client("S");
    let (mut taken, mut looks) = (0, 0u64);
    let mut buffer = [0; 128];
    while Instant::now() < end {
        for by_client in [false, true] {
            let at_least = returned.load(Ordering::SeqCst);
            let info = if by_client { observer.info() } else { server.info() }.unwrap();
            let at_most = began.load(Ordering::SeqCst);
            let total = taken + u64::from(info.message_count);
            assert!((at_least..=at_most).contains(&total), "{at_least} <= {total} <= {at_most}");
            assert_eq!(info.next_size.is_none(), info.message_count == 0);
            looks += 1;
        }
        for _ in 0..looks % 3000 {
            taken += u64::from(server.take(&mut buffer).unwrap().is_some());
        }
    }
    for child in children {
        child.join();
    }
    assert_eq!(taken + u64::from(server.info().unwrap().message_count), returned.load(Ordering::SeqCst));
    assert!(looks > 100);
}

/// Several server handles, in several processes: each message goes to one of them.
#[test]
fn several_readers_share_a_queue() {
    const MESSAGES: u64 = 60_000;
    const READERS: usize = 3;
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server("S");
    let seen = Shared::new(MESSAGES as usize + 1);
    let left = seen.at(MESSAGES as usize);
    left.store(MESSAGES, Ordering::SeqCst);
    let readers: Vec<Child> = (0..READERS)
        .map(|_| {
            Child::fork(|| {
                let mut out = Vec::new();
                while left.load(Ordering::SeqCst) > 0 {
                    if server.take_vec(&mut out).unwrap().is_some() {
                        let (_, number) = check_message(&out);
                        seen.at(number as usize).fetch_add(1, Ordering::SeqCst);
                        left.fetch_sub(1, Ordering::SeqCst);
                    } else {
                        let _ = server.wait(Wait::For(Duration::from_millis(20))).unwrap();
                    }
                }
            })
        })
        .collect();
    let client = world.client("S");
    for number in 0..MESSAGES {
        client.send(&message(0, number, (number % 200) as usize)).unwrap();
    }
    for reader in readers {
        reader.join();
    }
    for number in 0..MESSAGES {
        assert_eq!(seen.at(number as usize).load(Ordering::SeqCst), 1, "message {number}");
    }
}

#[test]
fn threads_may_share_one_client_and_one_server() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let total = std::thread::scope(|scope| {
        for writer in 0..4 {
            let client = &client;
            scope.spawn(move || {
                for number in 0..5000 {
                    client.send(&message(writer, number, 100)).unwrap();
                }
            });
        }
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut taken = 0;
                    let mut out = Vec::new();
                    while server.wait(Wait::For(Duration::from_millis(500))).unwrap() {
                        if server.take_vec(&mut out).unwrap().is_some() {
                            check_message(&out);
                            taken += 1;
                        }
                    }
                    taken
                })
            })
            .collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).sum::<u32>()
    });
    assert_eq!(total, 20_000);
}

/// A fork that finds no descriptor left to give the child its own description must not make parent and child take each other
/// for dead.
#[test]
fn a_fork_without_a_spare_descriptor_corrupts_nothing() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    Child::fork(|| {
        let server = world.server("S");
        let client = world.client("S");
        client.send(&message(0, 0, 50)).unwrap();
        let limit = |soft| {
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
            let before = std::mem::replace(&mut limit.rlim_cur, soft);
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
            before
        };
        let before = limit(3);
        let children: Vec<Child> = (1..3)
            .map(|writer| {
                Child::fork(|| {
                    assert!(client.send(b"not without a description").is_err());
                    limit(before);
                    for number in 0..5000 {
                        client.send(&message(writer, number, 50)).unwrap();
                    }
                })
            })
            .collect();
        limit(before);
        for number in 1..5000 {
            client.send(&message(0, number, 50)).unwrap();
        }
        let mut next = [0; 3];
        for _ in 0..15_000 {
            let (writer, number) = check_message(&recv(&server));
            assert_eq!(number, next[writer as usize]);
            next[writer as usize] += 1;
        }
        children.into_iter().for_each(Child::join);
    })
    .join();
}

/// A forked child writes on its own: its parent's chunk is not its to fill.
#[test]
fn clients_work_across_fork() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    client.send(&message(0, 0, 50)).unwrap();
    let child = Child::fork(|| {
        for number in 0..20_000 {
            client.send(&message(1, number, 50)).unwrap();
        }
    });
    for number in 1..20_000 {
        client.send(&message(0, number, 50)).unwrap();
    }
    child.join();
    let mut next = [0; 2];
    for _ in 0..40_000 {
        let (writer, number) = check_message(&recv(&server));
        assert_eq!(number, next[writer as usize]);
        next[writer as usize] += 1;
    }
}
