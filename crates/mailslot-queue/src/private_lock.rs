//! A lock for the threads of one process around a few nanoseconds of work.
//!
//! It takes one atomic read-modify-write, where a `std::sync::Mutex` takes two: giving it back is a plain store, because nobody
//! has to be woken. Who finds it taken looks again, lets others run, and in the end sleeps for short times; so a holder that was
//! preempted, of whatever priority, gets to run.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use crate::primitive::{AtomicU32, Ordering, sleep, spin_loop, yield_now};
use crate::sizes::{PATIENT_LOOKS, PATIENT_YIELDS};

/// A value and its lock.
#[derive(Debug)]
pub(crate) struct PrivateLock<T> {
    /// | word | meaning | next |
    /// |---|---|---|
    /// | 0 | nobody has it | 1 by compare-exchange |
    /// | 1 | a thread has it | 0 by that thread |
    taken: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: the lock lets one thread at a time get at the value.
unsafe impl<T: Send> Sync for PrivateLock<T> {}

impl<T> PrivateLock<T> {
    pub(crate) fn new(value: T) -> PrivateLock<T> {
        PrivateLock { taken: AtomicU32::new(0), value: UnsafeCell::new(value) }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Held<'_, T> {
        if !self.try_take() {
            self.take_slowly();
        }
        Held(self)
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    #[inline]
    fn try_take(&self) -> bool {
        self.taken.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[cold]
    fn take_slowly(&self) {
        Patience::new().until(|| self.taken.load(Ordering::Relaxed) == 0 && self.try_take());
    }
}

/// The lock, held until this is dropped.
pub(crate) struct Held<'a, T>(&'a PrivateLock<T>);

impl<T> Deref for Held<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this thread holds the lock.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this thread holds the lock.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.taken.store(0, Ordering::Release);
    }
}

/// Looking again and again, ever less often.
pub(crate) struct Patience {
    rounds: u32,
}

impl Patience {
    const LONGEST_NAP: Duration = Duration::from_millis(2);

    pub(crate) fn new() -> Patience {
        Patience { rounds: 0 }
    }

    fn until(&mut self, mut is_done: impl FnMut() -> bool) {
        while !is_done() {
            self.pause();
        }
    }

    /// Waits for a moment, longer than the time before.
    pub(crate) fn pause(&mut self) {
        self.rounds = self.rounds.saturating_add(1);
        if self.rounds <= PATIENT_LOOKS {
            spin_loop();
        } else if self.rounds <= PATIENT_LOOKS + PATIENT_YIELDS {
            yield_now();
        } else {
            let doublings = (self.rounds - PATIENT_LOOKS - PATIENT_YIELDS).min(8);
            sleep((Duration::from_micros(10) * 2u32.pow(doublings)).min(Self::LONGEST_NAP));
        }
    }

    /// Whether it has come to sleeping.
    pub(crate) fn is_tired(&self) -> bool {
        self.rounds > PATIENT_LOOKS
    }
}
