//! A command for each message.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::process::{Command, ExitStatus, Stdio};

use mailslot::Message;

use crate::complain;
use crate::failure::Failure;

use super::Sink;
use super::stop::Stop;

/// Runs a shell command for each message, one at a time.
pub(super) struct Exec {
    command: OsString,
    slot: String,
    stop: Stop,
    failed: bool,
}

impl Exec {
    pub(super) fn new(command: &OsStr, slot: String, stop: Stop) -> Exec {
        Exec { command: command.to_owned(), slot, stop, failed: false }
    }

    fn run(&self, message: &Message) -> io::Result<ExitStatus> {
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(&self.command)
            .env("MAILSLOT_NAME", &self.slot)
            .env("MAILSLOT_PID", message.sender.pid().to_string())
            .env("MAILSLOT_UID", message.sender.uid().to_string())
            .env("MAILSLOT_SIZE", message.data.len().to_string())
            .stdin(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            match stdin.write_all(&message.data) {
                // Not every command reads its message.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
                _ => {}
            }
        }
        child.wait()
    }
}

impl Sink for Exec {
    fn message(&mut self, message: &Message) -> Result<(), Failure> {
        let status = self.run(message).map_err(Failure::io("sh"))?;
        // Ctrl-C reaches the command too: then it is not the command that failed.
        if !status.success() && self.stop.cause().is_none() {
            self.failed = true;
            complain(format_args!(
                "the command failed ({status}) on a message of {} bytes from pid {}",
                message.data.len(),
                message.sender.pid()
            ));
        }
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn is_fine(&self) -> bool {
        !self.failed
    }
}
