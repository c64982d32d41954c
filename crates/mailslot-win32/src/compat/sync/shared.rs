//! What all handles of one object share in this process.

use std::sync::atomic::{AtomicU32, Ordering};

use super::event;
use super::page::{Fixed, Page};
use crate::last_error::Win32Error;
use crate::wait::sleep::wake_all;
use crate::wait::{Acquired, Waitable};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An event that one satisfied wait resets.
    AutoResetEvent,
    ManualResetEvent,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::AutoResetEvent, Kind::ManualResetEvent];

    /// As the object's file has it.
    pub(super) fn number(self) -> u32 {
        match self {
            Kind::AutoResetEvent => 1,
            Kind::ManualResetEvent => 2,
        }
    }

    pub(super) fn from_number(number: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    pub(super) fn is_event(self) -> bool {
        matches!(self, Kind::AutoResetEvent | Kind::ManualResetEvent)
    }

    /// Whether one opens the other by name.
    pub(super) fn is_same_type(self, other: Kind) -> bool {
        self == other || (self.is_event() && other.is_event())
    }
}

/// An object, as far as this process knows it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) fixed: Fixed,
    pub(super) page: Page,
}

impl Shared {
    pub(super) fn new(fixed: Fixed, page: Page) -> Shared {
        Shared { fixed, page }
    }

    /// Wakes those who sleep on the state, which the caller has just changed. All words are SeqCst: a caller that finds no
    /// sleeper has changed the state before the sleeper looks at it.
    pub(super) fn wake_sleepers(&self) {
        if self.page.sleepers().load(Ordering::SeqCst) > 0 {
            wake_all(self.page.state());
        }
    }
}

impl Waitable for Shared {
    fn word(&self) -> &AtomicU32 {
        self.page.state()
    }

    fn enter(&self) -> Result<(), Win32Error> {
        self.page.sleepers().fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn leave(&self) {
        self.page.sleepers().fetch_sub(1, Ordering::SeqCst);
    }

    fn is_signalled(&self) -> bool {
        match self.fixed.kind {
            Kind::AutoResetEvent | Kind::ManualResetEvent => event::is_set(self),
        }
    }

    fn acquire(&self) -> Acquired {
        let acquired = match self.fixed.kind {
            Kind::AutoResetEvent => event::take(self),
            Kind::ManualResetEvent => event::is_set(self),
        };
        if acquired { Acquired::Yes } else { Acquired::No }
    }

    fn give_back(&self) {
        match self.fixed.kind {
            Kind::AutoResetEvent => event::set(self),
            Kind::ManualResetEvent => {}
        }
    }
}
