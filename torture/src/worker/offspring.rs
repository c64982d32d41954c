//! Other processes that have the same handle: forked ones that go on with the parent's object, and started ones that find the
//! descriptor by its number. Each is forked twice, so that the conductor becomes its parent and can wait for it.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Birth, End, Interface, Start, Worker};
use crate::board::{global, word};
use crate::random::Random;

impl Worker<'_> {
    /// `false` in the forked child, which goes on as the process of the block in the argument.
    pub(super) fn offspring(&mut self) -> Result<bool> {
        let block = self.block.get(word::ARGUMENT) as usize;
        let token = self.block.get(word::ARGUMENT_2);
        let is_old = self.generation != self.board.get(global::GENERATION);
        if is_old || matches!(self.end, End::Writer(None) | End::Reader(None)) {
            self.board.block(block).revoke();
            return Ok(true);
        }
        let is_rust = self.random.one_in(2);
        let birth = Birth {
            block,
            token,
            interface: if is_rust { Interface::Rust } else { Interface::Win32 },
            start: Start::Inherit,
            seed: self.random.next(),
            ..self.birth.clone()
        };
        let is_forked = self.random.one_in(2);
        self.block.count(if is_forked { word::FORKS } else { word::EXECS }, 1);
        // SAFETY: this process has one thread.
        match self.timed("fork", 0, |_| unsafe { libc::fork() }) {
            -1 => bail!("cannot fork: {}", std::io::Error::last_os_error()),
            0 if is_forked => self.fork_again(birth),
            0 => {
                let status = i32::from(self.start(birth).is_err());
                // SAFETY: ends a forked child, without what its parent would do at its end.
                unsafe { libc::_exit(status) }
            }
            between => {
                let mut status = 0;
                // SAFETY: waits for the child that was just made.
                while unsafe { libc::waitpid(between, &raw mut status, 0) } == -1 {
                    let error = std::io::Error::last_os_error();
                    if error.kind() != std::io::ErrorKind::Interrupted {
                        return Err(error).context("cannot wait for the forked child");
                    }
                }
                if status != 0 { bail!("the forked child has ended with status {status:#x}") } else { Ok(true) }
            }
        }
    }

    /// In the child between: its child is the new process.
    fn fork_again(&mut self, birth: Birth) -> Result<bool> {
        // SAFETY: this process has one thread.
        if unsafe { libc::fork() } != 0 {
            // SAFETY: ends a forked child, without what its parent would do at its end.
            unsafe { libc::_exit(0) }
        }
        let interface = self.birth.interface;
        self.birth = Birth { interface, ..birth };
        self.random = Random::new(self.birth.seed);
        (self.mode, self.floor) = (u64::MAX, None);
        if !self.register()? {
            // SAFETY: not wanted any more.
            unsafe { libc::_exit(0) }
        }
        self.block.set(word::HOLDS, 1);
        Ok(false)
    }

    fn start(&mut self, birth: Birth) -> Result<()> {
        let descriptor = match &self.end {
            End::Writer(Some(sender)) => sender.for_children(),
            End::Reader(Some(receiver)) => receiver.for_children(),
            _ => return Ok(()),
        };
        let descriptor = descriptor.map_err(super::unexpected("make the handle inheritable"))?;
        let birth = Birth { descriptor, ..birth };
        Command::new(std::env::current_exe()?).arg("worker").args(birth.arguments()).spawn()?;
        Ok(())
    }
}
