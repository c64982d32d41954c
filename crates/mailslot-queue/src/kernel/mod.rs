//! What the queue's logic asks of the kernel: who is alive, memory behind the file, the time, a wake when a thread dies. All in
//! one place, so that a model of it can stand in.

mod clock;
mod file;
mod locks;
mod wake_duty;

pub(crate) use clock::{coarse_time, monotonic_time};
pub(crate) use file::{allocate, punch, read_at};
pub(crate) use locks::{LockByte, is_locked_by_another, try_lock, unlock};
pub(crate) use wake_duty::WakeDuty;
