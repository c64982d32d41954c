//! What the queue's logic asks of the kernel: who is alive, memory behind the file, the time, a wake when a thread dies. All in
//! one place: `system` asks the kernel, `model` is what the models have in its place (`--cfg mailslot_model`).

#[cfg(not(mailslot_loom))]
mod clock;
#[cfg(mailslot_model)]
pub(crate) mod model;
#[cfg(not(mailslot_model))]
mod system;

#[cfg(mailslot_loom)]
pub(crate) use crate::primitive::{coarse_time, monotonic_time};
#[cfg(not(mailslot_loom))]
pub(crate) use clock::{coarse_time, monotonic_time};
#[cfg(mailslot_model)]
pub(crate) use model::*;
#[cfg(not(mailslot_model))]
pub(crate) use system::*;

/// Which of the locks on bytes far behind the slot file's contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockByte {
    /// Held by the description that every server handle of the slot shares. Once it is free the slot is dead for
    /// ever: nobody takes it again on the same file.
    Server,
    /// Held while a dead slot's file is removed from its directory.
    Janitor,
    /// Held by a process that owns chunks or takes messages, for as long as it may.
    Participant(u64),
}
