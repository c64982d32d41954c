//! The slot file: a message queue in one file of shared memory, between processes of one user.
//!
//! A [`Server`] makes the file and takes messages from it; any number of [`Client`]s put messages in. There is no daemon.
//! What holds, whatever happens to whom:
//!
//! - **Kill-safe, stop-safe.** A message is published by one compare-exchange; there is no state in between at which a
//!   killed or stopped process could leave the queue. A killed writer loses at most the message it was writing.
//! - **Exact.** Messages are taken in the order in which they were published, over all writers; the count is exact.
//! - **The kernel owns lifetimes.** A slot lives while a descriptor of its server's open file description exists.
//! - **Nothing in the file is trusted.** Whatever peers scribble into it leads to an error, never to undefined behaviour,
//!   a panic or an endless loop.
//! - **No system call** for a write while nobody sleeps, and none for a read while messages are queued.
//!
//! The modules, from the outside in: `server` and `client` are the two ends, `tap` and `server_core` the inside of the first;
//! `reader`, `writer` and `doorbell` what they do with the file; `wait_any`, `alarm`, `readiness` and `gate` are for who waits for
//! many slots, polls, or closes; `blocks`, `peek` and `chunks` find their way in it; `slot` and `directory` make and open it;
//! `layout` says where everything lies; `spin` looks out for a message before a sleep, `private_lock` keeps the threads of one client
//! apart; `memory`, `participant` and `fork` are the dealings with the system; `planted` and `planted_bug` are bugs on purpose. What the logic is
//! built of (atomics, sleeping on a word) is in `primitive`, what it asks of the kernel in `kernel`.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mailslot_queue::{Client, CreateOptions, Server, SlotDir, SlotName};
//!
//! let place = tempfile::tempdir()?;
//! let directory = SlotDir::open(place.path())?;
//! let name = SlotName { file: "ORDERS", full: b"orders" };
//! let server = Server::create(&directory, name, &CreateOptions::default())?;
//! let client = Client::open(&directory, name)?;
//! client.send(b"two coffees")?;
//! let mut buffer = [0; 64];
//! let taken = server.take(&mut buffer)?.ok_or("nothing there")?;
//! assert_eq!(&buffer[..taken.size as usize], b"two coffees");
//! # Ok(())
//! # }
//! ```

#![cfg_attr(mailslot_model, allow(dead_code, unreachable_pub, reason = "a model is made of the inside alone"))]

#[cfg(not(mailslot_model))]
mod alarm;
mod blocks;
mod chunks;
#[cfg(not(mailslot_model))]
mod client;
mod clock;
#[cfg(not(mailslot_model))]
mod directory;
mod doorbell;
mod error;
mod fork;
mod gate;
mod info;
mod kernel;
mod layout;
mod memory;
#[cfg(all(test, mailslot_model))]
mod models;
mod participant;
mod peek;
mod planted;
#[cfg(mailslot_planted_bug)]
mod planted_bug;
mod primitive;
mod private_lock;
mod reader;
mod readiness;
#[cfg(not(mailslot_model))]
mod server;
mod server_core;
mod sizes;
mod slot;
mod spin;
#[cfg(not(mailslot_model))]
mod tap;
#[cfg(not(mailslot_model))]
mod wait_any;
mod writer;

/// Slots of a model have no names.
#[cfg(mailslot_model)]
use crate::kernel::model as directory;

#[cfg(not(mailslot_model))]
pub use alarm::{Alarm, Seen};
#[cfg(not(mailslot_model))]
pub use client::Client;
pub use clock::{FileTime, Times};
#[cfg(not(mailslot_model))]
pub use directory::SlotDir;
pub use doorbell::Wait;
pub use error::Error;
pub use fork::{PrivateFile, generation as fork_generation, prepare_for_forks};
pub use info::Info;
#[cfg(mailslot_planted_bug)]
pub use planted::{Bug, plant};
pub use reader::Taken;
pub use readiness::Readiness;
#[cfg(not(mailslot_model))]
pub use server::Server;
pub use slot::SlotName;
#[cfg(not(mailslot_model))]
pub use slot::{CreateOptions, SlotStatus};
#[cfg(not(mailslot_model))]
pub use tap::Tap;
#[cfg(not(mailslot_model))]
pub use wait_any::{Ready, wait_any};
