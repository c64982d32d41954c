//! Windows mailslots on Linux: named, one-way queues that keep message boundaries.
//!
//! A *server* creates a slot and receives; any number of *clients* open it by name and send. A message is queued when
//! the send returns, is received whole, once, and in order, and is gone when the slot's last server is gone. There is
//! no daemon: the slot is memory that the processes of one user share. The names, limits, timeouts and error codes are
//! those of the Windows functions CreateMailslot, GetMailslotInfo, ReadFile and WriteFile.
//!
//! ```
//! # let orders = format!("doc/orders-{}", std::process::id());
//! # let orders = orders.as_str();
//! use mailslot::{Client, Mailslot};
//!
//! let server = Mailslot::create(orders)?; // "orders", "shop/orders" or r"\\.\mailslot\shop\orders"
//!
//! let client = Client::open(orders)?; // usually in another process
//! client.send(b"two pounds of flour")?;
//! client.send(b"an egg")?;
//!
//! assert_eq!(server.info()?.message_count, 2);
//! let message = server.recv_vec()?;
//! assert_eq!(message.data, b"two pounds of flour");
//! println!("from process {}", message.sender.pid());
//! # Ok::<(), mailslot::Error>(())
//! ```
//!
//! # Names
//!
//! A [`Name`] is parsed from `orders`, `taxes/bob`, or a full Windows name such as `\\.\mailslot\taxes\bob`. Letter
//! case does not count. Paths are only part of the name: nothing needs to be made before `taxes\bob` can be.
//!
//! # Waiting
//!
//! [`Mailslot::recv`] waits for the slot's read timeout, [`Mailslot::recv_timeout`] for one of its own,
//! [`Mailslot::try_recv`] not at all, and [`Mailslot::readiness`] gives a descriptor for poll and epoll. A send never
//! waits.
//!
//! One thread can wait for several slots with [`wait_any`]:
//!
//! ```
//! # let dir = tempfile::tempdir_in("/dev/shm")?;
//! # let create = |name: &str| mailslot::Mailslot::builder(name).directory(dir.path()).create();
//! # let (orders, returns) = (create("orders")?, create("returns")?);
//! # mailslot::Client::options().directory(dir.path()).open("returns")?.send(b"a stale loaf")?;
//! use mailslot::{Ready, Timeout, wait_any};
//!
//! // let (orders, returns) = (Mailslot::create("orders")?, Mailslot::create("returns")?);
//! let taps = [&orders.tap(), &returns.tap()];
//! if let Ready::Message(index) = wait_any(&taps, None, Timeout::FOREVER)? {
//!     assert_eq!(taps[index].name().to_string(), r"\\.\mailslot\returns");
//!     if let Some(message) = taps[index].try_recv_vec()? {
//!         assert_eq!(message.data, b"a stale loaf");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Errors
//!
//! An [`Error`] has an [`ErrorKind`], the Win32 code and the NTSTATUS that belong to it, and facts: name, size, limit.
//! Where nothing public says what Windows answers, [`quirks`] holds what was chosen.

#![forbid(unsafe_code)]

mod alarm;
#[doc(hidden)]
pub mod beside;
mod builder;
mod client;
mod error;
mod info;
mod list;
mod message;
mod name;
mod permissions;
pub mod quirks;
mod readiness;
pub mod security;
mod server;
mod tap;
mod timeout;
mod times;
mod wait_any;

pub use alarm::{Alarm, Seen};
pub use builder::Builder;
pub use client::{Client, ClientOptions};
pub use error::{Error, ErrorKind, Result};
pub use info::Info;
pub use list::{SlotSummary, list, list_in};
pub use message::{Message, Messages, Received, Sender};
pub use name::{IntoName, Name, upcase_utf16};
pub use permissions::Permissions;
pub use readiness::Readiness;
pub use security::SecurityDescriptor;
pub use server::Mailslot;
pub use tap::{Tap, TapAttempt};
pub use timeout::Timeout;
pub use times::{FileTime, Times, TimesUpdate};
pub use wait_any::{Ready, wait_any};
