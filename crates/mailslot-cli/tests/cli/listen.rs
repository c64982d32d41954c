//! `mailslot listen`.

use std::io::Write as _;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Running, World, full_device};

#[test]
fn messages_are_lines_unless_asked_otherwise() {
    let world = World::new();
    let mut listener = world.listen(["orders", "--count", "3"]);
    world.run(["send", "orders", "two beers", "", "a pizza"]).ok();
    assert_eq!(listener.finish().ok().text(), "two beers\n\na pizza\n");
    assert_eq!(world.slots(), 0);
}

#[test]
fn raw_is_the_bytes_and_nothing_else() {
    let world = World::new();
    let mut listener = world.listen(["raw", "--count", "3", "--format", "raw"]);
    world.run_with_input(["send", "raw", "--nul"], b"a\n\0\xff\xfe\0c").ok();
    assert_eq!(listener.finish().ok().stdout, b"a\n\xff\xfec");
}

#[test]
fn json_has_an_object_a_line() {
    let world = World::new();
    let mut listener = world.listen(["taxes/bob", "--count", "3", "--format", "json"]);
    world.run_with_input(["send", "taxes/bob", "--nul"], b"\"\xc3\xbc\"\n\0\0\xff\x00").ok();
    let ended = listener.finish().ok();
    let objects: Vec<Value> = ended.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 3);
    for (object, size) in objects.iter().zip([5, 0, 1]) {
        assert_eq!(object["name"], r"\\.\mailslot\taxes\bob");
        assert_eq!(object["size"], size);
        assert!(object["pid"].as_u64().unwrap() > 0);
        assert_eq!(object["uid"], rustix::process::getuid().as_raw());
        let sent: jiff::Timestamp = object["sent"].as_str().unwrap().parse().unwrap();
        assert!(jiff::Timestamp::now().duration_since(sent).as_secs().abs() < 600, "{sent}");
    }
    assert_eq!(objects[0]["text"], "\"ü\"\n");
    assert_eq!(objects[1]["text"], "");
    assert_eq!(objects[2]["data"], "/w==");
    assert!(objects[2].get("text").is_none());
    assert_eq!(objects[0]["pid"], objects[2]["pid"]);
}

#[test]
fn hex_shows_bytes_and_sender() {
    let world = World::new();
    let mut listener = world.listen(["hex", "--count", "2", "--format", "hex"]);
    world.run_with_input(["send", "hex", "--nul"], b"ABC\x01\xff0123456789abcdef\0").ok();
    world.run(["send", "hex", ""]).ok();
    let ended = listener.finish().ok();
    let lines: Vec<&str> = ended.text().lines().collect();
    assert!(lines[0].starts_with("21 bytes from pid "), "{lines:?}");
    assert!(lines[1].contains("41 42 43 01") && lines[1].contains("ABC..0123456789a"), "{lines:?}");
    assert!(lines[2].contains("62 63 64 65 66"), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("0 bytes from pid ")), "{lines:?}");
}

#[test]
fn a_megabyte_arrives_whole() {
    let world = World::new();
    let message: Vec<u8> = (0..1_u32 << 20).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let mut listener = world.listen(["big", "--count", "1", "--format", "raw"]);
    world.run_with_input(["send", "big", "--whole"], &message).ok();
    assert!(listener.finish().ok().stdout == message);
}

#[test]
fn ten_thousand_messages_arrive_in_order() {
    let world = World::new();
    let lines: String = (0..10_000).map(|n| format!("{n}\n")).collect();
    let mut listener = world.listen(["many", "--count", "10000"]);
    world.run_with_input(["send", "many"], lines.as_bytes()).ok();
    assert!(listener.finish().ok().text() == lines);
}

#[test]
fn a_message_leaves_at_once_when_no_other_is_queued() {
    let world = World::new();
    let mut listener = world.listen(["prompt"]);
    for message in ["one", "two"] {
        world.run(["send", "prompt", message]).ok();
        assert_eq!(listener.line(), message);
    }
}

#[test]
fn interrupt_and_terminate_end_it_with_0_and_free_the_name() {
    let world = World::new();
    for signal in [Signal::INT, Signal::TERM] {
        let mut listener = world.listen(["orders"]);
        world.run(["send", "orders", "one"]).ok();
        assert_eq!(listener.line(), "one");
        listener.signal(signal);
        assert_eq!(listener.finish().ok().text(), "");
        assert_eq!(world.slots(), 0);
    }
}

#[test]
fn what_was_queued_when_it_stops_is_told() {
    let world = World::new();
    let mut listener = world.listen(["orders", "--exec", "read stop < \"$MAILSLOT_DIR/gate\"; cat"]);
    let gate = world.path().join("gate");
    let made = std::process::Command::new("mkfifo").arg(&gate).status().unwrap();
    assert!(made.success());
    world.run(["send", "orders", "one", "two", "three"]).ok();
    world.wait_until_queued("orders", 2);
    listener.signal(Signal::TERM);
    // For reading too, so that opening does not wait for a reader.
    let mut gate = std::fs::File::options().read(true).write(true).open(&gate).unwrap();
    gate.write_all(b"go\n").unwrap();
    let ended = listener.finish();
    assert_eq!((ended.code(), ended.text()), (0, "one"));
    assert_eq!(ended.stderr, "mailslot: 2 messages still queued went with the slot\n");
}

#[test]
fn a_reader_that_leaves_ends_it_without_a_word() {
    let world = World::new();
    let mut listener = world.listen(["orders"]);
    world.run(["send", "orders", "one"]).ok();
    assert_eq!(listener.line(), "one");
    listener.close_stdout();
    // No further message is needed, so none is lost.
    listener.finish().ok();
    assert_eq!(world.slots(), 0);
}

#[test]
fn it_ends_with_head_in_a_pipeline() {
    let world = World::new();
    let script = r#"{ "$MAILSLOT" listen many; echo "status $?" >&2; } | head -n 2"#;
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script]).env("MAILSLOT_DIR", world.path());
    shell.env("MAILSLOT", env!("CARGO_BIN_EXE_mailslot"));
    let mut pipeline = Running::start(&mut shell);
    world.wait_for_slots(1);
    // The listener may end between two of these messages.
    let sent = world.run_with_input(["send", "many"], "x\n".repeat(20_000).as_bytes());
    assert!([0, 9].contains(&sent.code()), "{sent:?}");
    let ended = pipeline.finish();
    assert_eq!((ended.text(), ended.stderr.as_str()), ("x\nx\n", "status 0\n"));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let world = World::new();
    let mut listener = Running::start_with_output(&mut world.command(["listen", "orders"]), full_device().into());
    world.wait_for_slots(1);
    world.run(["send", "orders", "lost"]).ok();
    listener.finish().failed(1, "mailslot: standard output: ");
}

#[test]
fn a_timeout_ends_it_with_5_after_what_arrived() {
    let world = World::new();
    let began = std::time::Instant::now();
    let ended = world.run(["listen", "orders", "--timeout", "120"]);
    assert!(began.elapsed() >= std::time::Duration::from_millis(120));
    ended.failed(5, "mailslot: ");
    let mut listener = world.listen(["orders", "--timeout", "1500"]);
    world.run(["send", "orders", "one"]).ok();
    let ended = listener.finish().failed(5, r"\\.\mailslot\orders");
    assert_eq!(ended.text(), "one\n");
}

#[test]
fn a_name_that_is_taken_gives_4_in_any_spelling() {
    let world = World::new();
    let _listener = world.listen(["taxes/bob"]);
    for name in ["taxes/bob", "TAXES/Bob", r"taxes\bob", r"\\.\mailslot\taxes\bob", "//./mailslot/taxes/bob"] {
        world.run(["listen", name]).failed(4, r"mailslot\");
    }
}

#[test]
fn limits_are_the_slots_own() {
    let world = World::new();
    let _listener = world.listen(["small", "--max-size", "5", "--quota", "100000", "--timeout", "60000"]);
    let object: Value = serde_json::from_slice(&world.run(["info", "small", "--json"]).ok().stdout).unwrap();
    assert_eq!(object["max_message_size"], 5);
    assert_eq!(object["quota"], 100_000);
    assert_eq!(object["read_timeout_ms"], 60_000);
    world.run(["send", "small", "12345"]).ok();
    world.run(["send", "small", "123456"]).failed(7, "message 1 was refused");
}
