//! Closing what other threads are waiting at.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::fork;
use crate::slot::Slot;

/// Open until it is closed, once. Private memory.
#[derive(Debug)]
pub(crate) struct Gate {
    closed: AtomicBool,
    /// Threads that wait, or are about to, and have not seen it closed.
    waiting: AtomicUsize,
    /// The fork generation that the waiting threads are of: a forked child has none of them.
    generation: u64,
}

/// A thread that waits; it has left when this is dropped.
pub(crate) struct Waiting<'a>(&'a Gate);

impl Gate {
    pub(crate) fn new() -> Gate {
        Gate { closed: AtomicBool::new(false), waiting: AtomicUsize::new(0), generation: fork::generation() }
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// To be held while waiting for the slot's doorbell.
    pub(crate) fn wait_here(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        Waiting(self)
    }

    /// Closes it and returns when all who wait have left. One ring is not always enough: a thread can have looked at the gate
    /// before it was closed and fall asleep after the ring, if another thread has armed the doorbell in between.
    pub(crate) fn close(&self, slot: &Slot) {
        self.closed.store(true, Ordering::SeqCst);
        while self.generation == fork::generation() && self.waiting.load(Ordering::SeqCst) > 0 {
            slot.ring_for_close();
            std::thread::sleep(Duration::from_micros(50));
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
