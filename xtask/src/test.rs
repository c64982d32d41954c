//! `cargo xtask test`: everything, in one command.

use std::num::NonZero;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::steps::{self, Count, Steps};
use crate::workspace::Workspace;
use crate::{bench, conformance, docs, fuzz, lint, models, sanitize, tools, torture};

/// Optimised, as users get it: the tests that kill and stop processes behind each instruction are about that code.
const CRATES: &[&str] =
    &["test", "--profile=optimised", "--workspace", "--exclude=xtask", "--exclude=mailslot-bench", "--no-fail-fast"];

/// What peers may scribble into a slot file, met by the code with its overflow checks and debug assertions. A little optimised, or
/// the tests would compute longer than the queue.
const CHECKED: &[&str] = &[
    "test",
    "--config=profile.dev.package.mailslot-queue.opt-level=1",
    "--package=mailslot-queue",
    "--lib",
    "--test=bad_input",
    "--test=queue",
];

/// Not optimised, as it runs now: nearly all of it is built already.
const CHORES: &[&str] = &["test", "--package=xtask", "--package=mailslot-bench", "--no-fail-fast"];

/// How long each fuzzer runs in a test run: enough to see that it works and finds what is near.
const FUZZ_SECONDS: u64 = 8;

/// The integration test of `mailslot-win32` that compiles and runs C and C++ programs.
const C_PROGRAMS: &[&str] = &["test", "--profile=optimised", "--package=mailslot-win32", "--test=c_programs"];

pub(crate) fn run_all(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.check("tools", || tools::provide(workspace));
    steps.check("fmt-check", || lint::check_format(workspace));
    steps.check("lint", || lint::check(workspace));
    steps.count("crates", || cargo_test(workspace, CRATES));
    steps.count("checked", || cargo_test(workspace, CHECKED));
    steps.count("xtask", || cargo_test(workspace, CHORES));
    steps.count("models", || models::check(workspace, &models::Selection::default()));
    steps.count("sanitize", || sanitize::check(workspace, &sanitize::Selection::default()));
    steps.count("fuzz", || fuzz::check(workspace, &fuzz_selection(None, FUZZ_SECONDS)));
    steps.count("torture", || torture::check(workspace));
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

pub(crate) fn run_models(workspace: &Workspace, selection: &models::Selection) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("models", || models::check(workspace, selection));
    steps.finish()
}

pub(crate) fn run_miri(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("miri", || models::check_under_miri(workspace));
    steps.finish()
}

pub(crate) fn run_fuzzers(workspace: &Workspace, target: Option<String>, seconds: u64) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("fuzz", || fuzz::check(workspace, &fuzz_selection(target, seconds)));
    steps.finish()
}

fn fuzz_selection(target: Option<String>, seconds: u64) -> fuzz::Selection {
    fuzz::Selection { target, time: Duration::from_secs(seconds) }
}

pub(crate) fn run_conformance(workspace: &Workspace, write: bool) -> Result<()> {
    let mut steps = Steps::default();
    steps.count("conformance", || conformance::check(workspace, write));
    steps.finish()
}

fn cargo_test(workspace: &Workspace, arguments: &[&str]) -> Result<Count> {
    // Most tests wait more than they compute: for other processes, and for time to pass.
    let threads = 2 * thread::available_parallelism().map_or(1, NonZero::get);
    let mut cargo = workspace.cargo();
    cargo.args(arguments).env("RUST_BACKTRACE", "1").env("RUST_TEST_THREADS", threads.to_string());
    steps::run_counting(&mut cargo)
}
