//! Rule 8, counted from outside: a busy writer and a busy reader make no system call for a message.
#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

mod common;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Watchdog, slot};
use mailslot_queue::{Client, CreateOptions, Server, SlotDir};

const DIRECTORY: &str = "MAILSLOT_TEST_TRACED_IN";
const MESSAGES: usize = 200_000;

#[test]
fn busy_writers_and_readers_make_no_system_call_for_a_message() {
    let _watchdog = Watchdog::seconds(120);
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        return pass_messages(&SlotDir::open(directory.as_ref()).unwrap());
    }
    let world = common::World::new();
    let summary = world.path.path().join("summary");
    let output = Command::new("strace")
        .args(["-f", "-c", "-o"])
        .arg(&summary)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "busy_writers_and_readers_make_no_system_call_for_a_message", "--nocapture"])
        .env(DIRECTORY, world.path.path())
        .output();
    let output = match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("skipped: strace is not installed");
            return;
        }
        output => output.unwrap(),
    };
    let text = String::from_utf8_lossy(&output.stderr);
    if text.contains("ptrace") {
        eprintln!("skipped: tracing is not allowed here: {text}");
        return;
    }
    assert!(output.status.success(), "{text}");
    let summary = std::fs::read_to_string(summary).unwrap();
    let total = summary.lines().find(|line| line.ends_with("total")).unwrap();
    // % time, seconds, usecs/call, calls, …
    let calls: usize = total.split_whitespace().nth(3).unwrap().parse().unwrap();
    eprintln!("{calls} system calls in all for {MESSAGES} messages");
    assert!(calls < MESSAGES / 50, "{summary}");
}

/// A writer and a reader that are both busy: the reader has something to read from the start, and does not sleep.
fn pass_messages(directory: &SlotDir) {
    let server = Server::create(directory, slot("S"), &CreateOptions::default()).unwrap();
    let client = Client::open(directory, slot("S")).unwrap();
    // A burst before, after which memory has to be found again.
    let mut buffer = [0; 3000];
    for _ in 0..20_000 {
        client.send(&buffer).unwrap();
    }
    while server.take(&mut buffer).unwrap().is_some() {}
    client.send(&buffer).unwrap();
    let taken = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for sent in 1..MESSAGES {
                // The reader keeps up: what a long queue costs is fresh memory.
                while sent > taken.load(Ordering::Relaxed) + 200 {
                    std::hint::spin_loop();
                }
                client.send(&[1; 3000]).unwrap();
            }
        });
        while taken.load(Ordering::Relaxed) < MESSAGES {
            if server.take(&mut buffer).unwrap().is_some() {
                taken.fetch_add(1, Ordering::Relaxed);
            } else {
                std::hint::spin_loop();
            }
        }
    });
}
