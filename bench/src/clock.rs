//! One clock for all processes.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of the monotonic clock, which is the same in every process.
#[inline]
pub(crate) fn now_ns() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
