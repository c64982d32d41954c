//! Waking a thread that waits for slots, for another reason than a message.

use rustix::thread::futex;

use crate::primitive::{AtomicU32, Ordering};

/// Ends waits of this process's threads: for a new order, for the end of the program. It has no descriptor and belongs to no
/// slot. In memory of one process: a forked child has one of its own.
///
/// Who is to be woken takes note of it with [`Alarm::seen`] *before* looking for work: what is raised after that ends the wait,
/// also when it was raised before the wait began.
#[derive(Debug, Default)]
pub struct Alarm {
    /// How often it was raised, modulo 2³². Sleepers' futex word.
    raised: AtomicU32,
    /// Threads that sleep, or are about to: none, and raising costs no system call. Counted before the sleeper looks at
    /// `raised` for the last time, looked at after `raised` has changed (SeqCst): one of both sees the other.
    sleepers: AtomicU32,
}

/// An alarm as it was at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    alarm: &'a Alarm,
    raised: u32,
}

impl Alarm {
    /// One that was never raised.
    pub const fn new() -> Alarm {
        Alarm { raised: AtomicU32::new(0), sleepers: AtomicU32::new(0) }
    }

    /// Ends every wait that is told of this alarm as it was before.
    pub fn raise(&self) {
        self.raised.fetch_add(1, Ordering::SeqCst);
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            // Only a wrong address can make this fail.
            let _ = futex::wake(&self.raised, futex::Flags::PRIVATE, i32::MAX as u32);
        }
    }

    /// The alarm as it is now.
    pub fn seen(&self) -> Seen<'_> {
        Seen { alarm: self, raised: self.raised.load(Ordering::SeqCst) }
    }
}

impl<'a> Seen<'a> {
    /// Whether the alarm was raised since.
    pub fn is_raised(&self) -> bool {
        self.alarm.raised.load(Ordering::SeqCst) != self.raised
    }

    /// The word to sleep on while it has this value.
    pub(crate) fn word(&self) -> (&'a AtomicU32, u32) {
        (&self.alarm.raised, self.raised)
    }

    /// To be held while sleeping.
    pub(crate) fn sleep_here(&self) -> Sleeper<'a> {
        self.alarm.sleepers.fetch_add(1, Ordering::SeqCst);
        Sleeper(self.alarm)
    }
}

/// A thread that may sleep on an alarm.
pub(crate) struct Sleeper<'a>(&'a Alarm);

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}
