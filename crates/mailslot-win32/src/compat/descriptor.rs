//! The descriptor that stands for a handle in the table.

use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, Ordering};

/// A descriptor that is closed by whoever comes first, and then has no number.
///
/// | word | meaning | goes to |
/// |---|---|---|
/// | 0 or more | open, with this number | -1 by [`Descriptor::close`], which then owns the number and closes it |
/// | -1 | closed | |
#[derive(Debug)]
pub(crate) struct Descriptor(AtomicI32);

impl Descriptor {
    pub(crate) fn new(descriptor: OwnedFd) -> Descriptor {
        Descriptor(AtomicI32::new(descriptor.into_raw_fd()))
    }

    /// The number; -1 once it is closed.
    pub(crate) fn number(&self) -> RawFd {
        self.0.load(Ordering::Acquire)
    }

    /// Closes it; `false` if it was closed already.
    pub(crate) fn close(&self) -> bool {
        let number = self.0.swap(-1, Ordering::AcqRel);
        if number < 0 {
            return false;
        }
        // SAFETY: the number came from an OwnedFd, and the swap gave it to this call alone.
        drop(unsafe { OwnedFd::from_raw_fd(number) });
        true
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.close();
    }
}
