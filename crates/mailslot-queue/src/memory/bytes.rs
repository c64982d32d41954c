//! A mapping that is a range of addresses.

use std::mem::MaybeUninit;

#[cfg(mailslot_model)]
use super::plain::Region;
#[cfg(not(mailslot_model))]
use super::region::Region;
use super::{copy, prefetch};
use crate::kernel::FileRef;
use crate::layout;
use crate::planted::{self, Bug};
use crate::primitive::{AtomicU32, AtomicU64};

/// A shared, writable mapping of a file's first `len` bytes: at least [`layout::SMALLEST_FILE`], so that the words of the
/// header are in range without a look.
#[derive(Debug)]
pub(crate) struct Mapping(Region);

impl Mapping {
    /// Maps `len` bytes of `file`. Pages that the file does not have yet appear (zeroed) once they are allocated.
    pub(crate) fn new(file: FileRef<'_>, len: usize) -> rustix::io::Result<Mapping> {
        if (len as u64) < layout::SMALLEST_FILE {
            return Err(rustix::io::Errno::INVAL);
        }
        Region::new(file, len).map(Mapping)
    }

    #[cfg(mailslot_model)]
    pub(crate) fn of_world(world: &std::sync::Arc<crate::kernel::World>) -> Mapping {
        Mapping(Region::of_world(world))
    }

    /// The 64-bit word at `offset`, which this crate's own code chose: in range and aligned.
    #[inline(always)]
    pub(crate) fn u64_at(&self, offset: u64) -> &AtomicU64 {
        assert!(self.in_range(offset, 8) && offset.is_multiple_of(8), "word outside the mapping");
        // SAFETY: in range, checked above.
        let pointer = unsafe { self.0.base().add(offset as usize) };
        // SAFETY: the mapping lives as long as `self`, is page-aligned, and the word is only ever accessed as an atomic.
        unsafe { AtomicU64::from_ptr(pointer.cast()) }
    }

    /// The 32-bit word at `offset`, which this crate's own code chose: in range and aligned.
    #[inline(always)]
    pub(crate) fn u32_at(&self, offset: u64) -> &AtomicU32 {
        assert!(self.in_range(offset, 4) && offset.is_multiple_of(4), "word outside the mapping");
        // SAFETY: in range, checked above.
        let pointer = unsafe { self.0.base().add(offset as usize) };
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
        let target = unsafe { self.0.base().add(offset as usize) };
        // SAFETY: both ranges are valid for `source.len()` bytes; private memory and the mapping do not overlap.
        unsafe { copy::copy(source.as_ptr(), target, source.len()) };
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
        let source = unsafe { self.0.base().add(offset as usize) };
        // SAFETY: both ranges are valid for `target.len()` bytes; private memory and the mapping do not overlap.
        unsafe { copy::copy(source, target.as_mut_ptr().cast(), target.len()) };
        true
    }

    /// `bytes` at `offset` will be written to soon. Wherever that is: it is a hint.
    #[inline]
    pub(crate) fn expect_write(&self, offset: u64, bytes: u64) {
        prefetch::for_writing(self.0.base().wrapping_add(offset as usize), bytes as usize);
    }

    /// `bytes` at `offset` will be read soon. Wherever that is: it is a hint.
    #[inline]
    pub(crate) fn expect_read(&self, offset: u64, bytes: u64) {
        prefetch::for_reading(self.0.base().wrapping_add(offset as usize), bytes as usize);
    }

    #[inline(always)]
    fn in_range(&self, offset: u64, bytes: u64) -> bool {
        let len = self.0.len() as u64;
        // The first part is decided by the compiler for the words of the header.
        bytes <= layout::SMALLEST_FILE && offset <= layout::SMALLEST_FILE - bytes
            || offset <= len && bytes <= len - offset
            || planted::is(Bug::Range)
    }
}
