//! Which programs run under the tools, and what each has to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::library::Library;
use super::run::{Running, Site};
use super::{Tool, build};
use crate::workspace::Workspace;

/// Folders whose every C and C++ program runs.
const FOLDERS: &[&str] = &["tests/c", "examples/c"];

/// Folders whose files together are one program that runs alone and prints TAP.
const SUITES: &[&str] = &["tests/conformance"];

/// Programs that take arguments or do not work alone. All others run alone and print TAP.
const SCENARIOS: &[Scenario] = &[
    Scenario {
        sources: &["tests/c/poll_server.c", "tests/c/client.c"],
        steps: &[
            Step::Start("tests/c/poll_server.c", &[]),
            Step::Run("tests/c/client.c", &["one", "Größe 中", "end"]),
            Step::Finish,
        ],
    },
    Scenario {
        sources: &["tests/c/processes.c"],
        steps: &[
            Step::Run(PROCESSES, &["parent", SLOT]),
            Step::Start(PROCESSES, &["hold", SLOT]),
            Step::Run(PROCESSES, &["check", SLOT, "0"]),
            Step::Kill,
            Step::Run(PROCESSES, &["check", SLOT, "2"]),
            Step::Start(PROCESSES, &["read", SLOT, "200", "2000"]),
            Step::Run(PROCESSES, &["write", SLOT, "0", "100", "2000"]),
            Step::Run(PROCESSES, &["write", SLOT, "1", "100", "2000"]),
            Step::Finish,
        ],
    },
    Scenario {
        sources: &["tests/c/streams.cpp"],
        steps: &[Step::Run("tests/c/streams.cpp", &["eins", "zwölf", "中文"])],
    },
    Scenario {
        sources: &["examples/c/read.c", "examples/c/write.c"],
        steps: &[
            Step::Start("examples/c/read.c", &[]),
            Step::Run("examples/c/write.c", &["first", "second", ""]),
            Step::Finish,
        ],
    },
    Scenario { sources: &["examples/c/create.c"], steps: &[Step::Run("examples/c/create.c", &[])] },
];

const PROCESSES: &str = "tests/c/processes.c";
const SLOT: &str = r"\\.\mailslot\processes\one";

/// What a tool cannot run, and why.
const LEFT_OUT: &[(&str, Tool, &str)] = &[
    ("process.c", Tool::Valgrind, NO_PROCESS_HANDLES),
    ("duplicate_processes.c", Tool::Valgrind, NO_PROCESS_HANDLES),
    ("inherited_files.c", Tool::Valgrind, NO_PROCESS_HANDLES),
    ("mapping.c", Tool::Valgrind, NO_PROCESS_HANDLES),
    ("terminal.c", Tool::Tsan, "ThreadSanitizer holds signals back while a system call that it does not know reads"),
    (
        "timers.c",
        Tool::Valgrind,
        "valgrind 3.19 knows no futex_waitv: waits look every few milliseconds, and the program counts that",
    ),
    ("memory_time.c", Tool::Valgrind, "valgrind 3.19 moves mappings that must lie at a given address or fail"),
];
/// What a test run leaves to `cargo xtask sanitize` alone: what takes a tool minutes; under ThreadSanitizer what has one thread; under
/// valgrind what is about the headers or does what the conformance suite does.
const SLOW: &[(&str, Tool)] = &[
    ("console.c", Tool::Tsan),
    ("create.c", Tool::Tsan),
    ("create_open.c", Tool::Tsan),
    ("create_open.c", Tool::Valgrind),
    ("crt_secure.c", Tool::Tsan),
    ("crt_secure.c", Tool::Valgrind),
    ("file_times.c", Tool::Tsan),
    ("files.c", Tool::Tsan),
    ("find.c", Tool::Tsan),
    ("headers.c", Tool::Tsan),
    ("headers.c", Tool::Valgrind),
    ("inherited_files.c", Tool::Tsan),
    ("locks.c", Tool::Valgrind),
    ("mapping.c", Tool::Tsan),
    ("memory_time.c", Tool::Tsan),
    ("messages.c", Tool::Tsan),
    ("messages.c", Tool::Valgrind),
    ("mutexes.c", Tool::Valgrind),
    ("other_functions.c", Tool::Tsan),
    ("overlapped.c", Tool::Valgrind),
    ("poll_server.c", Tool::Tsan),
    ("process.c", Tool::Tsan),
    ("processes.c", Tool::Tsan),
    ("processes.c", Tool::Valgrind),
    ("read.c", Tool::Tsan),
    ("read_write.c", Tool::Valgrind),
    ("security.c", Tool::Tsan),
    ("text.c", Tool::Tsan),
    ("text.c", Tool::Valgrind),
    ("threads.c", Tool::Tsan),
    ("threads.c", Tool::Valgrind),
];

/// Behaviours of a suite that need process handles.
const NOT_UNDER_VALGRIND: &[&str] = &["B80", "B87", "B92", "B94", "B103"];
const NO_PROCESS_HANDLES: &str = "valgrind 3.19 has no pidfd_open, which process handles are made of";

struct Scenario {
    sources: &'static [&'static str],
    steps: &'static [Step],
}

#[derive(Debug)]
enum Step {
    /// Starts a program and waits until it prints "ready".
    Start(&'static str, &'static [&'static str]),
    /// Runs a program, which must succeed.
    Run(&'static str, &'static [&'static str]),
    /// Runs a program, which must succeed and print TAP without a failure.
    Tap,
    /// Runs a suite: each behaviour in a process of its own, or under valgrind all in one.
    Suite,
    /// Kills the program that was started.
    Kill,
    /// Waits for the program that was started, which must succeed.
    Finish,
}

pub(super) struct Program {
    /// The file name of its source, of the first if it is several programs, or the folder of a suite.
    pub(super) name: String,
    executables: Vec<Executable>,
    steps: &'static [Step],
}

/// What is linked of these sources; steps name it by the first, or a suite's folder.
struct Executable {
    name: PathBuf,
    sources: Vec<PathBuf>,
}

impl Program {
    fn new(executables: Vec<Executable>, steps: &'static [Step]) -> Result<Self> {
        let name = executables.first().and_then(|executable| executable.name.file_name()).context("nothing to run")?;
        Ok(Self { name: name.to_string_lossy().into_owned(), executables, steps })
    }

    /// Whether a test run leaves it out under the tool.
    pub(super) fn is_slow(&self, tool: Tool) -> bool {
        SLOW.iter().any(|(name, with)| *name == self.name && *with == tool)
    }

    /// Why the tool does not run it.
    pub(super) fn left_out(&self, tool: Tool) -> Option<&'static str> {
        let row = LEFT_OUT.iter().find(|(name, with, _)| *name == self.name && *with == tool);
        row.map(|(_, _, reason)| *reason)
    }
}

/// The programs of the folders, each once.
pub(super) fn find(workspace: &Workspace) -> Result<Vec<Program>> {
    let files = workspace.files_ending(&["c", "cpp"])?;
    let within = |folder: &str| {
        let folder = folder.to_owned();
        files.iter().filter(move |path| path.parent() == Some(Path::new(&folder))).cloned()
    };
    let sources: Vec<PathBuf> = FOLDERS.iter().flat_map(|folder| within(folder)).collect();
    let scenarios = SCENARIOS.iter().flat_map(|scenario| scenario.sources);
    if let Some(gone) = scenarios.into_iter().find(|source| !sources.iter().any(|path| path == Path::new(source))) {
        bail!("a scenario names {gone}, which does not exist");
    }
    let mut programs = Vec::new();
    for source in sources {
        let scenario = SCENARIOS.iter().find(|scenario| scenario.sources.iter().any(|part| source == Path::new(part)));
        let (sources, steps): (Vec<PathBuf>, _) = match scenario {
            None => (vec![source], [Step::Tap].as_slice()),
            Some(scenario) if source == Path::new(scenario.sources[0]) => {
                (scenario.sources.iter().map(PathBuf::from).collect(), scenario.steps)
            }
            Some(_) => continue,
        };
        let executables = sources.into_iter().map(|source| Executable { name: source.clone(), sources: vec![source] });
        programs.push(Program::new(executables.collect(), steps)?);
    }
    for suite in SUITES {
        let sources: Vec<PathBuf> = within(suite).collect();
        if sources.is_empty() {
            bail!("{suite} has no sources");
        }
        programs.push(Program::new(vec![Executable { name: PathBuf::from(suite), sources }], &[Step::Suite])?);
    }
    // They take longest: begun last, they would keep one processor waiting for the other.
    programs.rotate_right(SUITES.len());
    if let Some((name, _)) = SLOW.iter().find(|(name, _)| !programs.iter().any(|program| program.name == *name)) {
        bail!("{name} is called slow, but there is no such program");
    }
    if let Some((name, ..)) = LEFT_OUT.iter().find(|(name, ..)| !programs.iter().any(|program| program.name == *name)) {
        bail!("{name} is left out, but there is no such program");
    }
    Ok(programs)
}

/// Fails unless the program does what it should and the tool reports nothing.
pub(super) fn check(root: &Path, library: &Library, program: &Program) -> Result<()> {
    let mut site = Site::new(library.tool)?;
    let mut built = BTreeMap::new();
    for executable in &program.executables {
        let path = build::program(root, library, &executable.sources, site.folder())?;
        built.insert(executable.name.as_path(), path);
    }
    let done = follow(&mut site, &program.executables[0].name, program.steps, &built);
    let reports = site.reports()?;
    if !reports.is_empty() {
        let outcome = done.err().map(|error| format!("\n{error:#}")).unwrap_or_default();
        bail!("it reports\n{reports}{outcome}");
    }
    done
}

fn follow(site: &mut Site, main: &Path, steps: &[Step], built: &BTreeMap<&Path, PathBuf>) -> Result<()> {
    let mut background: Option<Running> = None;
    let program = |source: &Path| built.get(source).with_context(|| format!("{} is not built", source.display()));
    for step in steps {
        match step {
            Step::Start(source, arguments) => {
                let mut running = site.start(program(Path::new(source))?, arguments)?;
                running.wait_for("ready")?;
                background = Some(running);
            }
            Step::Run(source, arguments) => {
                succeed(step, site.start(program(Path::new(source))?, arguments)?)?;
            }
            Step::Suite if site.tool() == Tool::Valgrind => check_behaviours(site, program(main)?)?,
            Step::Tap | Step::Suite => check_tap(&succeed(step, site.start(program(main)?, &[])?)?)?,
            Step::Kill => drop(background.take()),
            Step::Finish => {
                succeed(step, background.take().context("nothing was started")?)?;
            }
        }
    }
    Ok(())
}

/// The suite's own way, a process for each, needs process handles.
fn check_behaviours(site: &mut Site, suite: &Path) -> Result<()> {
    let list = succeed(&Step::Suite, site.start(suite, &["--list"])?)?;
    let names: Vec<&str> = list.lines().filter_map(|line| line.split('\t').next()).collect();
    if let Some(unknown) = NOT_UNDER_VALGRIND.iter().find(|name| !names.contains(name)) {
        bail!("{unknown} is left out, but there is no such behaviour");
    }
    let names: Vec<&str> = names.into_iter().filter(|name| !NOT_UNDER_VALGRIND.contains(name)).collect();
    // In one process: valgrind takes longer to start than any of them.
    let arguments: Vec<&str> = ["--in-process"].into_iter().chain(names.iter().copied()).collect();
    let output = succeed(&Step::Suite, site.start(suite, &arguments)?)?;
    let held = output.lines().filter(|line| line.starts_with("ok ")).count();
    if held != names.len() {
        bail!("{held} of {} behaviours hold:\n{output}", names.len());
    }
    Ok(())
}

fn succeed(step: &Step, running: Running) -> Result<String> {
    let (status, output) = running.finish()?;
    if !status.success() {
        bail!("{step:?}: {status}\n{output}");
    }
    Ok(output)
}

/// Every result says `ok`, and their number is the one that the plan says.
fn check_tap(output: &str) -> Result<()> {
    let is_result = |line: &&str| line.starts_with("ok ") || line.starts_with("not ok ");
    let results: Vec<&str> = output.lines().filter(is_result).collect();
    let plan = format!("1..{}", results.len());
    if results.is_empty() || !output.lines().any(|line| line == plan) {
        bail!("it did not get to its end:\n{output}");
    }
    if results.iter().any(|line| line.starts_with("not ok ")) {
        bail!("a test fails:\n{output}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_of_the_folders_runs() {
        let programs = find(&Workspace::find().unwrap()).unwrap();
        let names: Vec<&str> = programs.iter().map(|program| program.name.as_str()).collect();
        for name in ["read_write.c", "processes.c", "poll_server.c", "streams.cpp", "create.c"] {
            assert!(names.contains(&name), "{names:?}");
        }
        assert!(!names.contains(&"client.c"), "it runs with the server: {names:?}");
    }

    #[test]
    fn a_failed_and_a_cut_off_run_of_tap_are_errors() {
        assert!(check_tap("ok 1 - a\n# note\nok 2 - b\n1..2\n").is_ok());
        assert!(check_tap("ok 1 - a\nok 2 - b\n").unwrap_err().to_string().starts_with("it did not get to its end"));
        assert!(check_tap("ok 1 - a\nnot ok 2 - b\n1..2\n").unwrap_err().to_string().starts_with("a test fails"));
        assert!(check_tap("1..0\n").is_err());
    }
}
