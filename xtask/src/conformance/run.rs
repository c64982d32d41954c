//! Running behaviours, each in a process of its own that is ended when it takes too long.

use std::collections::VecDeque;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::Verdicts;
use super::list::Behaviour;

/// What one run of one behaviour showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Held,
    /// It cannot be seen here, for this reason.
    Skipped(String),
    /// With what the program said about it.
    Failed(String),
    TimedOut,
}

/// A behaviour's program, ready to be started.
pub(super) struct Prepared {
    pub(super) command: Command,
    pub(super) patience: Duration,
    /// Kept until the program has ended.
    pub(super) _folder: Option<TempDir>,
}

/// How many run side by side: they wait more than they compute.
const JOBS: usize = 4;

const PATIENCE: Duration = Duration::from_secs(30);

/// Runs all of them.
pub(super) fn all(
    behaviours: &[Behaviour],
    prepare: impl Fn(&Behaviour) -> Result<Prepared> + Sync,
) -> Result<Verdicts> {
    let waiting: Mutex<VecDeque<&Behaviour>> = Mutex::new(behaviours.iter().collect());
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                while let Some(behaviour) = next(&waiting) {
                    let verdict = prepare(behaviour).and_then(|prepared| one(behaviour.number, prepared));
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((behaviour.number, verdict));
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(|(number, verdict)| Ok((number, verdict?))).collect()
}

/// Runs a behaviour with the library of this build, with a slot directory of its own.
pub(super) fn native(suite: &Path) -> impl Fn(&Behaviour) -> Result<Prepared> {
    move |behaviour| {
        let folder = slot_directory()?;
        let mut command = Command::new(suite);
        command.args(["--in-process", &format!("B{}", behaviour.number)]).env("MAILSLOT_DIR", folder.path());
        Ok(Prepared { command, patience: PATIENCE, _folder: Some(folder) })
    }
}

/// An empty folder that only its owner may use, in memory like the slots of users.
pub(super) fn slot_directory() -> Result<TempDir> {
    let folder = tempfile::tempdir_in("/dev/shm")?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// What a program printed, and how it ended: None if it was ended because it took too long.
pub(super) fn output(command: &mut Command, patience: Duration) -> Result<(String, Option<ExitStatus>)> {
    // A file and no pipe: processes that outlive the program would keep a pipe open.
    let printed = tempfile::NamedTempFile::new()?;
    command.stdin(Stdio::null()).stdout(printed.reopen()?).stderr(printed.reopen()?).process_group(0);
    let mut child = command.spawn().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let status = wait(&mut child, patience)?;
    if status.is_none() {
        // With its children.
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        child.wait()?;
    }
    Ok((String::from_utf8_lossy(&fs::read(printed.path())?).replace('\r', ""), status))
}

fn wait(child: &mut Child, patience: Duration) -> Result<Option<ExitStatus>> {
    let end = Instant::now() + patience;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= end {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn next<'a>(waiting: &Mutex<VecDeque<&'a Behaviour>>) -> Option<&'a Behaviour> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

fn one(number: u32, mut prepared: Prepared) -> Result<Verdict> {
    let (printed, status) = output(&mut prepared.command, prepared.patience)?;
    Ok(match status {
        None => Verdict::TimedOut,
        Some(status) => verdict(number, &printed, &status.to_string()),
    })
}

/// Reads the line of TAP for this behaviour; a program that ended without one has failed.
fn verdict(number: u32, printed: &str, ended: &str) -> Verdict {
    let good = format!("ok {number} - ");
    let Some(line) = printed.lines().find(|line| line.starts_with(&good)) else {
        let reports_failure = printed.lines().any(|line| line.starts_with(&format!("not {good}")));
        let ended = if reports_failure { "" } else { ended };
        let details: Vec<&str> = printed.lines().filter(|line| !line.contains(&good)).chain([ended]).collect();
        return Verdict::Failed(details.join("\n").trim().to_owned());
    };
    match line.split_once(" # SKIP ") {
        Some((_, reason)) => Verdict::Skipped(reason.to_owned()),
        None => Verdict::Held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_tap_is_a_verdict() {
        assert_eq!(verdict(7, "ok 7 - B7 [DOC] text\n", "exit status: 0"), Verdict::Held);
        let skipped = verdict(7, "ok 7 - B7 [DOC] text # SKIP no network\n", "exit status: 0");
        assert_eq!(skipped, Verdict::Skipped("no network".into()));
        let failed = verdict(7, "# a.c:1: x\nnot ok 7 - B7 [DOC] text\n", "exit status: 1");
        assert_eq!(failed, Verdict::Failed("# a.c:1: x".into()));
        let other = verdict(7, "ok 77 - B77 [DOC] text\n", "signal: 11");
        assert_eq!(other, Verdict::Failed("ok 77 - B77 [DOC] text\nsignal: 11".into()));
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo begun; sleep 1000 & wait"]);
        let (printed, status) = output(&mut command, Duration::from_millis(300)).unwrap();
        assert_eq!((printed.as_str(), status), ("begun\n", None));
    }

    #[test]
    fn all_are_run_and_each_has_its_own_verdict() {
        let behaviour = |number| Behaviour { number, source: String::new(), text: String::new() };
        let behaviours: Vec<Behaviour> = (1..=9).map(behaviour).collect();
        let verdicts = all(&behaviours, |behaviour| {
            let mut command = Command::new("sh");
            let number = behaviour.number;
            let line = if number % 2 == 0 { format!("ok {number} - x") } else { format!("not ok {number} - x") };
            command.args(["-c", &format!("echo '{line}'")]);
            Ok(Prepared { command, patience: PATIENCE, _folder: None })
        });
        let verdicts = verdicts.unwrap();
        assert_eq!(verdicts.len(), 9);
        for (number, verdict) in verdicts {
            assert_eq!(verdict == Verdict::Held, number % 2 == 0);
        }
    }
}
