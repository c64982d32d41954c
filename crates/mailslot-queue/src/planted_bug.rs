//! Bugs on purpose, to prove that a sanitizer watches this crate in its tests: `cargo xtask sanitize` switches one on with the
//! variable `MAILSLOT_PLANTED_BUG` and fails unless it is reported. Only its builds have them (`--cfg mailslot_planted_bug`).

use std::cell::UnsafeCell;
use std::hint::black_box;
use std::sync::OnceLock;

/// What a client that sends does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bug {
    None,
    /// Counts messages in a plain word, in front of the lock.
    Race,
    /// Reads one byte behind the message.
    Overrun,
}

struct Count(UnsafeCell<u64>);

// SAFETY: none. Threads count in it without a lock, and ThreadSanitizer has to say so.
unsafe impl Sync for Count {}

static SENT: Count = Count(UnsafeCell::new(0));

/// Called where a client sends.
pub(crate) fn at_send(message: &[u8]) {
    static BUG: OnceLock<Bug> = OnceLock::new();
    let bug = BUG.get_or_init(|| match std::env::var("MAILSLOT_PLANTED_BUG").as_deref() {
        Ok("race") => Bug::Race,
        Ok("overrun") => Bug::Overrun,
        _ => Bug::None,
    });
    match bug {
        Bug::None => {}
        Bug::Race => count_without_a_lock(),
        Bug::Overrun => read_behind(message),
    }
}

#[inline(never)]
fn count_without_a_lock() {
    // SAFETY: none, see `Count`.
    unsafe { *black_box(SENT.0.get()) += 1 };
}

#[inline(never)]
fn read_behind(message: &[u8]) {
    let behind = black_box(message.as_ptr()).wrapping_add(message.len());
    // SAFETY: none. The address is behind the message, and AddressSanitizer has to say so.
    black_box(unsafe { behind.read_volatile() });
}
