//! Writing to a pipe that nobody reads any more: an error, and no signal that would end the program.

use std::mem::MaybeUninit;
use std::os::fd::BorrowedFd;
use std::ptr::{null, null_mut};

use rustix::io::{Errno, write};

/// As `write`, with SIGPIPE held back.
pub(super) fn write_without_signal(fd: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize, Errno> {
    let mut pipe = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    let mut pending = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is ours to fill.
    unsafe { libc::sigemptyset(pipe.as_mut_ptr()) };
    // SAFETY: the set was just filled.
    unsafe { libc::sigaddset(pipe.as_mut_ptr(), libc::SIGPIPE) };
    // SAFETY: the set is ours to fill.
    unsafe { libc::sigemptyset(pending.as_mut_ptr()) };
    // SAFETY: as above.
    unsafe { libc::sigpending(pending.as_mut_ptr()) };
    // SAFETY: the set is filled, by one of the two calls.
    let was_pending = unsafe { libc::sigismember(pending.as_ptr(), libc::SIGPIPE) } == 1;
    // SAFETY: the mask of the calling thread alone; both sets live on this stack.
    let is_held = unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, pipe.as_ptr(), before.as_mut_ptr()) } == 0;
    let outcome = write(fd, bytes);
    if outcome == Err(Errno::PIPE) && is_held && !was_pending {
        let no_time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: takes back the signal that the write raised in this thread; nothing is stored.
        unsafe { libc::sigtimedwait(pipe.as_ptr(), null_mut(), &no_time) };
    }
    if is_held {
        // SAFETY: `before` was filled when the signal was held.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), null::<libc::sigset_t>().cast_mut()) };
    }
    outcome
}
