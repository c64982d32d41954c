//! The clock of a model: it stands still while a participant works, and goes on when it sleeps.

use std::time::Duration;

use rustix::time::Timespec;

use super::fate;

/// The least time that a sleep takes. More than any patience: participants that wait for one that has stopped do so once.
const SHORTEST_SLEEP: Duration = Duration::from_secs(2);

/// This participant's time.
fn now() -> Duration {
    fate::with(|fate| fate.now.get())
}

/// See the kernel's.
pub(crate) fn monotonic_time() -> Timespec {
    let now = now();
    Timespec { tv_sec: now.as_secs() as i64, tv_nsec: i64::from(now.subsec_nanos()) }
}

/// See the kernel's.
pub(crate) fn coarse_time() -> Timespec {
    monotonic_time()
}

/// It is at least as late from here on.
pub(super) fn set_now(now: Duration) {
    fate::with(|fate| fate.now.set(fate.now.get().max(now)));
}

/// Every second time others go on first. If they did so always, loom would let them run as far as they can get, and nobody would
/// ever be in the middle of something when a sleeper looks again.
pub(crate) fn sleep(duration: Duration) {
    set_now(now() + duration.max(SHORTEST_SLEEP));
    let gives_way = fate::with(|fate| fate.gives_way.replace(!fate.gives_way.get()));
    if gives_way {
        loom::thread::yield_now();
    }
}

/// A moment of this participant's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant(Duration);

impl Instant {
    pub(crate) fn now() -> Instant {
        Instant(now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        now() - self.0
    }
}
