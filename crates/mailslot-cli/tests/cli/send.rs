//! `mailslot send`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use rustix::process::Signal;

use crate::support::{Running, World};

/// What arrives, in hexadecimal-free form: each message with its size in front.
fn received(arguments: &[&str], input: &[u8], count: usize) -> Vec<Vec<u8>> {
    let world = World::new();
    let server = mailslot::Mailslot::builder("in").directory(world.path()).create().unwrap();
    world.run_with_input(arguments.iter().copied(), input).ok();
    let info = server.info().unwrap();
    assert_eq!(info.message_count as usize, count);
    (0..count).map(|_| server.try_recv_vec().unwrap().unwrap().data).collect()
}

#[test]
fn each_argument_is_a_message() {
    assert_eq!(received(&["send", "in", "a b", "", "c\nd"], b"unused", 3), [&b"a b"[..], b"", b"c\nd"]);
    assert_eq!(received(&["send", "in", "--", "-5", "--whole"], b"", 2), [&b"-5"[..], b"--whole"]);
}

#[test]
fn each_line_of_the_input_is_a_message() {
    for arguments in [&["send", "in"][..], &["send", "in", "-"]] {
        let messages = received(arguments, b"one\n\r\n\ntwo \xff\nlast", 5);
        assert_eq!(messages, [&b"one"[..], b"\r", b"", b"two \xff", b"last"]);
    }
}

#[test]
fn nul_separates_messages_that_have_newlines() {
    assert_eq!(received(&["send", "in", "--nul"], b"a\nb\0\0c\0", 3), [&b"a\nb"[..], b"", b"c"]);
}

#[test]
fn the_whole_input_is_one_message() {
    assert_eq!(received(&["send", "in", "--whole"], b"a\nb\0\n", 1), [b"a\nb\0\n"]);
    assert_eq!(received(&["send", "in", "--whole", "-"], b"", 1), [b""]);
}

#[test]
fn an_empty_input_is_no_message() {
    assert!(received(&["send", "in"], b"", 0).is_empty());
}

#[test]
fn a_sender_can_wait_for_its_slot() {
    let world = World::new();
    let mut sender = Running::start(&mut world.command(["send", "--wait", "60000", "in", "early"]));
    std::thread::sleep(std::time::Duration::from_millis(50));
    let server = mailslot::Mailslot::builder("in").directory(world.path()).create().unwrap();
    assert_eq!(server.recv_vec().unwrap().data, b"early");
    sender.finish().ok();
    let began = std::time::Instant::now();
    let ended = world.run(["send", "--wait", "100", "none", "in vain"]);
    assert_eq!(ended.status.code(), Some(3), "{ended:?}");
    assert!(began.elapsed() >= std::time::Duration::from_millis(100));
}

#[test]
fn a_line_is_sent_as_soon_as_it_ends() {
    let world = World::new();
    let server = mailslot::Mailslot::builder("in").directory(world.path()).create().unwrap();
    let mut sender = Running::start(&mut world.command(["send", "in"]));
    for line in ["one", "two"] {
        sender.write(format!("{line}\n").as_bytes());
        assert_eq!(server.recv_vec().unwrap().data, line.as_bytes());
    }
    sender.finish().ok();
}

#[test]
fn an_argument_need_not_be_utf8() {
    let world = World::new();
    let server = mailslot::Mailslot::builder("in").directory(world.path()).create().unwrap();
    world.run(["send", "in"].map(OsStr::new).into_iter().chain([OsStr::from_bytes(b"\xff\xfe")])).ok();
    assert_eq!(server.recv_vec().unwrap().data, b"\xff\xfe");
}

#[test]
fn the_first_refused_message_ends_it_and_the_error_counts() {
    let world = World::new();
    let server = mailslot::Mailslot::builder("in").max_message_size(3).directory(world.path()).create().unwrap();
    let ended = world.run(["send", "in", "one", "two", "three", "4"]);
    ended.failed(7, "message 3 was refused: ").failed(7, "(2 messages before it were sent)");
    assert_eq!(server.info().unwrap().message_count, 2);
    world.run_with_input(["send", "in"], b"1\n22222\n3\n").failed(7, "(1 message before it was sent)");
    world.run_with_input(["send", "in", "--whole"], b"1234").failed(7, "message 1 was refused");
}

#[test]
fn an_endless_line_is_refused_before_it_fills_the_memory() {
    let world = World::new();
    let _server = mailslot::Mailslot::builder("in").max_message_size(1000).directory(world.path()).create().unwrap();
    for flag in [&["send", "in", "--nul"][..], &["send", "in", "--whole"]] {
        let mut script = std::process::Command::new("sh");
        script.args(["-c", r#"tr '\0' x < /dev/zero | exec "$0" "$@""#, env!("CARGO_BIN_EXE_mailslot")]);
        script.args(flag).env("MAILSLOT_DIR", world.path());
        crate::support::run(&mut script, b"").failed(7, "message 1 was refused");
    }
}

#[test]
fn a_full_slot_gives_8() {
    let world = World::new();
    let _server = mailslot::Mailslot::builder("in").quota(2000).directory(world.path()).create().unwrap();
    let message = "x".repeat(900);
    world.run(["send", "in", &message, &message, &message]).failed(8, "(2 messages before it were sent)");
}

#[test]
fn no_slot_gives_3() {
    let world = World::new();
    world.run(["send", "nobody", "hello"]).failed(3, r"\\.\mailslot\nobody");
    world.run_with_input(["send", "nobody"], b"hello\n").failed(3, r"\\.\mailslot\nobody");
}

#[test]
fn a_server_that_goes_gives_9() {
    let world = World::new();
    let mut listener = world.listen(["in"]);
    let mut sender = Running::start(&mut world.command(["send", "in"]));
    sender.write(b"one\n");
    assert_eq!(listener.line(), "one");
    listener.signal(Signal::KILL);
    assert!(!listener.finish().status.success());
    // A client looks for a killed server every few milliseconds only, so some more messages may pass.
    while sender.try_write(b"more\n") {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    sender.finish().failed(9, " was refused: ");
}

#[test]
fn input_and_arguments_do_not_mix() {
    let world = World::new();
    world.run(["send", "in", "a", "-"]).failed(2, "cannot be mixed");
    world.run(["send", "in", "--whole", "a"]).failed(2, "--whole");
    world.run(["send", "in", "--nul", "a"]).failed(2, "--nul");
    world.run(["send", "in", "--nul", "--whole"]).failed(2, "--whole");
}

#[test]
fn input_that_cannot_be_read_is_an_error() {
    let world = World::new();
    let _listener = world.listen(["in"]);
    let mut command = world.command(["send", "in"]);
    // A directory opens, and cannot be read.
    command.stdin(std::fs::File::open(world.path()).unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("mailslot: standard input: "), "{stderr}");
}
