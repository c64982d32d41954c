//! Programs as the Windows documentation and its readers write them.

use std::path::Path;

use crate::run::{Finished, Running, Slots, run};
use crate::toolchain::{Build, Language, builds, example_source, test_source};

#[test]
fn a_polling_server_shows_what_clients_write() {
    for build in builds(&[Language::C, Language::Cpp]) {
        let output = serve(build, &test_source("poll_server.c"), &test_source("client.c"), &["one", "Größe 中", "end"]);
        for message in ["one", "Größe 中", "end"] {
            assert!(output.contains(&format!("Contents of the mailslot: {message}\n")), "{build:?}: {output}");
        }
        assert!(output.contains("Message #1 of "), "{build:?}: {output}");
    }
}

#[test]
fn a_client_without_a_server_says_error_2() {
    let build = Build { language: Language::C, standard: "gnu17", unicode: true, short_wchar: false };
    let program = build.program(&test_source("client.c"));
    let Finished { status, output } = run(Slots::new().command(program.path()).arg("unheard"));
    assert_eq!(status.code(), Some(2));
    assert_eq!(output, "CreateFile failed with 2.\n");
}

#[test]
fn a_cpp_program_with_streams_and_a_thread() {
    for build in builds(&[Language::Cpp]) {
        let program = build.program(&test_source("streams.cpp"));
        let output = run(Slots::new().command(program.path()).args(["eins", "zwölf", "中文"])).expect_success();
        assert_eq!(output, "got eins\ngot zwölf\ngot 中文\nlongest has 4\n", "{build:?}");
    }
}

#[test]
fn the_examples_talk_to_each_other() {
    for build in builds(&[Language::C, Language::Cpp]) {
        let output = serve(build, &example_source("read.c"), &example_source("write.c"), &["first", "second", ""]);
        assert!(output.contains("5 bytes: first\n") && output.contains("6 bytes: second\n"), "{build:?}: {output}");
        let program = build.program(&example_source("create.c"));
        let output = run(&mut Slots::new().command(program.path())).expect_success();
        assert!(output.contains("0 messages"), "{build:?}: {output}");
    }
}

/// Starts the server, has the client write the messages, the last of which ends the server, and tells what that said.
fn serve(build: Build, server: &Path, client: &Path, messages: &[&str]) -> String {
    let (server, client, slots) = (build.program(server), build.program(client), Slots::new());
    let mut running = Running::start(&mut slots.command(server.path()));
    running.wait_for("ready");
    run(slots.command(client.path()).args(messages)).expect_success();
    running.finish().expect_success()
}
