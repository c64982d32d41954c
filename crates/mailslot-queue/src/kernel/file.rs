//! The memory behind ranges of the slot file.

use std::os::fd::BorrowedFd;

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::{Result, retry_on_intr};

/// Makes sure that memory is behind a range, so that touching it cannot fail.
pub(crate) fn allocate(file: BorrowedFd<'_>, offset: u64, bytes: u64) -> Result<()> {
    // In pieces: one call over a large range may be interrupted by every signal and begin again each time.
    const PIECE: u64 = 4 << 20;
    for start in (0..bytes).step_by(PIECE as usize) {
        let piece = PIECE.min(bytes - start);
        retry_on_intr(|| fallocate(file, FallocateFlags::empty(), offset + start, piece))?;
    }
    Ok(())
}

/// Gives the memory behind a range back. It reads as zeroes from here on.
pub(crate) fn punch(file: BorrowedFd<'_>, offset: u64, bytes: u64) -> Result<()> {
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    retry_on_intr(|| fallocate(file, flags, offset, bytes))
}

/// Reads into private memory, without touching the mapping: what has no memory reads as zeroes. Tells how many bytes were read.
pub(crate) fn read_at(file: BorrowedFd<'_>, target: &mut [u8], offset: u64) -> Result<usize> {
    rustix::io::pread(file, target, offset)
}
