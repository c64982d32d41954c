//! The mapped slot file. Everybody who may map it may write to it at any time, so:
//!
//! 1. Words are reached as atomics only, payloads only by copying from and to raw pointers. No `&[u8]` and no
//!    `&T` of a plain type ever points into the mapping.
//! 2. Every offset is checked against the mapping's length, here, before it is used. What a word says is loaded once
//!    into private memory, checked there by the caller, and then used.

use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;

use rustix::fs::OFlags;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use crate::fork;
use crate::primitive::{AtomicU32, AtomicU64};

/// A shared, writable mapping of a file's first `len` bytes.
#[derive(Debug)]
pub(crate) struct Mapping {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: the mapping is plain shared memory without thread affinity; it is only accessed through the methods below,
// which use atomics and raw copies.
unsafe impl Send for Mapping {}
// SAFETY: as for `Send`.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `len` bytes of `file`. Pages that the file does not have yet appear (zeroed) once they are allocated.
    ///
    /// Through an open file description of its own, which nobody takes locks on: forked children inherit the mapping, and with it
    /// the description, so that the locks of a parent that was killed would stay until they end.
    pub(crate) fn new(file: BorrowedFd<'_>, len: usize) -> rustix::io::Result<Mapping> {
        let file = fork::open_again(file.as_raw_fd(), OFlags::RDWR | OFlags::CLOEXEC)?;
        let flags = MapFlags::SHARED | MapFlags::NORESERVE;
        // SAFETY: a null hint lets the kernel choose a range that nothing else uses.
        let base = unsafe { mmap(std::ptr::null_mut(), len, ProtFlags::READ | ProtFlags::WRITE, flags, &file, 0) }?;
        let base = NonNull::new(base.cast()).ok_or(rustix::io::Errno::NOMEM)?;
        Ok(Mapping { base, len })
    }

    /// The 64-bit word at `offset`, which this crate's own code chose: in range and aligned.
    #[inline]
    pub(crate) fn u64_at(&self, offset: u64) -> &AtomicU64 {
        assert!(self.in_range(offset, 8) && offset.is_multiple_of(8), "word outside the mapping");
        // SAFETY: in range, checked above.
        let pointer = unsafe { self.base.as_ptr().add(offset as usize) };
        // SAFETY: the mapping lives as long as `self`, is page-aligned, and the word is only ever accessed as an atomic.
        unsafe { AtomicU64::from_ptr(pointer.cast()) }
    }

    /// The 32-bit word at `offset`, which this crate's own code chose: in range and aligned.
    #[inline]
    pub(crate) fn u32_at(&self, offset: u64) -> &AtomicU32 {
        assert!(self.in_range(offset, 4) && offset.is_multiple_of(4), "word outside the mapping");
        // SAFETY: in range, checked above.
        let pointer = unsafe { self.base.as_ptr().add(offset as usize) };
        // SAFETY: the mapping lives as long as `self`, is page-aligned, and the word is only ever accessed as an atomic.
        unsafe { AtomicU32::from_ptr(pointer.cast()) }
    }

    /// Copies `source` to `offset`. The caller owns that part of the file; `false` when it is not in range.
    #[inline]
    #[must_use]
    pub(crate) fn copy_in(&self, offset: u64, source: &[u8]) -> bool {
        if !self.in_range(offset, source.len() as u64) {
            return false;
        }
        // SAFETY: in range, checked above.
        let target = unsafe { self.base.as_ptr().add(offset as usize) };
        // SAFETY: both ranges are valid for `source.len()` bytes; private memory and the mapping do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(source.as_ptr(), target, source.len()) };
        true
    }

    /// Copies from `offset` into `target`. Peers may write meanwhile: any bytes may come out. `false` when it is not
    /// in range; then nothing was copied.
    #[inline]
    #[must_use]
    pub(crate) fn copy_out(&self, offset: u64, target: &mut [MaybeUninit<u8>]) -> bool {
        if !self.in_range(offset, target.len() as u64) {
            return false;
        }
        // SAFETY: in range, checked above.
        let source = unsafe { self.base.as_ptr().add(offset as usize) };
        // SAFETY: both ranges are valid for `target.len()` bytes; private memory and the mapping do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(source, target.as_mut_ptr().cast(), target.len()) };
        true
    }

    #[inline]
    fn in_range(&self, offset: u64, bytes: u64) -> bool {
        let len = self.len as u64;
        offset <= len && bytes <= len - offset
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range was mapped by `new` and nothing refers to it after the last use of `self`.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.len) };
        debug_assert!(unmapped.is_ok());
    }
}
