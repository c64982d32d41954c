//! The server end: who creates a slot and reads from it.

mod receive;

use std::fmt;
use std::os::fd::{OwnedFd, RawFd};

use mailslot_queue as queue;

pub(crate) use receive::receive;

use crate::Result;
use crate::builder::Builder;
use crate::client::stored_descriptor;
use crate::error::{Error, ErrorKind};
use crate::info::Info;
use crate::message::{Message, Messages};
use crate::name::{IntoName, Name};
use crate::readiness::Readiness;
use crate::security::SecurityDescriptor;
use crate::tap::Tap;
use crate::timeout::Timeout;
use crate::times::{Times, TimesUpdate};

/// The server end of a mailslot: it receives what clients send.
///
/// The slot lives as long as a server handle to it: this one, its [clones](Mailslot::try_clone), and the descriptors
/// that child processes inherited. When the last is gone, in whatever way, the name is free, queued messages are
/// discarded, and the clients' sends fail. Any number of threads may receive at once; each message goes to one of them.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, Mailslot};
///
/// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
/// let client = Client::options().directory(dir.path()).open("orders")?;
/// client.send(b"two pounds of flour")?;
/// assert_eq!(server.recv_vec()?.data, b"two pounds of flour");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Mailslot {
    server: queue::Server,
    name: Name,
}

/// Making and opening.
impl Mailslot {
    /// Creates a slot with the default options in the default directory: `Mailslot::builder(name).create()`.
    ///
    /// # Errors
    ///
    /// As [`Builder::create`].
    ///
    /// ```
    /// use mailslot::{Client, Mailslot};
    ///
    /// let name = format!("doc/create-{}", std::process::id());
    /// let server = Mailslot::create(&name)?;
    /// Client::open(&name)?.send(b"hello")?;
    /// assert_eq!(server.info()?.message_count, 1);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn create(name: impl IntoName) -> Result<Mailslot> {
        Mailslot::builder(name).create()
    }

    /// Options for a slot to be created. A wrong name is reported by [`Builder::create`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::Mailslot;
    ///
    /// let server = Mailslot::builder(r"\\.\mailslot\orders").max_message_size(256).directory(dir.path()).create()?;
    /// assert_eq!(server.info()?.max_message_size, 256);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder(name: impl IntoName) -> Builder {
        Builder::new(name.into_name())
    }

    /// The server end behind a descriptor that was inherited or received from another process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotAMailslot`] if the descriptor is something else or a client's, [`ErrorKind::LayoutVersion`] and
    /// [`ErrorKind::Corrupt`] if its slot cannot be used.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::{ErrorKind, Mailslot};
    ///
    /// let file = std::fs::File::open("/dev/null")?;
    /// assert_eq!(Mailslot::from_fd(file.into()).unwrap_err().kind(), ErrorKind::NotAMailslot);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_fd(descriptor: OwnedFd) -> Result<Mailslot> {
        let server = queue::Server::from_fd(descriptor).map_err(Error::from_queue)?;
        let name = stored_name(server.name())?;
        Ok(Mailslot { server, name })
    }

    /// A second handle to the same slot, with a descriptor of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] after [`Mailslot::close`], [`ErrorKind::TooManyOpenFiles`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// let second = server.try_clone()?;
    /// drop(server);
    /// client.send(b"still there")?;
    /// assert_eq!(second.recv_vec()?.data, b"still there");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_clone(&self) -> Result<Mailslot> {
        let server = self.server.try_clone().map_err(|error| self.error(error))?;
        Ok(Mailslot { server, name: self.name.clone() })
    }

    pub(crate) fn new(server: queue::Server, name: Name) -> Mailslot {
        Mailslot { server, name }
    }
}

/// Asking and setting.
impl Mailslot {
    /// The size of the message that the next receive gives, in bytes; `None` if there is none. The message stays
    /// queued.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] after [`Mailslot::close`], [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// assert_eq!(server.next_size()?, Some(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_size(&self) -> Result<Option<u32>> {
        self.server.next_size().map_err(|error| self.error(error))
    }

    /// Who may do what with the slot: what it was created with, completed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::security::Dacl;
    /// use mailslot::{Mailslot, Permissions};
    ///
    /// let server = Mailslot::builder("all").permissions(Permissions::Everyone).directory(dir.path()).create()?;
    /// assert_eq!(server.security()?.dacl, Dacl::Null);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn security(&self) -> Result<SecurityDescriptor> {
        stored_descriptor(self.server.security()).map_err(|error| error.with_name(&self.name))
    }

    /// The slot's state at this moment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] after [`Mailslot::close`], [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.info()?.message_count, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn info(&self) -> Result<Info> {
        self.server.info().map(Info::from).map_err(|error| self.error(error))
    }

    /// Payload bytes that are queued.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// assert_eq!(server.bytes_queued(), 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bytes_queued(&self) -> u64 {
        self.server.bytes_queued()
    }

    /// Payload bytes that may be queued.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.quota(), 256 << 20);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quota(&self) -> u64 {
        self.server.quota_bytes()
    }

    /// Sets how long receives wait that start from now on, through any handle and in any process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] after [`Mailslot::close`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::Timeout;
    ///
    /// server.set_read_timeout(Timeout::from_millis(100))?;
    /// assert_eq!(server.info()?.read_timeout, Timeout::from_millis(100));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_read_timeout(&self, timeout: impl Into<Timeout>) -> Result<()> {
        let milliseconds = timeout.into().as_millis();
        self.server.set_read_timeout_ms(milliseconds).map_err(|error| self.error(error))
    }

    /// The slot's times.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert!(server.times().creation <= mailslot::FileTime::now());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn times(&self) -> Times {
        self.server.times().into()
    }

    /// Sets the slot's times, as all its servers and clients see them, or stops their updates by this handle.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] for a time above 2⁶³ − 1, which Windows does not take; nothing is set then.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::{FileTime, TimesUpdate};
    ///
    /// server.set_times(&TimesUpdate::new().write(FileTime(5)))?;
    /// assert_eq!(server.times().write, FileTime(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_times(&self, update: &TimesUpdate) -> Result<()> {
        let [creation, access, write] = update.checked().map_err(|error| error.with_name(&self.name))?;
        if let Some(keeps) = update.keeps_access() {
            self.server.set_keeps_access_time(keeps);
        }
        self.server.set_times(creation, access, write);
        Ok(())
    }

    /// The slot's name.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.name().to_string(), r"\\.\mailslot\orders");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// A descriptor that is readable while messages are queued.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] after [`Mailslot::close`], [`ErrorKind::TooManyOpenFiles`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use std::os::fd::AsFd;
    ///
    /// let readiness = server.readiness()?;
    /// println!("{:?}", readiness.as_fd());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn readiness(&self) -> Result<Readiness> {
        self.server.readiness().map(Readiness).map_err(|error| self.error(error))
    }

    /// A way to the slot's messages that does not keep the slot alive, and can be waited for together with others.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// let tap = server.tap();
    /// client.send(b"hello")?;
    /// assert_eq!(tap.try_recv_vec()?.unwrap().data, b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tap(&self) -> Tap {
        Tap::new(self.server.tap(), self.name.clone())
    }

    /// The handle's descriptor, for passing it to a child process; −1 after [`Mailslot::close`]. It can be neither read
    /// nor polled.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert!(server.raw_fd() >= 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn raw_fd(&self) -> RawFd {
        self.server.raw_fd()
    }

    /// Ends the receives of other threads that wait through this handle at this moment, with [`ErrorKind::Cancelled`]; tells
    /// whether there were any. The handle stays open.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::ErrorKind;
    /// use std::thread;
    ///
    /// thread::scope(|scope| {
    ///     let reader = scope.spawn(|| server.recv_vec());
    ///     while !server.cancel_receives() {
    ///         thread::yield_now();
    ///     }
    ///     assert_eq!(reader.join().unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    /// });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel_receives(&self) -> bool {
        self.server.cancel_waits()
    }

    /// Closes this handle, from any thread. Receives that wait on it end with [`ErrorKind::Cancelled`], as does
    /// everything that is asked of it later; other handles to the slot go on. Dropping closes, too.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::ErrorKind;
    /// use std::thread;
    ///
    /// thread::scope(|scope| {
    ///     let reader = scope.spawn(|| server.recv_vec());
    ///     server.close();
    ///     assert_eq!(reader.join().unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    /// });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close(&self) {
        self.server.close();
    }

    fn error(&self, error: queue::Error) -> Error {
        Error::from_queue(error).with_name(&self.name)
    }
}

/// The name that a slot file keeps.
pub(crate) fn stored_name(stored: &[u8]) -> Result<Name> {
    Name::from_stored(stored).ok_or_else(|| Error::new(ErrorKind::Corrupt, "the name that it keeps is no slot's name"))
}

impl<'a> IntoIterator for &'a Mailslot {
    type Item = Result<Message>;
    type IntoIter = Messages<'a>;

    fn into_iter(self) -> Messages<'a> {
        self.messages()
    }
}

impl fmt::Debug for Mailslot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailslot").field("name", &self.name).field("descriptor", &self.raw_fd()).finish()
    }
}
