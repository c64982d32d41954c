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

/// The fewest and the most pauses in front of a look. Each look takes the line of the hint away from the writer, which gets
/// further without.
const FEWEST_PAUSES: u32 = 4;
const MOST_PAUSES: u32 = 64;

/// What the look-outs of this process at one slot have taught it. Threads that change it at a time may lose each other's change.
#[derive(Debug)]
pub(crate) struct Spin {
    /// How long the next look-out is.
    ///
    /// | value | meaning | next |
    /// |---|---|---|
    /// | n | nanoseconds | twice as much, at most what the environment allows, when one ended with a message or the sleep behind it was short; half as much, at least [`LEAST`], after a long sleep |
    budget: AtomicU32,
    /// How many pauses are in front of a look.
    ///
    /// | value | meaning | next |
    /// |---|---|---|
    /// | n | pauses | twice as many when several messages were taken since the last wait: a reader that is faster than its writers does better to take several at a time; half as many when it was one, which may be a question that waits for its answer |
    pauses: AtomicU32,
    /// The number of the message that was taken last when the last wait began, lower 32 bits.
    waited_at: AtomicU32,
}

impl Spin {
    pub(crate) fn new() -> Spin {
        Spin {
            budget: AtomicU32::new(DEFAULT_MOST),
            pauses: AtomicU32::new(FEWEST_PAUSES),
            waited_at: AtomicU32::new(0),
        }
    }

    /// Looks until `is_there` or the look-out is over; tells whether it is there. `read` is the number of the message that
    /// was taken last.
    pub(crate) fn watch(&self, read: u64, is_there: impl Fn() -> bool) -> bool {
        /// Looks between two looks at the clock.
        const LOOKS: u32 = 4;
        let most = most();
        if most == 0 {
            return is_there();
        }
        let pauses = self.learn_pace(read as u32);
        let budget = self.budget.load(Ordering::Relaxed).min(most);
        let mut start = None;
        loop {
            for _ in 0..LOOKS {
                for _ in 0..pauses {
                    spin_loop();
                }
                if is_there() {
                    self.budget.store((budget * 2).min(most), Ordering::Relaxed);
                    return true;
                }
            }
            let start = *start.get_or_insert_with(Instant::now);
            if start.elapsed() >= Duration::from_nanos(u64::from(budget)) {
                return false;
            }
        }
    }

    /// The pauses in front of each look of a wait that begins.
    fn learn_pace(&self, read: u32) -> u32 {
        let taken = read.wrapping_sub(self.waited_at.load(Ordering::Relaxed));
        self.waited_at.store(read, Ordering::Relaxed);
        let pauses = self.pauses.load(Ordering::Relaxed);
        let pauses = if taken > 1 { (pauses * 2).min(MOST_PAUSES) } else { (pauses / 2).max(FEWEST_PAUSES) };
        self.pauses.store(pauses, Ordering::Relaxed);
        pauses
    }

    /// A wait that a look-out did not end took so long.
    pub(crate) fn slept(&self, time: Duration) {
        let budget = self.budget.load(Ordering::Relaxed);
        let next = if time <= WORTH_WATCHING { (budget * 2).min(most()) } else { budget / 2 };
        self.budget.store(next.max(LEAST), Ordering::Relaxed);
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
        let budget = || spin.budget.load(Ordering::Relaxed);
        for _ in 0..40 {
            spin.slept(Duration::from_secs(1));
        }
        assert_eq!(budget(), LEAST);
        assert!(!spin.watch(0, || false));
        for _ in 0..40 {
            spin.slept(Duration::from_micros(60));
        }
        assert_eq!(budget(), most().max(LEAST));
        assert!(spin.watch(0, || true));
    }

    #[test]
    fn its_pace_is_that_of_the_messages() {
        let spin = Spin::new();
        for read in (0..100).step_by(10) {
            spin.watch(read, || true);
        }
        assert_eq!(spin.pauses.load(Ordering::Relaxed), if most() == 0 { FEWEST_PAUSES } else { MOST_PAUSES });
        for read in 100..110 {
            spin.watch(read, || true);
        }
        assert_eq!(spin.pauses.load(Ordering::Relaxed), FEWEST_PAUSES);
    }
}
