//! What a mailslot does, through the public interface. `bNN` are the numbers of the documented behaviours.

mod bad_input;
mod child;
mod create;
mod info;
mod lifetime;
mod list;
mod open;
mod read;
mod readiness;
mod support;
mod times;
mod write;
