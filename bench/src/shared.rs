//! Memory that a measurement's processes share.

use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64};

use rustix::fs::MemfdFlags;
use rustix::mm::{MapFlags, ProtFlags};

/// Zeroed memory that forked children share with their parent, optionally mapped twice, one right behind the other, so that
/// what runs over the end goes on at the beginning.
#[derive(Debug)]
pub(crate) struct SharedMemory {
    start: NonNull<u8>,
    /// Of one mapping.
    bytes: usize,
    mapped_bytes: usize,
}

impl SharedMemory {
    /// `bytes` is rounded up to pages. The memory is touched, so that no page of it is new to who uses it.
    pub(crate) fn new(bytes: usize, twice: bool) -> io::Result<SharedMemory> {
        let bytes = bytes.next_multiple_of(4096);
        let file = rustix::fs::memfd_create("mailslot-bench", MemfdFlags::CLOEXEC)?;
        rustix::fs::ftruncate(&file, bytes as u64)?;
        let mapped_bytes = if twice { bytes * 2 } else { bytes };
        let (protection, nowhere) = (ProtFlags::READ | ProtFlags::WRITE, std::ptr::null_mut());
        // SAFETY: the kernel chooses a free range; nothing is there yet.
        let start =
            unsafe { rustix::mm::mmap_anonymous(nowhere, mapped_bytes, ProtFlags::empty(), MapFlags::PRIVATE) }?;
        for at in (0..mapped_bytes).step_by(bytes) {
            let flags = MapFlags::SHARED | MapFlags::FIXED | MapFlags::POPULATE;
            let place = start.wrapping_byte_add(at);
            // SAFETY: the range was reserved by the mapping above, and nobody knows of it.
            unsafe { rustix::mm::mmap(place, bytes, protection, flags, &file, 0) }?;
        }
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(SharedMemory { start, bytes, mapped_bytes })
    }

    /// Where byte `at` is; at most to the end of the last mapping.
    pub(crate) fn at(&self, at: usize) -> *mut u8 {
        self.start.as_ptr().wrapping_add(at)
    }

    /// The word at byte `at` of the first mapping, a multiple of 8.
    pub(crate) fn word(&self, at: usize) -> &AtomicU64 {
        assert!(at.is_multiple_of(8) && at + 8 <= self.bytes, "no word at {at}");
        // SAFETY: checked above: it is aligned and in memory that stays mapped while `self` lives; others use it as an atomic, too.
        unsafe { AtomicU64::from_ptr(self.at(at).cast()) }
    }

    /// As [`SharedMemory::word`], of 32 bits.
    pub(crate) fn half_word(&self, at: usize) -> &AtomicU32 {
        assert!(at.is_multiple_of(4) && at + 4 <= self.bytes, "no word at {at}");
        // SAFETY: as in `word`.
        unsafe { AtomicU32::from_ptr(self.at(at).cast()) }
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: the range is this value's own, and references into it cannot outlive it. There is nothing to do on failure.
        let _ = unsafe { rustix::mm::munmap(self.start.as_ptr().cast(), self.mapped_bytes) };
    }
}
