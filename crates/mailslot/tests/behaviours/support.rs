//! Places for slots, and an end for tests that hang.

use std::fmt::Debug;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use mailslot::{Builder, Client, ErrorKind, IntoName, Mailslot, Result};
use tempfile::TempDir;

/// A slot directory of its own, gone with the value.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Place {
        Place(tempfile::tempdir_in("/dev/shm").unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn builder(&self, name: impl IntoName) -> Builder {
        Mailslot::builder(name).directory(self.path())
    }

    pub(crate) fn create(&self, name: impl IntoName) -> Mailslot {
        self.builder(name).create().unwrap()
    }

    pub(crate) fn try_open(&self, name: impl IntoName) -> Result<Client> {
        Client::options().directory(self.path()).open(name)
    }

    pub(crate) fn open(&self, name: impl IntoName) -> Client {
        self.try_open(name).unwrap()
    }

    /// A server and a client of one slot.
    pub(crate) fn pair(&self, name: &str) -> (Mailslot, Client) {
        (self.create(name), self.open(name))
    }

    /// The names of the files in the directory, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Ends the whole test run, with a message, when its test takes longer than a minute.
pub(crate) struct Watchdog {
    /// Dropped with the watchdog, which tells the thread that the test has ended.
    _alive: Sender<()>,
}

impl Watchdog {
    pub(crate) fn start() -> Watchdog {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        let (alive, ended) = mpsc::channel();
        thread::spawn(move || {
            if ended.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{test} hangs");
                std::process::abort();
            }
        });
        Watchdog { _alive: alive }
    }
}

/// The kind and the Win32 code of a failure.
#[track_caller]
pub(crate) fn failure<T: Debug>(result: Result<T>) -> (ErrorKind, u32) {
    let error = result.unwrap_err();
    (error.kind(), error.win32_code())
}
