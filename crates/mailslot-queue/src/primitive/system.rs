//! The machine's own primitives. Every function here is a name for one call.

pub(crate) use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::Mutex;
pub(crate) use std::thread::{sleep, yield_now};
pub(crate) use std::time::Instant;

/// Sleeping on a word in memory that processes share.
pub(crate) mod futex {
    use std::num::NonZeroU32;

    use rustix::io::Errno;
    use rustix::thread::futex;
    use rustix::time::{ClockId, Timespec};

    use super::{AtomicBool, AtomicU32, AtomicU64, Ordering};

    /// Sleeps while the word has this value, and the upper half of the other word that one, until it is woken at the first or the
    /// moment (monotonic clock) has come.
    ///
    /// Without the system call futex_waitv (before Linux 5.16, under some sandboxes and valgrind) the other word is not looked at.
    ///
    /// # Errors
    /// `AGAIN` if a word has another value; `TIMEDOUT`; `INTR` after a signal.
    pub(crate) fn wait(
        word: &AtomicU32,
        value: u32,
        other: &AtomicU64,
        upper_half: u32,
        until: Option<&Timespec>,
    ) -> rustix::io::Result<()> {
        static IS_MISSING: AtomicBool = AtomicBool::new(false);
        if !IS_MISSING.load(Ordering::Relaxed) {
            let half = other.as_ptr().cast::<u32>().wrapping_add(usize::from(cfg!(target_endian = "little")));
            // The sleeper is in the first one's queue before the kernel looks at the second.
            let words = [entry(word.as_ptr(), value), entry(half, upper_half)];
            match futex::waitv(&words, futex::WaitvFlags::empty(), until, ClockId::Monotonic) {
                Ok(_) => return Ok(()),
                // Sandboxes answer EPERM to what they do not know.
                Err(Errno::NOSYS | Errno::PERM) => IS_MISSING.store(true, Ordering::Relaxed),
                Err(errno) => return Err(errno),
            }
        }
        futex::wait_bitset(word, futex::Flags::empty(), value, until, NonZeroU32::MAX)
    }

    fn entry(word: *mut u32, value: u32) -> futex::Wait {
        let mut entry = futex::Wait::new();
        entry.val = u64::from(value);
        entry.uaddr = futex::WaitPtr::new(word.cast());
        entry.flags = futex::WaitFlags::SIZE_U32;
        entry
    }

    /// Wakes all who sleep on the word.
    pub(crate) fn wake_all(word: &AtomicU32) {
        // Only a wrong address can make this fail, and the word is there.
        let _ = futex::wake(word, futex::Flags::empty(), i32::MAX as u32);
    }
}
