//! Builds the fuzzers with AddressSanitizer and with counters at each branch, on any toolchain.
//!
//! `cargo fuzz` does the same with a nightly one, and instruments every dependency. Here only the project's own crates are: the
//! rest is not what is tested, and takes minutes to build.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

const MANIFEST: &str = "fuzz/Cargo.toml";
const TARGETS: &str = "fuzz/fuzz_targets";

/// Without it build scripts, which run on this machine too, would be built with the sanitizer.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Packages that are instrumented.
const OURS: &[&str] = &["mailslot-queue", "mailslot", "mailslot-fuzz-targets", "mailslot-fuzz"];

/// The coverage flags are those of `cargo fuzz`. Rust's standard library is not built with the sanitizer, and rustc has to be told
/// that this is meant.
const FLAGS: &[&str] = &[
    "-Zsanitizer=address",
    "-Cunsafe-allow-abi-mismatch=sanitizer",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
    "--cfg=mailslot_planted_bug",
];

/// The names of the fuzzers, sorted.
pub(super) fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let files = workspace.files_ending(&["rs"])?;
    let mut names = Vec::new();
    for file in files.iter().filter(|file| file.starts_with(TARGETS)) {
        names.push(file.file_stem().and_then(|name| name.to_str()).context("a target needs a name")?.to_owned());
    }
    if names.is_empty() {
        bail!("no fuzzer in {TARGETS}");
    }
    Ok(names)
}

/// Returns the folder of the programs.
pub(super) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.metadata()?.target_directory.join("fuzz");
    let flags = serde_json::to_string(FLAGS)?;
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release", "--quiet", "--locked", "-Zprofile-rustflags", "--manifest-path", MANIFEST]);
    cargo.arg(format!("--target={PLATFORM}")).arg("--target-dir").arg(&folder);
    for package in OURS {
        cargo.arg("--config").arg(format!("profile.release.package.{package}.rustflags={flags}"));
    }
    // Neither sanitizers nor flags for some packages are stable, whichever toolchain this is.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    // Calls of the system go through the C library, where the sanitizer sees them.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "--cfg=rustix_use_libc");
    workspace.build(&mut cargo).context("the fuzzers do not build")?;
    Ok(folder.join(PLATFORM).join("release"))
}
