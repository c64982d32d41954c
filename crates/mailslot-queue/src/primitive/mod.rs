//! What the queue's logic is built of: atomics, the order that they keep, spinning, sleeping on a word. All in one place, so
//! that a model checker can stand in for it: `system` is the machine, `checker` is loom (`--cfg mailslot_loom`).

#[cfg(mailslot_loom)]
pub(crate) mod checker;
#[cfg(not(mailslot_loom))]
mod system;

#[cfg(mailslot_loom)]
pub(crate) use checker::*;
#[cfg(not(mailslot_loom))]
pub(crate) use system::*;
