//! What the fuzzers call, one function for each target: it takes any bytes and panics where something is wrong.
//!
//! The fuzzers in `fuzz/fuzz_targets` feed them with what they come up with, the test `replay` with what is kept in
//! `fuzz/corpus` and `fuzz/crashes`. There is no target for a configuration: the project has none yet.
#![forbid(unsafe_code)]
// A wrong result is reported by a panic: that is what a fuzzer and a test see.
#![allow(clippy::panic, clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

mod access;
mod arguments;
// The parser of the command line is no library: it is compiled in here, with what it needs, without the commands.
#[allow(dead_code)]
#[path = "../../../crates/mailslot-cli/src/cli.rs"]
mod cli;
mod descriptors;
#[allow(dead_code)]
#[path = "../../../crates/mailslot-cli/src/exit_status.rs"]
mod exit_status;
mod names;
mod place;
mod script;
mod sddl;
mod slot_file;

pub use arguments::arguments;
pub use descriptors::descriptors;
pub use names::names;
pub use sddl::sddl;
pub use slot_file::slot_file;

/// A target's name, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Inputs of a target are in folders of its name.
pub const TARGETS: [Target; 5] = [
    ("slot_file", slot_file),
    ("names", names),
    ("sddl", sddl),
    ("descriptors", descriptors),
    ("arguments", arguments),
];
