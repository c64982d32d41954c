//! Running a model: its participants, in all their orders.

use std::sync::Arc;
#[cfg(mailslot_loom)]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(mailslot_loom)]
use loom::thread;
#[cfg(not(mailslot_loom))]
use std::thread;

#[cfg(mailslot_loom)]
use crate::primitive::{Fences, place_fences};

/// Participants that run at the same time, and the thread that waits for them.
pub(super) struct Crew {
    master: thread::Thread,
    at_work: Arc<AtomicUsize>,
}

impl Crew {
    pub(super) fn new() -> Crew {
        Crew { master: thread::current(), at_work: Arc::new(AtomicUsize::new(0)) }
    }

    pub(super) fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        self.at_work.fetch_add(1, Ordering::Relaxed);
        let (master, at_work) = (self.master.clone(), Arc::clone(&self.at_work));
        thread::spawn(move || {
            work();
            // The master knows of all that this thread has done from here on.
            at_work.fetch_sub(1, Ordering::Release);
            master.unpark();
        });
    }

    /// Waits until all are done.
    pub(super) fn join(&self) {
        while self.at_work.load(Ordering::Acquire) > 0 {
            thread::park();
        }
    }
}

/// Runs the model in every order of steps that has no more than `preemptions` (or what `MAILSLOT_PREEMPTIONS` says, if that is
/// more), and with every value that loads may return.
#[cfg(mailslot_loom)]
pub(super) fn explore(name: &str, preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let start = std::time::Instant::now();
    place_fences(Fences::Nowhere);
    let orders = count_orders(preemptions, model);
    report(name, orders, start);
}

/// As [`explore`], for what rests on sequential consistency: with the fences that stand for it on either side.
#[cfg(mailslot_loom)]
pub(super) fn explore_sequential(name: &str, preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let start = std::time::Instant::now();
    let model = Arc::new(model);
    let orders: usize = [Fences::Trailing, Fences::Leading]
        .into_iter()
        .map(|fences| {
            place_fences(fences);
            let model = Arc::clone(&model);
            count_orders(preemptions, move || model())
        })
        .sum();
    report(name, orders, start);
}

/// Explores the model with one participant that ends before its first step, then before its second, and so on until it gets to
/// the end of its work. The model is told the step, and tells whether its victim has ended there.
#[cfg(mailslot_loom)]
pub(super) fn explore_ends(
    name: &str,
    preemptions: usize,
    fences: Fences,
    model: impl Fn(u32) -> bool + Send + Sync + 'static,
) {
    let start = std::time::Instant::now();
    let model = Arc::new(model);
    let (mut orders, mut step) = (0, 0);
    loop {
        let place = Place(step);
        place_fences(fences);
        let has_ended = Arc::new(AtomicBool::new(false));
        let (model, flag) = (Arc::clone(&model), Arc::clone(&has_ended));
        orders += count_orders(preemptions, move || {
            if model(step) {
                flag.store(true, Ordering::Relaxed);
            }
        });
        drop(place);
        if !has_ended.load(Ordering::Relaxed) {
            break;
        }
        step += 1;
    }
    assert!(step > 5, "the participant has ended at {step} places only");
    report(&format!("{name} (ends before each of {step} steps)"), orders, start);
}

/// Tells at which step a model has failed.
#[cfg(mailslot_loom)]
struct Place(u32);

#[cfg(mailslot_loom)]
impl Drop for Place {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("the participant has ended before step {}", self.0);
        }
    }
}

#[cfg(mailslot_loom)]
fn count_orders(preemptions: usize, model: impl Fn() + Send + Sync + 'static) -> usize {
    let orders = Arc::new(AtomicUsize::new(0));
    let mut builder = loom::model::Builder::new();
    let wanted = std::env::var("MAILSLOT_PREEMPTIONS").ok().and_then(|text| text.parse().ok());
    builder.preemption_bound = Some(preemptions.max(wanted.unwrap_or(0)));
    builder.max_branches = 5_000;
    let counter = Arc::clone(&orders);
    builder.check(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        model();
    });
    orders.load(Ordering::Relaxed)
}

#[cfg(mailslot_loom)]
fn report(name: &str, orders: usize, start: std::time::Instant) {
    println!("model {name}: {orders} orders in {:.1} s", start.elapsed().as_secs_f64());
}

/// Without loom: some runs.
#[cfg(not(mailslot_loom))]
pub(super) fn explore(_name: &str, _preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    for _ in 0..if cfg!(miri) { 5 } else { 300 } {
        model();
    }
}

#[cfg(not(mailslot_loom))]
pub(super) fn explore_sequential(name: &str, preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    explore(name, preemptions, model);
}
