//! `cargo xtask torture`: builds `mailslot-torture` and runs it; with `--planted`, against queues with bugs that it must find.

mod planted;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::{self, Count};
use crate::workspace::Workspace;

const PACKAGE: &str = "mailslot-torture";

/// What a run is to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How long, in minutes
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    minutes: f64,
    /// What chooses who is killed when; a random one by default
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Slots at a time, each with a crowd of its own
    #[arg(long, value_name = "J", default_value_t = 2)]
    jobs: usize,
    /// Appends a row to the table in this Markdown file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Instead: kills a writer and a reader behind every single instruction
    #[arg(long, conflicts_with_all = ["minutes", "seed", "jobs", "record", "planted"])]
    single_step: bool,
    /// With `--single-step`: the short selection that a test run does
    #[arg(long, requires = "single_step")]
    quick: bool,
    /// Instead: plants bugs in copies of the queue, one at a time, and fails unless each is found; those with TEXT in their names
    #[arg(long, value_name = "TEXT", num_args = 0..=1, default_missing_value = "",
          conflicts_with_all = ["minutes", "seed", "jobs", "record"])]
    planted: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if let Some(text) = &options.planted {
        return planted::check_all(workspace, text);
    }
    let mut torture = Command::new(build(workspace)?);
    if options.single_step {
        torture.arg("single-step").args((!options.quick).then_some("--complete"));
        return steps::run(&mut torture);
    }
    torture.arg("storm").arg(format!("--minutes={}", options.minutes)).arg(format!("--jobs={}", options.jobs));
    torture.args(options.seed.map(|seed| format!("--seed={seed}")));
    if let Some(record) = &options.record {
        torture.arg("--record").arg(record).arg(format!("--commit={}", commit(workspace)));
    }
    steps::run(&mut torture)
}

/// What a test run does of it: a minute of each kind at most.
pub(crate) fn check(workspace: &Workspace) -> Result<Count> {
    let program = build(workspace)?;
    steps::run(Command::new(&program).args(["storm", "--minutes=0.6"]))?;
    steps::run(Command::new(&program).arg("single-step"))?;
    Ok(Count { passed: 2, failed: 0 })
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    let package = format!("--package={PACKAGE}");
    program_of(workspace, workspace.cargo().args(["build", "--release", "--quiet", package.as_str()]))
}

fn program_of(workspace: &Workspace, cargo: &mut Command) -> Result<PathBuf> {
    let artifacts = workspace.build(cargo)?;
    let is_program = |path: &Path| path.file_name().is_some_and(|name| name == PACKAGE);
    let found = artifacts.into_iter().map(|artifact| artifact.path).find(|path| is_program(path));
    found.with_context(|| format!("cargo built no {PACKAGE}"))
}

/// The commit that the tree is of, with a `+` if it was changed since.
fn commit(workspace: &Workspace) -> String {
    let git = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("git").current_dir(workspace.root()).args(arguments).output()?;
        if !output.status.success() {
            bail!("git: {}", output.status);
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let name = git(&["rev-parse", "--short", "HEAD"]);
    let is_changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_ok_and(|changes| !changes.is_empty());
    name.map_or("unknown".to_owned(), |name| if is_changed { format!("{name}+") } else { name })
}
