//! What can go wrong with a slot file, with the facts: which sizes, which limits, which path.

use std::io;
use std::path::PathBuf;

/// Why an operation on a slot failed. Nothing was queued, taken or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No slot of that name has a living server.
    #[error("no such slot")]
    NotFound,
    /// A living server has that name.
    #[error("the slot exists already")]
    AlreadyExists,
    /// The slot or its directory is not this user's to use.
    #[error("access denied: {what}")]
    AccessDenied {
        /// What was refused, and what would be accepted.
        what: String,
    },
    /// The slot directory could be tampered with by others.
    #[error("the slot directory {} is not safe: {why}", path.display())]
    UnsafeDirectory {
        /// The directory that was looked at.
        path: PathBuf,
        /// What is wrong with it, and what is accepted.
        why: String,
    },
    /// The file of that name is no slot file: foreign, truncated, a link, a directory.
    #[error("not a slot file: {why}")]
    NotASlot {
        /// What was found, and what is accepted.
        why: String,
    },
    /// The slot file was made by a version that lays it out in another way.
    #[error("slot file layout {found}; this version knows layout {supported}")]
    LayoutVersion {
        /// The file's layout version.
        found: u32,
        /// The only layout version that this crate maps.
        supported: u32,
    },
    /// The message is larger than the slot takes.
    #[error("a message of {size} bytes; the slot takes at most {limit}")]
    TooLarge {
        /// The message's size in bytes.
        size: usize,
        /// The slot's largest message in bytes.
        limit: u32,
    },
    /// The oldest message does not fit into the buffer. It stays queued.
    #[error("a message of {size} bytes; the buffer holds {buffer}")]
    BufferTooSmall {
        /// The oldest message's size in bytes.
        size: u32,
        /// The buffer's size in bytes.
        buffer: usize,
    },
    /// The last server handle is gone. This client never writes again; a new slot of the same name is another slot.
    #[error("the slot's server is gone")]
    ServerGone,
    /// The slot holds as many bytes as it may.
    #[error("a message of {size} bytes; {queued} bytes are queued and the quota is {quota}")]
    QuotaExceeded {
        /// The message's size in bytes.
        size: usize,
        /// The payload bytes that are queued.
        queued: u64,
        /// The payload bytes that may be queued.
        quota: u64,
    },
    /// The file system of the slot directory, or the slot file's address range, is full.
    #[error("no memory left for the slot file")]
    OutOfMemory,
    /// The handle was closed by another thread during the call.
    #[error("the handle was closed during the call")]
    Cancelled,
    /// Another reader, in another process, holds the slot and neither finishes nor dies: it is stopped. Nothing was taken.
    #[error("another reader has held the slot for too long; it may be stopped")]
    ReaderStopped,
    /// The slot file's contents contradict each other: somebody scribbled in it.
    #[error("the slot file is damaged: {what}")]
    Corrupt {
        /// The first contradiction that was met.
        what: &'static str,
    },
    /// An option has a value that cannot be used.
    #[error("{what}")]
    InvalidOption {
        /// What was given, and what is accepted.
        what: String,
    },
    /// The system refused something that has no better name here.
    #[error(transparent)]
    Os(#[from] io::Error),
}

impl From<rustix::io::Errno> for Error {
    fn from(errno: rustix::io::Errno) -> Self {
        use rustix::io::Errno;
        match errno {
            Errno::NOSPC | Errno::NOMEM | Errno::DQUOT | Errno::FBIG => Error::OutOfMemory,
            other => Error::Os(other.into()),
        }
    }
}
