//! Waiting: for one object, for several, and alertably.
//!
//! Every object has a word that changes when it becomes signalled, and whoever changes it wakes those who sleep on it. So a
//! wait for any objects, in shared and in private memory, is one `futex_waitv` on their words and on that of the thread's
//! queued calls. Nothing polls, and no thread helps.

mod multiple;
pub(crate) mod signal;
mod single;
pub(crate) mod sleep;

use std::sync::atomic::AtomicU32;

pub use multiple::{WaitForMultipleObjects, WaitForMultipleObjectsEx};
pub(crate) use signal::Signal;
pub use single::{SignalObjectAndWait, Sleep, SleepEx, WaitForSingleObject, WaitForSingleObjectEx};

use crate::last_error::Win32Error;
use crate::thread::Thread;
use sleep::{Deadline, sleep_until_one_changes};

/// An object that the wait functions wait for.
pub(crate) trait Waitable {
    /// The word that sleepers sleep on. It changes whenever the object becomes signalled, and whoever changes it then wakes
    /// them (all of them: which one is satisfied is decided by [`Waitable::acquire`]).
    fn word(&self) -> &AtomicU32;

    /// The calling thread is about to sleep on the word, or may be until [`Waitable::leave`]: so an object that counts its
    /// sleepers can save the system call for waking them. Returns before the word is looked at.
    ///
    /// # Errors
    ///
    /// Whatever keeps the object from being waited for.
    fn enter(&self) -> Result<(), Win32Error>;

    /// The calling thread does not sleep on the word any more.
    fn leave(&self);

    /// Whether a wait would be satisfied now. Changes nothing.
    fn is_signalled(&self) -> bool;

    /// Satisfies one wait of the calling thread if the object is signalled, and has it do what that does: an auto-reset
    /// event is reset, a semaphore counted down, a mutex owned.
    fn acquire(&self) -> Acquired;

    /// How often the object was signalled, modulo some number, for objects that satisfy everybody who waits when they are
    /// signalled, even if they are reset before all have woken up.
    fn times_signalled(&self) -> u32 {
        0
    }

    /// Takes [`Waitable::acquire`] back, for a wait for all objects of which another was lost in between.
    fn give_back(&self);

    /// For how long, at most, a sleep may last before [`Waitable::acquire`] has to be asked again, in ms: for objects whose
    /// word does not change in every case (a mutex whose owner's process was killed, a timer). `None` for as long as it likes.
    /// Asked after the word was loaded, and before [`Waitable::acquire`] is.
    fn look_again_ms(&self) -> Option<u32> {
        None
    }
}

/// What an attempt to satisfy a wait came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acquired {
    /// The object is not signalled.
    No,
    Yes,
    /// The object is a mutex, and its owner has ended without releasing it.
    Abandoned,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The object with this index is signalled; in a wait for all, all are, and the index is 0.
    Satisfied(usize),
    /// The same, and a mutex among those that ended the wait had been abandoned.
    Abandoned(usize),
    /// Asynchronous calls were made.
    CallsMade,
    TimedOut,
}

/// Waits for one of the objects or for all.
pub(crate) fn wait(
    objects: &[&dyn Waitable],
    for_all: bool,
    timeout_ms: u32,
    is_alertable: bool,
) -> Result<Outcome, Win32Error> {
    let thread = if is_alertable { Some(Thread::current()?) } else { None };
    if let Some(outcome) = attempt(objects, for_all) {
        return Ok(outcome);
    }
    if thread.as_ref().is_some_and(|thread| thread.make_calls()) {
        return Ok(Outcome::CallsMade);
    }
    if timeout_ms == 0 {
        return Ok(Outcome::TimedOut);
    }
    let deadline = Deadline::after_ms(timeout_ms);
    let _sleeper = Sleeper::enter(objects)?;
    let before: Vec<u32> = objects.iter().map(|object| object.times_signalled()).collect();
    loop {
        // Each word is loaded before its object is asked: a change in between ends the sleep before it begins.
        let calls = thread.as_ref().map(|thread| (thread.calls_queued(), sleep::load(thread.calls_queued())));
        let mut words: Vec<(&AtomicU32, u32)> =
            objects.iter().map(|object| (object.word(), sleep::load(object.word()))).collect();
        // After the words, as what it depends on changes with them, and before the objects are asked, as it depends on the time.
        let look_again_ms = objects.iter().filter_map(|object| object.look_again_ms()).min();
        if let Some(outcome) = attempt(objects, for_all) {
            return Ok(outcome);
        }
        let was_signalled = |(object, before): (&&dyn Waitable, &u32)| object.times_signalled() != *before;
        if !for_all && let Some(index) = objects.iter().zip(&before).position(was_signalled) {
            // It was reset again before this thread was awake.
            return Ok(Outcome::Satisfied(index));
        }
        if thread.as_ref().is_some_and(|thread| thread.make_calls()) {
            return Ok(Outcome::CallsMade);
        }
        if deadline.has_passed() {
            return Ok(Outcome::TimedOut);
        }
        if for_all {
            // Those that are signalled now need not change again.
            let mut at = 0;
            words.retain(|_| {
                at += 1;
                !objects[at - 1].is_signalled()
            });
            if words.is_empty() {
                continue;
            }
        }
        words.extend(calls);
        sleep_until_one_changes(&words, deadline.or_in_ms(look_again_ms))?;
    }
}

fn attempt(objects: &[&dyn Waitable], for_all: bool) -> Option<Outcome> {
    if for_all {
        return acquire_all(objects);
    }
    objects.iter().enumerate().find_map(|(index, object)| match object.acquire() {
        Acquired::No => None,
        Acquired::Yes => Some(Outcome::Satisfied(index)),
        Acquired::Abandoned => Some(Outcome::Abandoned(index)),
    })
}

/// All or none: nothing is acquired while one is not signalled, and what was is given back if another is lost meanwhile.
fn acquire_all(objects: &[&dyn Waitable]) -> Option<Outcome> {
    if objects.is_empty() || !objects.iter().all(|object| object.is_signalled()) {
        return None;
    }
    let mut abandoned = None;
    for (index, object) in objects.iter().enumerate() {
        match object.acquire() {
            Acquired::Yes => {}
            Acquired::Abandoned => abandoned = abandoned.or(Some(index)),
            Acquired::No => {
                objects[..index].iter().for_each(|acquired| acquired.give_back());
                return None;
            }
        }
    }
    Some(abandoned.map_or(Outcome::Satisfied(0), Outcome::Abandoned))
}

/// Keeps the objects informed that somebody sleeps on them.
struct Sleeper<'a>(&'a [&'a dyn Waitable]);

impl<'a> Sleeper<'a> {
    fn enter(objects: &'a [&'a dyn Waitable]) -> Result<Sleeper<'a>, Win32Error> {
        for (index, object) in objects.iter().enumerate() {
            if let Err(error) = object.enter() {
                objects[..index].iter().for_each(|entered| entered.leave());
                return Err(error);
            }
        }
        Ok(Sleeper(objects))
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|object| object.leave());
    }
}
