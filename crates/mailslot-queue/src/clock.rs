//! Times as Windows counts them, and the cheap clock of the hot paths.

use rustix::time::{ClockId, Timespec, clock_gettime};

use crate::kernel;

/// A FILETIME: 100-nanosecond intervals since 1601-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileTime(pub u64);

/// A slot's three times. They belong to the slot and look the same through every handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When the slot was created, or what was set instead.
    pub creation: FileTime,
    /// When a message was last taken, or what was set instead.
    pub access: FileTime,
    /// When a message was last written, or what was set instead.
    pub write: FileTime,
}

impl FileTime {
    /// Seconds from 1601-01-01 to 1970-01-01.
    const UNIX_EPOCH_SECONDS: i64 = 11_644_473_600;

    /// The time now, as exact as the system's clock.
    pub fn now() -> FileTime {
        Self::from_timespec(clock_gettime(ClockId::Realtime))
    }

    /// The time at the last timer tick, 1 to 10 ms ago: a few nanoseconds instead of some twenty.
    #[inline]
    pub(crate) fn now_coarse() -> FileTime {
        Self::from_timespec(kernel::coarse_time())
    }

    #[inline]
    fn from_timespec(time: Timespec) -> FileTime {
        let seconds = time.tv_sec.saturating_add(Self::UNIX_EPOCH_SECONDS).max(0) as u64;
        FileTime(seconds * 10_000_000 + time.tv_nsec as u64 / 100)
    }
}
