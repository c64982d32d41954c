//! The end that reads.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{OFlags, fcntl_getfl};

use crate::clock::{FileTime, Times};
use crate::directory::SlotDir;
use crate::doorbell::{Deadline, Wait};
use crate::error::Error;
use crate::gate::Gate;
use crate::info::Info;
use crate::reader::{self, Reader, Taken};
use crate::readiness::{Readiness, Signal};
use crate::slot::{CreateOptions, Slot, SlotName};

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

/// What all handles of one process share.
#[derive(Debug)]
pub(crate) struct Core {
    slot: Slot,
    reader: Reader,
    /// Present once somebody polls.
    signal: Mutex<Option<Arc<Signal>>>,
    is_polled: AtomicBool,
    /// Handles of this core that are open. The slot's life does not depend on it: it ends the thread behind `signal`.
    open_handles: AtomicUsize,
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
        let core = Core {
            slot,
            reader: Reader::new(),
            signal: Mutex::new(None),
            is_polled: AtomicBool::new(false),
            open_handles: AtomicUsize::new(1),
        };
        Server { handle: Handle::new(descriptor), core: Arc::new(core) }
    }

    /// A second handle of the same slot: same queue, same timeout, closed on its own.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if this handle is closed; [`Error::Os`].
    pub fn try_clone(&self) -> Result<Server, Error> {
        // Counted first: the thread behind the signal must not end because another handle is closed meanwhile.
        self.core.open_handles.fetch_add(1, Ordering::AcqRel);
        let descriptor = self.handle.duplicate().inspect_err(|_| self.core.handle_closed())?;
        Ok(Server { handle: Handle::new(descriptor), core: Arc::clone(&self.core) })
    }

    /// Takes the oldest message into `buffer`; `None` if nothing is queued. Never waits.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]: the message stays queued. [`Error::Cancelled`], [`Error::Corrupt`], [`Error::Os`].
    #[inline]
    pub fn take(&self, buffer: &mut [u8]) -> Result<Option<Taken>, Error> {
        // SAFETY: both slices cover the same initialised bytes, and only initialised bytes are ever copied in.
        let buffer: &mut [MaybeUninit<u8>] =
            unsafe { std::slice::from_raw_parts_mut(buffer.as_mut_ptr().cast(), buffer.len()) };
        self.take_with(|size| {
            let available = buffer.len();
            buffer.get_mut(..size as usize).ok_or(Error::BufferTooSmall { size, buffer: available })
        })
    }

    /// Takes the oldest message into `out`, replacing what is there; `None` if nothing is queued. Never waits.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Corrupt`], [`Error::Os`], and [`Error::OutOfMemory`] if `out` cannot grow.
    pub fn take_vec(&self, out: &mut Vec<u8>) -> Result<Option<Taken>, Error> {
        out.clear();
        let taken = self.take_with(|size| {
            out.try_reserve(size as usize).map_err(|_| Error::OutOfMemory)?;
            out.spare_capacity_mut().get_mut(..size as usize).ok_or(Error::OutOfMemory)
        })?;
        if let Some(taken) = taken {
            // SAFETY: `take_with` has copied `size` bytes to the start of the spare capacity of the empty vector.
            unsafe { out.set_len(taken.size as usize) };
        }
        Ok(taken)
    }

    #[inline]
    fn take_with<'b>(
        &self,
        buffer: impl FnOnce(u32) -> Result<&'b mut [MaybeUninit<u8>], Error>,
    ) -> Result<Option<Taken>, Error> {
        self.handle.check_open()?;
        let taken = self.core.reader.take(&self.core.slot, buffer)?;
        if self.core.is_polled.load(Ordering::Relaxed) {
            self.core.update_signal();
        }
        Ok(taken)
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
        let slot = &self.core.slot;
        let (next_size, message_count) = self.core.reader.look(slot)?;
        let read_timeout_ms = slot.read_timeout_ms();
        Ok(Info { max_message_size: slot.max_message_size, next_size, message_count, read_timeout_ms })
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
        let mut signal = self.core.signal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signal) = signal.as_ref().filter(|signal| signal.is_of_this_process()) {
            return Ok(Readiness::new(Arc::clone(signal)));
        }
        // Under the lock that the last close takes: no thread is started behind its back.
        self.handle.check_open()?;
        let started = Signal::start(&self.core)?;
        *signal = Some(Arc::clone(&started));
        self.core.is_polled.store(true, Ordering::Relaxed);
        Ok(Readiness::new(started))
    }

    /// Closes this handle, also while other threads use it: those that wait return [`Error::Cancelled`]. If it was the
    /// last server handle anywhere, the slot is gone when this returns: its name is free and its messages are no more.
    pub fn close(&self) {
        self.handle.gate.close(&self.core.slot);
        if let Some(descriptor) = self.handle.take() {
            drop(descriptor);
            self.core.handle_closed();
            self.core.end_if_dead();
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

impl Core {
    /// See [`Server::wait`].
    pub(crate) fn wait(&self, wait: Wait, gate: &Gate) -> Result<bool, Error> {
        let slot = &self.slot;
        let _waiting = gate.wait_here();
        let deadline = Deadline::after(wait);
        let mut may_nap = true;
        loop {
            if gate.is_closed() {
                return Err(Error::Cancelled);
            }
            if !slot.is_empty() {
                return Ok(true);
            }
            if deadline.has_passed() {
                return Ok(false);
            }
            if slot.spin_for_message() {
                continue;
            }
            let is_over = || gate.is_closed() || !slot.is_empty();
            match self.reader.nap(slot).filter(|_| may_nap) {
                None => slot.sleep(deadline, is_over)?,
                Some(nap) => {
                    let end_of_nap = Deadline::after(Wait::For(nap));
                    slot.sleep(deadline.or_earlier(end_of_nap), is_over)?;
                    if end_of_nap.has_passed() {
                        may_nap = false;
                        self.reader.rest(slot)?;
                    }
                }
            }
        }
    }

    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Tells who polls that the queue is empty, if it is.
    fn update_signal(&self) {
        let signal = self.signal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signal) = signal.as_ref().filter(|signal| signal.is_of_this_process()) {
            signal.clear_if(|| self.slot.is_empty());
        }
    }

    /// Whether the handle that was closed was the last one is the kernel's to say. Nobody is left to tell of an error.
    fn end_if_dead(&self) {
        // Another thread that is inside a system call on the descriptor keeps its lock for as long: that is asked for again.
        for _ in 0..4 {
            if let Ok(false) = self.slot.check_server() {
                let _ = reader::abandon(&self.slot);
                return;
            }
            std::thread::yield_now();
        }
    }

    /// Ends the thread of the last handle's signal. A forked child has the descriptor, but the thread is its parent's.
    fn handle_closed(&self) {
        if self.open_handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            let signal = self.signal.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(signal) = signal.filter(|signal| signal.is_of_this_process()) {
                signal.stop(&self.slot);
            }
        }
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
