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
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "create_open.c");
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
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "read_write.c");
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
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "duplicate.c");
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
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "file_times.c");
}

#[test]
fn events_as_c() {
    run_in(&builds(&[Language::C]), "events.c");
}

#[test]
fn events_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "events.c");
}

#[test]
fn events_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "events.c");
}

#[test]
fn b91_to_b98_duplicate_across_processes_as_c() {
    run_in(&builds(&[Language::C]), "duplicate_processes.c");
}

#[test]
fn b91_to_b98_duplicate_across_processes_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "duplicate_processes.c");
}

#[test]
fn b91_to_b98_duplicate_across_processes_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "duplicate_processes.c");
}

#[test]
fn b103_processes_as_c() {
    run_in(&builds(&[Language::C]), "process.c");
}

#[test]
fn b103_processes_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "process.c");
}

#[test]
fn b103_processes_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "process.c");
}

#[test]
fn mutexes_as_c() {
    run_in(&builds(&[Language::C]), "mutexes.c");
}

#[test]
fn mutexes_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "mutexes.c");
}

#[test]
fn mutexes_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "mutexes.c");
}

#[test]
fn semaphores_as_c() {
    run_in(&builds(&[Language::C]), "semaphores.c");
}

#[test]
fn semaphores_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "semaphores.c");
}

#[test]
fn semaphores_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "semaphores.c");
}

#[test]
fn security_descriptors_as_c() {
    run_in(&builds(&[Language::C]), "security.c");
}

#[test]
fn security_descriptors_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "security.c");
}

#[test]
fn security_descriptors_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "security.c");
}

#[test]
fn the_thread_functions_as_c() {
    run_in(&builds(&[Language::C]), "threads_api.c");
}

#[test]
fn the_thread_functions_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "threads_api.c");
}

#[test]
fn the_thread_functions_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "threads_api.c");
}

#[test]
fn b110_other_functions_as_c() {
    run_in(&builds(&[Language::C]), "other_functions.c");
}

#[test]
fn b110_other_functions_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "other_functions.c");
}

#[test]
fn b110_other_functions_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "other_functions.c");
}

#[test]
fn b111_find_as_c() {
    run_in(&builds(&[Language::C]), "find.c");
}

#[test]
fn b111_find_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "find.c");
}

#[test]
fn b111_find_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "find.c");
}

#[test]
fn files_as_c() {
    run_in(&builds(&[Language::C]), "files.c");
}

#[test]
fn files_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "files.c");
}

#[test]
fn files_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "files.c");
}

#[test]
fn messages_as_c() {
    run_in(&builds(&[Language::C]), "messages.c");
}

#[test]
fn messages_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "messages.c");
}

#[test]
fn messages_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "messages.c");
}

#[test]
fn locks_as_c() {
    run_in(&builds(&[Language::C]), "locks.c");
}

#[test]
fn locks_as_cpp() {
    run_in(&builds(&[Language::Cpp]), "locks.c");
}

#[test]
fn locks_with_short_wchar() {
    run_in(&short_wchar_builds(&[Language::C, Language::Cpp]), "locks.c");
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
    run_in(&builds(&[Language::C, Language::Cpp]), "headers.c");
}

#[test]
fn secure_functions_and_formats() {
    run_in(&builds(&[Language::C, Language::Cpp]), "crt_secure.c");
}

#[test]
fn code_pages_and_the_system() {
    run_in(&both_widths(), "text.c");
}

#[test]
fn memory_clocks_and_sockets() {
    run_in(&both_widths(), "memory_time.c");
}

#[test]
fn the_console() {
    run_in(&builds(&[Language::C, Language::Cpp]), "console.c");
}

/// Every build, with `wchar_t` of 32 and of 16 bits.
fn both_widths() -> Vec<Build> {
    [builds(&[Language::C, Language::Cpp]), short_wchar_builds(&[Language::C, Language::Cpp])].concat()
}

/// Those whose C library has `threads.h`.
fn builds_with_threads() -> Vec<Build> {
    builds(&[Language::C, Language::Cpp]).into_iter().filter(|build| build.standard.ends_with("17")).collect()
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
