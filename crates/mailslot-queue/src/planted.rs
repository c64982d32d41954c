//! Bugs on purpose, to prove that the fuzzer and the hostile peers of `fuzz/` are heard. Builds with `--cfg mailslot_planted_bug`
//! have them, and in those one at a time is there once [`plant`] was called. In all others [`is`] is the constant `false`.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(mailslot_planted_bug), allow(unreachable_pub))]
pub enum Bug {
    /// `chunks.rs`: the number of chunks in use is believed.
    ChunkLimit = 1,
    /// `memory.rs`: no offset is compared with the mapping's length, and the number of chunks in use is believed.
    Range = 2,
    /// `blocks.rs`: a walk ends only where it wants to go, wherever the list leads.
    EndlessWalk = 3,
    /// `reader.rs`: a message's size is loaded once more after it was checked.
    SizeReadTwice = 4,
    /// `peek.rs`: the oldest message is looked for until it is found.
    EndlessPeek = 5,
}

#[cfg(mailslot_planted_bug)]
mod planted {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::Bug;

    static PLANTED: AtomicU8 = AtomicU8::new(0);

    /// From here on this process has the bug, instead of another.
    pub fn plant(bug: Bug) {
        PLANTED.store(bug as u8, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn is(bug: Bug) -> bool {
        PLANTED.load(Ordering::Relaxed) == bug as u8
    }
}

#[cfg(mailslot_planted_bug)]
pub(crate) use planted::is;
#[cfg(mailslot_planted_bug)]
pub use planted::plant;

#[cfg(not(mailslot_planted_bug))]
#[inline(always)]
pub(crate) const fn is(_bug: Bug) -> bool {
    false
}
