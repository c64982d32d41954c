//! What a mailslot does, through the public interface. `bNN` are the numbers of the documented behaviours.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod bad_input;
mod child;
mod create;
mod guesses;
mod info;
mod lifetime;
mod list;
mod open;
mod read;
mod readiness;
mod security;
mod support;
mod times;
mod wait_any;
mod write;
