//! Programs in the manner of those that people have: written for Windows, in old and new C and C++, in other encodings, with
//! warnings. They compile as they are, and do what they do there. The sources are in `tests/c/programs`.

use std::process::Stdio;

use crate::run::{Running, Slots, run, run_with_input};
use crate::toolchain::{Build, Language, ported_source};

const C: Build = Build { language: Language::C, standard: "gnu17", unicode: false, short_wchar: false };
const CPP: Build = Build { language: Language::Cpp, standard: "c++17", unicode: false, short_wchar: false };

/// ANSI and UNICODE. Without a C++ compiler there are none.
fn cpp_builds() -> Vec<Build> {
    let builds = [CPP, Build { unicode: true, ..CPP }];
    builds.into_iter().filter(|build| build.language.is_available()).collect()
}

#[test]
fn the_reader_of_the_documentation_and_a_client_with_tmain() {
    for build in cpp_builds() {
        let slots = Slots::new();
        let reader = build.unmodified_program(&ported_source("strsafe_reader.cpp"));
        let client = build.unmodified_program(&ported_source("tmain_client.cpp"));
        let mut running = Running::start(&mut slots.command(reader.path()));
        running.wait_for("Mailslot created.");
        let said = run(slots.command(client.path()).args(["one", "größe", "end"])).expect_success();
        let size = if build.unicode { 16 } else { 4 };
        assert!(said.contains(&format!("sent one in {size} bytes\n")), "{build:?}: {said}");
        let read = running.finish().expect_success();
        for message in ["one", "größe", "end"] {
            assert!(
                read.contains(&format!("Contents of the mailslot: {message}\nMessage #1 of "))
                    || read.contains(&format!(": {message}\nMessage #")),
                "{build:?}: {read}"
            );
        }
    }
}

#[test]
fn a_source_with_a_mark_and_crlf() {
    for build in cpp_builds() {
        let slots = Slots::new();
        let server = build.unmodified_program(&ported_source("bom_crlf_server.cpp"));
        let client = build.unmodified_program(&ported_source("tmain_client.cpp"));
        let mut running = Running::start(&mut slots.command(server.path()));
        running.wait_for("Mailslot created.");
        run(slots.command(client.path()).args(["one", "end"])).expect_success();
        let size = if build.unicode { 16 } else { 4 };
        assert_eq!(running.finish().expect_success(), format!("Mailslot created.\n{size}: one (grüße)\n"), "{build:?}");
    }
}

#[test]
fn a_writer_with_iostream_h() {
    if !Language::Cpp.is_available() {
        return;
    }
    let slots = Slots::new();
    let server = CPP.unmodified_program(&ported_source("bom_crlf_server.cpp"));
    let writer = CPP.unmodified_program(&ported_source("iostream_writer.cpp"));
    let mut running = Running::start(&mut slots.command(server.path()));
    running.wait_for("Mailslot created.");
    let said = run_with_input(&mut slots.command(writer.path()), "first line\nend\n").expect_success();
    assert_eq!(said, "wrote 11 bytes\nwrote 4 bytes\n");
    assert!(running.finish().expect_success().contains("11: first line (grüße)\n"));
}

#[test]
fn void_main_and_another_code_page() {
    if !Language::Cpp.is_available() {
        return;
    }
    let hello = b"\xCF\xF0\xE8\xE2\xE5\xF2";
    let slots = Slots::new();
    let program = C.unmodified_program(&ported_source("cp1251_void_main.c"));
    let alone = slots.command(program.path()).stdin(Stdio::null()).output().unwrap();
    assert_eq!((alone.status.code(), alone.stdout.as_slice()), (Some(1), b"\xCE\xF8\xE8\xE1\xEA\xE0 2\n".as_slice()));

    let server = CPP.unmodified_program(&ported_source("bom_crlf_server.cpp"));
    let client = CPP.unmodified_program(&ported_source("tmain_client.cpp"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let output = file.reopen().unwrap();
    let mut running = slots.command(server.path()).stdin(Stdio::null()).stdout(output).spawn().unwrap();
    while !std::fs::read(file.path()).unwrap().starts_with(b"Mailslot created.")
        && running.try_wait().unwrap().is_none()
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let said = slots.command(program.path()).output().unwrap();
    assert_eq!(
        (said.status.code(), said.stdout.as_slice()),
        (Some(0), [hello, b": 7\n".as_slice()].concat().as_slice())
    );
    run(slots.command(client.path()).arg("end")).expect_success();
    assert!(running.wait().unwrap().success());
    let read = std::fs::read(file.path()).unwrap();
    assert!(read.windows(hello.len()).any(|window| window == hello), "{read:?}");
}

#[test]
fn a_loop_until_escape_is_pressed() {
    let program = C.unmodified_program(&ported_source("key_loop.c"));
    let slots = Slots::new();
    let output = run_with_input(&mut slots.command(program.path()), " \u{1b}Alice\n").expect_success();
    assert_eq!(output, "Press a key, Esc to quit\nkey 32\nkey 27\nEnter a name: Hello, Alice\n");
}

#[test]
fn names_of_sockets() {
    for build in cpp_builds() {
        let program = build.unmodified_program(&ported_source("winsock_names.cpp"));
        let output = run(&mut Slots::new().command(program.path())).expect_success();
        assert_eq!(output, "Nothing came\nRefused\n0 bytes\n4 bytes\n", "{build:?}");
    }
}

#[test]
fn a_menu_with_secure_functions() {
    for build in cpp_builds() {
        let program = build.unmodified_program(&ported_source("secure_menu.cpp"));
        let slots = Slots::new();
        let output = run_with_input(slots.command(program.path()).stderr(Stdio::null()), "1\nhello\n2\n3\n");
        let output = output.expect_success();
        assert!(output.contains("sent 8 after 2000\n") && output.contains("received hello|5\n"), "{build:?}: {output}");
    }
}

#[test]
fn wide_text_throughout() {
    for build in [C, Build { unicode: true, ..C }] {
        let program = build.unmodified_program(&ported_source("wide_names.c"));
        let output = run(Slots::new().command(program.path()).arg("Größe")).expect_success();
        assert_eq!(output, "wide: also wide narrow\nbetween\ngrüße, 5 characters\nend\n", "{build:?}");
    }
}

#[test]
fn an_empty_message_ends_a_reader_on_a_thread() {
    let program = C.unmodified_program(&ported_source("end_mark.c"));
    let output = run(Slots::new().command(program.path()).args(["ab", "cde"])).expect_success();
    assert_eq!(output, "ab\ncde\n5 bytes, process fine\n");
}

#[test]
fn iostream_brings_the_c_library() {
    for build in cpp_builds() {
        let program = build.unmodified_program(&ported_source("iostream_only.cpp"));
        let output = run(&mut Slots::new().command(program.path())).expect_success();
        assert_eq!(output, "-5%\nwide narrow\nff\nPress any key to continue . . . \n", "{build:?}");
    }
}

#[test]
fn a_dispatcher_with_threads_events_and_worker_processes() {
    for build in cpp_builds() {
        let program = build.unmodified_program(&ported_source("dispatcher.cpp"));
        let said = run(&mut Slots::new().command(program.path())).expect_success();
        assert_eq!(said.matches("received: result ").count(), 15, "{build:?}: {said}");
        assert!(said.ends_with("all done: 15 results, thread code 7\n"), "{build:?}: {said}");
    }
}
