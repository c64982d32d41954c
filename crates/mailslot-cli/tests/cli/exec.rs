//! `mailslot listen --exec`.

use rustix::process::Signal;

use crate::support::World;

#[test]
fn the_command_gets_the_message_and_its_facts() {
    let world = World::new();
    let command =
        r#"printf '%s %s %s %s [' "$MAILSLOT_NAME" "$MAILSLOT_SIZE" "$MAILSLOT_UID" "$MAILSLOT_PID"; cat; echo ]"#;
    let mut listener = world.listen(["taxes/bob", "--count", "2", "--exec", command]);
    let mut sender = crate::support::Running::start(&mut world.command(["send", "taxes/bob", "hello", ""]));
    let pid = sender.pid();
    sender.finish().ok();
    let uid = rustix::process::getuid().as_raw();
    let expected =
        format!("\\\\.\\mailslot\\taxes\\bob 5 {uid} {pid} [hello]\n\\\\.\\mailslot\\taxes\\bob 0 {uid} {pid} []\n");
    assert_eq!(listener.finish().ok().text(), expected);
}

#[test]
fn a_command_that_fails_is_told_and_the_next_message_is_handled() {
    let world = World::new();
    let command = r#"read word; echo "$word"; [ "$word" != bad ]"#;
    let mut listener = world.listen(["jobs", "--count", "3", "--exec", command]);
    world.run(["send", "jobs", "one\n", "bad\n", "two\n"]).ok();
    let ended = listener.finish().failed(1, "the command failed (exit status: 1) on a message of 4 bytes from pid ");
    assert_eq!(ended.text(), "one\nbad\ntwo\n");
    assert_eq!(ended.stderr.lines().count(), 1);
}

#[test]
fn a_failed_command_does_not_change_the_end_by_a_signal() {
    let world = World::new();
    let mut listener = world.listen(["jobs", "--exec", "cat; false"]);
    world.run(["send", "jobs", "one\n"]).ok();
    assert_eq!(listener.line(), "one");
    listener.signal(Signal::INT);
    assert_eq!(listener.finish().code(), 0);
}

#[test]
fn a_command_that_does_not_read_a_big_message_is_fine() {
    let world = World::new();
    let mut listener = world.listen(["jobs", "--count", "1", "--exec", "echo done"]);
    world.run_with_input(["send", "jobs", "--whole"], &vec![b'x'; 1 << 20]).ok();
    assert_eq!(listener.finish().ok().text(), "done\n");
}

#[test]
fn a_format_makes_no_sense_with_it() {
    let world = World::new();
    world.run(["listen", "jobs", "--exec", "cat", "--format", "json"]).failed(2, "--format");
}
