//! The one table of error codes.

use std::io;

use crate::quirks;

/// Why an operation failed.
///
/// ```
/// use mailslot::{ErrorKind, Name};
///
/// let error = Name::parse(r"\\.\pipe\orders").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidName);
/// assert_eq!(error.kind().win32_code(), 123);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not the name of a mailslot.
    InvalidName,
    /// The name is empty, or on a device that does not exist.
    PathNotFound,
    /// No living server has a slot of that name.
    NotFound,
    /// A living server has a slot of that name.
    AlreadyExists,
    /// The slot is not for this user, or this handle is not for that.
    AccessDenied,
    /// The slot directory could be tampered with by other users.
    UnsafeDirectory,
    /// The file or descriptor is no mailslot, or is the other end of one.
    NotAMailslot,
    /// The slot was made by a version that lays its file out in another way.
    LayoutVersion,
    /// The slot's file contradicts itself: a process of this user wrote into it.
    Corrupt,
    /// The message is larger than the slot takes. Nothing was queued.
    MessageTooLarge,
    /// The next message does not fit into the buffer. It stays queued.
    BufferTooSmall,
    /// No message came in time.
    Timeout,
    /// The slot's last server handle is gone; this client never writes again.
    ServerGone,
    /// The slot holds as many bytes as it may. Nothing was queued.
    QuotaExceeded,
    /// There is no memory for the slot or the message.
    OutOfMemory,
    /// The process or the system has no file descriptor left.
    TooManyOpenFiles,
    /// The slot is on another host.
    RemoteDeprecated,
    /// The handle was closed, before or during the call.
    Cancelled,
    /// An argument has a value that cannot be used.
    InvalidParameter,
    /// What should be a security identifier is none.
    InvalidSid,
    /// What should be an access list is none.
    InvalidAcl,
    /// What should be a security descriptor is none.
    InvalidSecurityDescriptor,
    /// The security descriptor names an owner that this user cannot make one.
    InvalidOwner,
    /// The system refused for a reason that has no kind of its own; see [`std::error::Error::source`].
    Other,
}

/// One row of the table.
pub(crate) struct Entry {
    pub(crate) win32: u32,
    pub(crate) nt_status: u32,
    pub(crate) io: io::ErrorKind,
    /// Lower case, no full stop; facts follow after a colon.
    pub(crate) text: &'static str,
}

impl ErrorKind {
    /// All kinds, in the order of their declaration.
    ///
    /// ```
    /// use mailslot::ErrorKind;
    ///
    /// assert!(ErrorKind::ALL.iter().all(|kind| kind.win32_code() != 0));
    /// ```
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::InvalidName,
        ErrorKind::PathNotFound,
        ErrorKind::NotFound,
        ErrorKind::AlreadyExists,
        ErrorKind::AccessDenied,
        ErrorKind::UnsafeDirectory,
        ErrorKind::NotAMailslot,
        ErrorKind::LayoutVersion,
        ErrorKind::Corrupt,
        ErrorKind::MessageTooLarge,
        ErrorKind::BufferTooSmall,
        ErrorKind::Timeout,
        ErrorKind::ServerGone,
        ErrorKind::QuotaExceeded,
        ErrorKind::OutOfMemory,
        ErrorKind::TooManyOpenFiles,
        ErrorKind::RemoteDeprecated,
        ErrorKind::Cancelled,
        ErrorKind::InvalidParameter,
        ErrorKind::InvalidSid,
        ErrorKind::InvalidAcl,
        ErrorKind::InvalidSecurityDescriptor,
        ErrorKind::InvalidOwner,
        ErrorKind::Other,
    ];

    /// The Win32 error code, as GetLastError reports it.
    ///
    /// ```
    /// assert_eq!(mailslot::ErrorKind::Timeout.win32_code(), 121); // ERROR_SEM_TIMEOUT
    /// ```
    pub const fn win32_code(self) -> u32 {
        self.entry().win32
    }

    /// The NTSTATUS that stands behind the Win32 code.
    ///
    /// ```
    /// assert_eq!(mailslot::ErrorKind::Timeout.nt_status(), 0xC00000B5); // STATUS_IO_TIMEOUT
    /// ```
    pub const fn nt_status(self) -> u32 {
        self.entry().nt_status
    }

    /// What went wrong, in a few words.
    ///
    /// ```
    /// assert_eq!(mailslot::ErrorKind::NotFound.text(), "no such mailslot");
    /// ```
    pub const fn text(self) -> &'static str {
        self.entry().text
    }

    /// The table. Codes and statuses pair as Windows maps statuses to codes.
    pub(crate) const fn entry(self) -> Entry {
        use io::ErrorKind as Io;
        let (win32, nt_status, io, text) = match self {
            ErrorKind::InvalidName => (123, 0xC000_0033, Io::InvalidInput, "invalid mailslot name"),
            ErrorKind::PathNotFound => (3, 0xC000_003A, Io::NotFound, "path not found"),
            ErrorKind::NotFound => (2, 0xC000_0034, Io::NotFound, "no such mailslot"),
            ErrorKind::AlreadyExists => (183, 0xC000_0035, Io::AlreadyExists, "the mailslot exists already"),
            ErrorKind::AccessDenied => (5, 0xC000_0022, Io::PermissionDenied, "access denied"),
            ErrorKind::UnsafeDirectory => (5, 0xC000_0022, Io::PermissionDenied, "the slot directory is not safe"),
            ErrorKind::NotAMailslot => (6, 0xC000_0024, Io::InvalidData, "not a mailslot"),
            ErrorKind::LayoutVersion => {
                (1306, 0xC000_0059, Io::Unsupported, "the slot file has another layout version")
            }
            ErrorKind::Corrupt => (1392, 0xC000_0102, Io::InvalidData, "the slot file is damaged"),
            ErrorKind::MessageTooLarge => {
                (quirks::WRITE_TOO_LARGE_ERROR, quirks::WRITE_TOO_LARGE_STATUS, Io::InvalidInput, "message too large")
            }
            ErrorKind::BufferTooSmall => (122, 0xC000_0023, Io::InvalidInput, "buffer too small"),
            ErrorKind::Timeout => (121, 0xC000_00B5, Io::TimedOut, "no message in time"),
            ErrorKind::ServerGone => (
                quirks::WRITE_AFTER_SERVER_CLOSED_ERROR,
                quirks::WRITE_AFTER_SERVER_CLOSED_STATUS,
                Io::BrokenPipe,
                "the mailslot's server is gone",
            ),
            ErrorKind::QuotaExceeded => (1816, 0xC000_0044, Io::QuotaExceeded, "the mailslot is full"),
            ErrorKind::OutOfMemory => {
                (quirks::OUT_OF_MEMORY_ERROR, quirks::OUT_OF_MEMORY_STATUS, Io::OutOfMemory, "out of memory")
            }
            ErrorKind::TooManyOpenFiles => (4, 0xC000_011F, Io::Other, "too many open files"),
            // No status of its own is public; this is how Windows wraps a Win32 code in a status.
            ErrorKind::RemoteDeprecated => (3025, 0xC007_0BD1, Io::Unsupported, "remote mailslots are not available"),
            ErrorKind::Cancelled => (
                quirks::READ_PENDING_AT_CLOSE_ERROR,
                quirks::READ_PENDING_AT_CLOSE_STATUS,
                Io::ConnectionAborted,
                "the handle was closed",
            ),
            ErrorKind::InvalidParameter => (87, 0xC000_000D, Io::InvalidInput, "invalid parameter"),
            ErrorKind::InvalidSid => (1337, 0xC000_0078, Io::InvalidInput, "not a security identifier"),
            ErrorKind::InvalidAcl => (1336, 0xC000_0077, Io::InvalidInput, "not an access list"),
            ErrorKind::InvalidSecurityDescriptor => (1338, 0xC000_0079, Io::InvalidInput, "not a security descriptor"),
            ErrorKind::InvalidOwner => (1307, 0xC000_005A, Io::InvalidInput, "not a possible owner"),
            ErrorKind::Other => (31, 0xC000_0001, Io::Other, "the system refused"),
        };
        Entry { win32, nt_status, io, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lists_every_kind_once_in_order() {
        for (at, kind) in ErrorKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, at);
        }
        assert_eq!(ErrorKind::ALL.len(), ErrorKind::Other as usize + 1, "`Other` stays the last kind");
    }

    /// The pairs that Windows' own mapping of statuses to codes has, as far as they are used here.
    const STATUS_TO_WIN32: &[(u32, u32)] = &[
        (0xC000_00B5, 121),
        (0xC000_0023, 122),
        (0xC000_0022, 5),
        (0xC000_0024, 6),
        (0xC000_00B6, 38),
        (0xC000_0011, 38),
        (0xC000_000D, 87),
        (0xC000_0120, 995),
        (0xC000_0033, 123),
        (0xC000_0034, 2),
        (0xC000_0035, 183),
        (0xC000_003A, 3),
        (0xC000_0044, 1816),
        (0xC000_009A, 1450),
        (0xC000_0017, 8),
        (0xC000_0001, 31),
        (0xC000_0059, 1306),
        (0xC000_0102, 1392),
        (0xC000_011F, 4),
        (0xC000_0078, 1337),
        (0xC000_0077, 1336),
        (0xC000_0079, 1338),
        (0xC000_005A, 1307),
    ];

    #[test]
    fn every_status_maps_to_its_code_as_on_windows() {
        for kind in ErrorKind::ALL {
            let status = kind.nt_status();
            let code = match STATUS_TO_WIN32.iter().find(|(known, _)| *known == status) {
                Some((_, code)) => *code,
                None => {
                    assert_eq!(status >> 16, 0xC007, "{kind:?}: neither a known status nor a wrapped code");
                    status & 0xffff
                }
            };
            assert_eq!(kind.win32_code(), code, "{kind:?}");
        }
    }

    #[test]
    fn texts_are_distinct_and_in_style() {
        let mut seen = std::collections::HashSet::new();
        for kind in ErrorKind::ALL {
            let text = kind.text();
            assert!(seen.insert(text), "{text}");
            assert!(text.starts_with(|first: char| first.is_lowercase()) && !text.ends_with('.'), "{text}");
        }
    }
}
