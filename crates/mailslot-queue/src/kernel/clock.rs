//! The clocks that the queue's logic looks at.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// The clock of deadlines.
pub(crate) fn monotonic_time() -> Timespec {
    clock_gettime(ClockId::Monotonic)
}

/// The time of day at the last timer tick. Through the C library, whose way to the kernel's clock page is a third shorter than
/// rustix's.
#[inline]
pub(crate) fn coarse_time() -> Timespec {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the result is written to a valid place. The clock has been there since Linux 2.6.32, so the call cannot fail.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME_COARSE, &raw mut time) };
    Timespec { tv_sec: time.tv_sec, tv_nsec: time.tv_nsec }
}
