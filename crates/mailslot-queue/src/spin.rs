//! Looking for a message for a while before going to sleep.
//!
//! Falling asleep and being woken costs some 5 to 60 µs, mostly to the one who waits; a message that comes sooner than that is better
//! looked out for. What that takes is processor time, so it is done only as long as it pays: each wait that a look-out
//! could have ended makes the next one longer, each that it could not makes it shorter, down to a microsecond. With one
//! processor it never pays.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The longest look-out where the environment does not say otherwise, in nanoseconds.
const DEFAULT_MOST: u32 = 20_000;
/// The shortest, in nanoseconds.
const LEAST: u32 = 1_000;
/// A sleep that took no longer could have been a look-out: falling asleep and waking up are most of it.
const WORTH_WATCHING: Duration = Duration::from_micros(100);
/// The environment variable that limits look-outs, in microseconds; 0 for none.
const VARIABLE: &str = "MAILSLOT_SPIN_US";

/// How long the next look-out of this process at one slot is.
///
/// | value | meaning | next |
/// |---|---|---|
/// | n | nanoseconds | twice as much, at most what the environment allows, when one ended with a message or the sleep behind it was short; half as much, at least [`LEAST`], after a long sleep |
///
/// Threads that change it at a time may lose each other's change.
#[derive(Debug)]
pub(crate) struct Spin(AtomicU32);

impl Spin {
    pub(crate) fn new() -> Spin {
        Spin(AtomicU32::new(DEFAULT_MOST))
    }

    /// Looks until `is_there` or the look-out is over; tells whether it is there.
    pub(crate) fn watch(&self, is_there: impl Fn() -> bool) -> bool {
        /// Looks between two looks at the clock.
        const LOOKS: u32 = 4;
        /// Pauses between two looks, at first and later. Each look takes the line away from the writer, which gets further
        /// without; so a reader that is faster than its writers takes several messages at a time.
        const PAUSES: u32 = 8;
        const MOST_PAUSES: u32 = 32;
        let most = most();
        if most == 0 {
            return is_there();
        }
        let budget = self.0.load(Ordering::Relaxed).min(most);
        let mut pauses = PAUSES;
        let mut start = None;
        loop {
            for _ in 0..LOOKS {
                if is_there() {
                    self.0.store((budget * 2).min(most), Ordering::Relaxed);
                    return true;
                }
                for _ in 0..pauses {
                    spin_loop();
                }
            }
            pauses = (pauses * 2).min(MOST_PAUSES);
            let start = *start.get_or_insert_with(Instant::now);
            if start.elapsed() >= Duration::from_nanos(u64::from(budget)) {
                return false;
            }
        }
    }

    /// A wait that a look-out did not end took so long.
    pub(crate) fn slept(&self, time: Duration) {
        let budget = self.0.load(Ordering::Relaxed);
        let next = if time <= WORTH_WATCHING { (budget * 2).min(most()) } else { budget / 2 };
        self.0.store(next.max(LEAST), Ordering::Relaxed);
    }
}

/// The longest look-out in nanoseconds; 0 for none. Asked for once in a process.
fn most() -> u32 {
    // To models it would be the same look again and again.
    if cfg!(mailslot_model) {
        return 0;
    }
    /// | value | meaning | next |
    /// |---|---|---|
    /// | `u32::MAX` | not asked for yet | n by whoever asks; all who do find the same |
    /// | n | nanoseconds | – |
    static MOST: AtomicU32 = AtomicU32::new(u32::MAX);
    match MOST.load(Ordering::Relaxed) {
        u32::MAX => {
            let most = find_most();
            MOST.store(most, Ordering::Relaxed);
            most
        }
        most => most,
    }
}

#[cold]
fn find_most() -> u32 {
    /// Longer ones would be a waste whatever the program.
    const LIMIT_US: u32 = 100_000;
    // SAFETY: a question without arguments in memory.
    let processors = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    if processors == 1 {
        return 0;
    }
    let given = std::env::var(VARIABLE).ok().and_then(|text| text.trim().parse::<u32>().ok());
    given.map_or(DEFAULT_MOST, |microseconds| microseconds.min(LIMIT_US) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_while_it_pays_and_shrinks_when_it_does_not() {
        let spin = Spin::new();
        let budget = || spin.0.load(Ordering::Relaxed);
        for _ in 0..40 {
            spin.slept(Duration::from_secs(1));
        }
        assert_eq!(budget(), LEAST);
        assert!(!spin.watch(|| false));
        for _ in 0..40 {
            spin.slept(Duration::from_micros(60));
        }
        assert_eq!(budget(), most().max(LEAST));
        assert!(spin.watch(|| true));
    }
}
