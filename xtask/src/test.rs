//! `cargo xtask test`: everything, in one command.

use std::process::Command;

use anyhow::Result;

use crate::steps::{self, Count, Steps};
use crate::workspace::Workspace;
use crate::{docs, lint, tools};

/// The integration test of `mailslot-win32` that compiles and runs C and C++ programs.
const C_PROGRAMS: &[&str] = &["test", "--package=mailslot-win32", "--test=c_programs"];

pub(crate) fn run_all(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.check("tools", || tools::provide(workspace));
    steps.check("fmt-check", || lint::check_format(workspace));
    steps.check("lint", || lint::check(workspace));
    steps.count("cargo test", || {
        steps::run_counting(with_backtrace(&mut workspace.cargo()).args(["test", "--workspace", "--no-fail-fast"]))
    });
    steps.check("demo", || steps::run(workspace.cargo().args(["run", "--release", "--", "demo"])));
    steps.check("doc-check", || docs::check(workspace));
    steps.finish()
}

pub(crate) fn run_c_programs(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("c-test", || -> Result<Count> {
        steps::run_counting(with_backtrace(&mut workspace.cargo()).args(C_PROGRAMS))
    });
    steps.finish()
}

fn with_backtrace(command: &mut Command) -> &mut Command {
    command.env("RUST_BACKTRACE", "1")
}
