//! What all handles of one object share in this process.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::mutex::Ownership;
use super::page::{Fixed, Key, Page, forget};
use crate::last_error::Win32Error;
use crate::wait::sleep::wake_all;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An event that one satisfied wait resets.
    AutoResetEvent,
    ManualResetEvent,
    Semaphore,
    Mutex,
    /// A timer that one satisfied wait resets.
    AutoResetTimer,
    ManualResetTimer,
    /// Of a file or of memory. Nothing to wait for.
    FileMapping,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::AutoResetEvent,
        Kind::ManualResetEvent,
        Kind::Semaphore,
        Kind::Mutex,
        Kind::AutoResetTimer,
        Kind::ManualResetTimer,
        Kind::FileMapping,
    ];

    /// As the object's file has it.
    pub(super) fn number(self) -> u32 {
        match self {
            Kind::AutoResetEvent => 1,
            Kind::ManualResetEvent => 2,
            Kind::Semaphore => 3,
            Kind::Mutex => 4,
            Kind::AutoResetTimer => 5,
            Kind::ManualResetTimer => 6,
            Kind::FileMapping => 7,
        }
    }

    pub(super) fn from_number(number: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    pub(super) fn is_event(self) -> bool {
        matches!(self, Kind::AutoResetEvent | Kind::ManualResetEvent)
    }

    fn is_timer(self) -> bool {
        matches!(self, Kind::AutoResetTimer | Kind::ManualResetTimer)
    }

    /// Whether one opens the other by name.
    pub(super) fn is_same_type(self, other: Kind) -> bool {
        self == other || (self.is_event() && other.is_event()) || (self.is_timer() && other.is_timer())
    }
}

/// An object, as far as this process knows it.
#[derive(Debug)]
pub(super) struct Shared {
    key: Key,
    pub(super) fixed: Fixed,
    pub(super) page: Page,
    /// Of a mutex.
    pub(super) ownership: Option<Ownership>,
    /// Of a mapping of a file on a disk: that file, once this process needs it.
    pub(super) disk: OnceLock<OwnedFd>,
}

impl Shared {
    /// The object behind a file, whose fixed part and page these are.
    ///
    /// # Errors
    ///
    /// 4 and others when this process cannot take part in a mutex.
    pub(super) fn new(file: BorrowedFd<'_>, key: Key, fixed: Fixed, page: Page) -> Result<Shared, Win32Error> {
        let ownership = if fixed.kind == Kind::Mutex { Some(Ownership::new(file, &page)?) } else { None };
        Ok(Shared { key, fixed, page, ownership, disk: OnceLock::new() })
    }

    /// Wakes those who sleep on the state, which the caller has just changed. All words are SeqCst: a caller that finds no
    /// sleeper has changed the state before the sleeper looks at it.
    pub(super) fn wake_sleepers(&self) {
        if self.page.sleepers().load(Ordering::SeqCst) > 0 {
            wake_all(self.page.state());
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        forget(self.key);
    }
}
