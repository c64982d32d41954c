//! `cargo xtask sanitize`: the C programs and the library under AddressSanitizer, ThreadSanitizer and valgrind.
//!
//! Each tool proves first that it is really there and watches both sides: bugs that were planted in C and in the library must be
//! reported. Then every program runs under every tool; whatever a tool reports fails the run, in child processes too.

mod build;
mod library;
mod planted;
mod programs;
mod run;
mod rust_tests;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::steps::Count;
use crate::workspace::Workspace;
use library::Library;
use programs::Program;
use rust_tests::RustTests;

/// What watches a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Tool {
    /// Memory errors and leaks. Compiled into the program and into the library.
    Asan,
    /// Data races. Compiled in as well.
    Tsan,
    /// Memory errors and leaks, of the library as users get it.
    Valgrind,
}

impl Tool {
    const ALL: [Tool; 3] = [Tool::Asan, Tool::Tsan, Tool::Valgrind];

    fn name(self) -> &'static str {
        match self {
            Tool::Asan => "asan",
            Tool::Tsan => "tsan",
            Tool::Valgrind => "valgrind",
        }
    }
}

/// Which programs run under which tools: by default all that do not take very long.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Programs by name; all if there are none.
    pub(crate) names: Vec<String>,
    /// All if there are none.
    pub(crate) tools: Vec<Tool>,
    /// Whether those that take very long run as well.
    pub(crate) with_slow_ones: bool,
}

/// Runs programs under tools.
pub(crate) fn check(workspace: &Workspace, selection: &Selection) -> Result<Count> {
    let Selection { names, tools, with_slow_ones } = selection;
    let mut programs = programs::find(workspace)?;
    let is_program = |name: &str| programs.iter().any(|program| program.name == name);
    if let Some(unknown) = names.iter().find(|name| !is_program(name) && !rust_tests::is_one(name)) {
        bail!("there is no program {unknown}");
    }
    programs.retain(|program| names.is_empty() || names.contains(&program.name));
    let mut libraries = Vec::new();
    for tool in Tool::ALL.into_iter().filter(|tool| tools.is_empty() || tools.contains(tool)) {
        libraries.push(Library::build(workspace, tool).with_context(|| format!("the library for {}", tool.name()))?);
    }
    let mut rust_tests = Vec::new();
    for library in &libraries {
        let tests = rust_tests::build(workspace, library, names);
        let tests = tests.with_context(|| format!("the crates' tests for {}", library.tool.name()))?;
        rust_tests.extend(tests.into_iter().map(|tests| (library, tests)));
    }
    let mut jobs: VecDeque<Job<'_>> = VecDeque::new();
    jobs.extend(rust_tests.iter().map(|(library, tests)| Job::Rust(library, tests)));
    for library in &libraries {
        jobs.extend(planted::BUGS.iter().filter(|bug| bug.tool == library.tool).map(|bug| Job::Proof(library, bug)));
    }
    for program in &programs {
        let is_run = |tool: Tool| program.left_out(tool).is_none() && (*with_slow_ones || !program.is_slow(tool));
        let watched = libraries.iter().filter(|library| is_run(library.tool));
        jobs.extend(watched.map(|library| Job::Program(library, program)));
    }
    let outcomes = run_all(workspace.root(), jobs);
    println!("{}", table(&programs, &rust_tests, &outcomes));
    let passed = outcomes.iter().filter(|outcome| outcome.result.is_ok()).count();
    Ok(Count { passed: passed as u64, failed: (outcomes.len() - passed) as u64 })
}

#[derive(Clone, Copy)]
enum Job<'a> {
    Proof(&'a Library, &'a planted::Bug),
    Program(&'a Library, &'a Program),
    Rust(&'a Library, &'a RustTests),
}

impl Job<'_> {
    fn name(&self) -> &str {
        match self {
            Job::Proof(_, bug) => bug.name,
            Job::Program(_, program) => &program.name,
            Job::Rust(_, tests) => &tests.name,
        }
    }

    fn tool(&self) -> Tool {
        let (Job::Proof(library, _) | Job::Program(library, _) | Job::Rust(library, _)) = self;
        library.tool
    }

    fn run(&self, root: &Path) -> Result<()> {
        match self {
            Job::Proof(library, bug) => planted::check(root, library, bug),
            Job::Program(library, program) => programs::check(root, library, program),
            Job::Rust(_, tests) => rust_tests::check(tests),
        }
    }
}

struct Outcome<'a> {
    job: Job<'a>,
    result: Result<()>,
    /// To compile and to run.
    seconds: f64,
}

/// Runs the jobs on as many threads as there are processors.
fn run_all<'a>(root: &Path, jobs: VecDeque<Job<'a>>) -> Vec<Outcome<'a>> {
    let (queue, outcomes) = (Mutex::new(jobs), Mutex::new(Vec::new()));
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || {
        while let Some(job) = take() {
            let start = Instant::now();
            let result = job.run(root);
            let seconds = start.elapsed().as_secs_f64();
            if let Err(error) = &result {
                eprintln!("sanitize: {} under {}: {error:#}", job.name(), job.tool().name());
            }
            outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(Outcome { job, result, seconds });
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Program by tool, and below it what is left out and why.
fn table(programs: &[Program], rust_tests: &[(&Library, RustTests)], outcomes: &[Outcome<'_>]) -> String {
    let mut text = String::new();
    let mut left_out = Vec::new();
    let mut row = |name: &str, cell: &mut dyn FnMut(Tool) -> String| {
        let cells = Tool::ALL.map(|tool| format!("{:<12}", cell(tool)));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", format!("{name:<28} {}", cells.join(" ")).trim_end());
    };
    let verdict = |name: &str, tool: Tool| {
        let outcome = outcomes.iter().find(|outcome| outcome.job.name() == name && outcome.job.tool() == tool);
        outcome.map(|outcome| {
            let word = if outcome.result.is_ok() { "ok" } else { "FAILED" };
            format!("{word:<6} {:>3.0} s", outcome.seconds)
        })
    };
    row("", &mut |tool| tool.name().to_owned());
    let mut bugs: Vec<&str> = planted::BUGS.iter().map(|bug| bug.name).collect();
    bugs.dedup();
    for bug in bugs {
        row(&format!("reports {bug}"), &mut |tool| verdict(bug, tool).unwrap_or_default());
    }
    let mut rust_tests: Vec<&str> = rust_tests.iter().map(|(_, tests)| tests.name.as_str()).collect();
    rust_tests.sort();
    rust_tests.dedup();
    for tests in rust_tests {
        row(tests, &mut |tool| verdict(tests, tool).unwrap_or_else(|| "-".to_owned()));
    }
    for program in programs {
        row(&program.name, &mut |tool| {
            let reason = program.left_out(tool);
            left_out
                .extend(reason.map(|reason| format!("{} is not run under {}: {reason}", program.name, tool.name())));
            verdict(&program.name, tool).unwrap_or_else(|| "-".to_owned())
        });
    }
    left_out.into_iter().for_each(|line| text += &format!("{line}\n"));
    text
}
