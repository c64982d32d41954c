//! Processes that `bench` and `demo` start.

use std::env;
use std::process::{Child, Command, ExitStatus};

use crate::failure::Failure;

/// A child process that does not outlive us: it is killed when this goes out of scope before it ended.
pub(super) struct Process {
    /// What it is, for messages to the user.
    what: String,
    child: Child,
}

impl Process {
    pub(super) fn start(what: impl Into<String>, command: &mut Command) -> Result<Process, Failure> {
        let what = what.into();
        let child = command.spawn().map_err(Failure::io(format!("cannot start {what}")))?;
        Ok(Process { what, child })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it has ended; an error if it did not end well.
    pub(super) fn has_ended(&mut self) -> Result<bool, Failure> {
        let status = self.child.try_wait().map_err(Failure::io(self.what.clone()))?;
        status.map_or(Ok(false), |status| self.judge(status).map(|()| true))
    }

    /// Waits for its end; an error if it did not end well.
    pub(super) fn wait(&mut self) -> Result<(), Failure> {
        let status = self.child.wait().map_err(Failure::io(self.what.clone()))?;
        self.judge(status)
    }

    fn judge(&self, status: ExitStatus) -> Result<(), Failure> {
        if status.success() {
            return Ok(());
        }
        Err(Failure::Other(format!("{} failed: {status}", self.what)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if it has ended, which is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This program again, for one of its hidden commands.
pub(super) fn this_program() -> Result<Command, Failure> {
    let path = env::current_exe().map_err(Failure::io("the path of this program"))?;
    Ok(Command::new(path))
}
