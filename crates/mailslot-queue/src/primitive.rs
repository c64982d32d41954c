//! The atomics that the queue is built of, chosen in one place so that a model checker can stand in for them.

pub(crate) use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
pub(crate) use std::hint::spin_loop;
