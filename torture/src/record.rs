//! What a run has done, as a line of JSON and as a row of the table in docs/reliability.md.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Counted over all arenas.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) minutes: f64,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    pub(crate) writers_killed: u64,
    pub(crate) readers_killed: u64,
    /// Slots of which all server handles were killed at once.
    pub(crate) servers_killed: u64,
    pub(crate) stops: u64,
    pub(crate) quota_hits: u64,
    /// Writes that were refused because the file system was full.
    pub(crate) enospc_hits: u64,
    /// Slots that were made again under the same name.
    pub(crate) recreations: u64,
    /// Handles duplicated within a process, and into another one.
    pub(crate) duplicates: u64,
    pub(crate) given: u64,
    pub(crate) reopens: u64,
    /// Children that went on with the parent's handles: by fork alone, and by fork and exec.
    pub(crate) forks: u64,
    pub(crate) execs: u64,
    /// Moments at which everything stood still and was checked.
    pub(crate) checks: u64,
    pub(crate) violations: u64,
}

impl Record {
    pub(crate) fn add(&mut self, other: &Record) {
        self.minutes = self.minutes.max(other.minutes);
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.writers_killed += other.writers_killed;
        self.readers_killed += other.readers_killed;
        self.servers_killed += other.servers_killed;
        self.stops += other.stops;
        self.quota_hits += other.quota_hits;
        self.enospc_hits += other.enospc_hits;
        self.recreations += other.recreations;
        self.duplicates += other.duplicates;
        self.given += other.given;
        self.reopens += other.reopens;
        self.forks += other.forks;
        self.execs += other.execs;
        self.checks += other.checks;
        self.violations += other.violations;
    }

    /// As the columns of [`HEAD`].
    fn row(&self, run: &Run) -> String {
        let kills = format!("{} / {} / {}", self.writers_killed, self.readers_killed, self.servers_killed);
        format!(
            "| {} | {} | {} | {:.1} | {} | {:.1} GB | {kills} | {} | {} / {} | {} | {} / {} / {} / {} | {} | {} |",
            run.date,
            run.commit,
            run.seed,
            self.minutes,
            self.messages,
            self.bytes as f64 / 1e9,
            self.stops,
            self.quota_hits,
            self.enospc_hits,
            self.recreations,
            self.duplicates,
            self.given,
            self.forks,
            self.execs,
            self.checks,
            self.violations,
        )
    }
}

/// Which run it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    /// `YYYY-MM-DD`, UTC.
    pub(crate) date: String,
    pub(crate) commit: String,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
}

/// The table's head: new rows go below its last row.
const HEAD: &str = "| date | commit | seed | minutes | messages | payload | killed: writers / readers / servers | stops \
                    | refused: quota / full | slots made again | handles: duplicated / given / forked / inherited | checks | violations |";

/// Adds a row to the table in a Markdown file.
pub(crate) fn append(file: &Path, run: &Run, record: &Record) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let changed = with_row(&text, &record.row(run))
        .with_context(|| format!("{} has no table that begins with\n{HEAD}", file.display()))?;
    fs::write(file, changed).with_context(|| format!("cannot write {}", file.display()))
}

fn with_row(text: &str, row: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let head = lines.iter().position(|line| line.trim_end() == HEAD)?;
    let length = lines[head..].iter().take_while(|line| line.starts_with('|')).count();
    lines.insert(head + length, row);
    Some(lines.join("\n") + "\n")
}

/// One line on standard output.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    #[serde(flatten)]
    pub(crate) run: &'a Run,
    #[serde(flatten)]
    pub(crate) record: &'a Record,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_below_the_tables_last_one() {
        let run = Run { date: "2026-01-02".into(), commit: "abc".into(), seed: 7, jobs: 2 };
        let row = Record { messages: 5, ..Record::default() }.row(&run);
        assert_eq!(row.matches('|').count(), HEAD.matches('|').count());
        let text = format!("# T\n\n{HEAD}\n|---|\n| first |\n\nmore\n");
        let changed = with_row(&text, &row).unwrap();
        assert_eq!(changed, format!("# T\n\n{HEAD}\n|---|\n| first |\n{row}\n\nmore\n"));
        assert_eq!(with_row("# T\n", &row), None);
    }
}
