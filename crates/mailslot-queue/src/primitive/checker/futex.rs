//! Sleeping on a word: the kernel's queue of sleepers is with the word.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loom::sync::atomic::fence;
use rustix::io::Errno;
use rustix::time::Timespec;

use super::{AtomicU32, AtomicU64, fate, time};

/// The kernel's lock of a word's queue, and who sleeps there, the longest sleeper first.
#[derive(Debug, Default)]
pub(crate) struct Sleepers {
    /// Changed by whoever takes the lock: what was done under it before is seen.
    lock: loom::sync::atomic::AtomicU32,
    queue: Mutex<VecDeque<Arc<Sleeper>>>,
}

#[derive(Debug)]
struct Sleeper {
    thread: loom::thread::Thread,
    is_woken: AtomicBool,
}

/// See the system's own function. A deadline has come when the others have had a turn.
///
/// The kernel puts the sleeper into the queue and looks at the word in one critical section, and then at the other word, each time
/// behind a full barrier. Here the sleeper is in the queue first. Somebody may wake it before it has looked; that it has then not
/// slept makes no difference, unless the word shows that it would have come too late to be woken.
pub(crate) fn wait(
    word: &AtomicU32,
    value: u32,
    other: &AtomicU64,
    upper_half: u32,
    until: Option<&Timespec>,
) -> rustix::io::Result<()> {
    if !fate::step() {
        return Err(Errno::INTR);
    }
    let sleeper = Arc::new(Sleeper { thread: loom::thread::current(), is_woken: AtomicBool::new(false) });
    enter(word).push_back(Arc::clone(&sleeper));
    fence(Ordering::SeqCst);
    if word.raw().load(Ordering::Relaxed) != value {
        leave(word, &sleeper);
        if sleeper.is_woken.load(Ordering::Relaxed) {
            // It was never there, and the wake was another's, if it was for one.
            wake_one(word);
        }
        return Err(Errno::AGAIN);
    }
    fence(Ordering::SeqCst);
    if (other.raw().load(Ordering::Relaxed) >> 32) as u32 != upper_half {
        leave(word, &sleeper);
        // The kernel prefers to tell of a wake.
        return if sleeper.is_woken.load(Ordering::Relaxed) { Ok(()) } else { Err(Errno::AGAIN) };
    }
    if let Some(until) = until {
        loom::thread::yield_now();
        leave(word, &sleeper);
        time::set_now(Duration::new(until.tv_sec as u64, until.tv_nsec as u32));
        return if sleeper.is_woken.load(Ordering::Relaxed) { Ok(()) } else { Err(Errno::TIMEDOUT) };
    }
    while !sleeper.is_woken.load(Ordering::Acquire) {
        loom::thread::park();
    }
    Ok(())
}

/// Wakes all who sleep on the word.
pub(crate) fn wake_all(word: &AtomicU32) {
    if fate::step() {
        wake(word, usize::MAX);
    }
}

/// The kernel's own wake, on behalf of a thread that has died.
pub(crate) fn wake_one(word: &AtomicU32) {
    wake(word, 1);
}

fn wake(word: &AtomicU32, most: usize) {
    fence(Ordering::SeqCst);
    let mut queue = enter(word);
    let count = queue.len().min(most);
    for sleeper in queue.drain(..count) {
        sleeper.is_woken.store(true, Ordering::Release);
        sleeper.thread.unpark();
    }
}

/// The queue, with the lock. Under loom a participant gives way to another at its primitives only: nobody comes in between.
fn enter(word: &AtomicU32) -> MutexGuard<'_, VecDeque<Arc<Sleeper>>> {
    word.sleepers().lock.fetch_add(1, Ordering::AcqRel);
    word.sleepers().queue.lock().unwrap_or_else(PoisonError::into_inner)
}

fn leave(word: &AtomicU32, sleeper: &Arc<Sleeper>) {
    enter(word).retain(|other| !Arc::ptr_eq(other, sleeper));
}
