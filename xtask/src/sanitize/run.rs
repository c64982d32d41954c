//! Runs programs under a tool, each with a watchdog, and collects what the tool reports, of children as well.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::Tool;

/// No program needs a tenth of it.
const PATIENCE: Duration = Duration::from_secs(240);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Signals end a program as they do without a sanitizer: tests look at such ends, and of others the exit status tells.
const SIGNALS: &str = "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0";

/// Rust's standard library keeps no frame pointers: stacks of leaked blocks take the slow way.
const ASAN_OPTIONS: &str = "detect_leaks=1:detect_stack_use_after_return=1:fast_unwind_on_malloc=0:exitcode=99";

/// Children of programs with threads start threads of their own.
const TSAN_OPTIONS: &str = "die_after_fork=0:exitcode=99";

/// Beyond it the kernel places memory where gcc's ThreadSanitizer expects none.
const TSAN_RANDOM_BITS: u32 = 28;

/// A place for one case: its slots, its programs' outputs and the tool's reports.
pub(super) struct Site {
    folder: TempDir,
    tool: Tool,
    runs: u32,
    variables: Vec<(&'static str, &'static str)>,
    suppressions: Option<PathBuf>,
}

impl Site {
    pub(super) fn new(tool: Tool) -> Result<Self> {
        let folder = tempfile::tempdir_in("/dev/shm").context("no place in /dev/shm")?;
        fs::DirBuilder::new().mode(0o700).create(folder.path().join("slots"))?;
        fs::create_dir(folder.path().join("reports"))?;
        Ok(Self { folder, tool, runs: 0, variables: Vec::new(), suppressions: None })
    }

    pub(super) fn tool(&self) -> Tool {
        self.tool
    }

    /// Sets a variable of the environment of the programs that are started from now on.
    pub(super) fn set(&mut self, name: &'static str, value: &'static str) {
        self.variables.push((name, value));
    }

    /// Has ThreadSanitizer leave out what this file names.
    pub(super) fn suppress(&mut self, file: PathBuf) {
        self.suppressions = Some(file);
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn start(&mut self, program: &Path, arguments: &[&str]) -> Result<Running> {
        self.runs += 1;
        let output = self.folder().join(format!("output-{}", self.runs));
        let file = File::create(&output)?;
        let mut command = self.command(program)?;
        command.args(arguments).stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("cannot run {command:?}"))?;
        Ok(Running { child, output, deadline: Instant::now() + PATIENCE })
    }

    /// Everything that the tool has said about any process.
    pub(super) fn reports(&self) -> Result<String> {
        let mut text = String::new();
        for entry in fs::read_dir(self.folder().join("reports"))? {
            text += &String::from_utf8_lossy(&fs::read(entry?.path())?);
        }
        if self.tool == Tool::Valgrind {
            // `--4711-- …` is about valgrind itself: system calls that are too new for it, which then fail with ENOSYS.
            text = text.lines().filter(|line| !line.starts_with("--")).map(|line| format!("{line}\n")).collect();
        }
        Ok(text)
    }

    fn command(&self, program: &Path) -> Result<Command> {
        let report = self.folder().join("reports/report");
        let report = report.display();
        let mut command = match self.tool {
            Tool::Asan => Command::new(program),
            Tool::Tsan if random_bits()? <= TSAN_RANDOM_BITS => Command::new(program),
            Tool::Tsan => {
                let mut command = Command::new("setarch");
                command.arg("--addr-no-randomize").arg(program);
                command
            }
            Tool::Valgrind => {
                let mut command = Command::new("valgrind");
                command.args([
                    "--quiet",
                    "--vgdb=no",
                    "--error-exitcode=99",
                    "--trace-children=yes",
                    "--leak-check=full",
                ]);
                command.args(["--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"]);
                command.arg(format!("--log-file={report}.%p")).arg(program);
                command
            }
        };
        let suppressions = self.suppressions.iter().map(|file| format!(":suppressions={}", file.display()));
        let suppressions: String = suppressions.collect();
        command
            .current_dir(self.folder())
            .envs(self.variables.iter().copied())
            .env("MAILSLOT_DIR", self.folder().join("slots"))
            .env("LC_ALL", "C.UTF-8")
            .env("ASAN_OPTIONS", format!("{ASAN_OPTIONS}:{SIGNALS}:log_path={report}"))
            .env("TSAN_OPTIONS", format!("{TSAN_OPTIONS}:{SIGNALS}:log_path={report}{suppressions}"))
            // Cargo's search path for xtask leads to other builds of the library.
            .env_remove("LD_LIBRARY_PATH");
        Ok(command)
    }
}

fn random_bits() -> Result<u32> {
    let path = "/proc/sys/vm/mmap_rnd_bits";
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    Ok(text.trim().parse()?)
}

/// A program at work. Killed when the value is dropped.
pub(super) struct Running {
    child: Child,
    output: PathBuf,
    deadline: Instant,
}

impl Running {
    /// Waits until the program prints this line.
    pub(super) fn wait_for(&mut self, line: &str) -> Result<()> {
        while !self.output().lines().any(|printed| printed == line) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the program ended ({status}) before it said {line:?}:\n{}", self.output());
            }
            self.be_patient()?;
        }
        Ok(())
    }

    /// Waits until the program ends.
    pub(super) fn finish(mut self) -> Result<(ExitStatus, String)> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok((status, self.output()));
            }
            self.be_patient()?;
        }
    }

    fn be_patient(&self) -> Result<()> {
        if Instant::now() > self.deadline {
            bail!("still running after {PATIENCE:?}:\n{}", self.output());
        }
        thread::sleep(LOOK_AGAIN);
        Ok(())
    }

    fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.output).unwrap_or_default()).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
