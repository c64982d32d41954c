//! The mapped slot file. Everybody who may map it may write to it at any time, so:
//!
//! 1. Words are reached as atomics only, payloads only by copying from and to raw pointers. No `&[u8]` and no
//!    `&T` of a plain type ever points into the mapping.
//! 2. Every offset is checked against the mapping's length, here, before it is used. What a word says is loaded once
//!    into private memory, checked there by the caller, and then used.
//!
//! The mapping is a range of addresses (`bytes`): of the file (`region`), or of plain memory in models that run on the machine's
//! own atomics (`plain`). Under loom it is made of loom's words (`words`).

#[cfg(not(mailslot_loom))]
mod bytes;
#[cfg(not(mailslot_loom))]
mod copy;
#[cfg(all(mailslot_model, not(mailslot_loom)))]
mod plain;
#[cfg(not(mailslot_loom))]
mod prefetch;
#[cfg(not(mailslot_model))]
mod region;
#[cfg(mailslot_loom)]
mod words;

#[cfg(not(mailslot_loom))]
pub(crate) use bytes::Mapping;
#[cfg(all(mailslot_model, not(mailslot_loom)))]
pub(crate) use plain::Store;
#[cfg(mailslot_loom)]
pub(crate) use words::{Mapping, Store};
