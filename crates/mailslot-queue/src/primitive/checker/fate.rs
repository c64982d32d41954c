//! How far a participant gets: to its end, or to one of its steps and no further.
//!
//! A participant that ends before its k-th step unwinds from there. Whatever its destructors then do to shared memory is left out,
//! as if it had never come to it. Whether it was killed or stopped is for the model's kernel to say.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// Of one thread. Private memory.
pub(crate) struct Fate {
    steps: Cell<u32>,
    last_step: Cell<Option<u32>>,
    /// Its clock, which goes on when it sleeps.
    pub(super) now: Cell<Duration>,
    /// Whether others go on first when it sleeps next.
    pub(super) gives_way: Cell<bool>,
    /// Whether the kernel is to wake a sleeper when it is killed.
    has_wake_duty: Cell<bool>,
}

loom::thread_local! {
    static FATE: Fate = Fate {
        steps: Cell::new(0),
        last_step: Cell::new(None),
        // Long after any time that memory full of zeroes can stand for.
        now: Cell::new(Duration::from_secs(1000)),
        gives_way: Cell::new(false),
        has_wake_duty: Cell::new(false),
    };
}

/// What unwinds a participant that ends.
struct End;

/// What became of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome<T> {
    /// It got to the end of its work.
    Done(T),
    /// It ended before the step that it was to end at.
    Ended,
}

/// What the kernel does if this thread is killed. It is not asked any more once it was.
pub(crate) fn set_wake_duty(has_wake_duty: bool) {
    // Who unwinds has been killed, or the whole model has failed.
    if !std::thread::panicking() {
        with(|fate| fate.has_wake_duty.set(has_wake_duty));
    }
}

/// Whether the participant that runs has ended, and unwinds.
pub(crate) fn is_over() -> bool {
    std::thread::panicking()
}

pub(crate) fn has_wake_duty() -> bool {
    with(|fate| fate.has_wake_duty.get())
}

/// Of the participant that runs.
pub(super) fn with<T>(look: impl FnOnce(&Fate) -> T) -> T {
    FATE.with(look)
}

/// Lets this thread be a participant that ends before step `end`, counted from 0, if it gets so far. What it has left behind in
/// private memory is not to be used any more, nor to be dropped.
pub(crate) fn live<T>(end: Option<u32>, work: impl FnOnce() -> T) -> Outcome<T> {
    with(|fate| {
        fate.steps.set(0);
        fate.last_step.set(end);
    });
    let result = catch_unwind(AssertUnwindSafe(work));
    // From here on the thread is the model's, which sees to what is left.
    with(|fate| fate.last_step.set(None));
    match result {
        Ok(value) => Outcome::Done(value),
        Err(payload) => {
            end_of(payload);
            Outcome::Ended
        }
    }
}

fn end_of(payload: Box<dyn Any + Send>) {
    if !payload.is::<End>() {
        resume_unwind(payload);
    }
}

/// To be called before every step. `false`: this participant has ended, and what its destructors do is to have no effect.
pub(crate) fn step() -> bool {
    if std::thread::panicking() {
        return false;
    }
    let is_last = with(|fate| {
        let step = fate.steps.get();
        fate.steps.set(step + 1);
        fate.last_step.get() == Some(step)
    });
    if is_last {
        resume_unwind(Box::new(End));
    }
    true
}
