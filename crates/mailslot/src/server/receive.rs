//! Receiving, with and without waiting.

use std::time::{Duration, Instant};

use mailslot_queue as queue;

use super::Mailslot;
use crate::Result;
use crate::error::Error;
use crate::message::{Message, Messages, Received};
use crate::name::Name;
use crate::timeout::Timeout;

/// Receiving. No failed receive takes a message.
impl Mailslot {
    /// Receives the oldest message into `buffer`, waiting for the slot's read timeout if there is none.
    ///
    /// # Errors
    ///
    /// - [`Timeout`](crate::ErrorKind::Timeout) if no message came, at once if the slot's read timeout is [`Timeout::NONE`];
    /// - [`BufferTooSmall`](crate::ErrorKind::BufferTooSmall) if the message does not fit: it stays the first one, and the error tells its
    ///   size;
    /// - [`Cancelled`](crate::ErrorKind::Cancelled) if this handle was closed;
    /// - [`Corrupt`](crate::ErrorKind::Corrupt) if another process damaged the slot.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// let mut buffer = [0; 64];
    /// let received = server.recv(&mut buffer)?;
    /// assert_eq!(&buffer[..received.size()], b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv(&self, buffer: &mut [u8]) -> Result<Received> {
        self.receive(|| self.read_timeout(), || self.server.take(buffer)).map(Received::from)
    }

    /// Receives the oldest message, whatever its size, waiting for the slot's read timeout if there is none.
    ///
    /// # Errors
    ///
    /// As [`Mailslot::recv`], but for [`BufferTooSmall`](crate::ErrorKind::BufferTooSmall).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// assert_eq!(server.recv_vec()?.data, b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_vec(&self) -> Result<Message> {
        self.receive_vec(|| self.read_timeout())
    }

    /// Receives the oldest message into `buffer`; `None` if there is none. Never waits.
    ///
    /// # Errors
    ///
    /// As [`Mailslot::recv`], but for [`Timeout`](crate::ErrorKind::Timeout).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.try_recv(&mut [0; 64])?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_recv(&self, buffer: &mut [u8]) -> Result<Option<Received>> {
        match self.server.take(buffer) {
            Ok(taken) => Ok(taken.map(Received::from)),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Receives the oldest message, whatever its size; `None` if there is none. Never waits.
    ///
    /// # Errors
    ///
    /// As [`Mailslot::recv_vec`], but for [`Timeout`](crate::ErrorKind::Timeout).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// client.send(b"hello")?;
    /// assert_eq!(server.try_recv_vec()?.unwrap().data, b"hello");
    /// assert_eq!(server.try_recv_vec()?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_recv_vec(&self) -> Result<Option<Message>> {
        let mut data = Vec::new();
        match self.server.take_vec(&mut data) {
            Ok(taken) => Ok(taken.map(|taken| Message::new(data, taken))),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Receives as [`Mailslot::recv`], with a timeout for this call instead of the slot's.
    ///
    /// # Errors
    ///
    /// As [`Mailslot::recv`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::ErrorKind;
    /// use std::time::Duration;
    ///
    /// let error = server.recv_timeout(&mut [0; 64], Duration::from_millis(5)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Timeout);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_timeout(&self, buffer: &mut [u8], timeout: impl Into<Timeout>) -> Result<Received> {
        let timeout = timeout.into();
        self.receive(|| Ok(timeout), || self.server.take(buffer)).map(Received::from)
    }

    /// Receives as [`Mailslot::recv_vec`], with a timeout for this call instead of the slot's.
    ///
    /// # Errors
    ///
    /// As [`Mailslot::recv_vec`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// use mailslot::{ErrorKind, Timeout};
    ///
    /// let error = server.recv_vec_timeout(Timeout::NONE).unwrap_err();
    /// assert_eq!((error.kind(), error.win32_code()), (ErrorKind::Timeout, 121));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recv_vec_timeout(&self, timeout: impl Into<Timeout>) -> Result<Message> {
        let timeout = timeout.into();
        self.receive_vec(|| Ok(timeout))
    }

    /// An iterator over the messages, which ends when the slot's read timeout passes without one. `&Mailslot` is
    /// iterated alike.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let client_options = mailslot::Client::options().directory(dir.path());
    /// use mailslot::{Mailslot, Timeout};
    ///
    /// let server = Mailslot::builder("orders").read_timeout(Timeout::NONE).directory(dir.path()).create()?;
    /// client_options.open("orders")?.send(b"hello")?;
    /// for message in server.messages() {
    ///     println!("{} bytes", message?.data.len());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(self)
    }

    fn receive_vec(&self, timeout: impl FnOnce() -> Result<Timeout>) -> Result<Message> {
        let mut data = Vec::new();
        let taken = self.receive(timeout, || self.server.take_vec(&mut data))?;
        Ok(Message::new(data, taken))
    }

    fn receive(
        &self,
        timeout: impl FnOnce() -> Result<Timeout>,
        take: impl FnMut() -> Result<Option<queue::Taken>, queue::Error>,
    ) -> Result<queue::Taken> {
        receive(&self.name, timeout, |wait| self.server.wait(wait), take)
    }

    /// How long receives wait that start now.
    ///
    /// # Errors
    ///
    /// [`Cancelled`](crate::ErrorKind::Cancelled) if this handle is closed.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// assert_eq!(server.read_timeout()?, mailslot::Timeout::FOREVER);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn read_timeout(&self) -> Result<Timeout> {
        self.server.read_timeout_ms().map(Timeout::from_millis).map_err(|error| self.error(error))
    }
}

/// Takes a message, waiting for it if need be. The timeout is asked for only when there is something to wait for.
pub(crate) fn receive(
    name: &Name,
    timeout: impl FnOnce() -> Result<Timeout>,
    wait: impl Fn(queue::Wait) -> Result<bool, queue::Error>,
    mut take: impl FnMut() -> Result<Option<queue::Taken>, queue::Error>,
) -> Result<queue::Taken> {
    let named = |error| Error::from_queue(error).with_name(name);
    if let Some(taken) = take().map_err(named)? {
        return Ok(taken);
    }
    let timeout = timeout()?;
    // Another reader may take what this one was woken for: what is left of the time counts, by the monotonic clock.
    let start = Instant::now();
    loop {
        let left = match timeout.as_duration() {
            Some(Duration::ZERO) => return Err(Error::timeout(timeout, name)),
            Some(whole) => queue::Wait::For(whole.saturating_sub(start.elapsed())),
            None => queue::Wait::Forever,
        };
        let something_queued = wait(left).map_err(named)?;
        if let Some(taken) = take().map_err(named)? {
            return Ok(taken);
        }
        if !something_queued {
            return Err(Error::timeout(timeout, name));
        }
    }
}
