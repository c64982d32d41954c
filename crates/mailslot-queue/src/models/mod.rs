//! The queue's logic in every order of steps: `cargo xtask models`. The code is the real one; what it stands on is a model: loom's
//! atomics for memory, `kernel::model` for the kernel, and a slot of a few blocks.
//!
//! Without loom (`--cfg mailslot_model` alone, as under Miri) the same models run over plain memory, on the machine's own atomics
//! and threads, in whatever orders they happen to take.

mod chunks;
mod closing;
mod crew;
#[cfg(mailslot_loom)]
mod killed;
mod push;
mod sleep;
mod stage;
#[cfg(mailslot_loom)]
mod stopped;
mod take;
