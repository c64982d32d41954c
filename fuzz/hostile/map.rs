//! A slot's file, mapped to be scribbled in.

use std::fs::File;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;

use rustix::mm::{MapFlags, ProtFlags, mmap};

/// The whole file. Never unmapped: who scribbles is killed.
pub(crate) struct Map {
    base: NonNull<u8>,
    pub(crate) bytes: u64,
}

impl Map {
    pub(crate) fn new(file: &File) -> Map {
        let bytes = file.metadata().expect("a file").len();
        // SAFETY: a null hint lets the kernel choose a range that nothing else uses.
        let base = unsafe {
            mmap(
                std::ptr::null_mut(),
                bytes as usize,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED | MapFlags::NORESERVE,
                file,
                0,
            )
        };
        Map { base: NonNull::new(base.expect("memory").cast()).expect("an address"), bytes }
    }

    /// The word at a place, which is put onto an 8-byte border inside of the file.
    pub(crate) fn word(&self, at: u64) -> &AtomicU64 {
        let at = at % (self.bytes - 8) & !7;
        // SAFETY: in range, see above.
        let pointer = unsafe { self.base.as_ptr().add(at as usize) };
        // SAFETY: the mapping stays as long as the process and is aligned; this process accesses it as atomics only.
        unsafe { AtomicU64::from_ptr(pointer.cast()) }
    }
}
