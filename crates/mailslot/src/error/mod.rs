//! Errors that carry facts: which name, which sizes, which codes.

mod kind;

use std::fmt::{self, Write};
use std::{error, io};

use mailslot_queue as queue;
use rustix::io::Errno;

pub use kind::ErrorKind;

use crate::name::Name;
use crate::timeout::Timeout;

/// What an operation of this crate answers.
///
/// ```
/// fn count(name: &str) -> mailslot::Result<u32> {
///     Ok(mailslot::Client::open(name)?.info()?.message_count)
/// }
/// # assert!(count(&format!("doc/nobody-{}", std::process::id())).is_err());
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An operation that failed, with its facts. A failed operation has queued, taken and changed nothing.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, ErrorKind, Mailslot};
///
/// let server = Mailslot::builder("orders").max_message_size(256).directory(dir.path()).create()?;
/// let client = Client::options().directory(dir.path()).open("orders")?;
/// let error = client.send(&[0; 300]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::MessageTooLarge);
/// assert_eq!((error.size(), error.limit()), (Some(300), Some(256)));
/// assert_eq!(
///     error.to_string(),
///     r"message too large: \\.\mailslot\orders: 300 bytes; the slot takes at most 256"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Error(Box<Facts>);

#[derive(Debug)]
struct Facts {
    kind: ErrorKind,
    name: Option<String>,
    size: Option<u64>,
    limit: Option<u64>,
    detail: Option<String>,
    source: Option<io::Error>,
}

impl Error {
    /// Why the operation failed.
    ///
    /// ```
    /// use mailslot::{ErrorKind, Name};
    ///
    /// assert_eq!(Name::local("").unwrap_err().kind(), ErrorKind::InvalidName);
    /// ```
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The Win32 error code, as GetLastError reports it.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::local("").unwrap_err().win32_code(), 123); // ERROR_INVALID_NAME
    /// ```
    pub fn win32_code(&self) -> u32 {
        self.0.kind.win32_code()
    }

    /// The NTSTATUS that stands behind the Win32 code.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::local("").unwrap_err().nt_status(), 0xC0000033); // STATUS_OBJECT_NAME_INVALID
    /// ```
    pub fn nt_status(&self) -> u32 {
        self.0.kind.nt_status()
    }

    /// The slot's name, or the text that is no name; `None` where there is none.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::parse("blah").unwrap_err().name(), Some("blah"));
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The size of the message that did not fit, in bytes; `None` where no size matters.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::local("").unwrap_err().size(), None);
    /// ```
    pub fn size(&self) -> Option<u64> {
        self.0.size
    }

    /// What the message did not fit into: the slot's maximum, its quota, or the buffer's length, in bytes.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::local("").unwrap_err().limit(), None);
    /// ```
    pub fn limit(&self) -> Option<u64> {
        self.0.limit
    }

    pub(crate) fn new(kind: ErrorKind, detail: impl Into<String>) -> Error {
        Error(Box::new(Facts { detail: Some(detail.into()), ..Facts::of(kind) }))
    }

    /// A text that names no slot on this machine.
    pub(crate) fn refused_name(kind: ErrorKind, text: &str, why: String) -> Error {
        Error::new(kind, why).with_text(text)
    }

    pub(crate) fn timeout(timeout: Timeout, name: &Name) -> Error {
        let detail = match timeout {
            Timeout::NONE => "none is queued".to_owned(),
            waited => format!("waited {waited}"),
        };
        Error::new(ErrorKind::Timeout, detail).with_name(name)
    }

    pub(crate) fn from_queue(error: queue::Error) -> Error {
        use queue::Error as Q;
        let (kind, size, limit) = match &error {
            Q::NotFound => (ErrorKind::NotFound, None, None),
            Q::AlreadyExists => (ErrorKind::AlreadyExists, None, None),
            Q::AccessDenied { .. } => (ErrorKind::AccessDenied, None, None),
            Q::UnsafeDirectory { .. } => (ErrorKind::UnsafeDirectory, None, None),
            Q::NotASlot { .. } => (ErrorKind::NotAMailslot, None, None),
            Q::LayoutVersion { .. } => (ErrorKind::LayoutVersion, None, None),
            Q::TooLarge { size, limit } => (ErrorKind::MessageTooLarge, Some(*size as u64), Some(u64::from(*limit))),
            Q::BufferTooSmall { size, buffer } => {
                (ErrorKind::BufferTooSmall, Some(u64::from(*size)), Some(*buffer as u64))
            }
            Q::ServerGone => (ErrorKind::ServerGone, None, None),
            Q::QuotaExceeded { size, quota, .. } => (ErrorKind::QuotaExceeded, Some(*size as u64), Some(*quota)),
            Q::OutOfMemory => (ErrorKind::OutOfMemory, None, None),
            Q::Cancelled => (ErrorKind::Cancelled, None, None),
            Q::Corrupt { .. } => (ErrorKind::Corrupt, None, None),
            Q::InvalidOption { .. } => (ErrorKind::InvalidParameter, None, None),
            Q::Os(source) => (kind_of_os_error(source), None, None),
            _ => (ErrorKind::Other, None, None),
        };
        let detail = match &error {
            Q::AccessDenied { what } | Q::InvalidOption { what } => Some(what.clone()),
            Q::UnsafeDirectory { path, why } => Some(format!("{}: {why}", path.display())),
            Q::NotASlot { why } => Some(why.clone()),
            Q::LayoutVersion { found, supported } => Some(format!("{found}; this version knows {supported}")),
            Q::TooLarge { size, limit } => Some(format!("{size} bytes; the slot takes at most {limit}")),
            Q::BufferTooSmall { size, buffer } => {
                Some(format!("the next message has {size} bytes; the buffer holds {buffer}"))
            }
            Q::QuotaExceeded { size, queued, quota } => {
                Some(format!("{size} bytes; {queued} bytes are queued and the quota is {quota}"))
            }
            Q::Corrupt { what } => Some((*what).to_owned()),
            Q::ReaderStopped => Some(error.to_string()),
            Q::Os(source) => Some(source.to_string()),
            _ => None,
        };
        let source = match error {
            Q::Os(source) => Some(source),
            _ => None,
        };
        Error(Box::new(Facts { size, limit, detail, source, ..Facts::of(kind) }))
    }

    pub(crate) fn with_name(self, name: &Name) -> Error {
        self.with_text(&name.to_string())
    }

    fn with_text(mut self, name: &str) -> Error {
        self.0.name = Some(name.to_owned());
        self
    }
}

impl Facts {
    fn of(kind: ErrorKind) -> Facts {
        Facts { kind, name: None, size: None, limit: None, detail: None, source: None }
    }
}

fn kind_of_os_error(error: &io::Error) -> ErrorKind {
    match Errno::from_io_error(error) {
        Some(Errno::MFILE | Errno::NFILE) => return ErrorKind::TooManyOpenFiles,
        Some(Errno::BADF) => return ErrorKind::NotAMailslot,
        _ => {}
    }
    match error.kind() {
        io::ErrorKind::OutOfMemory | io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ErrorKind::OutOfMemory
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::AccessDenied,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ErrorKind::PathNotFound,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename => ErrorKind::InvalidParameter,
        _ => ErrorKind::Other,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.text())?;
        if let Some(name) = &self.0.name {
            f.write_str(": ")?;
            write_printable(f, name)?;
        }
        match &self.0.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

/// Writes a name so that it does no harm in a terminal or a log: control characters escaped, the middle of a long one
/// left out.
fn write_printable(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    const LONGEST_CHARS: usize = 120;
    let count = name.chars().count();
    for character in name.chars().take(LONGEST_CHARS) {
        if character.is_control() {
            write!(f, "{}", character.escape_default())?;
        } else {
            f.write_char(character)?;
        }
    }
    if count > LONGEST_CHARS { write!(f, "… ({count} characters)") } else { Ok(()) }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}

/// For programs that speak [`std::io`]: the nearest kind, with this error inside.
///
/// ```
/// use std::io;
///
/// let error = io::Error::from(mailslot::Name::local("").unwrap_err());
/// assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
/// ```
impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        io::Error::new(error.kind().entry().io, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_the_queue_arrive() {
        let too_large = Error::from_queue(queue::Error::TooLarge { size: 11, limit: 10 });
        assert_eq!(
            (too_large.kind(), too_large.size(), too_large.limit()),
            (ErrorKind::MessageTooLarge, Some(11), Some(10))
        );
        let full = Error::from_queue(queue::Error::QuotaExceeded { size: 5, queued: 8, quota: 10 });
        assert_eq!(full.to_string(), "the mailslot is full: 5 bytes; 8 bytes are queued and the quota is 10");
        assert_eq!(Error::from_queue(queue::Error::Cancelled).win32_code(), 995);
    }

    #[test]
    fn system_errors_keep_their_source() {
        let error = Error::from_queue(queue::Error::Os(Errno::MFILE.into()));
        assert_eq!((error.kind(), error.win32_code()), (ErrorKind::TooManyOpenFiles, 4));
        assert!(error::Error::source(&error).is_some());
        assert_eq!(Error::from_queue(queue::Error::Os(Errno::IO.into())).kind(), ErrorKind::Other);
    }

    #[test]
    fn names_in_messages_are_printable_and_short() {
        let shown = Name::parse("\u{1b}[2Jblah").unwrap_err().to_string();
        assert!(shown.contains(r"\u{1b}[2Jblah"), "{shown}");
        let shown = Name::parse(&"x".repeat(100_000)).unwrap_err().to_string();
        assert!(shown.contains("… (100000 characters)") && shown.len() < 500, "{shown}");
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
