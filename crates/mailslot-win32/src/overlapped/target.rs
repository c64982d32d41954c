//! The OVERLAPPED of an operation: where the program finds how it ended.

use std::mem::offset_of;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::status::Status;
use crate::last_error::Win32Error;
use crate::wait::sleep::wake_all;
use crate::wait::{Acquired, Waitable};

/// A program's OVERLAPPED, not NULL, which the program keeps in place from the start of an operation to its end.
///
/// `Internal` is the one word that both sides look at: `STATUS_PENDING` from the start of the operation until its end, when
/// the library stores the status with release order after everything else; then the program may reuse the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target(*mut OVERLAPPED);

// SAFETY: the program promises that the structure stays in place. The status word is accessed atomically; `InternalHigh` is
// written before it and read after it, which orders the two.
unsafe impl Send for Target {}

/// How many operations have ended in this process, modulo 2^32: what GetOverlappedResult sleeps on. `SLEEPERS` counts the
/// threads that do or are about to; both SeqCst, as in `wait::Signal`.
static ENDED: AtomicU32 = AtomicU32::new(0);
static SLEEPERS: AtomicU32 = AtomicU32::new(0);

impl Target {
    /// `None` for NULL.
    ///
    /// # Safety
    ///
    /// `overlapped` is NULL or points to an OVERLAPPED, aligned as C aligns it, that stays in place until the operation has ended.
    pub(crate) unsafe fn new(overlapped: *mut OVERLAPPED) -> Option<Target> {
        if overlapped.is_null() { None } else { Some(Target(overlapped)) }
    }

    pub(crate) fn pointer(self) -> *mut OVERLAPPED {
        self.0
    }

    /// The event as the program gave it, low bit included.
    pub(crate) fn event(self) -> HANDLE {
        // SAFETY: the pointer is valid by `new`'s contract.
        unsafe { self.field::<HANDLE>(offset_of!(OVERLAPPED, hEvent)).read_unaligned() }
    }

    /// The offset that the program gave. Mailslots ignore it.
    pub(crate) fn offset(self) -> u64 {
        // SAFETY: the pointer is valid by `new`'s contract; this arm of the union is two DWORDs.
        unsafe { self.field::<u64>(offset_of!(OVERLAPPED, Anonymous)).read_unaligned() }
    }

    /// The operation begins.
    pub(crate) fn begin(self) {
        self.status_word().store(Status::PENDING.0 as usize, Ordering::Relaxed);
    }

    /// The operation has ended. The program may free the structure as soon as this has stored the status.
    pub(crate) fn end(self, status: Status, bytes: u32) {
        // SAFETY: the pointer is valid by `new`'s contract, until the status says that the operation has ended.
        unsafe { self.field::<usize>(offset_of!(OVERLAPPED, InternalHigh)).write_unaligned(bytes as usize) };
        self.status_word().store(status.0 as usize, Ordering::Release);
        ENDED.fetch_add(1, Ordering::SeqCst);
        if SLEEPERS.load(Ordering::SeqCst) > 0 {
            wake_all(&ENDED);
        }
    }

    pub(crate) fn status(self) -> Status {
        Status(self.status_word().load(Ordering::Acquire) as u32)
    }

    /// What was transferred by an operation that has ended, in bytes.
    pub(crate) fn bytes(self) -> u32 {
        // SAFETY: the pointer is valid by `new`'s contract.
        unsafe { self.field::<usize>(offset_of!(OVERLAPPED, InternalHigh)).read_unaligned() as u32 }
    }

    fn field<T>(self, offset: usize) -> *mut T {
        self.0.wrapping_byte_add(offset).cast()
    }

    fn status_word<'a>(self) -> &'a AtomicUsize {
        // SAFETY: valid and aligned by `new`'s contract.
        unsafe { AtomicUsize::from_ptr(self.field(offset_of!(OVERLAPPED, Internal))) }
    }
}

/// Signalled once the operation has ended.
impl Waitable for Target {
    fn word(&self) -> &AtomicU32 {
        &ENDED
    }

    fn enter(&self) -> Result<(), Win32Error> {
        SLEEPERS.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn leave(&self) {
        SLEEPERS.fetch_sub(1, Ordering::SeqCst);
    }

    fn is_signalled(&self) -> bool {
        self.status() != Status::PENDING
    }

    fn acquire(&self) -> Acquired {
        if self.is_signalled() { Acquired::Yes } else { Acquired::No }
    }

    fn give_back(&self) {}
}
