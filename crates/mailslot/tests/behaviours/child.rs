//! Across processes. The test program starts itself again, for one test only, with the role in the environment.

use std::env;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, Command, Stdio};

use mailslot::{Client, ErrorKind, Mailslot, Timeout};

use crate::support::{Place, Watchdog, failure};

pub(crate) const ROLE: &str = "MAILSLOT_TEST_ROLE";

/// Starts this program as `role`, with `place` as its default slot directory.
fn start(role: &str, place: &Place, input: Stdio) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "child::a_child_plays_its_role"])
        .env(ROLE, role)
        .env("MAILSLOT_DIR", place.path())
        .stdin(input)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn finish(mut child: Child) {
    assert!(child.wait().unwrap().success());
}

/// Does nothing unless another test of this file started it.
#[test]
fn a_child_plays_its_role() {
    let Ok(role) = env::var(ROLE) else { return };
    match role.as_str() {
        "writer" => {
            let client = Client::open(r"\\.\mailslot\orders").unwrap();
            for number in 0..1000u32 {
                client.send(&number.to_le_bytes()).unwrap();
            }
        }
        "server" => {
            let server = Mailslot::create("orders").unwrap();
            // Until it is killed.
            server.recv_vec().unwrap();
        }
        "heir" => {
            let inherited = io::stdin().as_fd().try_clone_to_owned().unwrap();
            let server = Mailslot::from_fd(inherited).unwrap();
            assert_eq!(server.name().path(), "Orders");
            assert_eq!(server.info().unwrap().read_timeout, Timeout::NONE);
            assert_eq!(server.recv_vec().unwrap().data, b"for the child");
            server.set_read_timeout(Timeout::from_millis(77)).unwrap();
        }
        "stranger" => crate::security::a_stranger_s_view(),
        "child-without-handles" => {
            let slots = env::var_os("MAILSLOT_DIR").unwrap();
            for entry in std::fs::read_dir("/proc/self/fd").unwrap() {
                let target = std::fs::read_link(entry.unwrap().path()).unwrap_or_default();
                assert!(!target.starts_with(&slots), "{}", target.display());
            }
        }
        "lister" => assert_eq!(mailslot::list().unwrap().len(), 1),
        other => panic!("no role {other}"),
    }
}

#[test]
fn b80_processes_write_whole_messages_in_order() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let server = place.create("orders");
    let children: Vec<Child> = (0..3).map(|_| start("writer", &place, Stdio::null())).collect();
    let mut next = std::collections::HashMap::<u32, u32>::new();
    for _ in 0..3000 {
        let message = server.recv_vec().unwrap();
        let number = u32::from_le_bytes(message.data.try_into().unwrap());
        let expected = next.entry(message.sender.pid()).or_default();
        assert_eq!(number, *expected);
        *expected += 1;
    }
    let mut senders: Vec<u32> = next.into_keys().collect();
    let mut started: Vec<u32> = children.iter().map(Child::id).collect();
    children.into_iter().for_each(finish);
    senders.sort_unstable();
    started.sort_unstable();
    assert_eq!(senders, started, "each message says which process sent it");
}

#[test]
fn b87_b92_an_inherited_handle_is_the_same_server() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let server = place.builder("Orders").read_timeout(Timeout::NONE).create().unwrap();
    place.open("orders").send(b"for the child").unwrap();
    // SAFETY: `server` keeps its descriptor open until the duplicate is made.
    let descriptor = unsafe { BorrowedFd::borrow_raw(server.raw_fd()) };
    let heir = start("heir", &place, descriptor.try_clone_to_owned().unwrap().into());
    finish(heir);
    assert_eq!(server.info().unwrap().read_timeout, Timeout::from_millis(77));
    assert_eq!(server.info().unwrap().message_count, 0);
}

#[test]
fn b103_a_child_has_no_handle_of_its_parent() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let _clone = server.try_clone().unwrap();
    finish(start("child-without-handles", &place, Stdio::null()));
    client.send(b"x").unwrap();
}

#[test]
fn b94_killing_the_server_frees_the_name() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let mut child = start("server", &place, Stdio::null());
    let client = loop {
        match place.try_open("orders") {
            Ok(client) => break client,
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound),
        }
    };
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(failure(place.try_open("orders")), (ErrorKind::NotFound, 2));
    let successor = place.create("orders");
    while client.send(b"into nothing").is_ok() {}
    assert_eq!(failure(client.send(b"x")), (ErrorKind::ServerGone, 38));
    assert_eq!(successor.info().unwrap().message_count, 0);
}

#[test]
fn the_default_directory_comes_from_the_environment() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let _server = place.create("orders");
    finish(start("lister", &place, Stdio::null()));
}
