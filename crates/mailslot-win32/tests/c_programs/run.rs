//! Running a program in a slot directory of its own, under a watchdog.

use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// No program of these tests needs a tenth of it, even on a busy machine and under valgrind.
const PATIENCE: Duration = Duration::from_secs(240);

/// A slot directory that no other test uses. Gone with its value.
#[derive(Debug)]
pub(crate) struct Slots(TempDir);

impl Slots {
    pub(crate) fn new() -> Slots {
        Slots(tempfile::tempdir_in("/dev/shm").unwrap())
    }

    /// A command that works on these slots. Files that it writes land there, too.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Cargo's search path leads to a library of an earlier build before it leads to the one that was linked.
        command.env_remove("LD_LIBRARY_PATH");
        command.env("MAILSLOT_DIR", self.0.path()).current_dir(self.0.path()).env("LC_ALL", "C.UTF-8");
        command
    }

    /// How many files of slots are there.
    pub(crate) fn files(&self) -> usize {
        std::fs::read_dir(self.0.path()).unwrap().count()
    }
}

/// What a program said and how it ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
}

impl Finished {
    /// Panics with the program's words unless it ended with success.
    pub(crate) fn expect_success(self) -> String {
        assert!(self.status.success(), "{}\n{}", self.status, self.output);
        self.output
    }
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Finished {
    Running::start(command).finish()
}

/// Runs a program to its end, with this as its input.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Finished {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input.as_bytes()).unwrap();
    file.rewind().unwrap();
    Running::start_reading(command, file.into()).finish()
}

/// A program at work. Killed when the value is dropped or the watchdog loses its patience.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    seen: String,
    /// Dropped when the program is waited for: then the watchdog ends.
    watchdog: Option<Sender<()>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Running {
        Running::start_reading(command, Stdio::null())
    }

    fn start_reading(command: &mut Command, input: Stdio) -> Running {
        let child = command.stdin(input).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = BufReader::new(child.stdout.take().unwrap());
        let watchdog = Some(watch(child.id()));
        Running { child, output, seen: String::new(), watchdog }
    }

    /// Waits until the program prints this line.
    pub(crate) fn wait_for(&mut self, line: &str) {
        loop {
            let mut text = String::new();
            let length = self.output.read_line(&mut text).unwrap();
            self.seen += &text;
            assert_ne!(length, 0, "the program ended before it said {line:?}: {}", self.seen);
            if text.trim_end() == line {
                return;
            }
        }
    }

    pub(crate) fn finish(mut self) -> Finished {
        self.output.read_to_string(&mut self.seen).unwrap();
        let status = self.child.wait().unwrap();
        self.watchdog = None;
        Finished { status, output: std::mem::take(&mut self.seen) }
    }

    /// Ends the program by SIGKILL, and returns when it is gone.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.watchdog.is_some() {
            self.end();
        }
    }
}

/// Kills the process unless the result is dropped in time.
fn watch(process: u32) -> Sender<()> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            eprintln!("watchdog: process {process} is still running after {PATIENCE:?} and is killed");
            let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
        }
    });
    sender
}
