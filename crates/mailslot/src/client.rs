//! The client end: who sends.

use std::fmt;
use std::os::fd::{OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use mailslot_queue as queue;

use crate::Result;
use crate::builder::open_directory;
use crate::error::{Error, ErrorKind};
use crate::info::Info;
use crate::name::{IntoName, Name};
use crate::security::{SecurityDescriptor, Token, rights};
use crate::server::stored_name;
use crate::times::{Times, TimesUpdate};

/// The client end of a mailslot: it sends.
///
/// Any number of clients may be open, and any number of threads may send through one. A client does not keep its slot
/// alive, and never finds the way to a later slot of the same name.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, ErrorKind, Mailslot};
///
/// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
/// let client = Client::options().directory(dir.path()).open("orders")?;
/// client.send(b"two pounds of flour")?;
/// drop(server);
/// assert_eq!(client.send(b"and an egg").unwrap_err().kind(), ErrorKind::ServerGone);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Client {
    client: queue::Client,
    name: Name,
    /// The rights that it was opened with.
    granted: u32,
    /// The queue's client goes on sending after its descriptor was closed, for those who hold it in other ways.
    is_closed: AtomicBool,
}

impl Client {
    /// Opens a slot in the default directory.
    ///
    /// # Errors
    ///
    /// As [`ClientOptions::open`].
    ///
    /// ```
    /// use mailslot::{Client, Mailslot};
    ///
    /// let name = format!("doc/open-{}", std::process::id());
    /// let server = Mailslot::create(&name)?;
    /// Client::open(&name)?.send(b"hello")?;
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn open(name: impl IntoName) -> Result<Client> {
        Client::options().open(name)
    }

    /// Options for opening a slot.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn options() -> ClientOptions {
        ClientOptions::default()
    }

    /// The client behind a descriptor that was inherited or received from another process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotAMailslot`] if the descriptor is no slot's, [`ErrorKind::ServerGone`],
    /// [`ErrorKind::LayoutVersion`], [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// use mailslot::{Client, ErrorKind};
    ///
    /// let file = std::fs::File::open("/dev/null")?;
    /// assert_eq!(Client::from_fd(file.into()).unwrap_err().kind(), ErrorKind::NotAMailslot);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_fd(descriptor: OwnedFd) -> Result<Client> {
        let client = queue::Client::from_fd(descriptor).map_err(Error::from_queue)?;
        let name = stored_name(client.name())?;
        Ok(Client::new(client, name, RECEIVED))
    }

    /// A second client of the same slot, with a descriptor of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] after [`Client::close`], [`ErrorKind::TooManyOpenFiles`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.try_clone()?.send(b"hello")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_clone(&self) -> Result<Client> {
        let client = self.client.try_clone().map_err(|error| self.error(error))?;
        Ok(Client::new(client, self.name.clone(), self.granted))
    }

    /// Sends one message. When this returns, the message is queued; no reader is waited for. An empty message is one,
    /// too.
    ///
    /// # Errors
    ///
    /// Nothing was sent then:
    /// - [`ErrorKind::AccessDenied`] if the client was not opened for sending;
    /// - [`ErrorKind::MessageTooLarge`] if the message is larger than the slot takes;
    /// - [`ErrorKind::ServerGone`] if the slot's last server handle is gone;
    /// - [`ErrorKind::QuotaExceeded`] and [`ErrorKind::OutOfMemory`] if there is no room;
    /// - [`ErrorKind::Cancelled`] if this client was closed, [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// client.send(b"")?;
    /// assert_eq!(server.info()?.message_count, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&self, message: &[u8]) -> Result<()> {
        self.check_open()?;
        if self.granted & (rights::FILE_WRITE_DATA | rights::FILE_APPEND_DATA) == 0 {
            return Err(self.not_opened_for_sending());
        }
        self.client.send(message).map_err(|error| self.error(error))
    }

    /// The slot's state at this moment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ServerGone`], [`ErrorKind::Cancelled`] after [`Client::close`], [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// assert_eq!(client.info()?, server.info()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn info(&self) -> Result<Info> {
        self.check_open()?;
        self.client.info().map(Info::from).map_err(|error| self.error(error))
    }

    /// The slot's times.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// assert_eq!(client.times(), server.times());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn times(&self) -> Times {
        self.client.times().into()
    }

    /// Sets the slot's times, as all its servers and clients see them, or stops their updates by this client.
    ///
    /// # Errors
    ///
    /// As [`Mailslot::set_times`](crate::Mailslot::set_times).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// use mailslot::{FileTime, TimesUpdate};
    ///
    /// client.set_times(&TimesUpdate::new().creation(FileTime(5)))?;
    /// assert_eq!(server.times().creation, FileTime(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_times(&self, update: &TimesUpdate) -> Result<()> {
        let [creation, access, write] = update.checked().map_err(|error| error.with_name(&self.name))?;
        if let Some(keeps) = update.keeps_write() {
            self.client.set_keeps_write_time(keeps);
        }
        self.client.set_times(creation, access, write);
        Ok(())
    }

    /// The rights that the client was opened with, in file bits; see [`rights`](crate::security::rights). A client from
    /// [`Client::from_fd`] has those that sending takes.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::Client;
    /// use mailslot::security::rights::{FILE_ALL_ACCESS, MAXIMUM_ALLOWED};
    ///
    /// let client = Client::options().desired_access(MAXIMUM_ALLOWED).directory(dir.path()).open("orders")?;
    /// assert_eq!(client.granted_access(), FILE_ALL_ACCESS);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn granted_access(&self) -> u32 {
        self.granted
    }

    /// Who may do what with the slot.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Corrupt`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// assert_eq!(client.security()?, server.security()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn security(&self) -> Result<SecurityDescriptor> {
        stored_descriptor(self.client.security()).map_err(|error| error.with_name(&self.name))
    }

    /// The slot's name, as it was opened.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// assert_eq!(client.name(), server.name());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The handle's descriptor, for passing it to a child process; −1 after [`Client::close`]. It can be neither
    /// written nor polled.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// assert!(client.raw_fd() >= 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn raw_fd(&self) -> RawFd {
        self.client.raw_fd()
    }

    /// Closes this client, from any thread; what is asked of it later fails with [`ErrorKind::Cancelled`]. Dropping
    /// closes, too.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.close();
    /// assert_eq!(client.send(b"late").unwrap_err().kind(), mailslot::ErrorKind::Cancelled);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.client.close();
    }

    fn new(client: queue::Client, name: Name, granted: u32) -> Client {
        Client { client, name, granted, is_closed: AtomicBool::new(false) }
    }

    fn check_open(&self) -> Result<()> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(self.error(queue::Error::Cancelled));
        }
        Ok(())
    }

    #[cold]
    fn not_opened_for_sending(&self) -> Error {
        let why = format!("the client was opened with the rights {:#x} only", self.granted);
        Error::new(ErrorKind::AccessDenied, why).with_name(&self.name)
    }

    fn error(&self, error: queue::Error) -> Error {
        Error::from_queue(error).with_name(&self.name)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("name", &self.name).field("descriptor", &self.raw_fd()).finish()
    }
}

/// Options for opening a slot; made by [`Client::options`].
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// let options = mailslot::Client::options().directory(dir.path());
/// let (first, second) = (options.open("orders")?, options.open("ORDERS")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is opened until `open` is called"]
pub struct ClientOptions {
    directory: Option<PathBuf>,
    desired_access: u32,
}

/// For sending, in the default directory.
impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions { directory: None, desired_access: rights::GENERIC_WRITE }
    }
}

impl ClientOptions {
    /// The slot directory. The default is the one of [`Builder::directory`](crate::Builder::directory).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn directory(self, path: impl AsRef<Path>) -> ClientOptions {
        ClientOptions { directory: Some(path.as_ref().to_owned()), ..self }
    }

    /// The rights that the client shall have; see [`rights`](crate::security::rights). The default is `GENERIC_WRITE`. Waiting
    /// and asking for times (`SYNCHRONIZE`, `FILE_READ_ATTRIBUTES`) are always asked for, too, as CreateFile does.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// let client = mailslot::Client::options().desired_access(0).directory(dir.path()).open("orders")?;
    /// assert_eq!(client.info()?.message_count, 0);
    /// assert_eq!(client.send(b"hello").unwrap_err().kind(), mailslot::ErrorKind::AccessDenied);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn desired_access(self, mask: u32) -> ClientOptions {
        ClientOptions { desired_access: mask, ..self }
    }

    /// Opens a slot.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidName`] and the others of [`Name::parse`] for a wrong name, [`ErrorKind::RemoteDeprecated`]
    ///   for a slot on another host;
    /// - [`ErrorKind::NotFound`] if no living server has the name;
    /// - [`ErrorKind::AccessDenied`] if the slot's descriptor does not give this user the desired access, or the slot is
    ///   another user's: these are not served yet; [`ErrorKind::UnsafeDirectory`] and
    ///   [`ErrorKind::PathNotFound`] for the slot directory;
    /// - [`ErrorKind::NotAMailslot`], [`ErrorKind::LayoutVersion`] and [`ErrorKind::Corrupt`] if what has the slot's
    ///   file name in the directory cannot be used; [`ErrorKind::OutOfMemory`], [`ErrorKind::TooManyOpenFiles`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// use mailslot::{Client, ErrorKind};
    ///
    /// let error = Client::options().directory(dir.path()).open("nobody").unwrap_err();
    /// assert_eq!((error.kind(), error.win32_code()), (ErrorKind::NotFound, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(&self, name: impl IntoName) -> Result<Client> {
        let name = name.into_name()?;
        let client = open_directory(self.directory.as_deref()).and_then(|directory| {
            let (file, full) = (name.file_name(), name.stored());
            queue::Client::open(&directory, queue::SlotName { file: &file, full: &full })
        });
        match client {
            // Of a long name the file name holds a hash only. What the slot itself says is the name.
            Ok(client) if Name::from_stored(client.name()).as_ref() == Some(&name) => {
                match self.granted_access(client.security()) {
                    Ok(granted) => Ok(Client::new(client, name, granted)),
                    Err(error) => Err(error.with_name(&name)),
                }
            }
            Ok(_) => {
                let why = "the file of that name is another slot's".to_owned();
                Err(Error::refused_name(ErrorKind::NotFound, &name.to_string(), why))
            }
            Err(error) => Err(Error::from_queue(error).with_name(&name)),
        }
    }

    /// The rights that a slot with this descriptor gives.
    fn granted_access(&self, descriptor: &[u8]) -> Result<u32> {
        let token = Token::of_this_process();
        let desired = self.desired_access | ALWAYS_DESIRED;
        let granted = stored_descriptor(descriptor)?.access_check(&token, desired);
        granted.ok_or_else(|| {
            let (user, rights) = (token.user(), rights::of_file(desired));
            let why = format!("the slot's access list does not give {user} all of the rights {rights:#x}");
            Error::new(ErrorKind::AccessDenied, why)
        })
    }
}

const ALWAYS_DESIRED: u32 = rights::SYNCHRONIZE | rights::FILE_READ_ATTRIBUTES;

/// The rights of a client whose opener is not known. Nearly every one is opened for sending.
const RECEIVED: u32 = rights::FILE_GENERIC_WRITE | rights::FILE_READ_ATTRIBUTES;

/// The descriptor in a slot file, which whoever may write to the file may have damaged.
pub(crate) fn stored_descriptor(bytes: &[u8]) -> Result<SecurityDescriptor> {
    SecurityDescriptor::from_bytes(bytes)
        .map_err(|error| Error::new(ErrorKind::Corrupt, format!("its security descriptor is {error}")))
}
