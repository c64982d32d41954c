//! Which slots there are.

use std::path::Path;
use std::time::Duration;

use mailslot_queue as queue;

use crate::Result;
use crate::builder::open_directory;
use crate::error::Error;
use crate::name::Name;
use crate::security::SecurityDescriptor;
use crate::timeout::Timeout;
use crate::times::FileTime;

/// The live slots of the default directory, sorted by name.
///
/// # Errors
///
/// [`ErrorKind::UnsafeDirectory`](crate::ErrorKind::UnsafeDirectory),
/// [`ErrorKind::PathNotFound`](crate::ErrorKind::PathNotFound),
/// [`ErrorKind::AccessDenied`](crate::ErrorKind::AccessDenied) if the directory cannot be used.
///
/// ```
/// use mailslot::Mailslot;
///
/// let server = Mailslot::create(format!("doc/list-{}", std::process::id()))?;
/// assert!(mailslot::list()?.iter().any(|slot| slot.name == *server.name()));
/// # Ok::<(), mailslot::Error>(())
/// ```
pub fn list() -> Result<Vec<SlotSummary>> {
    list_directory(None)
}

/// The live slots of a slot directory, sorted by name. Files of dead servers are removed, other files are passed over.
///
/// # Errors
///
/// As [`list`].
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("Orders").directory(dir.path()).create()?;
/// let slots = mailslot::list_in(dir.path())?;
/// assert_eq!(slots[0].name.to_string(), r"\\.\mailslot\Orders");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn list_in(directory: impl AsRef<Path>) -> Result<Vec<SlotSummary>> {
    list_directory(Some(directory.as_ref()))
}

/// One live slot, as [`list`] shows it.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
/// for slot in mailslot::list_in(dir.path())? {
///     println!("{}: {} messages, {} of {} bytes", slot.name, slot.message_count, slot.bytes_queued, slot.quota);
///     assert_eq!(slot.bytes_queued, 5);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotSummary {
    /// The slot's name, in the case in which it was created.
    pub name: Name,
    /// How many messages are queued.
    pub message_count: u32,
    /// How many payload bytes are queued.
    pub bytes_queued: u64,
    /// The size of the oldest message in bytes; `None` when the slot is empty.
    pub next_size: Option<u32>,
    /// The largest message in bytes; 0 for any size.
    pub max_message_size: u32,
    /// How many payload bytes may be queued.
    pub quota: u64,
    /// How long the slot's reads wait.
    pub read_timeout: Timeout,
    /// How long ago the oldest message was sent; `None` when the slot is empty.
    pub oldest_age: Option<Duration>,
    /// The process that received last, or else created the slot, as it says itself.
    pub reader_pid: Option<u32>,
    /// When the slot was created, or what was set.
    pub created: FileTime,
    /// Who may do what with the slot; `None` if that is damaged, and then it cannot be opened.
    pub security: Option<SecurityDescriptor>,
}

fn list_directory(path: Option<&Path>) -> Result<Vec<SlotSummary>> {
    let slots = open_directory(path).and_then(|directory| directory.slots()).map_err(Error::from_queue)?;
    let now = FileTime::now();
    let mut slots: Vec<SlotSummary> = slots.into_iter().filter_map(|slot| summary(slot, now)).collect();
    slots.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(slots)
}

/// `None` for a slot that keeps no name of a mailslot: whatever made it, it cannot be opened by name.
fn summary(slot: queue::SlotStatus, now: FileTime) -> Option<SlotSummary> {
    Some(SlotSummary {
        name: Name::from_stored(&slot.name)?,
        message_count: slot.info.message_count,
        bytes_queued: slot.bytes_queued,
        next_size: slot.info.next_size,
        max_message_size: slot.info.max_message_size,
        quota: slot.quota_bytes,
        read_timeout: Timeout::from_millis(slot.info.read_timeout_ms),
        oldest_age: slot.oldest_sent.map(|sent| now.since(sent.into())),
        reader_pid: (slot.reader_pid != 0).then_some(slot.reader_pid),
        created: slot.times.creation.into(),
        security: SecurityDescriptor::from_bytes(&slot.security).ok(),
    })
}
