//! The proof that a tool watches: what it must report of tests/sanitizers/planted.c.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::library::Library;
use super::run::Site;
use super::{Tool, build};

const SOURCE: &str = "tests/sanitizers/planted.c";

pub(super) struct Bug {
    pub(super) tool: Tool,
    /// The program's argument.
    pub(super) name: &'static str,
    /// What the tool calls it, and a function that is on the stack it shows.
    report: &'static [&'static str],
}

const fn bug(name: &'static str, tool: Tool, report: &'static [&'static str]) -> Bug {
    Bug { tool, name, report }
}

pub(super) const BUGS: &[Bug] = &[
    bug("overflow", Tool::Asan, &["heap-buffer-overflow", " in overflow "]),
    bug("overflow", Tool::Valgrind, &["Invalid read of size 1", ": overflow ("]),
    bug("race", Tool::Tsan, &["data race", "increment"]),
    bug("leak", Tool::Asan, &["detected memory leaks", " in leak "]),
    bug("leak", Tool::Valgrind, &["definitely lost", ": leak ("]),
    bug("short-buffer", Tool::Asan, &["heap-buffer-overflow", "WriteFile"]),
    bug("short-buffer", Tool::Valgrind, &["Invalid read", "WriteFile"]),
    bug("library-overflow", Tool::Asan, &["heap-buffer-overflow", "mailslot_planted_bug"]),
    bug("library-race", Tool::Tsan, &["data race", "write_from_two_threads"]),
    bug("library-leak", Tool::Asan, &["detected memory leaks", "mailslot_planted_bug"]),
];

/// Fails unless the tool reports the bug.
pub(super) fn check(root: &Path, library: &Library, bug: &Bug) -> Result<()> {
    let mut site = Site::new(bug.tool)?;
    let program = build::program(root, library, &[PathBuf::from(SOURCE)], site.folder())?;
    let (status, output) = site.start(&program, &[bug.name])?.finish()?;
    let reports = site.reports()?;
    is_reported(bug.report, &reports, &output)?;
    if status.code() != Some(99) {
        bail!("the planted bug is reported, but the program ends with {status}");
    }
    Ok(())
}

/// Fails unless all of these words are in what the tool reports.
pub(super) fn is_reported(words: &[&str], reports: &str, output: &str) -> Result<()> {
    match words.iter().find(|word| !reports.contains(**word)) {
        Some(missing) => bail!("the planted bug is not reported: no {missing:?} in\n{reports}{output}"),
        None => Ok(()),
    }
}
