//! A slot directory, the program in it, and a watchdog over both.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;

/// What takes longer hangs: far more than any of it takes on a slow machine.
const WATCHDOG: Duration = Duration::from_secs(120);

/// A slot directory of one test.
pub(crate) struct World {
    directory: TempDir,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> World {
        let mut builder = tempfile::Builder::new();
        builder.prefix("mailslot-cli-").permissions(Permissions::from_mode(0o700));
        World { directory: builder.tempdir_in("/dev/shm").unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// `mailslot` with these arguments, in this directory.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailslot"));
        command.args(arguments).env("MAILSLOT_DIR", self.path());
        command.env_remove("COLUMNS").env_remove("CC");
        command
    }

    /// Runs `mailslot` to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ended {
        self.run_with_input(arguments, b"")
    }

    /// Runs `mailslot` to its end with this on its standard input.
    pub(crate) fn run_with_input<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Ended {
        run(&mut self.command(arguments), input)
    }

    /// Starts `mailslot listen NAME …` and waits until the slot is there.
    pub(crate) fn listen<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Running {
        let mut command = self.command(["listen"]);
        command.args(arguments);
        let before = self.slots();
        let mut listener = Running::start(&mut command);
        let began = Instant::now();
        while self.slots() == before {
            if let Some(status) = listener.child.try_wait().unwrap() {
                panic!("the listener ended: {status} {:?}", listener.finish().stderr);
            }
            assert!(began.elapsed() < WATCHDOG, "the listener creates no slot");
            thread::sleep(Duration::from_millis(1));
        }
        listener
    }

    /// How many slots there are.
    pub(crate) fn slots(&self) -> usize {
        mailslot::list_in(self.path()).unwrap().len()
    }

    /// Waits until there are so many slots.
    pub(crate) fn wait_for_slots(&self, count: usize) {
        let began = Instant::now();
        while self.slots() != count {
            assert!(began.elapsed() < WATCHDOG, "{} slots", self.slots());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until so many messages are queued in the slot.
    pub(crate) fn wait_until_queued(&self, name: &str, count: u32) {
        let began = Instant::now();
        let client = mailslot::Client::options().directory(self.path()).open(name).unwrap();
        while client.info().unwrap().message_count != count {
            assert!(began.elapsed() < WATCHDOG, "{:?}", client.info());
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Ended {
    pub(crate) fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("{self:?}"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Expects success and nothing on standard error.
    #[track_caller]
    pub(crate) fn ok(self) -> Ended {
        assert!(self.status.success() && self.stderr.is_empty(), "{self:?}");
        self
    }

    /// Expects this exit status and one line of error that holds the text.
    #[track_caller]
    pub(crate) fn failed(self, code: i32, text: &str) -> Ended {
        assert_eq!(self.status.code(), Some(code), "{self:?}");
        assert!(self.stderr.contains(text), "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }
}

/// Runs any program to its end.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Ended {
    let mut running = Running::start(command);
    // A program that does not read all of it is fine.
    let _ = running.child.stdin.as_mut().unwrap().write_all(input);
    running.finish()
}

/// A program that runs, and is killed if it does so for too long or the test ends first.
pub(crate) struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<JoinHandle<String>>,
    watchdog: Option<(Sender<()>, JoinHandle<bool>)>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Running {
        Running::start_with_output(command, Stdio::piped())
    }

    pub(crate) fn start_with_output(command: &mut Command, stdout: Stdio) -> Running {
        // A group of its own, so that the watchdog gets the programs that it starts too.
        let command = command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().map(BufReader::new);
        let stderr = child.stderr.take().map(|stderr| thread::spawn(move || read_text(stderr)));
        let watchdog = Some(watch(Pid::from_child(&child)));
        Running { child, stdout, stderr, watchdog }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Writes to its standard input.
    pub(crate) fn write(&mut self, input: &[u8]) {
        assert!(self.try_write(input), "nobody reads the input");
    }

    /// Writes to its standard input; false if that is closed.
    pub(crate) fn try_write(&mut self, input: &[u8]) -> bool {
        self.child.stdin.as_mut().unwrap().write_all(input).is_ok()
    }

    /// Waits for the next line of its output; without the newline.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        assert_eq!(line.pop(), Some('\n'), "{line:?}");
        line
    }

    /// Closes our end of its standard output.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Closes its standard input and waits for its end.
    pub(crate) fn finish(&mut self) -> Ended {
        drop(self.child.stdin.take());
        let mut stdout = Vec::new();
        if let Some(mut pipe) = self.stdout.take() {
            pipe.read_to_end(&mut stdout).unwrap();
        }
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        let (stop, dog) = self.watchdog.take().unwrap();
        drop(stop);
        let bitten = dog.join().unwrap();
        let ended = Ended { status, stdout, stderr };
        assert!(!bitten, "killed by the watchdog: {ended:?}");
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After its end the number may be another's.
        if self.watchdog.is_some() {
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// Kills the process group after the time of the watchdog, unless the sender is dropped before.
fn watch(pid: Pid) -> (Sender<()>, JoinHandle<bool>) {
    let (stop, stopped) = mpsc::channel::<()>();
    let dog = thread::spawn(move || {
        let late = stopped.recv_timeout(WATCHDOG) == Err(RecvTimeoutError::Timeout);
        if late {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        late
    });
    (stop, dog)
}

fn read_text(mut stderr: ChildStderr) -> String {
    let mut text = Vec::new();
    stderr.read_to_end(&mut text).unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

/// A full device, for output that cannot be written.
pub(crate) fn full_device() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}
