//! The programs that print one line of TAP for each behaviour.

use crate::run::{Slots, run};
use crate::toolchain::{Build, Language, builds, short_wchar_builds, test_source};

#[test]
fn b1_to_b32_create_and_open_as_c() {
    run_in(&builds(&[Language::C]), "create_open.c");
}

#[test]
fn b1_to_b32_create_and_open_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "create_open.c");
}

#[test]
fn b1_to_b32_create_and_open_with_short_wchar() {
    run_in(&short_wchar_builds(&BOTH), "create_open.c");
}

#[test]
fn b33_to_b102_read_and_write_as_c() {
    run_in(&builds(&[Language::C]), "read_write.c");
}

#[test]
fn b33_to_b102_read_and_write_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "read_write.c");
}

#[test]
fn b33_to_b102_read_and_write_with_short_wchar() {
    run_in(&short_wchar_builds(&BOTH), "read_write.c");
}

#[test]
fn b87_to_b99_duplicate_as_c() {
    run_in(&builds(&[Language::C]), "duplicate.c");
}

#[test]
fn b87_to_b99_duplicate_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "duplicate.c");
}

#[test]
fn b87_to_b99_duplicate_with_short_wchar() {
    run_in(&short_wchar_builds(&BOTH), "duplicate.c");
}

#[test]
fn b104_to_b109_file_times_as_c() {
    run_in(&builds(&[Language::C]), "file_times.c");
}

#[test]
fn b104_to_b109_file_times_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "file_times.c");
}

#[test]
fn b104_to_b109_file_times_with_short_wchar() {
    run_in(&short_wchar_builds(&BOTH), "file_times.c");
}

#[test]
fn b91_to_b98_duplicate_across_processes() {
    run_in(&one_of_each_language(), "duplicate_processes.c");
}

#[test]
fn b103_processes() {
    run_in(&one_of_each_kind(), "process.c");
}

#[test]
fn b110_other_functions() {
    run_in(&one_of_each_kind(), "other_functions.c");
}

#[test]
fn b111_find() {
    run_in(&one_of_each_kind(), "find.c");
}

#[test]
fn security_descriptors() {
    run_in(&one_of_each_kind(), "security.c");
}

#[test]
fn events() {
    run_in(&one_of_each_kind(), "events.c");
}

#[test]
fn mutexes() {
    run_in(&one_of_each_language(), "mutexes.c");
}

#[test]
fn semaphores() {
    run_in(&one_of_each_kind(), "semaphores.c");
}

#[test]
fn locks() {
    run_in(&one_of_each_kind(), "locks.c");
}

#[test]
fn the_thread_functions() {
    run_in(&one_of_each_kind(), "threads_api.c");
}

#[test]
fn files() {
    run_in(&one_of_each_kind(), "files.c");
}

#[test]
fn consoles() {
    run_in(&one_of_each_kind(), "console.c");
}

#[test]
fn inherited_files() {
    run_in(&one_of_each_kind(), "inherited_files.c");
}

#[test]
fn messages() {
    run_in(&one_of_each_kind(), "messages.c");
}

#[test]
fn code_pages_and_the_system() {
    run_in(&one_of_each_kind(), "text.c");
}

#[test]
fn memory_clocks_and_sockets() {
    run_in(&one_of_each_kind(), "memory_time.c");
}

#[test]
fn mappings() {
    run_in(&one_of_each_kind(), "mapping.c");
}

#[test]
fn timers() {
    run_in(&one_of_each_kind(), "timers.c");
}

#[test]
fn vandals_do_not_hurt() {
    let build = Build { language: Language::C, standard: "gnu17", unicode: false, short_wchar: false };
    run_in(&[build], "vandals.c");
}

#[test]
fn keys_titles_and_signals_of_a_terminal() {
    run_in(&builds(&BOTH), "terminal.c");
}

#[test]
fn b80_threads_share_handles() {
    run_in(&builds_with_threads(), "threads.c");
}

#[test]
fn b46_to_b60_overlapped_reads() {
    run_in(&builds_with_threads(), "overlapped.c");
}

#[test]
fn b61_to_b79_completion_routines_and_ports() {
    run_in(&builds_with_threads(), "completion.c");
}

#[test]
fn compatibility_functions_of_the_headers() {
    run_in(&builds(&BOTH), "headers.c");
}

#[test]
fn secure_functions_and_formats() {
    run_in(&builds(&BOTH), "crt_secure.c");
}

const BOTH: [Language; 2] = [Language::C, Language::Cpp];

/// For what is about the library more than about the headers: old and new, ANSI and UNICODE, both widths of `wchar_t`, each in
/// C and in C++ at least once, and not every combination.
fn one_of_each_kind() -> Vec<Build> {
    let mut picked = builds(&BOTH);
    picked.retain(|build| {
        matches!((build.standard, build.unicode), ("c99" | "c++17", true) | ("gnu17" | "c++11", false))
    });
    let is_picked = |build: &Build| matches!((build.standard, build.unicode), ("gnu17" | "c++11", true));
    picked.extend(short_wchar_builds(&BOTH).into_iter().filter(is_picked));
    picked
}

/// For what waits long.
fn one_of_each_language() -> Vec<Build> {
    let mut picked = builds(&BOTH);
    picked.retain(|build| matches!((build.standard, build.unicode), ("gnu17", false) | ("c++17", true)));
    picked
}

/// Those whose C library has `threads.h`.
fn builds_with_threads() -> Vec<Build> {
    builds(&BOTH).into_iter().filter(|build| build.standard.ends_with("17")).collect()
}

fn run_in(builds: &[Build], source: &str) {
    for build in builds {
        let program = build.program(&test_source(source));
        let slots = Slots::new();
        let finished = run(&mut slots.command(program.path()));
        check_tap(&finished.output, &format!("{source} as {build:?}, {}", finished.status));
        assert!(finished.status.success(), "{source} as {build:?}: {}", finished.status);
        assert_eq!(slots.files(), 0, "{source} as {build:?} left files behind");
    }
}

/// Every line that counts says `ok`, and their number is the one that the plan at the end says.
fn check_tap(output: &str, what: &str) {
    let results: Vec<&str> =
        output.lines().filter(|line| line.starts_with("ok ") || line.starts_with("not ok ")).collect();
    assert!(results.iter().all(|line| line.starts_with("ok ")), "{what}:\n{output}");
    let plan = format!("1..{}", results.len());
    assert!(!results.is_empty() && output.lines().last() == Some(&plan), "{what} did not get to its end:\n{output}");
}
