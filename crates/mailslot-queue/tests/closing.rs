//! What is true as soon as the last handle is closed.
//!
//! Nothing here forks: a child would have copies of every server handle of this process for the moment of its life.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::time::Duration;

use common::{Watchdog, World, is_readable, slot};
use mailslot_queue::{Client, CreateOptions, Error, Server};

#[test]
fn a_name_is_taken_until_its_server_is_gone() {
    let world = World::new();
    let server = world.server("S");
    let create = || Server::create(&world.directory, slot("S"), &CreateOptions::default());
    assert!(matches!(create().unwrap_err(), Error::AlreadyExists));
    let second = server.try_clone().unwrap();
    drop(server);
    assert!(matches!(create().unwrap_err(), Error::AlreadyExists));
    drop(second);
    assert!(create().is_ok());
}

#[test]
fn closing_a_polled_slot_leaves_no_thread_and_frees_the_name() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let threads = || {
        std::fs::read_dir("/proc/self/task")
            .unwrap()
            .filter(|task| {
                let name = std::fs::read_to_string(task.as_ref().unwrap().path().join("comm")).unwrap_or_default();
                name.trim() == "mailslot-poll"
            })
            .count()
    };
    let server = world.server("GONE");
    let readiness = server.readiness().unwrap();
    drop(server);
    assert!(is_readable(&readiness, 10_000));
    assert!(matches!(Client::open(&world.directory, slot("GONE")).unwrap_err(), Error::NotFound));
    while threads() > 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
}
