//! What a slot tells of its queue.

use mailslot_queue as queue;

use crate::timeout::Timeout;

/// A slot's state at one moment: what GetMailslotInfo tells.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, Mailslot};
///
/// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
/// Client::options().directory(dir.path()).open("orders")?.send(b"four")?;
/// let info = server.info()?;
/// assert_eq!((info.message_count, info.next_size), (1, Some(4)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The largest message in bytes, as given at creation; 0 for any size.
    pub max_message_size: u32,
    /// The size of the oldest message in bytes; `None` when the slot is empty (`MAILSLOT_NO_MESSAGE`).
    pub next_size: Option<u32>,
    /// How many messages are queued, empty ones included. Every send that returned is counted.
    pub message_count: u32,
    /// How long reads wait that start now.
    pub read_timeout: Timeout,
}

impl From<queue::Info> for Info {
    fn from(info: queue::Info) -> Info {
        Info {
            max_message_size: info.max_message_size,
            next_size: info.next_size,
            message_count: info.message_count,
            read_timeout: Timeout::from_millis(info.read_timeout_ms),
        }
    }
}
