//! The server of the demonstration.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use mailslot::{ErrorKind, Mailslot};
use tempfile::TempDir;

use crate::failure::Failure;

use super::check::Tally;
use super::clients::Running;
use super::{SLOT, STALL, say};

/// Time between two looks at the clients while the queue fills.
const LOOK: Duration = Duration::from_millis(1);

/// One of so many messages is shown under load.
const SHOW_EVERY: u32 = 2_500;

/// The server end of the slot.
pub(super) struct Server {
    slot: Mailslot,
    /// Holds the slot where the usual directory has one of this name already.
    directory: Option<TempDir>,
}

impl Server {
    /// Creates the slot in the usual directory, so that `mailslot list` shows it; in one of its own if another
    /// demonstration runs there.
    pub(super) fn create() -> Result<Server, Failure> {
        match Mailslot::builder(SLOT).read_timeout(STALL).create() {
            Ok(slot) => Ok(Server { slot, directory: None }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let directory = private_directory().map_err(Failure::io("a directory for the slot"))?;
                let builder = Mailslot::builder(SLOT).read_timeout(STALL);
                let slot = builder.directory(directory.path()).create()?;
                Ok(Server { slot, directory: Some(directory) })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Says where the slot is, if that is not the usual directory.
    pub(super) fn place(&self) -> String {
        let path = self.directory.as_ref().map(TempDir::path).map(Path::display);
        path.map(|path| format!(", in {path} as another server has the name")).unwrap_or_default()
    }

    /// Makes the command a client of this server.
    pub(super) fn aim(&self, command: &mut Command) {
        if let Some(directory) = &self.directory {
            command.env("MAILSLOT_DIR", directory.path());
        }
    }

    /// Waits until the clients have ended and shows the counts. Everything must be queued.
    pub(super) fn watch(&self, clients: &mut Running) -> Result<(), Failure> {
        let began = Instant::now();
        while !clients.have_ended()? {
            if began.elapsed() > STALL {
                return Err(Failure::Other("the clients do not come to an end".to_owned()));
            }
            thread::sleep(LOOK);
        }
        say(format_args!("  {}", self.counts()?))?;
        self.expect_queued(clients.checker().missing())
    }

    /// Reads what is queued, shows each message, and compares the counts.
    pub(super) fn drain(&self, clients: Running) -> Result<Tally, Failure> {
        let mut checker = clients.into_checker();
        while checker.missing() > 0 {
            let message = self.slot.recv_vec()?;
            checker.accept(&message.data, message.sender.pid())?;
            self.expect_queued(checker.missing())?;
            show(message.sender.pid(), &message.data)?;
            say(format_args!("  {}", self.counts()?))?;
        }
        checker.finish()
    }

    /// Reads while the clients send.
    pub(super) fn serve(&self, mut clients: Running) -> Result<Tally, Failure> {
        while clients.checker().missing() > 0 {
            let message = match self.slot.try_recv_vec()? {
                Some(message) => message,
                None => match self.slot.recv_vec_timeout(Duration::from_secs(1)) {
                    Ok(message) => message,
                    Err(error) if error.kind() == ErrorKind::Timeout => {
                        clients.expect_alive(self.slot.info()?.message_count)?;
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                },
            };
            clients.checker().accept(&message.data, message.sender.pid())?;
            if clients.checker().missing().is_multiple_of(SHOW_EVERY) {
                show(message.sender.pid(), &message.data)?;
                say(format_args!("  {}", self.counts()?))?;
            }
        }
        self.expect_queued(0)?;
        clients.wait()?;
        clients.into_checker().finish()
    }

    /// What the info call says.
    fn counts(&self) -> Result<String, Failure> {
        let info = self.slot.info()?;
        let next = info.next_size.map_or_else(String::new, |size| format!(", the next has {size} bytes"));
        Ok(format!("info     {} queued{next}", info.message_count))
    }

    fn expect_queued(&self, expected: u32) -> Result<(), Failure> {
        let counted = self.slot.info()?.message_count;
        if counted == expected {
            return Ok(());
        }
        Err(Failure::Other(format!("{expected} messages should be queued, the info call says {counted}")))
    }
}

fn show(pid: u32, message: &[u8]) -> Result<(), Failure> {
    const WIDTH: usize = 48;
    let text = String::from_utf8_lossy(message);
    let dots = if text.len() > WIDTH { "…" } else { "" };
    let beginning: String = text.chars().take(WIDTH).collect();
    say(format_args!("  arrived  from pid {pid}: {beginning}{dots}"))
}

/// A directory that is gone at the end; in memory where the system has such a place.
fn private_directory() -> std::io::Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("mailslot-demo-").permissions(Permissions::from_mode(0o700)).tempdir_in(parent)
}
