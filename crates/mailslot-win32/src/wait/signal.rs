//! A signalled state in private memory.

use std::sync::atomic::{AtomicU32, Ordering};

use super::sleep::wake_all;
use super::{Acquired, Waitable};
use crate::last_error::Win32Error;

/// A state that is signalled until it is reset: that of a file object, or of anything else that waits do not change.
///
/// | word | meaning | goes to |
/// |---|---|---|
/// | 0 | not signalled | 1 by [`Signal::set`], which then wakes all sleepers |
/// | 1 | signalled | 0 by [`Signal::reset`] |
///
/// `sleepers` counts the threads that sleep on the word, or are about to look at it and then sleep. Both words are SeqCst:
/// a setter that finds no sleeper has set the word before the sleeper looks at it.
#[derive(Debug)]
pub(crate) struct Signal {
    word: AtomicU32,
    sleepers: AtomicU32,
}

impl Signal {
    pub(crate) const fn new(is_set: bool) -> Signal {
        Signal { word: AtomicU32::new(is_set as u32), sleepers: AtomicU32::new(0) }
    }

    pub(crate) fn set(&self) {
        let was_set = self.word.swap(1, Ordering::SeqCst) == 1;
        if !was_set && self.sleepers.load(Ordering::SeqCst) > 0 {
            wake_all(&self.word);
        }
    }

    pub(crate) fn reset(&self) {
        self.word.store(0, Ordering::SeqCst);
    }
}

impl Waitable for Signal {
    fn word(&self) -> &AtomicU32 {
        &self.word
    }

    fn enter(&self) -> Result<(), Win32Error> {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn leave(&self) {
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }

    fn is_signalled(&self) -> bool {
        self.word.load(Ordering::SeqCst) == 1
    }

    fn acquire(&self) -> Acquired {
        if self.is_signalled() { Acquired::Yes } else { Acquired::No }
    }

    fn give_back(&self) {}
}
