//! The clocks that the queue's logic looks at.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// The clock of deadlines.
pub(crate) fn monotonic_time() -> Timespec {
    clock_gettime(ClockId::Monotonic)
}

/// The time of day at the last timer tick.
#[inline]
pub(crate) fn coarse_time() -> Timespec {
    clock_gettime(ClockId::RealtimeCoarse)
}
