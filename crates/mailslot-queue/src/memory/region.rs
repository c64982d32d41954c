//! The address range that a mapping covers.

use std::os::fd::AsRawFd;
use std::ptr::NonNull;

use rustix::fs::OFlags;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use crate::fork;
use crate::kernel::FileRef;

/// `len` bytes of a file, page-aligned, there as long as this value.
#[derive(Debug)]
pub(super) struct Region {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: the region is plain shared memory without thread affinity; it is only accessed through the methods of `Mapping`, which
// use atomics and raw copies.
unsafe impl Send for Region {}
// SAFETY: as for `Send`.
unsafe impl Sync for Region {}

impl Region {
    /// Through an open file description of its own, which nobody takes locks on: forked children inherit the mapping, and with it
    /// the description, so that the locks of a parent that was killed would stay until they end.
    pub(super) fn new(file: FileRef<'_>, len: usize) -> rustix::io::Result<Region> {
        let file = fork::open_again(file.as_raw_fd(), OFlags::RDWR | OFlags::CLOEXEC)?;
        let flags = MapFlags::SHARED | MapFlags::NORESERVE;
        // SAFETY: a null hint lets the kernel choose a range that nothing else uses.
        let base = unsafe { mmap(std::ptr::null_mut(), len, ProtFlags::READ | ProtFlags::WRITE, flags, &file, 0) }?;
        let base = NonNull::new(base.cast()).ok_or(rustix::io::Errno::NOMEM)?;
        Ok(Region { base, len })
    }

    #[inline]
    pub(super) fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the range was mapped by `new` and nothing refers to it after the last use of `self`.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.len) };
        debug_assert!(unmapped.is_ok());
    }
}
