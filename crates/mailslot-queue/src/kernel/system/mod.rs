//! Linux.

mod file;
mod locks;
mod wake_duty;

pub(crate) use file::{FileRef, SlotFile, allocate, punch, read_at};
pub(crate) use locks::{is_locked_by_another, try_lock, unlock};
pub(crate) use wake_duty::WakeDuty;
