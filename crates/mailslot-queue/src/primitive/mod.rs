//! What the queue's logic is built of: atomics, the order that they keep, spinning, sleeping on a word. All in one place, so
//! that a model checker can stand in for it.

mod system;

pub(crate) use system::*;
