//! Several processes and one slot.

use std::thread;

use crate::run::{Running, Slots, run};
use crate::toolchain::{Build, Language, Program, test_source};

const NAME: &str = r"\\.\mailslot\processes\one";

#[test]
fn b80_messages_of_many_processes_are_whole_once_and_in_order() {
    let (program, slots) = (program(), Slots::new());
    let (writers, count, bytes) = (4, 2000, 5000);
    let role = |arguments: &[&str], numbers: &[u32]| {
        let mut command = slots.command(program.path());
        command.args(arguments).args(numbers.iter().map(u32::to_string));
        command
    };
    let mut reader = Running::start(&mut role(&["read", NAME], &[writers * count, bytes]));
    reader.wait_for("ready");
    thread::scope(|scope| {
        for writer in 0..writers {
            let mut command = role(&["write", NAME], &[writer, count, bytes]);
            scope.spawn(move || run(&mut command).expect_success());
        }
    });
    let output = reader.finish().expect_success();
    assert!(output.contains("read 8000 messages, each whole, once and in order"), "{output}");
}

#[test]
fn b94_a_killed_server_frees_the_name_and_the_messages() {
    let (program, slots) = (program(), Slots::new());
    let check =
        |last_error: &str| run(slots.command(program.path()).args(["check", NAME, last_error])).expect_success();
    for _ in 0..20 {
        let mut server = Running::start(slots.command(program.path()).args(["hold", NAME]));
        server.wait_for("ready");
        check("0");
        server.kill();
        check("2");
        assert_eq!(slots.files(), 0, "the dead slot's file is still there");
    }
}

#[test]
fn b94_the_next_server_of_a_killed_one_starts_empty() {
    let (program, slots) = (program(), Slots::new());
    let mut server = Running::start(slots.command(program.path()).args(["hold", NAME]));
    server.wait_for("ready");
    server.kill();
    // It reads exactly what is written now, and finds the queue empty then.
    let mut reader = Running::start(slots.command(program.path()).args(["read", NAME, "10", "100"]));
    reader.wait_for("ready");
    run(slots.command(program.path()).args(["write", NAME, "0", "10", "100"])).expect_success();
    reader.finish().expect_success();
}

#[test]
fn b17_b32_b87_children_use_inherited_handles_by_number() {
    let (program, slots) = (program(), Slots::new());
    run(slots.command(program.path()).args(["parent", NAME])).expect_success();
}

fn program() -> Program {
    let build = Build { language: Language::C, standard: "gnu17", unicode: false, short_wchar: false };
    build.program(&test_source("processes.c"))
}
