//! `cargo xtask fuzz`: the fuzzers of `fuzz/fuzz_targets` and the hostile peers of `fuzz/hostile`, for so many seconds each.
//!
//! First the proof that a breach is seen: bugs that are planted in the queue of these builds must be reported.

mod build;
mod planted;
mod run;

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::steps::Count;
use crate::workspace::Workspace;
use run::Fuzzers;

/// The target that is no fuzzer: two processes at one slot, of which one is hostile.
const HOSTILE: &str = "hostile";

/// What runs, and for how long.
#[derive(Debug)]
pub(crate) struct Selection {
    /// One of the targets; all if there is none.
    pub(crate) target: Option<String>,
    /// For each of the targets.
    pub(crate) time: Duration,
}

enum Job {
    Proof(&'static planted::Bug),
    Target(String),
}

pub(crate) fn check(workspace: &Workspace, selection: &Selection) -> Result<Count> {
    let mut targets = build::targets(workspace)?;
    targets.push(HOSTILE.to_owned());
    if let Some(target) = &selection.target {
        if !targets.contains(target) {
            bail!("there is no target {target}; there are {}", targets.join(", "));
        }
        targets.retain(|known| known == target);
    }
    let fuzzers = Fuzzers::new(workspace, build::build(workspace)?)?;
    let bugs = planted::BUGS.iter().filter(|bug| targets.iter().any(|target| target == bug.target));
    let mut jobs: VecDeque<Job> = bugs.map(Job::Proof).collect();
    // Hostile peers need both processors: they come last, when nothing else is left to run beside them.
    jobs.extend(targets.into_iter().map(Job::Target));
    let outcomes = run_all(&fuzzers, selection.time, jobs);
    println!("\n{}", outcomes.iter().map(|(line, _)| format!("{line}\n")).collect::<String>());
    let passed = outcomes.iter().filter(|(_, is_good)| *is_good).count();
    Ok(Count { passed: passed as u64, failed: (outcomes.len() - passed) as u64 })
}

/// Runs the jobs on as many threads as there are processors: for each a line, and whether all was well.
fn run_all(fuzzers: &Fuzzers, time: Duration, jobs: VecDeque<Job>) -> Vec<(String, bool)> {
    let (queue, outcomes) = (Mutex::new(jobs), Mutex::new(Vec::new()));
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || {
        while let Some(job) = take() {
            let (name, result) = match &job {
                Job::Proof(bug) => (format!("{} finds {}", bug.target, bug.name), planted::check(fuzzers, bug)),
                Job::Target(target) if target == HOSTILE => (target.clone(), fuzzers.oppose(time)),
                Job::Target(target) => (target.clone(), fuzzers.fuzz(target, time)),
            };
            let outcome = match result {
                Ok(summary) => (format!("{name:<32} ok     {summary}"), true),
                Err(error) => {
                    eprintln!("fuzz: {name}: {error:#}");
                    (format!("{name:<32} FAILED"), false)
                }
            };
            outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
}
