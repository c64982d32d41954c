//! Descriptions of a model's slot file, their locks, and holes. Each call is one step of the participant.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use rustix::io::{Errno, Result};

use super::World;
use crate::kernel::LockByte;
use crate::primitive::Ordering;

/// An open file description: what a participant's locks belong to.
#[derive(Debug)]
pub(crate) struct SlotFile {
    world: Arc<World>,
    description: u64,
}

/// A description for one call.
pub(crate) type FileRef<'a> = &'a SlotFile;

impl SlotFile {
    pub(crate) fn open(world: &Arc<World>) -> SlotFile {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        SlotFile { world: Arc::clone(world), description: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    pub(crate) fn as_fd(&self) -> FileRef<'_> {
        self
    }

    /// It always is: participants of a model do not fork.
    pub(crate) fn ensure_private(&self) -> Result<()> {
        Ok(())
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// The last descriptor is gone.
    pub(super) fn close(&self) {
        self.world.release_all(self.description);
    }
}

pub(crate) fn try_lock(file: FileRef<'_>, byte: LockByte) -> io::Result<bool> {
    check_life()?;
    let holder = file.world.holder(byte);
    Ok(match holder.compare_exchange(0, file.description, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => true,
        Err(other) => other == file.description,
    })
}

pub(crate) fn unlock(file: FileRef<'_>, byte: LockByte) -> io::Result<()> {
    check_life()?;
    file.world.holder(byte).swap(0, Ordering::AcqRel);
    Ok(())
}

pub(crate) fn is_locked_by_another(file: FileRef<'_>, byte: LockByte) -> io::Result<bool> {
    check_life()?;
    let word = file.world.holder(byte);
    let holder = match byte {
        // A client that asks a moment earlier is told the same.
        LockByte::Server => word.load(Ordering::Acquire),
        // The kernel knows the holder of this moment, not one of before.
        _ => word.fetch_add(0, Ordering::AcqRel),
    };
    Ok(holder != 0 && holder != file.description)
}

/// Memory for chunks only: the rest of a model's file has it from the start.
pub(crate) fn allocate(file: FileRef<'_>, offset: u64, bytes: u64) -> Result<()> {
    check_life()?;
    file.world.store.back(offset, bytes);
    Ok(())
}

pub(crate) fn punch(file: FileRef<'_>, offset: u64, bytes: u64) -> Result<()> {
    check_life()?;
    file.world.store.punch(offset, bytes);
    Ok(())
}

pub(crate) fn read_at(file: FileRef<'_>, target: &mut [u8], offset: u64) -> Result<usize> {
    check_life()?;
    Ok(file.world.store.read(target, offset))
}

fn check_life() -> Result<()> {
    if super::step() { Ok(()) } else { Err(Errno::INTR) }
}
