//! `cargo xtask lint`: clippy, and the rules of the project that clippy does not know.

mod dependencies;
mod lengths;
mod machine_names;
mod unsafe_code;

use anyhow::{Result, bail};

use crate::steps;
use crate::workspace::Workspace;

pub(crate) fn check_format(workspace: &Workspace) -> Result<()> {
    steps::run(workspace.cargo().args(["fmt", "--all", "--check"]))?;
    // A workspace of its own.
    steps::run(workspace.cargo().args(["fmt", "--manifest-path=fuzz/Cargo.toml", "--check"]))
}

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let metadata = workspace.metadata()?;
    let mut problems = dependencies::check(&metadata);
    problems.extend(unsafe_code::check(&metadata)?);
    problems.extend(lengths::check(workspace)?);
    problems.extend(machine_names::check(workspace)?);
    for problem in &problems {
        eprintln!("lint: {problem}");
    }
    let clippy = steps::run(workspace.cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "--deny=warnings",
    ]));
    if !problems.is_empty() {
        bail!("{} rules broken", problems.len());
    }
    clippy
}
