//! The guesses, as the conformance suite in C is compiled with them.

use std::path::Path;
use std::{env, fs};

use mailslot::quirks;

/// Those that behaviours depend on.
fn header() -> String {
    let guesses = [
        ("CREATE_ON_HOST", quirks::CREATE_ON_HOST.win32_code()),
        ("READ_NULL_BUFFER_ERROR", quirks::READ_NULL_BUFFER_ERROR),
        ("READ_PENDING_AT_CLOSE_ERROR", quirks::READ_PENDING_AT_CLOSE_ERROR),
        ("WRITE_AFTER_SERVER_CLOSED_ERROR", quirks::WRITE_AFTER_SERVER_CLOSED_ERROR),
        ("WRITE_TOO_LARGE_ERROR", quirks::WRITE_TOO_LARGE_ERROR),
    ];
    let lines: Vec<String> = guesses.iter().map(|(name, value)| format!("#define GUESS_{name} {value}\n")).collect();
    format!(
        "/* The guesses of crates/mailslot/src/quirks.rs that behaviours depend on. Written by `cargo xtask conformance \
         --write`. */\n#ifndef GUESSES_H\n#define GUESSES_H\n\n{}\n#endif\n",
        lines.concat()
    )
}

#[test]
fn the_suite_in_c_has_these_guesses() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/guesses.h");
    if env::var_os("MAILSLOT_WRITE_GUESSES").is_some() {
        fs::write(&path, header()).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert_eq!(found, header(), "written by: cargo xtask conformance --write");
}
