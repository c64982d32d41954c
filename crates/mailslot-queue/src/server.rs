//! The end that reads.

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{OFlags, fcntl_getfl};

use crate::clock::{FileTime, Times};
use crate::directory::SlotDir;
use crate::doorbell::Wait;
use crate::error::Error;
use crate::gate::Gate;
use crate::info::Info;
use crate::reader::Taken;
use crate::readiness::Readiness;
use crate::server_core::Core;
use crate::slot::{CreateOptions, Slot, SlotName};
use crate::tap::Tap;

/// One server handle of a slot. The slot lives until the last one is closed, in whatever process.
///
/// Handles can be used by several threads at a time; each message goes to one of them.
#[derive(Debug)]
pub struct Server {
    handle: Arc<Handle>,
    core: Arc<Core>,
}

/// The descriptor that keeps the slot alive, and whether it has been closed under its users.
#[derive(Debug)]
struct Handle {
    descriptor: Mutex<Option<OwnedFd>>,
    gate: Gate,
}

impl Server {
    /// Makes a slot and returns its first server handle, close-on-exec.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if a living server has the name; [`Error::NotASlot`] if a foreign file has it;
    /// [`Error::InvalidOption`], [`Error::AccessDenied`], [`Error::OutOfMemory`], [`Error::Os`].
    pub fn create(directory: &SlotDir, name: SlotName<'_>, options: &CreateOptions) -> Result<Server, Error> {
        let (slot, descriptor) = Slot::create(directory, name, options)?;
        Ok(Self::new(slot, descriptor))
    }

    /// The server handle behind a descriptor that was inherited or received, and that this process owns.
    ///
    /// # Errors
    /// [`Error::NotASlot`] if it is no server's descriptor; otherwise as for opening a slot.
    pub fn from_fd(descriptor: OwnedFd) -> Result<Server, Error> {
        if !fcntl_getfl(&descriptor)?.contains(OFlags::APPEND) {
            return Err(Error::NotASlot { why: "the descriptor is not one of a server".to_owned() });
        }
        let slot = Slot::from_descriptor(descriptor.as_fd())?;
        Ok(Self::new(slot, descriptor))
    }

    fn new(slot: Slot, descriptor: OwnedFd) -> Server {
        Server { handle: Handle::new(descriptor), core: Arc::new(Core::new(slot)) }
    }

    /// A second handle of the same slot: same queue, same timeout, closed on its own.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed; [`Error::Os`].
    pub fn try_clone(&self) -> Result<Server, Error> {
        self.core.handle_opened();
        let descriptor = self.handle.duplicate().inspect_err(|_| self.core.handle_closed())?;
        Ok(Server { handle: Handle::new(descriptor), core: Arc::clone(&self.core) })
    }

    /// Takes the oldest message into `buffer`; `None` if nothing is queued. Never waits.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]: the message stays queued. [`Error::Cancelled`], [`Error::Corrupt`], [`Error::Os`].
    #[inline]
    pub fn take(&self, buffer: &mut [u8]) -> Result<Option<Taken>, Error> {
        self.handle.check_open()?;
        self.core.take(buffer)
    }

    /// Takes the oldest message into `out`, replacing what is there; `None` if nothing is queued. Never waits.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Corrupt`], [`Error::Os`], and [`Error::OutOfMemory`] if `out` cannot grow.
    pub fn take_vec(&self, out: &mut Vec<u8>) -> Result<Option<Taken>, Error> {
        self.handle.check_open()?;
        self.core.take_vec(out)
    }

    /// Waits until something is queued: `true`, or until the time is up: `false`. Never returns `false` early. Spins for a
    /// few microseconds, then sleeps.
    ///
    /// With several readers, another one can take the message before this one gets to it.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed, at once or meanwhile; [`Error::Os`].
    pub fn wait(&self, wait: Wait) -> Result<bool, Error> {
        self.core.wait(wait, &self.handle.gate)
    }

    /// Ends the waits of other threads through this handle with [`Error::Cancelled`]; tells whether anybody waited.
    pub fn cancel_waits(&self) -> bool {
        self.handle.gate.interrupt(&self.core.slot)
    }

    /// The oldest message's size in bytes; `None` if nothing is queued.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Corrupt`], [`Error::Os`].
    pub fn next_size(&self) -> Result<Option<u32>, Error> {
        Ok(self.info()?.next_size)
    }

    /// The slot's state at this moment. Exact: every write that has returned is counted, and none twice.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Corrupt`], [`Error::Os`].
    pub fn info(&self) -> Result<Info, Error> {
        self.handle.check_open()?;
        self.core.info()
    }

    /// The slot's read timeout in milliseconds; `u32::MAX` is for ever.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed.
    pub fn read_timeout_ms(&self) -> Result<u32, Error> {
        self.handle.check_open()?;
        Ok(self.core.slot.read_timeout_ms())
    }

    /// Sets the slot's read timeout in milliseconds (`u32::MAX`: for ever), for all its handles.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed.
    pub fn set_read_timeout_ms(&self, milliseconds: u32) -> Result<(), Error> {
        self.handle.check_open()?;
        self.core.slot.set_read_timeout_ms(milliseconds);
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

    /// Whether messages that are taken through this handle, its clones and taps in this process leave the slot's access time
    /// as it is. They do not at first.
    pub fn set_keeps_access_time(&self, keeps: bool) {
        self.core.reader.set_keeps_access_time(keeps);
    }

    /// Payload bytes queued.
    pub fn bytes_queued(&self) -> u64 {
        self.core.slot.bytes_queued()
    }

    /// Payload bytes that may be queued.
    pub fn quota_bytes(&self) -> u64 {
        self.core.slot.quota_bytes
    }

    /// The name that the slot was created with, verbatim.
    pub fn name(&self) -> &[u8] {
        &self.core.slot.name
    }

    /// What the slot was created with to say who may open it, verbatim.
    pub fn security(&self) -> &[u8] {
        &self.core.slot.security
    }

    /// Something that `poll`, `epoll` and asynchronous runtimes can wait for.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed; [`Error::Os`] if there is no descriptor or thread left.
    pub fn readiness(&self) -> Result<Readiness, Error> {
        self.core.signal(|| self.handle.check_open()).map(Readiness::new)
    }

    /// A way to the slot's messages that has no descriptor and does not keep the slot alive.
    pub fn tap(&self) -> Tap {
        Tap::new(Arc::clone(&self.core))
    }

    /// Closes this handle, also while other threads use it: those that wait return [`Error::Cancelled`]. If it was the
    /// last server handle anywhere, the slot is gone when this returns: its name is free and its messages are no more.
    pub fn close(&self) {
        self.handle.gate.close(&self.core.slot);
        if let Some(descriptor) = self.handle.take() {
            drop(descriptor);
            // In this order, who waits elsewhere does not delay the end, and is told of it when the name is free.
            self.core.end_if_dead();
            self.core.handle_closed();
        }
    }

    /// The handle's descriptor number; -1 once closed.
    pub fn raw_fd(&self) -> RawFd {
        self.handle.raw_fd()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

impl Handle {
    fn new(descriptor: OwnedFd) -> Arc<Handle> {
        Arc::new(Handle { descriptor: Mutex::new(Some(descriptor)), gate: Gate::new() })
    }

    #[inline]
    fn check_open(&self) -> Result<(), Error> {
        if self.gate.is_closed() { Err(Error::Cancelled) } else { Ok(()) }
    }

    fn take(&self) -> Option<OwnedFd> {
        self.descriptor.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn duplicate(&self) -> Result<OwnedFd, Error> {
        let descriptor = self.descriptor.lock().unwrap_or_else(PoisonError::into_inner);
        let descriptor = descriptor.as_ref().ok_or(Error::Cancelled)?;
        Ok(rustix::io::fcntl_dupfd_cloexec(descriptor, 0)?)
    }

    fn raw_fd(&self) -> RawFd {
        let descriptor = self.descriptor.lock().unwrap_or_else(PoisonError::into_inner);
        descriptor.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }
}
