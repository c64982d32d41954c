use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use mailslot::Readiness;

use crate::support::{Place, Watchdog};

/// Whether the descriptor is readable within so many milliseconds.
fn is_readable(readiness: &Readiness, milliseconds: i64) -> bool {
    let timeout = Timespec { tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000 };
    poll(&mut [PollFd::new(&readiness.as_fd(), PollFlags::IN)], Some(&timeout)).unwrap() == 1
}

#[test]
fn readable_exactly_while_messages_are_queued() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let readiness = server.readiness().unwrap();
    for _ in 0..20 {
        assert!(!is_readable(&readiness, 5));
        client.send(b"one").unwrap();
        client.send(b"").unwrap();
        assert!(is_readable(&readiness, 60_000));
        server.recv_vec().unwrap();
        assert!(is_readable(&readiness, 60_000), "one message is left");
        server.recv_vec().unwrap();
    }
    assert!(!is_readable(&readiness, 5));
}

#[test]
fn messages_from_before_make_it_readable() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    client.send(b"early").unwrap();
    assert!(is_readable(&server.readiness().unwrap(), 60_000));
}

#[test]
fn a_poller_is_woken_by_a_write_and_by_the_close() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let readiness = server.readiness().unwrap();
    thread::scope(|scope| {
        let poller = scope.spawn(|| is_readable(&readiness, 60_000));
        thread::sleep(Duration::from_millis(50));
        client.send(b"x").unwrap();
        assert!(poller.join().unwrap());
        assert!(server.try_recv_vec().unwrap().is_some());

        let poller = scope.spawn(|| is_readable(&readiness, 60_000));
        thread::sleep(Duration::from_millis(50));
        server.close();
        assert!(poller.join().unwrap());
    });
}
