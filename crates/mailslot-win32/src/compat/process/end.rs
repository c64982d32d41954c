//! How a process ended, as an exit code.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};
use windows_sys::Win32::Foundation::{
    STATUS_ACCESS_VIOLATION, STATUS_CONTROL_C_EXIT, STATUS_ILLEGAL_INSTRUCTION, STATUS_INTEGER_DIVIDE_BY_ZERO,
};

use super::stat::{EXIT_CODE, STATE, Stat};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Exited(u32),
    Killed(i32),
    /// Its parent has collected the exit status, and the kernel does not tell it again (before Linux 6.15).
    Unknown,
}

impl End {
    /// The exit code, as Windows has it for the same misfortune: 0xC0000005 after SIGSEGV and SIGBUS, 0xC000001D after SIGILL,
    /// 0xC0000094 after SIGFPE, 0xC000013A after SIGINT, 3 after SIGABRT (what `abort` of Microsoft's C library exits with);
    /// 128 and the signal's number, as shells have it, after all others.
    pub(super) fn code(self) -> Option<u32> {
        const EXIT_CODE_OF_ABORT: u32 = 3;
        const SIGNALS_FROM: u32 = 128;
        match self {
            End::Exited(code) => Some(code),
            End::Killed(signal) => Some(match signal {
                libc::SIGSEGV | libc::SIGBUS => STATUS_ACCESS_VIOLATION as u32,
                libc::SIGILL => STATUS_ILLEGAL_INSTRUCTION as u32,
                libc::SIGFPE => STATUS_INTEGER_DIVIDE_BY_ZERO as u32,
                libc::SIGINT => STATUS_CONTROL_C_EXIT as u32,
                libc::SIGABRT => EXIT_CODE_OF_ABORT,
                other => SIGNALS_FROM + other.unsigned_abs(),
            }),
            End::Unknown => None,
        }
    }

    /// What the kernel calls a wait status.
    fn from_status(status: i32) -> End {
        if libc::WIFSIGNALED(status) {
            End::Killed(libc::WTERMSIG(status))
        } else {
            End::Exited(libc::WEXITSTATUS(status).unsigned_abs())
        }
    }
}

/// Whether a process has ended, and how. With `reaps` a child is also removed from the kernel's table; that is for children that
/// nobody else waits for.
pub(super) fn look(pidfd: BorrowedFd<'_>, id: u32, reaps: bool) -> Option<End> {
    let keep = if reaps { WaitIdOptions::empty() } else { WaitIdOptions::NOWAIT };
    match waitid(WaitId::PidFd(pidfd), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | keep) {
        Ok(Some(status)) => Some(match status.terminating_signal() {
            Some(signal) => End::Killed(signal),
            None => End::Exited(status.exit_status().unwrap_or(0).unsigned_abs()),
        }),
        Ok(None) => None,
        // No child of this process, or reaped already.
        Err(_) => has_ended(pidfd).then(|| recorded(pidfd).or_else(|| of_zombie(pidfd, id)).unwrap_or(End::Unknown)),
    }
}

fn has_ended(pidfd: BorrowedFd<'_>) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut polled = [PollFd::from_borrowed_fd(pidfd, PollFlags::IN)];
    loop {
        match poll(&mut polled, Some(&now)) {
            Err(Errno::INTR) => {}
            outcome => return outcome.is_ok_and(|ready| ready > 0),
        }
    }
}

/// What the kernel has written down of a process that was reaped while somebody had a pidfd of it, since Linux 6.15.
fn recorded(pidfd: BorrowedFd<'_>) -> Option<End> {
    /// The kernel's `struct pidfd_info`, in its first size.
    #[repr(C)]
    #[derive(Default)]
    struct Info {
        mask: u64,
        control_group: u64,
        ids: [u32; 11],
        exit_code: i32,
    }
    const PIDFD_GET_INFO: libc::Ioctl = 0xC040_FF0B;
    const PIDFD_INFO_EXIT: u64 = 1 << 3;

    let mut info = Info { mask: PIDFD_INFO_EXIT, ..Info::default() };
    // SAFETY: the request has the size of the structure in it (0x40), and the kernel writes no more than that.
    let result = unsafe { libc::ioctl(pidfd.as_raw_fd(), PIDFD_GET_INFO, &raw mut info) };
    (result == 0 && info.mask & PIDFD_INFO_EXIT != 0).then(|| End::from_status(info.exit_code))
}

/// What `/proc` tells of a process that nobody has reaped yet.
fn of_zombie(pidfd: BorrowedFd<'_>, id: u32) -> Option<End> {
    let stat = Stat::of(id)?;
    let is_zombie = stat.field(STATE) == Some("Z");
    let status = stat.field(EXIT_CODE)?.parse().ok()?;
    // Only if the process is still not reaped has its number meant this one all the time.
    (is_zombie && is_unreaped(pidfd)).then(|| End::from_status(status))
}

/// Whether the process is there, if only as a zombie.
pub(super) fn is_unreaped(pidfd: BorrowedFd<'_>) -> bool {
    probe(pidfd) != Err(Errno::SRCH)
}

/// What a signal to the process would come to, without one.
pub(super) fn probe(pidfd: BorrowedFd<'_>) -> Result<(), Errno> {
    let pidfd = pidfd.as_fd().as_raw_fd();
    let nothing = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: signal 0 is none; the pointer may be NULL.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, 0, nothing, 0) };
    if result == 0 { Ok(()) } else { Err(last_errno()) }
}

fn last_errno() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::INVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_of_processes_that_were_killed() {
        let table = [
            (End::Exited(7), 7),
            (End::Killed(libc::SIGSEGV), 0xC000_0005),
            (End::Killed(libc::SIGINT), 0xC000_013A),
            (End::Killed(libc::SIGABRT), 3),
            (End::Killed(libc::SIGKILL), 137),
            (End::from_status(0x0700), 7),
            (End::from_status(15), 143),
        ];
        for (end, code) in table {
            assert_eq!(end.code(), Some(code), "{end:?}");
        }
    }
}
