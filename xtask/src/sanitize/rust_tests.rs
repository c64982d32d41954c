//! Tests of the crates, in Rust, under the sanitizers: threads under ThreadSanitizer, processes under AddressSanitizer.
//!
//! They are linked with the runtime of rustc's own sanitizers. The C programs have gcc's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::build;
use super::library::{self, Library};
use super::run::Site;
use super::{Tool, planted};
use crate::workspace::Workspace;

/// What the standard library, which is not instrumented, does with data of its own: the test harness's channel, the list of
/// threads' stacks, and the end of a scope of threads. Nothing of ours has these in its name.
const OF_STD: &str = "race:test::event::CompletedTest\n\
                      race:std::sys::pal::unix::stack_overflow\n\
                      race:Arc<std::thread::scoped::ScopeData>\n";

/// The variable by which the queue's own planted bugs are switched on: see `planted_bug.rs` there.
const PLANT: &str = "MAILSLOT_PLANTED_BUG";

/// A test program and what of it runs.
struct Tests {
    tool: Tool,
    package: &'static str,
    target: &'static str,
    /// Parts of names of tests that do not run.
    skipped: &'static [&'static str],
}

const fn tests(tool: Tool, package: &'static str, target: &'static str, skipped: &'static [&'static str]) -> Tests {
    Tests { tool, package, target, skipped }
}

const QUEUE: &str = "mailslot-queue";

/// Instrumented code has several times as many instructions, and a test that steps through them takes the square of that; a fork
/// copies the tables of the sanitizer's memory, and the last but one of these forks thousands of times. A child that was forked by one of several
/// threads, and forks in turn, as in the last, may find the sanitizer's own locks taken.
const TAKE_MINUTES: &[&str] = &[
    "any_instruction",
    "falls_asleep",
    "second_reader",
    "nobody_sleeps",
    "bytes_of_a_dead",
    "at_random_moments",
    "its_forked_child",
];

const TESTS: &[Tests] = &[
    tests(Tool::Tsan, QUEUE, "threads", &[]),
    tests(Tool::Asan, QUEUE, "threads", &[]),
    tests(Tool::Asan, QUEUE, "queue", &[]),
    tests(Tool::Asan, QUEUE, "bad_input", &[]),
    tests(Tool::Asan, QUEUE, "kill_and_stop", TAKE_MINUTES),
];

/// A bug to be reported, and by which words.
struct Planted {
    tool: Tool,
    name: &'static str,
    report: &'static [&'static str],
}

const PLANTED: &[Planted] = &[
    Planted { tool: Tool::Tsan, name: "race", report: &["data race", "count_without_a_lock"] },
    Planted { tool: Tool::Asan, name: "overrun", report: &["heap-buffer-overflow", "read_behind"] },
];

/// Where the planted bugs are met.
const PLANTED_IN: &str = "threads";

/// A compiled test program, as it runs: as it is, or with a bug.
pub(super) struct RustTests {
    pub(super) name: String,
    tests: &'static Tests,
    executable: PathBuf,
    planted: Option<&'static Planted>,
}

/// Whether there is a test program of this name.
pub(super) fn is_one(name: &str) -> bool {
    TESTS.iter().any(|tests| tests.target == name)
}

/// Compiles the tests of these names, all if there are none, for the library's tool: the library's dependencies serve them as
/// well.
pub(super) fn build(workspace: &Workspace, library: &Library, names: &[String]) -> Result<Vec<RustTests>> {
    let mut built = Vec::new();
    let is_wanted = |tests: &&Tests| names.is_empty() || names.iter().any(|name| name == tests.target);
    for tests in TESTS.iter().filter(|tests| tests.tool == library.tool).filter(is_wanted) {
        let executable = compile(workspace, library, tests)?;
        let planted = PLANTED.iter().filter(|bug| bug.tool == tests.tool && tests.target == PLANTED_IN).map(Some);
        built.extend(planted.chain([None]).map(|planted| {
            let name = match planted {
                None => format!("{} {}", tests.package, tests.target),
                Some(bug) => format!("reports {}'s {}", tests.package, bug.name),
            };
            RustTests { name, tests, executable: executable.clone(), planted }
        }));
    }
    Ok(built)
}

/// Fails unless the tests pass and the tool reports nothing, or reports the bug.
pub(super) fn check(tests: &RustTests) -> Result<()> {
    let mut site = Site::new(tests.tests.tool)?;
    let suppressions = site.folder().join("suppressions");
    std::fs::write(&suppressions, OF_STD)?;
    site.suppress(suppressions);
    let mut arguments = vec!["--test-threads=1"];
    for part in tests.tests.skipped {
        arguments.extend(["--skip", part]);
    }
    if let Some(bug) = tests.planted {
        site.set(PLANT, bug.name);
    }
    let (status, output) = site.start(&tests.executable, &arguments)?.finish()?;
    let reports = site.reports()?;
    match tests.planted {
        Some(bug) => planted::is_reported(bug.report, &reports, &output),
        None if !reports.is_empty() => bail!("it reports\n{reports}\n{output}"),
        None if !status.success() || !output.contains("test result: ok. ") => bail!("{status}\n{output}"),
        None => Ok(()),
    }
}

fn compile(workspace: &Workspace, library: &Library, tests: &Tests) -> Result<PathBuf> {
    let mut cargo = library::cargo_with(workspace, tests.tool, "rustc")?;
    cargo.arg(format!("--package={}", tests.package)).arg(format!("--test={}", tests.target));
    let folder = tempfile::tempdir()?;
    if tests.tool == Tool::Tsan {
        let explanation = build::std_for_tsan(workspace.root(), library, folder.path())?;
        cargo.arg("--message-format=json-render-diagnostics").arg("--");
        cargo.arg(format!("-Clink-arg={}", explanation.display()));
        cargo.args(build::wraps(library).map(|wrap| format!("-Clink-arg={wrap}")));
        return executable(workspace.run_build(&mut cargo)?, tests);
    }
    executable(workspace.build(&mut cargo)?, tests)
}

fn executable(artifacts: Vec<crate::workspace::Artifact>, tests: &Tests) -> Result<PathBuf> {
    let is_it = |path: &Path| path.extension().is_none();
    let found = artifacts.into_iter().find(|artifact| artifact.target == tests.target && is_it(&artifact.path));
    found.map(|artifact| artifact.path).with_context(|| format!("cargo built no test {}", tests.target))
}
