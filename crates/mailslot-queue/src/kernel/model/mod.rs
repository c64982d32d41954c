//! A kernel for models: locks that go with their holder, holes in the file, a wake when a participant is killed.

mod directory;
mod file;
mod wake_duty;
mod world;

pub(crate) use directory::SlotDir;
pub(crate) use file::{FileRef, SlotFile, allocate, is_locked_by_another, punch, read_at, try_lock, unlock};
pub(crate) use wake_duty::WakeDuty;
#[cfg(mailslot_loom)]
pub(crate) use wake_duty::bury_the_dead;
pub(crate) use world::World;

/// A call is one step of the participant. `false`: it has ended, and the call does nothing.
fn step() -> bool {
    #[cfg(mailslot_loom)]
    return crate::primitive::fate::step();
    #[cfg(not(mailslot_loom))]
    true
}
