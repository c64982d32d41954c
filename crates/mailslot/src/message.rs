//! Messages that were received, and the iterator over them.

use std::iter::FusedIterator;

use mailslot_queue as queue;

use crate::Result;
use crate::error::ErrorKind;
use crate::server::Mailslot;
use crate::times::FileTime;

/// Who sent a message, as the sender says itself.
///
/// The sender's library writes it, and any program of the slot's user could write something else: good for logs, not
/// for deciding who may do what.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, Mailslot};
///
/// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
/// Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
/// let sender = server.recv_vec()?.sender;
/// assert_eq!(sender.pid(), std::process::id());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    pid: u32,
    uid: u32,
    sent: FileTime,
}

impl Sender {
    /// The process id that the sender had when it opened the slot.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
    /// assert_eq!(server.recv_vec()?.sender.pid(), std::process::id());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The effective user id that the sender had when it opened the slot.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
    /// println!("sent by user {}", server.recv_vec()?.sender.uid());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// When the message was sent, to within a timer tick of the sender (1 to 10 ms).
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
    /// use mailslot::FileTime;
    ///
    /// let sent = server.recv_vec()?.sender.sent();
    /// println!("{:?} under way", FileTime::now().since(sent));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sent(&self) -> FileTime {
        self.sent
    }
}

impl From<queue::Taken> for Sender {
    fn from(taken: queue::Taken) -> Sender {
        Sender { pid: taken.pid, uid: taken.uid, sent: taken.sent.into() }
    }
}

/// What a read into a buffer of the caller's answers: the message's size and its sender.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
/// let mut buffer = [0; 64];
/// let received = server.recv(&mut buffer)?;
/// assert_eq!(&buffer[..received.size()], b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    size: usize,
    sender: Sender,
}

impl Received {
    /// The message's size in bytes: that many bytes at the start of the buffer are the message.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
    /// assert_eq!(server.recv(&mut [0; 64])?.size(), 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn size(&self) -> usize {
        self.size
    }

    /// Who sent the message, as the sender says itself.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
    /// assert_eq!(server.recv(&mut [0; 64])?.sender().pid(), std::process::id());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sender(&self) -> Sender {
        self.sender
    }
}

impl From<queue::Taken> for Received {
    fn from(taken: queue::Taken) -> Received {
        Received { size: taken.size as usize, sender: taken.into() }
    }
}

/// One message with its contents.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// # mailslot::Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
/// let message = server.recv_vec()?;
/// assert_eq!(message.data, b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The bytes that were sent; may be none.
    pub data: Vec<u8>,
    /// Who sent them, as the sender says itself.
    pub sender: Sender,
}

impl Message {
    pub(crate) fn new(data: Vec<u8>, taken: queue::Taken) -> Message {
        Message { data, sender: taken.into() }
    }
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

impl From<Message> for Vec<u8> {
    fn from(message: Message) -> Vec<u8> {
        message.data
    }
}

/// The messages of a slot, as [`Mailslot::messages`] gives them.
///
/// Each step waits for the slot's read timeout of that moment. The iterator ends when it passes without a message, and
/// after the first error; a slot that waits for ever has no end.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// # server.set_read_timeout(mailslot::Timeout::NONE)?;
/// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
/// for text in ["one", "two"] {
///     client.send(text.as_bytes())?;
/// }
/// let mut messages = server.messages();
/// assert_eq!(messages.next().transpose()?.unwrap().data, b"one");
/// assert_eq!(messages.count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "iterators read nothing until they are iterated"]
pub struct Messages<'a> {
    /// `None` once the iterator has ended.
    server: Option<&'a Mailslot>,
}

impl<'a> Messages<'a> {
    pub(crate) fn new(server: &'a Mailslot) -> Messages<'a> {
        Messages { server: Some(server) }
    }
}

impl Iterator for Messages<'_> {
    type Item = Result<Message>;

    fn next(&mut self) -> Option<Result<Message>> {
        match self.server?.recv_vec() {
            Ok(message) => Some(Ok(message)),
            Err(error) => {
                self.server = None;
                (error.kind() != ErrorKind::Timeout).then_some(Err(error))
            }
        }
    }
}

impl FusedIterator for Messages<'_> {}
