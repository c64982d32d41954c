//! The slot file, and the memory behind ranges of it.

use std::os::fd::BorrowedFd;

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::{Result, retry_on_intr};

/// The description of the slot file that is a process's own.
pub(crate) use crate::fork::PrivateFile as SlotFile;

/// A description of the slot file for one call.
pub(crate) type FileRef<'a> = BorrowedFd<'a>;

/// Makes sure that memory is behind a range, so that touching it cannot fail.
pub(crate) fn allocate(file: FileRef<'_>, offset: u64, bytes: u64) -> Result<()> {
    // In pieces: one call over a large range may be interrupted by every signal and begin again each time.
    const PIECE: u64 = 4 << 20;
    for start in (0..bytes).step_by(PIECE as usize) {
        let piece = PIECE.min(bytes - start);
        retry_on_intr(|| fallocate(file, FallocateFlags::empty(), offset + start, piece))?;
    }
    Ok(())
}

/// Gives the memory behind a range back. It reads as zeroes from here on.
pub(crate) fn punch(file: FileRef<'_>, offset: u64, bytes: u64) -> Result<()> {
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    retry_on_intr(|| fallocate(file, flags, offset, bytes))
}

/// Reads into private memory, without touching the mapping: what has no memory reads as zeroes. Tells how many bytes were read.
pub(crate) fn read_at(file: FileRef<'_>, target: &mut [u8], offset: u64) -> Result<usize> {
    rustix::io::pread(file, target, offset)
}
