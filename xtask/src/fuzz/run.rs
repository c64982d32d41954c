//! Runs the fuzzers, each with a place of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::HOSTILE;
use crate::workspace::Workspace;

/// One input that takes longer hangs. Most take a millisecond.
const INPUT_SECONDS: u32 = 25;
/// As long as that for planted bugs, which are known to hang.
const PLANTED_SECONDS: u32 = 4;
/// More memory than that is a finding. It is a multiple of the slot files that inputs make.
const MEMORY_MIB: u32 = 2048;
/// Hostile peers find their planted bug within seconds; they get more where the machine is busy.
const PLANTED_HOSTILE: Duration = Duration::from_secs(60);

/// Freed memory is kept from being used again up to a size; what cannot be allocated is an error and no crash.
const ASAN_OPTIONS: &str = "detect_leaks=1:quarantine_size_mb=32:allocator_may_return_null=1:fast_unwind_on_malloc=0";

pub(super) struct Fuzzers {
    /// Where the programs are.
    programs: PathBuf,
    /// `fuzz/`.
    sources: PathBuf,
    /// Where new inputs and findings go.
    output: PathBuf,
}

impl Fuzzers {
    pub(super) fn new(workspace: &Workspace, programs: PathBuf) -> Result<Self> {
        let output = workspace.metadata()?.target_directory.join("fuzz");
        Ok(Self { programs, sources: workspace.root().join("fuzz"), output })
    }

    /// Fuzzes a target, and tells how that went.
    pub(super) fn fuzz(&self, target: &str, time: Duration) -> Result<String> {
        let found = self.output.join("corpus").join(target);
        let findings = self.output.join("findings").join(target);
        fs::create_dir_all(&found)?;
        fs::create_dir_all(&findings)?;
        let mut site = Site::new()?;
        let mut command = site.command(&self.programs.join(target));
        command.arg(format!("-max_total_time={}", time.as_secs().max(1)));
        command.args(["-print_final_stats=1", "-max_len=4096", "-verbosity=1"]);
        command.arg(format!("-timeout={INPUT_SECONDS}")).arg(format!("-rss_limit_mb={MEMORY_MIB}"));
        // With the separator at its end: what is found is named behind it.
        command.arg(format!("-artifact_prefix={}/", findings.display())).arg(&found);
        let dictionary = self.sources.join("dictionaries").join(target);
        if dictionary.is_file() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        command.args(self.inputs(target)?);
        let (status, output) = site.run(command)?;
        if !status.success() {
            bail!(
                "{status}; the input is in {}. Put it into fuzz/crashes/{target}, where `cargo test` runs it.\n{output}",
                findings.display()
            );
        }
        summary(&output).with_context(|| format!("it did not get to its end:\n{output}"))
    }

    /// Runs the seeds of a target with a bug planted.
    pub(super) fn run_seeds_with(&self, target: &str, bug: &str) -> Result<(ExitStatus, String)> {
        let mut site = Site::new()?;
        let mut command = site.command(&self.programs.join(target));
        command.args(["-runs=0", "-max_len=4096"]).arg(format!("-artifact_prefix={}/", site.path().display()));
        // The one that hangs shows it at once, the one that walks through all of the file needs a while.
        let is_endless = bug.starts_with("endless");
        command.arg(format!("-timeout={}", if is_endless { PLANTED_SECONDS } else { 4 * INPUT_SECONDS }));
        command.args(self.inputs(target)?).env("MAILSLOT_PLANTED_BUG", bug);
        site.run(command)
    }

    /// Lets hostile peers at slots, and tells how that went.
    pub(super) fn oppose(&self, time: Duration) -> Result<String> {
        let (status, output) = self.run_hostile(time, None)?;
        if !status.success() {
            bail!("{status}\n{output}");
        }
        let lines: Vec<&str> = output.lines().collect();
        Ok(lines.join("; "))
    }

    /// The same with a bug planted.
    pub(super) fn oppose_with(&self, bug: &str) -> Result<(ExitStatus, String)> {
        self.run_hostile(PLANTED_HOSTILE, Some(bug))
    }

    fn run_hostile(&self, time: Duration, bug: Option<&str>) -> Result<(ExitStatus, String)> {
        let mut site = Site::new()?;
        let mut command = site.command(&self.programs.join(HOSTILE));
        command.arg(time.as_secs().max(1).to_string());
        if let Some(bug) = bug {
            command.env("MAILSLOT_PLANTED_BUG", bug);
        }
        site.run(command)
    }

    /// The committed inputs' folders.
    fn inputs(&self, target: &str) -> Result<Vec<PathBuf>> {
        let seeds = self.sources.join("corpus").join(target);
        if !seeds.is_dir() {
            bail!("there are no seeds in {}", seeds.display());
        }
        let crashes = self.sources.join("crashes").join(target);
        Ok([seeds, crashes].into_iter().filter(|folder| folder.is_dir()).collect())
    }
}

/// A place for one run: its slots, which would stay where it crashes, and what it prints.
struct Site(TempDir);

impl Site {
    fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("mailslot-fuzz-").tempdir_in("/dev/shm");
        let folder = folder.context("no place in /dev/shm")?;
        fs::create_dir(folder.path().join("slots"))?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).stdin(Stdio::null()).env("ASAN_OPTIONS", ASAN_OPTIONS);
        // For inputs' slots, and for what goes to the default directory.
        command.env("MAILSLOT_FUZZ_DIR", self.path()).env("MAILSLOT_DIR", self.path().join("slots"));
        command.env_remove("LD_LIBRARY_PATH").env("RUST_BACKTRACE", "0");
        command
    }

    fn run(&mut self, mut command: Command) -> Result<(ExitStatus, String)> {
        let log = self.path().join("log");
        let file = fs::File::create(&log)?;
        let status = command.stdout(file.try_clone()?).stderr(file).status();
        let status = status.with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
        Ok((status, String::from_utf8_lossy(&fs::read(&log)?).into_owned()))
    }
}

/// `Done 4711 runs in 5 second(s)`, and what was covered at the end.
fn summary(output: &str) -> Option<String> {
    let done = output.lines().find(|line| line.starts_with("Done "))?;
    let runs: u64 = done.split(' ').nth(1)?.parse().ok()?;
    let last = output.lines().rev().find(|line| line.contains(" cov: "))?;
    let covered = last.split_once(" cov: ")?.1.split(' ').next()?;
    (runs > 0).then(|| format!("{}, {covered} edges covered", done.trim_start_matches("Done ").replace("(s)", "s")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_did_nothing_or_has_no_end_is_none() {
        let good = "#7\tINITED cov: 12 ft: 3\n#99\tDONE   cov: 34 ft: 5\nDone 99 runs in 2 second(s)\n";
        assert_eq!(summary(good).as_deref(), Some("99 runs in 2 seconds, 34 edges covered"));
        assert_eq!(summary("#7\tINITED cov: 12 ft: 3\n"), None);
        assert_eq!(summary(&good.replace("99 runs", "0 runs")), None);
    }
}
