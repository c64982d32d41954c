//! How much is offered of what the surveyed programs use: tests/c/survey_names.txt, which a test of mailslot-win32 compiles.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

const FILE: &str = "tests/c/survey_names.txt";

pub(super) fn report(workspace: &Workspace) -> Result<String> {
    let text = workspace.read(Path::new(FILE))?;
    let mut offered: BTreeMap<&str, usize> = BTreeMap::new();
    let mut absent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (kind, rest) = line.split_once(' ').with_context(|| format!("{FILE}: no kind: {line}"))?;
        match rest.split_once(" - ") {
            None => *offered.entry(kind).or_default() += 1,
            Some((name, reason)) => absent.entry(reason).or_default().push(name),
        }
    }
    let counts: Vec<String> = offered.iter().map(|(kind, count)| format!("{count} {kind}s")).collect();
    let mut report = format!(
        "\n### What a survey of programs found in use\n\nOf the names that 138 console programs with mailslots use, {} are \
         offered. Not offered:\n\n| names | why |\n|---|---|\n",
        counts.join(", ")
    );
    for (reason, names) in absent {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(report, "| {} | {reason} |", names.join(" "));
    }
    Ok(report)
}
