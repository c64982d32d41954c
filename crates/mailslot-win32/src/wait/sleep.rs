//! Sleeping on words of memory, private or shared.

use std::ffi::c_void;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::futex;
use rustix::time::{ClockId, Timespec, clock_gettime};
use windows_sys::Win32::Foundation::ERROR_GEN_FAILURE;
use windows_sys::Win32::System::Threading::INFINITE;

use crate::last_error::Win32Error;

/// A moment of the monotonic clock, or never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Timespec>);

impl Deadline {
    /// So many milliseconds from now; `INFINITE` is never.
    pub(crate) fn after_ms(milliseconds: u32) -> Deadline {
        if milliseconds == INFINITE {
            return Deadline(None);
        }
        let now = clock_gettime(ClockId::Monotonic);
        let nanoseconds = now.tv_nsec + i64::from(milliseconds % 1000) * 1_000_000;
        let tv_sec = now.tv_sec + i64::from(milliseconds / 1000) + nanoseconds / 1_000_000_000;
        Deadline(Some(Timespec { tv_sec, tv_nsec: nanoseconds % 1_000_000_000 }))
    }

    /// This deadline, or so many milliseconds from now if that is earlier.
    pub(crate) fn or_in_ms(self, milliseconds: Option<u32>) -> Deadline {
        let Some(milliseconds) = milliseconds else { return self };
        let other = Deadline::after_ms(milliseconds);
        match (self.0, other.0) {
            (Some(a), Some(b)) if key(a) <= key(b) => self,
            (Some(_), None) => self,
            _ => other,
        }
    }

    pub(crate) fn has_passed(self) -> bool {
        self.0.is_some_and(|deadline| key(clock_gettime(ClockId::Monotonic)) >= key(deadline))
    }
}

fn key(time: Timespec) -> (i64, i64) {
    (time.tv_sec, time.tv_nsec)
}

/// Sleeps until one of the words has another value than the one beside it, its sleepers are woken, or the deadline has
/// passed. May return early for no reason: the caller looks again.
///
/// # Errors
///
/// 31 when the kernel refuses, which it has no reason to.
pub(crate) fn sleep_until_one_changes(words: &[(&AtomicU32, u32)], deadline: Deadline) -> Result<(), Win32Error> {
    let outcome = match words {
        [(word, value)] => {
            let every_bit = NonZeroU32::MAX;
            futex::wait_bitset(word, futex::Flags::empty(), *value, deadline.0.as_ref(), every_bit)
        }
        _ => sleep_on_several(words, deadline),
    };
    match outcome {
        Ok(()) | Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => Ok(()),
        Err(_) => Err(Win32Error(ERROR_GEN_FAILURE)),
    }
}

/// Wakes all who sleep on a word.
pub(crate) fn wake_all(word: &AtomicU32) {
    // Only a wrong address can make this fail.
    let _ = futex::wake(word, futex::Flags::empty(), i32::MAX as u32);
}

/// Wakes one who sleeps on a word.
pub(crate) fn wake_one(word: &AtomicU32) {
    // Only a wrong address can make this fail.
    let _ = futex::wake(word, futex::Flags::empty(), 1);
}

/// The value of a word before its object is looked at.
pub(crate) fn load(word: &AtomicU32) -> u32 {
    word.load(Ordering::SeqCst)
}

/// How long a sleep lasts where the kernel cannot sleep on several words (before Linux 5.16, and under valgrind 3.19).
const SLICE: Duration = Duration::from_millis(2);
/// Whether the kernel has said that it cannot. It is not asked again.
static IS_MISSING: AtomicBool = AtomicBool::new(false);

fn sleep_on_several(words: &[(&AtomicU32, u32)], deadline: Deadline) -> rustix::io::Result<()> {
    let waiters: Vec<futex::Wait> = words
        .iter()
        .map(|(word, value)| {
            let mut waiter = futex::Wait::new();
            waiter.val = u64::from(*value);
            waiter.uaddr = futex::WaitPtr::new(word.as_ptr().cast::<c_void>());
            waiter.flags = futex::WaitFlags::SIZE_U32;
            waiter
        })
        .collect();
    if !IS_MISSING.load(Ordering::Relaxed) {
        match futex::waitv(&waiters, futex::WaitvFlags::empty(), deadline.0.as_ref(), ClockId::Monotonic) {
            // Sandboxes answer EPERM to what they do not know.
            Err(Errno::NOSYS | Errno::PERM) => IS_MISSING.store(true, Ordering::Relaxed),
            outcome => return outcome.map(drop),
        }
    }
    if words.iter().all(|(word, value)| load(word) == *value) {
        std::thread::sleep(SLICE);
    }
    Ok(())
}
