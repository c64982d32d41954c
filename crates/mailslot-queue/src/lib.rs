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
//! many slots, polls, or closes; `blocks`, `peek` and `chunks` find their way in it; `slot` and `directory` make and open it; `layout` says
//! where everything lies; `memory`, `locks`, `participant`, `fork` and `wake_duty` are the dealings with the kernel.
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

mod alarm;
mod blocks;
mod chunks;
mod client;
mod clock;
mod directory;
mod doorbell;
mod error;
mod fork;
mod gate;
mod info;
mod layout;
mod locks;
mod memory;
mod participant;
mod peek;
#[cfg(mailslot_planted_bug)]
mod planted_bug;
mod primitive;
mod reader;
mod readiness;
mod server;
mod server_core;
mod slot;
mod tap;
mod wait_any;
mod wake_duty;
mod writer;

pub use alarm::{Alarm, Seen};
pub use client::Client;
pub use clock::{FileTime, Times};
pub use directory::SlotDir;
pub use doorbell::Wait;
pub use error::Error;
pub use fork::{PrivateFile, generation as fork_generation, prepare_for_forks};
pub use info::Info;
pub use reader::Taken;
pub use readiness::Readiness;
pub use server::Server;
pub use slot::{CreateOptions, SlotName, SlotStatus};
pub use tap::Tap;
pub use wait_any::{Ready, wait_any};
