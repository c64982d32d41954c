//! `cargo xtask test`: everything, in one command.

use anyhow::Result;

use crate::steps::{self, Count, Steps};
use crate::workspace::Workspace;
use crate::{bench, conformance, docs, lint, sanitize, tools};

/// Optimised, as users get it: the tests that kill and stop processes behind each instruction are about that code.
const CRATES: &[&str] =
    &["test", "--release", "--workspace", "--exclude=xtask", "--exclude=mailslot-bench", "--no-fail-fast"];

/// What peers may scribble into a slot file, met by the code with its overflow checks and debug assertions.
const CHECKED: &[&str] = &["test", "--package=mailslot-queue", "--lib", "--test=bad_input", "--test=queue"];

/// Not optimised, as it runs now: nearly all of it is built already.
const CHORES: &[&str] = &["test", "--package=xtask", "--package=mailslot-bench", "--no-fail-fast"];

/// The integration test of `mailslot-win32` that compiles and runs C and C++ programs.
const C_PROGRAMS: &[&str] = &["test", "--release", "--package=mailslot-win32", "--test=c_programs"];

pub(crate) fn run_all(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.check("tools", || tools::provide(workspace));
    steps.check("fmt-check", || lint::check_format(workspace));
    steps.check("lint", || lint::check(workspace));
    steps.count("crates", || cargo_test(workspace, CRATES));
    steps.count("checked", || cargo_test(workspace, CHECKED));
    steps.count("xtask", || cargo_test(workspace, CHORES));
    steps.count("sanitize", || sanitize::check(workspace, &sanitize::Selection::default()));
    steps.count("conformance", || conformance::check(workspace, false));
    steps.check("bench", || bench::smoke(workspace));
    steps.check("demo", || steps::run(workspace.cargo().args(["run", "--release", "--", "demo"])));
    steps.check("doc-check", || docs::check(workspace));
    steps.finish()
}

pub(crate) fn run_c_programs(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("c-test", || cargo_test(workspace, C_PROGRAMS));
    steps.finish()
}

pub(crate) fn run_sanitizers(workspace: &Workspace, names: Vec<String>, tools: Vec<sanitize::Tool>) -> Result<()> {
    let mut steps = Steps::default();
    let selection = sanitize::Selection { names, tools, with_slow_ones: true };
    steps.count("sanitize", || sanitize::check(workspace, &selection));
    steps.finish()
}

pub(crate) fn run_conformance(workspace: &Workspace, write: bool) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("conformance", || conformance::check(workspace, write));
    steps.finish()
}

fn cargo_test(workspace: &Workspace, arguments: &[&str]) -> Result<Count> {
    steps::run_counting(workspace.cargo().args(arguments).env("RUST_BACKTRACE", "1"))
}
