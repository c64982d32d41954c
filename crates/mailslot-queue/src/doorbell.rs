//! Sleeping until a message is there, and waking who sleeps.

use std::time::Duration;

use rustix::io::Errno;
use rustix::time::Timespec;

use crate::kernel::{self, WakeDuty};
use crate::layout::{self, doorbell};
use crate::primitive::{AtomicU32, AtomicU64, Ordering, futex};
use crate::sizes::LONGEST_SLEEP;
use crate::slot::Slot;

/// How long an operation waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    Now,
    /// At least this long, by the monotonic clock.
    For(Duration),
    /// For ever.
    Forever,
}

/// A moment of the monotonic clock, or never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Timespec>);

impl Deadline {
    pub(crate) fn after(wait: Wait) -> Deadline {
        let duration = match wait {
            Wait::Now => Duration::ZERO,
            Wait::For(duration) => duration,
            Wait::Forever => return Deadline(None),
        };
        let now = kernel::monotonic_time();
        let nanoseconds = now.tv_nsec + i64::from(duration.subsec_nanos());
        let seconds = i64::try_from(duration.as_secs())
            .ok()
            .and_then(|seconds| seconds.checked_add(now.tv_sec + nanoseconds / 1_000_000_000));
        // What does not fit into the clock is never.
        Deadline(seconds.map(|tv_sec| Timespec { tv_sec, tv_nsec: nanoseconds % 1_000_000_000 }))
    }

    pub(crate) fn or_earlier(self, other: Deadline) -> Deadline {
        let earlier = |a: Timespec, b: Timespec| if (a.tv_sec, a.tv_nsec) <= (b.tv_sec, b.tv_nsec) { a } else { b };
        match (self.0, other.0) {
            (Some(a), Some(b)) => Deadline(Some(earlier(a, b))),
            (a, b) => Deadline(a.or(b)),
        }
    }

    pub(crate) fn timespec(self) -> Option<Timespec> {
        self.0
    }

    pub(crate) fn has_passed(self) -> bool {
        self.0.is_some_and(|deadline| {
            let now = kernel::monotonic_time();
            (now.tv_sec, now.tv_nsec) >= (deadline.tv_sec, deadline.tv_nsec)
        })
    }
}

impl Slot {
    /// The word that readers sleep on; its states are those of [`layout::doorbell`].
    #[inline]
    pub(crate) fn doorbell(&self) -> &AtomicU32 {
        self.map.u32_at(layout::DOORBELL)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.message_count() == 0
    }

    /// Wakes the sleepers, if any, after a message was published. `rung_for` is the caller's memory of the arm count that it has
    /// rung for last. To be called under a [`WakeDuty`].
    ///
    /// The load is ordered behind the publication, as the sleeper's look at the head is behind its store (SeqCst on both
    /// sides): one of both sees the other.
    #[inline]
    pub(crate) fn ring(&self, rung_for: &mut Option<u32>) {
        let state = self.doorbell().load(Ordering::SeqCst);
        if state != doorbell::QUIET {
            self.ring_for_newest(state, rung_for);
        }
    }

    #[cold]
    fn ring_for_newest(&self, state: u32, rung_for: &mut Option<u32>) {
        let newest = self.map.u32_at(layout::ARM_COUNT).load(Ordering::SeqCst);
        let (bell, order) = (self.doorbell(), Ordering::SeqCst);
        let is_first = state == doorbell::SLEEPING
            && bell.compare_exchange(doorbell::SLEEPING, doorbell::RINGING, order, order).is_ok();
        if is_first || *rung_for != Some(newest) {
            self.wake_all();
            *rung_for = Some(newest);
        }
    }

    /// Ends all sleeps for a moment, for a handle that was closed.
    pub(crate) fn ring_for_close(&self) {
        let duty = WakeDuty::begin(self.doorbell());
        self.doorbell().swap(doorbell::RINGING, Ordering::SeqCst);
        self.wake_all();
        drop(duty);
    }

    /// After a wake that may have been the kernel's, which wakes one sleeper only: the writer died with the doorbell `RINGING`,
    /// or with its message published and the doorbell still `SLEEPING`.
    pub(crate) fn pass_on(&self) {
        let (bell, order) = (self.doorbell(), Ordering::SeqCst);
        let state = bell.load(order);
        if state == doorbell::RINGING || state == doorbell::SLEEPING && !self.is_empty() {
            // Whoever changes it meanwhile is a reader that has just looked, or somebody who wakes all as well.
            let _ = bell.compare_exchange(doorbell::SLEEPING, doorbell::RINGING, order, order);
            self.wake_all();
        }
    }

    #[cold]
    fn wake_all(&self) {
        futex::wake_all(self.doorbell());
    }

    /// Where the next message will be hinted at.
    pub(crate) fn next_hint(&self) -> NextHint<'_> {
        let sequence = self.read_sequence().wrapping_add(1) as u32;
        NextHint { word: self.map.u64_at(layout::hint_offset(sequence)), sequence }
    }

    /// Says that a reader is about to sleep. It has to look once more, and must not sleep if there is something.
    pub(crate) fn arm(&self) {
        self.doorbell().swap(doorbell::SLEEPING, Ordering::SeqCst);
        self.map.u32_at(layout::ARM_COUNT).fetch_add(1, Ordering::SeqCst);
    }

    /// Sleeps until the doorbell rings or the deadline has passed; returns at once if `is_over` says so after the doorbell
    /// was armed. May return early for no reason: the caller looks again.
    pub(crate) fn sleep(&self, deadline: Deadline, is_over: impl Fn() -> bool) -> rustix::io::Result<()> {
        let bell = self.doorbell();
        // A reader that is killed from here on, before it has passed a wake on, leaves that to the kernel.
        let _duty = WakeDuty::begin(bell);
        self.arm();
        let seen = self.head();
        if is_over() {
            // Another reader may have looked before the message was there, and have fallen asleep since it was armed again.
            self.pass_on();
            return Ok(());
        }
        // A writer that publishes from here on, and dies before it has looked at the doorbell, has left that to the kernel, which may
        // wake before this thread sleeps: then head tells.
        let head = self.map.u64_at(layout::HEAD);
        let until = deadline.or_earlier(Deadline::after(LONGEST_SLEEP)).0;
        match futex::wait(bell, doorbell::SLEEPING, head, seen.sequence, until.as_ref()) {
            Ok(()) => {
                self.pass_on();
                Ok(())
            }
            Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => Ok(()),
            Err(errno) => Err(errno),
        }
    }
}

/// The place of a hint that is not there yet.
pub(crate) struct NextHint<'a> {
    word: &'a AtomicU64,
    sequence: u32,
}

impl NextHint<'_> {
    pub(crate) fn is_there(&self) -> bool {
        layout::Head::from_word(self.word.load(Ordering::Relaxed)).sequence == self.sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_that_overflow_the_clock_are_never() {
        assert!(Deadline::after(Wait::For(Duration::MAX)).0.is_none());
        assert!(!Deadline::after(Wait::For(Duration::from_secs(60))).has_passed());
        assert!(Deadline::after(Wait::Now).has_passed());
    }
}
