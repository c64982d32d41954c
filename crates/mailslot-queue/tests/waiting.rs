//! Waiting: never early, never spinning for long, woken by a write, a close, or a descriptor that can be polled.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::time::{Duration, Instant};

use common::{Child, Watchdog, World, is_readable, message};
use mailslot_queue::{Error, Wait};

#[test]
fn b33_b35_a_timeout_is_never_early() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    assert!(!server.wait(Wait::Now).unwrap());
    for milliseconds in [1, 2, 10, 100, 333] {
        let (wanted, start) = (Duration::from_millis(milliseconds), Instant::now());
        assert!(!server.wait(Wait::For(wanted)).unwrap());
        assert!(start.elapsed() >= wanted, "{:?} instead of {wanted:?}", start.elapsed());
    }
}

#[test]
fn b36_a_sleeping_reader_is_woken_by_a_write_of_another_process() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    for round in 0..50 {
        let child = Child::fork(|| {
            std::thread::sleep(Duration::from_micros(round * 400));
            world.client("S").send(&message(0, round, 100)).unwrap();
        });
        assert!(server.wait(Wait::Forever).unwrap());
        assert!(server.take(&mut [0; 200]).unwrap().is_some());
        child.join();
    }
}

/// Many short sleeps against many short pauses: a lost wake-up would hang one side.
#[test]
fn no_wake_up_is_lost() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let (there, back) = (world.server("THERE"), world.server("BACK"));
    let child = Child::fork(|| {
        let (from, to) = (&there, world.client("BACK"));
        for _ in 0..30_000 {
            assert!(from.wait(Wait::Forever).unwrap());
            assert!(from.take(&mut [0; 8]).unwrap().is_some());
            to.send(b"pong").unwrap();
        }
    });
    let to = world.client("THERE");
    for _ in 0..30_000 {
        to.send(b"ping").unwrap();
        assert!(back.wait(Wait::Forever).unwrap());
        assert!(back.take(&mut [0; 8]).unwrap().is_some());
    }
    child.join();
}

#[test]
fn a_waiting_read_uses_no_processor_time() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let used = || {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) }, 0);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let before = used();
    assert!(!server.wait(Wait::For(Duration::from_secs(1))).unwrap());
    // A reader that spins would use the whole second.
    assert!(used() - before < Duration::from_millis(100), "{:?}", used() - before);
}

#[test]
fn closing_a_handle_ends_its_waits_and_no_others() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let first = world.server("S");
    for _ in 0..200 {
        let second = first.try_clone().unwrap();
        std::thread::scope(|scope| {
            let stays = scope.spawn(|| first.wait(Wait::For(Duration::from_secs(30))));
            let ends = scope.spawn(|| second.wait(Wait::Forever));
            second.close();
            assert!(matches!(ends.join().unwrap(), Err(Error::Cancelled)));
            let client = world.client("S");
            client.send(b"x").unwrap();
            assert!(stays.join().unwrap().unwrap());
            assert!(matches!(second.take(&mut [0; 8]).unwrap_err(), Error::Cancelled));
            assert!(first.take(&mut [0; 8]).unwrap().is_some());
        });
    }
}

#[test]
fn a_polled_descriptor_is_readable_while_messages_are_queued() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    client.send(b"before").unwrap();
    let readiness = server.readiness().unwrap();
    assert!(is_readable(&readiness, 10_000));
    for round in 0..200 {
        if round > 0 {
            let child = Child::fork(|| world.client("S").send(b"from a process").unwrap());
            assert!(is_readable(&readiness, 10_000));
            child.join();
        }
        client.send(b"second").unwrap();
        // Level-triggered: it stays readable until the queue is empty.
        assert!(server.take(&mut [0; 20]).unwrap().is_some());
        assert!(is_readable(&readiness, 0));
        assert!(server.take(&mut [0; 20]).unwrap().is_some());
        assert!(!is_readable(&readiness, 0));
        assert!(server.take(&mut [0; 20]).unwrap().is_none());
        assert!(!is_readable(&readiness, 0));
    }
    assert!(!is_readable(&readiness, 50));
    server.close();
    assert!(is_readable(&readiness, 10_000));
}

/// The eventfd is shared with a forked child, the thread behind it is not: the child must leave it as it is.
#[test]
fn a_forked_child_leaves_its_parents_descriptor_alone() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("FORKED");
    let client = world.client("FORKED");
    let readiness = server.readiness().unwrap();
    client.send(b"for the child").unwrap();
    assert!(is_readable(&readiness, 10_000));
    Child::fork(|| {
        assert!(server.take(&mut [0; 20]).unwrap().is_some());
        assert!(server.take(&mut [0; 20]).unwrap().is_none());
        server.close();
    })
    .join();
    client.send(b"after the child").unwrap();
    assert!(is_readable(&readiness, 10_000));
    assert!(server.take(&mut [0; 20]).unwrap().is_some());
    assert!(!is_readable(&readiness, 20));
    for _ in 0..20 {
        client.send(b"for the parent").unwrap();
        assert!(is_readable(&readiness, 10_000));
        assert!(server.take(&mut [0; 20]).unwrap().is_some());
        assert!(!is_readable(&readiness, 0));
    }
    // A child can poll on its own.
    let child = Child::fork(|| {
        let readiness = server.readiness().unwrap();
        assert!(is_readable(&readiness, 20_000));
        assert!(server.take(&mut [0; 20]).unwrap().is_some());
        assert!(!is_readable(&readiness, 20));
    });
    client.send(b"for either").unwrap();
    child.join();
}
