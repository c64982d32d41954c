//! A descriptor for poll, epoll and event loops.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use mailslot_queue as queue;

/// A descriptor that is readable while messages are queued: for poll, epoll and event loops.
///
/// It is level-triggered: readable from when a message is queued until a receive of this process empties the slot, or
/// finds it empty because another process was quicker. So read with [`Mailslot::try_recv`](crate::Mailslot::try_recv),
/// which does not wait. It is readable, too, once this process has closed its last handle. Wait with `POLLIN` or
/// `EPOLLIN`; what could be read from the descriptor are not the messages.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{Client, Mailslot};
/// use rustix::event::{PollFd, PollFlags, poll};
///
/// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
/// let readiness = server.readiness()?;
/// Client::options().directory(dir.path()).open("orders")?.send(b"hello")?;
///
/// poll(&mut [PollFd::new(&readiness, PollFlags::IN)], None)?;
/// assert!(server.try_recv_vec()?.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Readiness(pub(crate) queue::Readiness);

impl AsFd for Readiness {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Readiness {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}
