//! Completion ports.

use std::cell::Cell;
use std::collections::VecDeque;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, eventfd};
use windows_sys::Win32::Foundation::{
    ERROR_ABANDONED_WAIT_0, ERROR_SUCCESS, ERROR_TOO_MANY_OPEN_FILES, FALSE, HANDLE, INVALID_HANDLE_VALUE, TRUE,
    WAIT_IO_COMPLETION, WAIT_TIMEOUT,
};
use windows_sys::Win32::System::IO::{OVERLAPPED, OVERLAPPED_ENTRY};
use windows_sys::core::BOOL;

use super::status::Status;
use super::target::Target;
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::{KernelObject, Object};
use crate::output::store;
use crate::table::{self, insert_other, with_entry};
use crate::wait::sleep::wake_all;
use crate::wait::{Acquired, Outcome, Waitable, wait};

/// Makes a completion port, or binds a mailslot handle to one: then each operation on the handle or its duplicates that was
/// started with an OVERLAPPED and has not failed at once puts a packet into the port's queue when it ends, unless the low
/// bit of its `hEvent` is set.
///
/// - `FileHandle`: a server handle, a client handle opened with `FILE_FLAG_OVERLAPPED`, or INVALID_HANDLE_VALUE for a port
///   without a handle.
/// - `ExistingCompletionPort`: NULL for a new port.
/// - `CompletionKey`: comes with each packet of the handle.
/// - `NumberOfConcurrentThreads`: without effect.
///
/// Returns the port, or NULL: 6 no handle of that kind, 87 the handle is bound already or was not opened for overlapped
/// operations, or INVALID_HANDLE_VALUE with an existing port. Ports are not inherited.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn CreateIoCompletionPort(
    FileHandle: HANDLE,
    ExistingCompletionPort: HANDLE,
    CompletionKey: usize,
    _NumberOfConcurrentThreads: u32,
) -> HANDLE {
    boundary(std::ptr::null_mut(), || {
        let bind = |queue: Arc<PacketQueue>| {
            with_entry(FileHandle, |entry| {
                let binding = Binding { queue, key: CompletionKey };
                match &entry.object {
                    Object::Server(end) => end.file.bind(binding),
                    Object::Client(end) => end.file.bind(binding),
                    _ => Err(Win32Error::INVALID_HANDLE),
                }
            })
        };
        if FileHandle == INVALID_HANDLE_VALUE {
            if !ExistingCompletionPort.is_null() {
                return Err(Win32Error::INVALID_PARAMETER);
            }
            return insert_other(Box::new(Port::new()?), false);
        }
        if ExistingCompletionPort.is_null() {
            let port = Port::new()?;
            let queue = Arc::clone(&port.queue);
            let handle = insert_other(Box::new(port), false)?;
            // Bound last, for that cannot be undone.
            return match bind(queue) {
                Ok(()) => Ok(handle),
                Err(error) => table::close(handle).and(Err(error)),
            };
        }
        bind(queue_of(ExistingCompletionPort)?)?;
        Ok(ExistingCompletionPort)
    })
}

/// Takes the oldest packet of a port, waiting `dwMilliseconds` for one at most.
///
/// `TRUE`: an operation ended well, or a packet was posted. `FALSE` with `*lpOverlapped` not NULL: an operation failed, with the
/// last error that it failed with. `FALSE` with `*lpOverlapped` NULL: no packet; 258 the time is up, 6 not a port, 735
/// `ERROR_ABANDONED_WAIT_0` the port was closed meanwhile.
///
/// # Safety
///
/// The outputs are NULL or point to what they are named for.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetQueuedCompletionStatus(
    CompletionPort: HANDLE,
    lpNumberOfBytesTransferred: *mut u32,
    lpCompletionKey: *mut usize,
    lpOverlapped: *mut *mut OVERLAPPED,
    dwMilliseconds: u32,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        unsafe { store(lpOverlapped, std::ptr::null_mut()) };
        let packet = queue_of(CompletionPort)?.take(dwMilliseconds, false)?;
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfBytesTransferred, packet.bytes) };
        // SAFETY: the caller's promise.
        unsafe { store(lpCompletionKey, packet.key) };
        // SAFETY: the caller's promise.
        unsafe { store(lpOverlapped, packet.overlapped) };
        match packet.status.win32_code() {
            ERROR_SUCCESS => Ok(TRUE),
            code => Err(Win32Error(code)),
        }
    })
}

/// Takes up to `ulCount` packets at once; waits for the first one only. How each operation ended is in its entry.
///
/// Fails with `FALSE`: 258 the time is up, 192 asynchronous calls were made, 6 not a port, 87 no room for an entry, 735 the
/// port was closed meanwhile.
///
/// # Safety
///
/// `lpCompletionPortEntries` is NULL or points to `ulCount` entries, `ulNumEntriesRemoved` is NULL or points to a ULONG.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetQueuedCompletionStatusEx(
    CompletionPort: HANDLE,
    lpCompletionPortEntries: *mut OVERLAPPED_ENTRY,
    ulCount: u32,
    ulNumEntriesRemoved: *mut u32,
    dwMilliseconds: u32,
    fAlertable: BOOL,
) -> BOOL {
    boundary(FALSE, || {
        let queue = queue_of(CompletionPort)?;
        if lpCompletionPortEntries.is_null() || ulNumEntriesRemoved.is_null() || ulCount == 0 {
            return Err(Win32Error::INVALID_PARAMETER);
        }
        let mut next = Some(queue.take(dwMilliseconds, fAlertable != 0)?);
        let mut taken = 0;
        while let Some(packet) = next {
            let entry = OVERLAPPED_ENTRY {
                lpCompletionKey: packet.key,
                lpOverlapped: packet.overlapped,
                Internal: packet.status.0 as usize,
                dwNumberOfBytesTransferred: packet.bytes,
            };
            // SAFETY: the caller promises `ulCount` entries, and `taken` is below that.
            unsafe { lpCompletionPortEntries.wrapping_add(taken as usize).write_unaligned(entry) };
            taken += 1;
            next = if taken < ulCount { queue.lock().pop_front() } else { None };
        }
        // SAFETY: the caller's promise.
        unsafe { store(ulNumEntriesRemoved, taken) };
        Ok(TRUE)
    })
}

/// Puts a packet of the program's own into a port's queue.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 not a port.
///
/// # Safety
///
/// `lpOverlapped` is only handed on.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PostQueuedCompletionStatus(
    CompletionPort: HANDLE,
    dwNumberOfBytesTransferred: u32,
    dwCompletionKey: usize,
    lpOverlapped: *const OVERLAPPED,
) -> BOOL {
    boundary(FALSE, || {
        queue_of(CompletionPort)?.put(Packet {
            key: dwCompletionKey,
            overlapped: lpOverlapped.cast_mut(),
            status: Status::SUCCESS,
            bytes: dwNumberOfBytesTransferred,
        });
        Ok(TRUE)
    })
}

/// A file object's port, and the key of its packets.
#[derive(Debug)]
pub(super) struct Binding {
    queue: Arc<PacketQueue>,
    key: usize,
}

impl Binding {
    pub(super) fn post(&self, target: Target, status: Status, bytes: u32) {
        self.queue.put(Packet { key: self.key, overlapped: target.pointer(), status, bytes });
    }
}

/// A port's handle. The descriptor stands for the handle and is nothing else.
#[derive(Debug)]
struct Port {
    descriptor: Mutex<Option<OwnedFd>>,
    queue: Arc<PacketQueue>,
}

impl Port {
    fn new() -> Result<Port, Win32Error> {
        let descriptor = eventfd(0, EventfdFlags::CLOEXEC).map_err(|_| Win32Error(ERROR_TOO_MANY_OPEN_FILES))?;
        Ok(Port { descriptor: Mutex::new(Some(descriptor)), queue: Arc::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Option<OwnedFd>> {
        self.descriptor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KernelObject for Port {
    fn descriptor(&self) -> RawFd {
        self.lock().as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// Who waits for a packet does not wait any longer.
    fn close(&self) {
        if self.lock().take().is_some() {
            self.queue.is_closed.store(true, Ordering::SeqCst);
            self.queue.changed();
        }
    }

    fn waitable(&self) -> Option<&dyn Waitable> {
        Some(&*self.queue)
    }
}

/// What a port knows of an operation that has ended.
#[derive(Debug, Clone, Copy)]
struct Packet {
    key: usize,
    overlapped: *mut OVERLAPPED,
    status: Status,
    bytes: u32,
}

// SAFETY: the pointer is only handed on to the program.
unsafe impl Send for Packet {}

/// The packets of a port, oldest first. `changes` counts what was put in, modulo 2^32; `sleepers` as in `wait::Signal`.
#[derive(Debug, Default)]
struct PacketQueue {
    packets: Mutex<VecDeque<Packet>>,
    changes: AtomicU32,
    sleepers: AtomicU32,
    is_closed: AtomicBool,
}

impl PacketQueue {
    fn put(&self, packet: Packet) {
        if self.is_closed.load(Ordering::SeqCst) {
            // Nobody can take it any more.
            return;
        }
        self.lock().push_back(packet);
        self.changed();
    }

    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            wake_all(&self.changes);
        }
    }

    fn take(&self, timeout_ms: u32, is_alertable: bool) -> Result<Packet, Win32Error> {
        let next = NextPacket { queue: self, packet: Cell::new(None) };
        match wait(&[&next], false, timeout_ms, is_alertable)? {
            Outcome::Satisfied(_) | Outcome::Abandoned(_) => {
                next.packet.get().ok_or(Win32Error(ERROR_ABANDONED_WAIT_0))
            }
            Outcome::CallsMade => Err(Win32Error(WAIT_IO_COMPLETION)),
            Outcome::TimedOut => Err(Win32Error(WAIT_TIMEOUT)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Packet>> {
        self.packets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signalled while there are packets.
impl Waitable for PacketQueue {
    fn word(&self) -> &AtomicU32 {
        &self.changes
    }

    fn enter(&self) -> Result<(), Win32Error> {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn leave(&self) {
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }

    fn is_signalled(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst) || !self.lock().is_empty()
    }

    fn acquire(&self) -> Acquired {
        if self.is_signalled() { Acquired::Yes } else { Acquired::No }
    }

    fn give_back(&self) {}
}

/// A wait for a packet, which takes it. It is also over, without one, when the port is closed.
struct NextPacket<'a> {
    queue: &'a PacketQueue,
    packet: Cell<Option<Packet>>,
}

impl Waitable for NextPacket<'_> {
    fn word(&self) -> &AtomicU32 {
        self.queue.word()
    }

    fn enter(&self) -> Result<(), Win32Error> {
        self.queue.enter()
    }

    fn leave(&self) {
        self.queue.leave();
    }

    fn is_signalled(&self) -> bool {
        self.queue.is_signalled()
    }

    fn acquire(&self) -> Acquired {
        self.packet.set(self.queue.lock().pop_front());
        let is_over = self.packet.get().is_some() || self.queue.is_closed.load(Ordering::SeqCst);
        if is_over { Acquired::Yes } else { Acquired::No }
    }

    fn give_back(&self) {}
}

fn queue_of(port: HANDLE) -> Result<Arc<PacketQueue>, Win32Error> {
    with_entry(port, |entry| Ok(Arc::clone(&entry.object.other::<Port>()?.queue)))
}
