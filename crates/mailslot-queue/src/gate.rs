//! Closing what other threads are waiting at.

use std::time::Duration;

use crate::fork;
use crate::primitive::{AtomicBool, AtomicU32, AtomicU64, Ordering, sleep};
use crate::slot::Slot;

/// Open until it is closed, once. Private memory.
#[derive(Debug)]
pub(crate) struct Gate {
    closed: AtomicBool,
    /// Threads that wait, or are about to, and have not seen it closed.
    ///
    /// | word | meaning | next |
    /// |---|---|---|
    /// | (g, n) | n threads of the process of fork generation g (its lower 32 bits) | (g, n ± 1) by a thread that comes or leaves |
    /// | (g, n) in a forked child | nobody: a child has none of its parent's threads | (its own, 1) by the first thread that comes |
    waiting: AtomicU64,
    /// How often waits were ended without closing, modulo 2^32.
    interruptions: AtomicU32,
}

/// A thread that waits; it has left when this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting<'a>(&'a Gate);

impl Gate {
    pub(crate) fn new() -> Gate {
        Gate { closed: AtomicBool::new(false), waiting: AtomicU64::new(0), interruptions: AtomicU32::new(0) }
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// To be held while waiting for the slot's doorbell.
    pub(crate) fn wait_here(&self) -> Waiting<'_> {
        self.change(|count| count.wrapping_add(1));
        Waiting(self)
    }

    /// Closes it and returns when all who wait have left. One ring is not always enough: a thread can have looked at the gate
    /// before it was closed and fall asleep after the ring, if another thread has armed the doorbell in between.
    pub(crate) fn close(&self, slot: &Slot) {
        self.closed.store(true, Ordering::SeqCst);
        while count_in(self.waiting.load(Ordering::SeqCst)) > 0 {
            slot.ring_for_close();
            sleep(Duration::from_micros(50));
        }
    }

    /// Changes with every [`Gate::interrupt`]: a wait that finds another value than at its beginning is over.
    pub(crate) fn interruptions(&self) -> u32 {
        self.interruptions.load(Ordering::SeqCst)
    }

    /// Ends the waits of those who wait now, and leaves it open. Tells whether there was anybody.
    pub(crate) fn interrupt(&self, slot: &Slot) -> bool {
        /// Others may come to wait meanwhile, so that nobody may ever be left.
        const MOST_RINGS: u32 = 100;
        if count_in(self.waiting.load(Ordering::SeqCst)) == 0 {
            return false;
        }
        self.interruptions.fetch_add(1, Ordering::SeqCst);
        // One ring is not always enough, as in `close`.
        for _ in 0..MOST_RINGS {
            slot.ring_for_close();
            sleep(Duration::from_micros(50));
            if count_in(self.waiting.load(Ordering::SeqCst)) == 0 {
                break;
            }
        }
        true
    }

    fn change(&self, step: impl Fn(u32) -> u32) {
        let next = |word| Some(u64::from(generation()) << 32 | u64::from(step(count_in(word))));
        // It has a next value for every one, so that it always succeeds.
        let _ = self.waiting.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.change(|count| count.saturating_sub(1));
    }
}

fn generation() -> u32 {
    fork::generation() as u32
}

/// This process's threads.
fn count_in(word: u64) -> u32 {
    if (word >> 32) as u32 == generation() { word as u32 } else { 0 }
}
