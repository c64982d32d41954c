//! The machine's own primitives. Every function here is a name for one call.

pub(crate) use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::Mutex;
pub(crate) use std::thread::{sleep, yield_now};
pub(crate) use std::time::Instant;

/// Sleeping on a word in memory that processes share.
pub(crate) mod futex {
    use std::num::NonZeroU32;

    use rustix::thread::futex;
    use rustix::time::Timespec;

    use super::AtomicU32;

    /// Sleeps while the word has this value, until it is woken or the moment (monotonic clock) has come.
    ///
    /// # Errors
    /// `AGAIN` if the word has another value; `TIMEDOUT`; `INTR` after a signal.
    pub(crate) fn wait(word: &AtomicU32, value: u32, until: Option<&Timespec>) -> rustix::io::Result<()> {
        futex::wait_bitset(word, futex::Flags::empty(), value, until, NonZeroU32::MAX)
    }

    /// Wakes all who sleep on the word.
    pub(crate) fn wake_all(word: &AtomicU32) {
        // Only a wrong address can make this fail, and the word is there.
        let _ = futex::wake(word, futex::Flags::empty(), i32::MAX as u32);
    }
}
