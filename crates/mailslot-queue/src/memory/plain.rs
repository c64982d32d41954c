//! A slot file of a model in plain memory, reached by the same code as the mapped one.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;
use std::sync::Arc;

use crate::kernel::{FileRef, World};
use crate::layout::{Geometry, PAGE_BYTES};

/// The file's memory, all of it there from the start.
#[derive(Debug)]
pub(crate) struct Store {
    base: NonNull<u8>,
    layout: Layout,
}

// SAFETY: plain memory without thread affinity; participants reach it through the methods of `Mapping` only, which use atomics
// and raw copies, and the model's kernel zeroes what nobody else may reach.
unsafe impl Send for Store {}
// SAFETY: as for `Send`.
unsafe impl Sync for Store {}

/// One participant's mapping of it.
#[derive(Debug)]
pub(super) struct Region(Arc<World>);

impl Region {
    pub(super) fn new(file: FileRef<'_>, _len: usize) -> rustix::io::Result<Region> {
        Ok(Self::of_world(file.world()))
    }

    pub(super) fn of_world(world: &Arc<World>) -> Region {
        Region(Arc::clone(world))
    }

    pub(super) fn base(&self) -> *mut u8 {
        self.0.store.base.as_ptr()
    }

    pub(super) fn len(&self) -> usize {
        self.0.store.layout.size()
    }
}

impl Store {
    pub(crate) fn new(geometry: Geometry) -> Store {
        let size = geometry.file_bytes() as usize;
        let layout = Layout::from_size_align(size, PAGE_BYTES as usize).expect("a slot file's size fits");
        // SAFETY: a slot file's size is not zero.
        let base = unsafe { alloc_zeroed(layout) };
        let Some(base) = NonNull::new(base) else { handle_alloc_error(layout) };
        Store { base, layout }
    }

    pub(crate) fn back(&self, offset: u64, bytes: u64) {
        assert!(offset + bytes <= self.layout.size() as u64);
    }

    /// What has no memory reads as zeroes.
    pub(crate) fn punch(&self, offset: u64, bytes: u64) {
        let start = self.at(offset, bytes);
        // SAFETY: in range; the queue gives back only what nobody else reaches.
        unsafe { start.write_bytes(0, bytes as usize) };
    }

    pub(crate) fn read(&self, target: &mut [u8], offset: u64) -> usize {
        let start = self.at(offset, target.len() as u64);
        for (at, bytes) in (0..target.len()).step_by(8).zip(target.chunks_mut(8)) {
            // SAFETY: in range.
            let word = unsafe { start.add(at) };
            // SAFETY: aligned as headers are, which is all that is read like this, and atomic for whoever reaches them.
            let word = unsafe { std::sync::atomic::AtomicU64::from_ptr(word.cast()) };
            let word = word.load(std::sync::atomic::Ordering::Relaxed);
            bytes.copy_from_slice(&word.to_ne_bytes()[..bytes.len()]);
        }
        target.len()
    }

    fn at(&self, offset: u64, bytes: u64) -> *mut u8 {
        assert!(offset + bytes <= self.layout.size() as u64);
        // SAFETY: in range, checked above.
        unsafe { self.base.as_ptr().add(offset as usize) }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` with this layout; every mapping has kept the store alive.
        unsafe { dealloc(self.base.as_ptr(), self.layout) };
    }
}
