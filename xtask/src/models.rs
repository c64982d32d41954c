//! `cargo xtask models`: the queue's logic in every order of steps, under loom; `cargo xtask miri`: the same under Miri.
//!
//! The models are tests inside of `mailslot-queue`, which only builds with `--cfg mailslot_model` have. Every one of them is shown
//! to find bugs: the list in `planted` is applied to a copy of the sources, and each bug must be reported.

mod planted;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::{self, Count};
use crate::workspace::Workspace;

/// What a run consists of.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Models whose name contains this; all without it.
    pub(crate) filter: Option<String>,
    /// How often a participant may be interrupted by another within one order, at least: each model has a number of its own, which
    /// keeps a run short.
    pub(crate) preemptions: Option<u32>,
    /// Leave out what is not this.
    pub(crate) only: Option<Only>,
}

/// A part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    Sound,
    Planted,
}

/// The atomics that models stand on.
#[derive(Clone, Copy)]
enum Atomics {
    /// loom's: every order.
    Loom,
    /// The machine's, in plain memory: some orders.
    Machine,
}

impl Atomics {
    fn flags(self) -> &'static str {
        match self {
            Atomics::Loom => "--cfg mailslot_model --cfg mailslot_loom",
            Atomics::Machine => "--cfg mailslot_model",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Atomics::Loom => "loom",
            Atomics::Machine => "machine",
        }
    }
}

/// loom does most of the work, the models the rest; nobody debugs the others.
const PROFILE: &[&str] = &[
    "profile.dev.package.loom.opt-level=3",
    "profile.dev.package.generator.opt-level=3",
    "profile.dev.package.mailslot-queue.opt-level=1",
    "profile.dev.debug=\"line-tables-only\"",
];

/// Checks the models, then that they find what is planted.
pub(crate) fn check(workspace: &Workspace, selection: &Selection) -> Result<Count> {
    let mut count = Count::default();
    if selection.only != Some(Only::Planted) {
        let filter = selection.filter.as_deref().unwrap_or("models::");
        for atomics in [Atomics::Machine, Atomics::Loom] {
            let program = build(workspace, workspace.root(), atomics)?;
            let mut command = runs(&program);
            command.args([filter, "--nocapture"]);
            if let Some(preemptions) = selection.preemptions {
                command.env("MAILSLOT_PREEMPTIONS", preemptions.to_string());
            }
            add(&mut count, steps::run_counting(&mut command)?);
        }
    }
    if selection.only != Some(Only::Sound) {
        let sources = planted::plant(workspace, &folder(workspace)?.join("planted"))?;
        let program = build(workspace, &sources, Atomics::Loom)?;
        add(&mut count, planted::check(&program, selection.filter.as_deref())?);
    }
    Ok(count)
}

/// Runs the models under Miri, which is a part of nightly toolchains that has to be asked for.
pub(crate) fn check_under_miri(workspace: &Workspace) -> Result<Count> {
    let miri = |arguments: &[&str]| {
        let mut command = Command::new("rustup");
        command.args(["run", "nightly", "cargo", "miri"]).args(arguments).current_dir(workspace.root());
        command
    };
    let is_there = miri(&["--version"]).output().is_ok_and(|output| output.status.success());
    if !is_there {
        bail!(
            "Miri is not installed, and nothing was checked; get it with: rustup toolchain install nightly --component miri"
        );
    }
    let mut command = miri(&["test", "--package=mailslot-queue", "--lib", "models::"]);
    command.env("RUSTFLAGS", Atomics::Machine.flags()).env("MIRIFLAGS", "-Zmiri-disable-isolation");
    command.env("CARGO_TARGET_DIR", folder(workspace)?.join("miri"));
    steps::run_counting(&mut command)
}

fn add(sum: &mut Count, count: Count) {
    sum.passed += count.passed;
    sum.failed += count.failed;
}

fn folder(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.metadata()?.target_directory.join("models"))
}

/// Builds the unit tests of `mailslot-queue` in that checkout; returns the program.
fn build(workspace: &Workspace, root: &Path, atomics: Atomics) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo
        .current_dir(root)
        .args(["test", "--no-run", "--quiet", "--package=mailslot-queue", "--lib", "--target-dir"])
        .arg(folder(workspace)?.join(atomics.folder()))
        .env("RUSTFLAGS", atomics.flags())
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    PROFILE.iter().for_each(|setting| {
        cargo.args(["--config", setting]);
    });
    let artifacts = workspace.build(&mut cargo).context("the models do not build")?;
    let program = artifacts.into_iter().find(|artifact| artifact.target == "mailslot_queue");
    Ok(program.context("cargo built no tests")?.path)
}

/// The program with an environment that is the same everywhere.
fn runs(program: &Path) -> Command {
    let mut command = Command::new(program);
    // A model's participants have small stacks: no room for a backtrace.
    command.env("RUST_BACKTRACE", "0").env_remove("MAILSLOT_PREEMPTIONS");
    command
}
