//! A signalled state in private memory.

use std::sync::atomic::{AtomicU32, Ordering};

use super::sleep::wake_all;
use super::{Acquired, Waitable};
use crate::last_error::Win32Error;

/// A state that is signalled until it is reset: that of a file object, or of anything else that waits do not change.
///
/// | word | meaning | goes to |
/// |---|---|---|
/// | n | not signalled; it was n times so far, modulo 2^31 | n + 1 with `SET` by [`Signal::set`], which then wakes all sleepers |
/// | n with `SET` | signalled | n by [`Signal::reset`] |
///
/// `sleepers` counts the threads that sleep on the word, or are about to look at it and then sleep. Both words are SeqCst:
/// a setter that finds no sleeper has set the word before the sleeper looks at it.
#[derive(Debug)]
pub(crate) struct Signal {
    word: AtomicU32,
    sleepers: AtomicU32,
}

/// The bit of a word that says that it is signalled; the others count how often it was.
pub(crate) const SET: u32 = 1 << 31;

impl Signal {
    pub(crate) const fn new(is_set: bool) -> Signal {
        Signal { word: AtomicU32::new(if is_set { SET } else { 0 }), sleepers: AtomicU32::new(0) }
    }

    pub(crate) fn set(&self) {
        if set(&self.word) && self.sleepers.load(Ordering::SeqCst) > 0 {
            wake_all(&self.word);
        }
    }

    pub(crate) fn reset(&self) {
        self.word.fetch_and(!SET, Ordering::SeqCst);
    }
}

/// Makes a word signalled, and counts it; `false` if it was so already.
pub(crate) fn set(word: &AtomicU32) -> bool {
    let next = |value: u32| if value & SET == 0 { Some(value.wrapping_add(1) | SET) } else { None };
    word.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).is_ok()
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
        self.word.load(Ordering::SeqCst) & SET != 0
    }

    fn acquire(&self) -> Acquired {
        if self.is_signalled() { Acquired::Yes } else { Acquired::No }
    }

    fn times_signalled(&self) -> u32 {
        self.word.load(Ordering::SeqCst) & !SET
    }

    fn give_back(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_goes_round_and_does_not_reach_the_bit() {
        let word = AtomicU32::new(!SET);
        assert!(set(&word));
        assert_eq!(word.load(Ordering::SeqCst), SET);
        assert!(!set(&word), "it is set already");
    }
}
