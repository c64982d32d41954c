//! A reader that sleeps until a message comes.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use mailslot::{Mailslot, Timeout};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

const PATIENCE: Duration = Duration::from_secs(20);

/// A forked child in a blocking read.
pub(super) struct Sleeper {
    pid: Pid,
    is_reaped: bool,
}

impl Sleeper {
    /// Returns when it is asleep.
    pub(super) fn fork(server: &Mailslot) -> Result<Sleeper> {
        // SAFETY: this process has one thread.
        match unsafe { libc::fork() } {
            -1 => bail!("cannot fork: {}", std::io::Error::last_os_error()),
            0 => {
                let mut buffer = [0; 128];
                let status = i32::from(server.recv_timeout(&mut buffer, Timeout::FOREVER).is_err());
                // SAFETY: ends a forked child, without what its parent would do at its end.
                unsafe { libc::_exit(status) }
            }
            pid => {
                let sleeper = Sleeper { pid: Pid::from_raw(pid), is_reaped: false };
                let start = Instant::now();
                while !std::fs::read_to_string(format!("/proc/{pid}/wchan"))?.contains("futex") {
                    ensure!(start.elapsed() < PATIENCE, "the reader does not fall asleep");
                    std::thread::sleep(Duration::from_micros(100));
                }
                Ok(sleeper)
            }
        }
    }

    /// Whether it has its message already. It has ended then, and [`Sleeper::join`] still says how.
    pub(super) fn has_ended(&self) -> Result<bool> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        Ok(stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
    }

    /// Waits until it has its message.
    pub(super) fn join(mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            match waitpid(self.pid, Some(WaitPidFlag::WNOHANG))? {
                WaitStatus::StillAlive if start.elapsed() > PATIENCE => bail!("a reader is asleep beside a message"),
                WaitStatus::StillAlive => std::thread::sleep(Duration::from_micros(100)),
                WaitStatus::Exited(_, 0) => {
                    self.is_reaped = true;
                    return Ok(());
                }
                status => {
                    self.is_reaped = true;
                    bail!("the reader has ended: {status:?}")
                }
            }
        }
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        if !self.is_reaped {
            // Best effort: an error is on its way already.
            let _ = kill(self.pid, Signal::SIGKILL);
            let _ = waitpid(self.pid, None);
        }
    }
}
