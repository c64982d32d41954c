//! A way to a slot's messages for who must not keep the slot alive.

use std::fmt;

use mailslot_queue as queue;

use crate::Result;
use crate::error::Error;
use crate::info::Info;
use crate::message::{Message, Received};
use crate::name::Name;
use crate::server::receive;
use crate::timeout::Timeout;

/// Receives from a slot as [`Mailslot`](crate::Mailslot) does, but is no handle of it: it has no descriptor, and neither keeps
/// the slot alive nor holds up its end. Made by [`Mailslot::tap`](crate::Mailslot::tap); with [`wait_any`](crate::wait_any) one
/// thread waits for many.
///
/// It works while the handle that it was made from, or a [clone](crate::Mailslot::try_clone) of it in this process, is open.
/// Then everything fails with [`Cancelled`](crate::ErrorKind::Cancelled), and receives that wait end with that. Clones are
/// cheap. Drop it when the slot is closed: what is left of the slot's memory goes with the last of them.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
/// use mailslot::ErrorKind;
///
/// let tap = server.tap();
/// client.send(b"two pounds of flour")?;
/// assert_eq!(tap.recv_vec()?.data, b"two pounds of flour");
/// server.close();
/// assert_eq!(tap.recv_vec().unwrap_err().kind(), ErrorKind::Cancelled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Tap {
    tap: queue::Tap,
    name: Name,
}

/// How [`Tap::try_recv_if_free`] went.
///
/// ```
/// assert_ne!(mailslot::TapAttempt::NothingQueued, mailslot::TapAttempt::Busy);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TapAttempt {
    /// A message was received.
    Received(Received),
    /// There is none.
    NothingQueued,
    /// Another process is receiving, or was stopped at it.
    Busy,
}

impl Tap {
    pub(crate) fn new(tap: queue::Tap, name: Name) -> Tap {
        Tap { tap, name }
    }

    /// Receives as [`Mailslot::recv`](crate::Mailslot::recv).
    ///
    /// # Errors
    ///
    /// As there; [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// assert_eq!(server.tap().recv(&mut [0; 64])?.size(), 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv(&self, buffer: &mut [u8]) -> Result<Received> {
        self.receive(|| self.read_timeout(), || self.tap.take(buffer)).map(Received::from)
    }

    /// Receives as [`Mailslot::recv_vec`](crate::Mailslot::recv_vec).
    ///
    /// # Errors
    ///
    /// As there; [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// assert_eq!(server.tap().recv_vec()?.data, b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_vec(&self) -> Result<Message> {
        self.receive_vec(|| self.read_timeout())
    }

    /// Receives as [`Mailslot::try_recv`](crate::Mailslot::try_recv). Never waits.
    ///
    /// # Errors
    ///
    /// As there; [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.tap().try_recv(&mut [0; 64])?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_recv(&self, buffer: &mut [u8]) -> Result<Option<Received>> {
        match self.tap.take(buffer) {
            Ok(taken) => Ok(taken.map(Received::from)),
            Err(error) => Err(self.error(error)),
        }
    }

    /// [`Tap::try_recv`] for who comes again soon, as a thread does that serves many slots: another process that is receiving at
    /// this moment, and may have been stopped at that, is not waited for.
    ///
    /// # Errors
    ///
    /// As [`Tap::try_recv`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::TapAttempt;
    ///
    /// assert_eq!(server.tap().try_recv_if_free(&mut [0; 64])?, TapAttempt::NothingQueued);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_recv_if_free(&self, buffer: &mut [u8]) -> Result<TapAttempt> {
        match self.tap.take_if_free(buffer) {
            Ok(Some(taken)) => Ok(TapAttempt::Received(taken.into())),
            Ok(None) => Ok(TapAttempt::NothingQueued),
            Err(queue::Error::ReaderStopped) => Ok(TapAttempt::Busy),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Receives as [`Mailslot::try_recv_vec`](crate::Mailslot::try_recv_vec). Never waits.
    ///
    /// # Errors
    ///
    /// As there; [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.tap().try_recv_vec()?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_recv_vec(&self) -> Result<Option<Message>> {
        let mut data = Vec::new();
        match self.tap.take_vec(&mut data) {
            Ok(taken) => Ok(taken.map(|taken| Message::new(data, taken))),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Receives as [`Mailslot::recv_timeout`](crate::Mailslot::recv_timeout).
    ///
    /// # Errors
    ///
    /// As there; [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use std::time::Duration;
    ///
    /// assert!(server.tap().recv_timeout(&mut [0; 64], Duration::from_millis(5)).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_timeout(&self, buffer: &mut [u8], timeout: impl Into<Timeout>) -> Result<Received> {
        let timeout = timeout.into();
        self.receive(|| Ok(timeout), || self.tap.take(buffer)).map(Received::from)
    }

    /// Receives as [`Mailslot::recv_vec_timeout`](crate::Mailslot::recv_vec_timeout).
    ///
    /// # Errors
    ///
    /// As there; [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// let error = server.tap().recv_vec_timeout(mailslot::Timeout::NONE).unwrap_err();
    /// assert_eq!(error.kind(), mailslot::ErrorKind::Timeout);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_vec_timeout(&self, timeout: impl Into<Timeout>) -> Result<Message> {
        let timeout = timeout.into();
        self.receive_vec(|| Ok(timeout))
    }

    /// The size of the message that the next receive gives, in bytes; `None` if there is none.
    ///
    /// # Errors
    ///
    /// As [`Tap::info`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.tap().next_size()?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_size(&self) -> Result<Option<u32>> {
        self.tap.next_size().map_err(|error| self.error(error))
    }

    /// The slot's state at this moment.
    ///
    /// # Errors
    ///
    /// [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed, [`Corrupt`](crate::ErrorKind::Corrupt).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.tap().info()?, server.info()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn info(&self) -> Result<Info> {
        self.tap.info().map(Info::from).map_err(|error| self.error(error))
    }

    /// How long receives wait that start now.
    ///
    /// # Errors
    ///
    /// [`Cancelled`](crate::ErrorKind::Cancelled) once the last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.tap().read_timeout()?, mailslot::Timeout::FOREVER);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_timeout(&self) -> Result<Timeout> {
        self.tap.read_timeout_ms().map(Timeout::from_millis).map_err(|error| self.error(error))
    }

    /// Whether this process's last handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// let (tap, second) = (server.tap(), server.try_clone()?);
    /// drop(server);
    /// assert!(!tap.is_closed());
    /// drop(second);
    /// assert!(tap.is_closed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_closed(&self) -> bool {
        self.tap.is_closed()
    }

    /// The slot's name.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.tap().name(), server.name());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn name(&self) -> &Name {
        &self.name
    }

    pub(crate) fn queue(&self) -> &queue::Tap {
        &self.tap
    }

    fn receive_vec(&self, timeout: impl FnOnce() -> Result<Timeout>) -> Result<Message> {
        let mut data = Vec::new();
        let taken = self.receive(timeout, || self.tap.take_vec(&mut data))?;
        Ok(Message::new(data, taken))
    }

    fn receive(
        &self,
        timeout: impl FnOnce() -> Result<Timeout>,
        take: impl FnMut() -> Result<Option<queue::Taken>, queue::Error>,
    ) -> Result<queue::Taken> {
        receive(&self.name, timeout, |wait| self.tap.wait(wait), take)
    }

    fn error(&self, error: queue::Error) -> Error {
        Error::from_queue(error).with_name(&self.name)
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("name", &self.name).field("is_closed", &self.is_closed()).finish()
    }
}
