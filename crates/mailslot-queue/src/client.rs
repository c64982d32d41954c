//! The end that writes.

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{OFlags, fcntl_getfl};

use crate::clock::{FileTime, Times};
use crate::directory::SlotDir;
use crate::error::Error;
use crate::fork;
use crate::info::Info;
use crate::private_lock::PrivateLock;
use crate::slot::{Slot, SlotName};
use crate::writer::Writer;

/// A client of a slot. It never keeps the slot alive, and never comes alive again once the slot is gone.
///
/// Several threads can use one client at a time; clones and forked children write on their own.
#[derive(Debug)]
pub struct Client {
    /// The descriptor that stands for the client where descriptors are handles.
    handle: Mutex<Option<OwnedFd>>,
    core: Arc<Core>,
}

#[derive(Debug)]
struct Core {
    slot: Slot,
    writer: PrivateLock<Writer>,
}

impl Client {
    /// Opens the live slot of that file name (`name.full` is not looked at). Close-on-exec.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no slot or its server is gone; [`Error::AccessDenied`] if it is another user's;
    /// [`Error::NotASlot`], [`Error::LayoutVersion`], [`Error::Corrupt`], [`Error::Os`].
    pub fn open(directory: &SlotDir, name: SlotName<'_>) -> Result<Client, Error> {
        let slot = Slot::open(directory, name.file)?;
        // A description of its own: whoever inherits the handle must not keep this process's participant lock alive.
        let handle = fork::open_again(slot.file().as_raw_fd(), OFlags::RDWR | OFlags::CLOEXEC)?;
        Ok(Self::new(slot, handle))
    }

    /// The client behind a descriptor that was inherited or received, and that this process owns.
    ///
    /// # Errors
    /// [`Error::NotASlot`] if it is no slot's descriptor; otherwise as for [`Client::open`].
    pub fn from_fd(descriptor: OwnedFd) -> Result<Client, Error> {
        // A client that held a server's descriptor would keep the slot alive.
        if fcntl_getfl(&descriptor)?.contains(OFlags::APPEND) {
            return Err(Error::NotASlot { why: "the descriptor is one of a server".to_owned() });
        }
        let slot = Slot::from_descriptor(descriptor.as_fd())?;
        Ok(Self::new(slot, descriptor))
    }

    fn new(slot: Slot, handle: OwnedFd) -> Client {
        let core = Core { slot, writer: PrivateLock::new(Writer::new()) };
        Client { handle: Mutex::new(Some(handle)), core: Arc::new(core) }
    }

    /// A second handle of the same client, closed on its own.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed; [`Error::Os`].
    pub fn try_clone(&self) -> Result<Client, Error> {
        let handle = self.lock_handle();
        let handle = handle.as_ref().ok_or(Error::Cancelled)?;
        let handle = rustix::io::fcntl_dupfd_cloexec(handle, 0)?;
        Ok(Client { handle: Mutex::new(Some(handle)), core: Arc::clone(&self.core) })
    }

    /// Queues one message. Never waits for a reader. When it returns, the message is queued, or nothing has happened.
    ///
    /// A server that was killed is noticed within 4 ms; a write before that counts as written before the kill.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::ServerGone`], [`Error::QuotaExceeded`], [`Error::OutOfMemory`];
    /// [`Error::Corrupt`] and [`Error::Os`] if the file is damaged or the system refuses.
    #[inline]
    pub fn send(&self, message: &[u8]) -> Result<(), Error> {
        #[cfg(mailslot_planted_bug)]
        crate::planted_bug::at_send(message);
        self.core.writer.lock().write(&self.core.slot, message)
    }

    /// The slot's state, as its server sees it.
    ///
    /// # Errors
    /// [`Error::ServerGone`], [`Error::Corrupt`], [`Error::Os`].
    pub fn info(&self) -> Result<Info, Error> {
        self.check_server()?;
        Ok(self.core.slot.peek_info()?.0)
    }

    /// Whether a server handle is left, by the kernel's word.
    ///
    /// # Errors
    /// [`Error::ServerGone`] if none is; [`Error::Os`].
    pub fn check_server(&self) -> Result<(), Error> {
        if self.core.slot.is_marked_closed() || !self.core.slot.check_server()? {
            return Err(Error::ServerGone);
        }
        Ok(())
    }

    /// The slot's times.
    pub fn times(&self) -> Times {
        self.core.slot.times()
    }

    /// Sets those of the slot's times that are given.
    pub fn set_times(&self, creation: Option<FileTime>, access: Option<FileTime>, write: Option<FileTime>) {
        self.core.slot.set_times(creation, access, write);
    }

    /// Whether messages that are sent through this client and its clones in this process leave the slot's write time as it
    /// is. They do not at first.
    pub fn set_keeps_write_time(&self, keeps: bool) {
        self.core.writer.lock().set_keeps_write_time(keeps);
    }

    /// The name that the slot was created with, verbatim.
    pub fn name(&self) -> &[u8] {
        &self.core.slot.name
    }

    /// What the slot was created with to say who may open it, verbatim. It is the caller's to heed.
    pub fn security(&self) -> &[u8] {
        &self.core.slot.security
    }

    /// Closes this handle's descriptor. The client can still send while it exists.
    pub fn close(&self) {
        drop(self.lock_handle().take());
    }

    /// The handle's descriptor number; -1 once closed.
    pub fn raw_fd(&self) -> RawFd {
        self.lock_handle().as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    fn lock_handle(&self) -> MutexGuard<'_, Option<OwnedFd>> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.writer.get_mut().leave(&self.slot);
    }
}
