//! `cargo xtask bench`: measures mailslots beside other ways to pass messages.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::steps;
use crate::workspace::Workspace;

const PACKAGE: &str = "mailslot-bench";

/// Builds the benchmark with all peers and runs it with these arguments.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let package = format!("--package={PACKAGE}");
    let artifacts = workspace.build(workspace.cargo().args(["build", "--release", &package, "--features=peers"]))?;
    let program = artifacts
        .iter()
        .find(|artifact| artifact.target == PACKAGE && artifact.path.extension().is_none())
        .context("cargo did not say where the benchmark is")?;
    let mut command = Command::new(&program.path);
    steps::run(command.args(arguments).current_dir(workspace.root()).stdin(Stdio::null()))
}

/// Everything once: it has to work, however long it takes.
pub(crate) fn smoke(workspace: &Workspace) -> Result<()> {
    run(workspace, &["--quick".to_owned()])
}
