//! One mapped slot file, seen from either end.

#[cfg(not(mailslot_model))]
mod create;
#[cfg(mailslot_model)]
mod model;
#[cfg(not(mailslot_model))]
mod open;

#[cfg(not(mailslot_model))]
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::io::Errno;

use crate::clock::{FileTime, Times};
use crate::directory::SlotDir;
use crate::error::Error;
use crate::kernel::{self, FileRef, LockByte, SlotFile};
use crate::layout::{self, Geometry, Head};
use crate::memory::Mapping;
use crate::participant::Participant;
use crate::primitive::{Ordering, sleep};

#[cfg(not(mailslot_model))]
pub use create::CreateOptions;
#[cfg(not(mailslot_model))]
pub use open::SlotStatus;
#[cfg(not(mailslot_model))]
pub(crate) use open::status;

/// How a slot is called.
#[derive(Debug, Clone, Copy)]
pub struct SlotName<'a> {
    /// The file name in the slot directory: 1 to 255 bytes, no slash. It alone decides which slot is meant.
    pub file: &'a str,
    /// What [`Server::name`](crate::Server::name) and listings give back, verbatim: at most 65,536 bytes.
    pub full: &'a [u8],
}

/// A slot file that was checked and mapped. What is fixed about it is kept in private memory.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) map: Mapping,
    pub(crate) geometry: Geometry,
    pub(crate) max_message_size: u32,
    pub(crate) quota_bytes: u64,
    pub(crate) name: Vec<u8>,
    pub(crate) security: Vec<u8>,
    file: SlotFile,
    participant: Participant,
    file_name: String,
    /// Where the file can be removed from; unknown for a descriptor that came from elsewhere.
    directory: Option<SlotDir>,
}

impl Slot {
    /// This process's participant number; its lock is held from here on.
    #[inline]
    pub(crate) fn participant(&self) -> Result<u64, Error> {
        self.participant.number(&self.map, &self.file)
    }

    pub(crate) fn file(&self) -> FileRef<'_> {
        self.file.as_fd()
    }

    #[inline]
    pub(crate) fn head(&self) -> Head {
        Head::from_word(self.map.u64_at(layout::HEAD).load(layout::OBSERVE))
    }

    /// The sequence number of the message that was taken last.
    #[inline]
    pub(crate) fn read_sequence(&self) -> u64 {
        self.map.u64_at(layout::READ_SEQUENCE).load(layout::REUSE)
    }

    /// The newest message's sequence number in 64 bits.
    ///
    /// Fewer than 2^31 messages are ever queued, so that the upper half follows from the read sequence of the same
    /// moment; it is loaded before and after, in case that this process was stopped in between.
    pub(crate) fn head_sequence(&self) -> u64 {
        let mut before = self.read_sequence();
        for _ in 0..100 {
            let head = self.head();
            let after = self.read_sequence();
            if after.wrapping_sub(before) < 1 << 30 {
                return before.wrapping_add(u64::from(head.sequence.wrapping_sub(before as u32)));
            }
            before = after;
        }
        // Only a damaged counter jumps like this; whatever it leads to is checked.
        before
    }

    /// Messages queued at this moment: every write that has returned, and none twice.
    pub(crate) fn message_count(&self) -> u32 {
        let mut read = self.read_sequence();
        // Each round that does not settle means that a reader took a message meanwhile.
        for _ in 0..100 {
            let head = self.head();
            let again = self.read_sequence();
            if again == read {
                return head.sequence.wrapping_sub(read as u32);
            }
            read = again;
        }
        self.head().sequence.wrapping_sub(read as u32)
    }

    /// Payload bytes queued.
    pub(crate) fn bytes_queued(&self) -> u64 {
        let read = self.map.u64_at(layout::READ_BYTES).load(Ordering::Relaxed);
        let written = self.map.u64_at(layout::WRITTEN_BYTES).load(Ordering::Relaxed);
        u64::try_from(written.wrapping_sub(read) as i64).unwrap_or(0)
    }

    pub(crate) fn read_timeout_ms(&self) -> u32 {
        self.map.u32_at(layout::READ_TIMEOUT_MS).load(Ordering::Relaxed)
    }

    pub(crate) fn set_read_timeout_ms(&self, milliseconds: u32) {
        self.map.u32_at(layout::READ_TIMEOUT_MS).store(milliseconds, Ordering::Relaxed);
    }

    pub(crate) fn times(&self) -> Times {
        let load = |offset| FileTime(self.map.u64_at(offset).load(Ordering::Relaxed));
        Times {
            creation: load(layout::CREATION_TIME),
            access: load(layout::ACCESS_TIME),
            write: load(layout::WRITE_TIME),
        }
    }

    pub(crate) fn set_times(&self, creation: Option<FileTime>, access: Option<FileTime>, write: Option<FileTime>) {
        let fields = [(layout::CREATION_TIME, creation), (layout::ACCESS_TIME, access), (layout::WRITE_TIME, write)];
        for (offset, time) in fields {
            if let Some(time) = time {
                self.map.u64_at(offset).store(time.0, Ordering::Relaxed);
            }
        }
    }

    /// Whether somebody has found that the last server handle is gone.
    #[inline]
    pub(crate) fn is_marked_closed(&self) -> bool {
        self.map.u32_at(layout::CLOSED).load(Ordering::Relaxed) != 0
    }

    /// Asks the kernel whether a server handle is left. If not, the slot is marked closed and its name freed.
    pub(crate) fn check_server(&self) -> Result<bool, Error> {
        if kernel::is_locked_by_another(self.file(), LockByte::Server)? {
            return Ok(true);
        }
        self.map.u32_at(layout::CLOSED).store(1, Ordering::Relaxed);
        if let Some(directory) = &self.directory {
            bury(directory, self.file(), &self.file_name)?;
        }
        Ok(false)
    }

    /// Makes sure that memory is behind a range of the file, so that touching it cannot fail.
    pub(crate) fn allocate(&self, offset: u64, bytes: u64) -> Result<(), Error> {
        Ok(kernel::allocate(self.file(), offset, bytes)?)
    }

    /// Gives the memory behind a range of the file back.
    pub(crate) fn punch(&self, offset: u64, bytes: u64) -> Result<(), Error> {
        Ok(kernel::punch(self.file(), offset, bytes)?)
    }
}

/// Removes a dead slot's file from its directory. Only the holder of the file's janitor lock does so, and only while
/// the name still leads to that file: a living slot cannot be hit.
///
/// `Ok(false)`: somebody else holds the janitor lock for longer than it ever takes.
fn bury(directory: &SlotDir, file: FileRef<'_>, file_name: &str) -> Result<bool, Error> {
    // The janitor lock keeps open file descriptions apart; the threads of a process may share one.
    static THREADS: Mutex<()> = Mutex::new(());
    let _alone = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..200 {
        if kernel::try_lock(file, LockByte::Janitor)? {
            let removed = directory.unlink_if_same(file, file_name);
            kernel::unlock(file, LockByte::Janitor)?;
            return match removed {
                Ok(()) | Err(Errno::NOENT | Errno::ACCESS | Errno::PERM) => Ok(true),
                Err(errno) => Err(errno.into()),
            };
        }
        sleep(Duration::from_millis(1));
    }
    Ok(false)
}
