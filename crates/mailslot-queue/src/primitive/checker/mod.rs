//! loom's primitives: loom tries every order of steps, within bounds, and every value that the C++ memory model allows a load to
//! return. Before each of them the participant that runs may come to its end.

mod atomics;
pub(crate) mod fate;
pub(crate) mod futex;
mod mutex;
mod time;

pub(crate) use core::sync::atomic::Ordering;

pub(crate) use atomics::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Fences, place_fences};
pub(crate) use loom::thread::yield_now;
pub(crate) use mutex::Mutex;
pub(crate) use time::{Instant, coarse_time, monotonic_time, sleep};

/// To give way would be too much: loom then lets the others run as far as they can get.
pub(crate) fn spin_loop() {}
