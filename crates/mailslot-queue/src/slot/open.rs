//! Opening a slot file that somebody else made: nothing in it is believed before it is checked.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{FileType, Stat};

use super::{Slot, bury};
use crate::clock::{FileTime, Times};
use crate::directory::{SlotDir, open_error, other_user};
use crate::error::Error;
use crate::fork::PrivateFile;
use crate::info::Info;
use crate::kernel::{self, LockByte};
use crate::layout::{self, Geometry, LAYOUT_VERSION, MAGIC, PAGE_BYTES, fixed};
use crate::memory::Mapping;
use crate::participant::Participant;
use crate::primitive::Ordering;

/// One live slot, as a listing shows it.
#[derive(Debug, Clone)]
pub struct SlotStatus {
    /// The name that it was created with, verbatim.
    pub name: Vec<u8>,
    /// What says who may open it, verbatim.
    pub security: Vec<u8>,
    /// What the info call says.
    pub info: Info,
    /// Payload bytes queued.
    pub bytes_queued: u64,
    /// Payload bytes that may be queued.
    pub quota_bytes: u64,
    /// When the oldest queued message was written; `None` when none is queued.
    pub oldest_sent: Option<FileTime>,
    /// The process that took a message last, or else made the slot; as it says itself.
    pub reader_pid: u32,
    /// The slot's times.
    pub times: Times,
}

/// The state of the slot of that file name; `None` if its server is gone (then the file is, too).
pub(crate) fn status(directory: &SlotDir, file_name: &str) -> Result<Option<SlotStatus>, Error> {
    let slot = match Slot::open(directory, file_name) {
        Ok(slot) => slot,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let (info, oldest_sent) = slot.peek_info()?;
    Ok(Some(SlotStatus {
        info,
        bytes_queued: slot.bytes_queued(),
        quota_bytes: slot.quota_bytes,
        oldest_sent,
        reader_pid: slot.map.u32_at(layout::READER_PID).load(Ordering::Relaxed),
        times: slot.times(),
        name: slot.name,
        security: slot.security,
    }))
}

impl Slot {
    /// Opens the live slot of that file name. Whether what it says about access lets anybody in is the caller's to judge.
    pub(crate) fn open(directory: &SlotDir, file_name: &str) -> Result<Slot, Error> {
        let file = PrivateFile::open(|| directory.open_file(file_name));
        let file = file.map_err(|errno| open_error(directory, errno, file_name))?;
        let stat = rustix::fs::fstat(file.as_fd())?;
        check_kind(&stat, file_name)?;
        let header = FileHeader::read(file.as_fd(), file_name)?;
        // The kernel decides: a file is not removed because of what stands in it.
        if !kernel::is_locked_by_another(file.as_fd(), LockByte::Server)? {
            bury(directory, file.as_fd(), file_name)?;
            return Err(Error::NotFound);
        }
        if header.closed {
            return Err(Error::Corrupt { what: "the slot is marked as closed although its server lives" });
        }
        Self::map(file, &stat, &header, Some(directory.clone()))
    }

    /// The slot behind a descriptor that was inherited or received.
    pub(crate) fn from_descriptor(descriptor: BorrowedFd<'_>) -> Result<Slot, Error> {
        let stat = rustix::fs::fstat(descriptor)?;
        check_kind(&stat, "the descriptor")?;
        let header = FileHeader::read(descriptor, "the descriptor")?;
        let directory = SlotDir::open_default().ok();
        Self::map(PrivateFile::reopen(descriptor)?, &stat, &header, directory)
    }

    fn map(file: PrivateFile, stat: &Stat, header: &FileHeader, directory: Option<SlotDir>) -> Result<Slot, Error> {
        let geometry = header.check(stat)?;
        // By system call into private memory, once: what is checked later is what was read.
        let mut name = vec![0; header.name_bytes as usize];
        rustix::io::pread(file.as_fd(), &mut name, layout::NAME)?;
        let mut security = vec![0; header.security_bytes as usize];
        rustix::io::pread(file.as_fd(), &mut security, layout::SECURITY)?;
        let length = usize::try_from(geometry.file_bytes()).map_err(|_| Error::OutOfMemory)?;
        Ok(Slot {
            map: Mapping::new(file.as_fd(), length)?,
            geometry,
            max_message_size: header.max_message_size,
            quota_bytes: header.quota_bytes,
            name,
            security,
            file,
            participant: Participant::default(),
            file_name: header.file_name.clone(),
            directory,
        })
    }
}

/// Refuses what cannot be a slot file of this user, before a byte of it is read.
pub(super) fn check_kind(stat: &Stat, file_name: &str) -> Result<(), Error> {
    let not_a_slot = |why: String| Err(Error::NotASlot { why });
    let kind = FileType::from_raw_mode(stat.st_mode);
    if kind != FileType::RegularFile {
        return not_a_slot(format!("{file_name} is a {kind:?}; a regular file is needed"));
    }
    let me = rustix::process::geteuid().as_raw();
    if stat.st_uid != me {
        return Err(other_user(file_name, Some(stat.st_uid)));
    }
    if stat.st_mode & 0o077 != 0 {
        return not_a_slot(format!("{file_name} has mode {:o}; 600 is needed", stat.st_mode & 0o7777));
    }
    Ok(())
}

/// The fixed part of the header page, as read by a system call into private memory.
pub(super) struct FileHeader {
    version: u32,
    chunk_capacity: u32,
    max_message_size: u32,
    security_bytes: u32,
    quota_bytes: u64,
    name_bytes: u32,
    file_name: String,
    closed: bool,
}

impl FileHeader {
    /// Reads the header page. Everything but the magic number may still be nonsense.
    pub(super) fn read(file: BorrowedFd<'_>, file_name: &str) -> Result<FileHeader, Error> {
        let not_a_slot = |why: String| Err(Error::NotASlot { why });
        let mut page = [0; PAGE_BYTES as usize];
        let length = rustix::io::pread(file, &mut page, 0)?;
        if length < page.len() {
            return not_a_slot(format!("{file_name} has {length} bytes; a slot file has {PAGE_BYTES} at least"));
        }
        let word32 = |offset: u64| {
            let at = offset as usize;
            u32::from_ne_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]])
        };
        let word64 = |offset: u64| {
            let (low, high) = (u64::from(word32(offset)), u64::from(word32(offset + 4)));
            if cfg!(target_endian = "little") { high << 32 | low } else { low << 32 | high }
        };
        if word64(fixed::MAGIC) != MAGIC {
            return not_a_slot(format!("{file_name} does not begin with the magic number of slot files"));
        }
        let stored_name_bytes = (word32(fixed::FILE_NAME_BYTES) as usize).min(fixed::FILE_NAME_LIMIT);
        let stored_name = &page[fixed::FILE_NAME as usize..][..stored_name_bytes];
        Ok(FileHeader {
            version: word32(fixed::LAYOUT_VERSION),
            chunk_capacity: word32(fixed::CHUNK_CAPACITY),
            max_message_size: word32(fixed::MAX_MESSAGE_SIZE),
            security_bytes: word32(fixed::SECURITY_BYTES),
            quota_bytes: word64(fixed::QUOTA_BYTES),
            name_bytes: word32(fixed::NAME_BYTES),
            file_name: String::from_utf8_lossy(stored_name).into_owned(),
            closed: word32(layout::CLOSED) != 0,
        })
    }

    fn check(&self, stat: &Stat) -> Result<Geometry, Error> {
        if self.version != LAYOUT_VERSION {
            return Err(Error::LayoutVersion { found: self.version, supported: LAYOUT_VERSION });
        }
        if !(1..=Geometry::MAX_CHUNKS).contains(&self.chunk_capacity) {
            return Err(Error::Corrupt { what: "the header's chunk capacity is out of range" });
        }
        if u64::from(self.name_bytes) > layout::NAME_LIMIT {
            return Err(Error::Corrupt { what: "the header's name length is out of range" });
        }
        if u64::from(self.security_bytes) > layout::SECURITY_LIMIT {
            return Err(Error::Corrupt {
                what: "the header's length of what says who may open the slot is out of range",
            });
        }
        let geometry = Geometry { chunk_capacity: self.chunk_capacity };
        if stat.st_size as u64 != geometry.file_bytes() {
            let why = format!("the file has {} bytes; its header says {}", stat.st_size, geometry.file_bytes());
            return Err(Error::NotASlot { why });
        }
        Ok(geometry)
    }
}
