//! Memory: a backlog grows the file, reading it shrinks the file, a full file system is an error and no more.
//!
//! Nothing here forks: a child would have copies of every server handle of this process for the moment of its life.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::process::Command;
use std::time::Duration;

use common::{Watchdog, World, check_message, message};
use mailslot_queue::{Client, CreateOptions, Error, Server, SlotDir, Wait};

#[test]
fn b75_a_hundred_thousand_messages_wait_and_the_file_shrinks_again() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    for number in 0..100_000 {
        client.send(&message(0, number, 200)).unwrap();
    }
    assert_eq!(server.info().unwrap().message_count, 100_000);
    assert_eq!(server.bytes_queued(), 100_000 * 200);
    assert!(world.memory_bytes("S") > 20 << 20);
    let mut out = Vec::new();
    for number in 0..100_000 {
        assert!(server.take_vec(&mut out).unwrap().is_some());
        assert_eq!(check_message(&out), (0, number));
    }
    assert!(world.memory_bytes("S") < 6 << 20, "{} bytes while draining", world.memory_bytes("S"));
    // A reader that waits gives the rest back.
    assert!(!server.wait(Wait::For(Duration::from_millis(300))).unwrap());
    assert!(world.memory_bytes("S") < 3 << 20, "{} bytes", world.memory_bytes("S"));
    client.send(&message(0, 7, 200)).unwrap();
    assert!(server.take_vec(&mut out).unwrap().is_some());
}

#[test]
fn messages_of_64_mib_come_and_go() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let mut out = Vec::new();
    for number in 0..4 {
        let text = message(1, number, 64 << 20);
        client.send(&text).unwrap();
        assert!(server.take_vec(&mut out).unwrap().is_some());
        assert!(out == text);
    }
    assert!(!server.wait(Wait::For(Duration::from_millis(300))).unwrap());
    assert!(world.memory_bytes("S") < 3 << 20, "{} bytes", world.memory_bytes("S"));
}

/// Each `mailslot send` is such a client.
#[test]
fn clients_that_write_once_share_memory_also_behind_a_backlog() {
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    for number in 0..500 {
        // Fills a chunk to its last byte.
        client.send(&message(0, number, 65_504)).unwrap();
    }
    drop(client);
    let before = world.memory_bytes("S");
    for number in 0..1000 {
        world.client("S").send(&message(1, number, 30)).unwrap();
    }
    let grown = world.memory_bytes("S") - before;
    assert!(grown < 1 << 20, "{grown} bytes for 1000 messages of 30 bytes");
    assert_eq!(server.info().unwrap().message_count, 1500);
}

#[test]
fn a_closed_slot_holds_no_memory_although_clients_hold_it() {
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    for number in 0..1000 {
        client.send(&message(0, number, 60_000)).unwrap();
    }
    let file = std::fs::File::open(world.path.path().join("S")).unwrap();
    drop(server);
    assert!(!world.path.path().join("S").exists());
    use std::os::unix::fs::MetadataExt;
    assert!(file.metadata().unwrap().blocks() * 512 < 1 << 20);
    assert!(matches!(client.send(b"x").unwrap_err(), Error::ServerGone));
}

const SMALL_FILE_SYSTEM: &str = "MAILSLOT_TEST_SMALL_FILE_SYSTEM";

/// Runs the test below again, in a mount namespace with a tmpfs of 4 MiB.
#[test]
fn a_full_tmpfs_is_an_error_and_nothing_accepted_is_lost() {
    let _watchdog = Watchdog::seconds(120);
    if std::env::var_os(SMALL_FILE_SYSTEM).is_some() {
        return fill_the_file_system();
    }
    let place = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let script = r#"mount -t tmpfs -o size=4m,mode=700 none "$1" && exec "$2" --exact "$3" --nocapture"#;
    let output = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
        .arg(place.path())
        .arg(program)
        .arg("a_full_tmpfs_is_an_error_and_nothing_accepted_is_lost")
        .env(SMALL_FILE_SYSTEM, place.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    if text.contains("unshare:") || text.contains("mount:") {
        eprintln!("skipped: no mount namespace to be had here: {text}");
        return;
    }
    assert!(output.status.success(), "{text}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

fn fill_the_file_system() {
    let directory = SlotDir::open(std::env::var_os(SMALL_FILE_SYSTEM).unwrap().as_ref()).unwrap();
    let name = common::slot("S");
    let server = Server::create(&directory, name, &CreateOptions::default()).unwrap();
    let client = Client::open(&directory, name).unwrap();
    let mut out = Vec::new();
    for size in [100, 5000, 100_000, 1_500_000] {
        let mut accepted = 0;
        let error = loop {
            match client.send(&message(0, accepted, size)) {
                Ok(()) => accepted += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::OutOfMemory), "{error}");
        assert!(accepted >= 2, "{accepted} messages of {size} bytes");
        assert!(matches!(client.send(&message(0, accepted, size)).unwrap_err(), Error::OutOfMemory));
        assert_eq!(u64::from(server.info().unwrap().message_count), accepted);
        // A second slot cannot be made now, and says so.
        let second = Server::create(&directory, common::slot("T"), &CreateOptions::default());
        assert!(second.is_ok() || matches!(second, Err(Error::OutOfMemory)));
        drop(second);
        for number in 0..accepted {
            assert!(server.take_vec(&mut out).unwrap().is_some());
            assert_eq!(check_message(&out), (0, number));
        }
        assert_eq!(server.bytes_queued(), 0);
        client.send(&message(0, 1, size)).unwrap();
        assert!(server.take_vec(&mut out).unwrap().is_some());
    }
}
