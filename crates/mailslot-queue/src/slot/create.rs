//! Making a slot file: complete before it has a name, locked before anybody can see it.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::open::{FileHeader, check_kind};
use super::{Slot, SlotName, bury};
use crate::clock::FileTime;
use crate::directory::{SlotDir, open_error};
use crate::error::Error;
use crate::fork::{self, PrivateFile};
use crate::kernel::{self, LockByte};
use crate::layout::{self, CHUNK_BYTES, Geometry, LAYOUT_VERSION, MAGIC, PAGE_BYTES, fixed};
use crate::memory::Mapping;
use crate::participant::Participant;
use crate::primitive::Ordering;

/// What a slot is made with.
#[derive(Debug, Clone)]
pub struct CreateOptions {
    /// The largest message in bytes; 0 for any size.
    pub max_message_size: u32,
    /// How long a read waits, in milliseconds; `u32::MAX` is for ever.
    pub read_timeout_ms: u32,
    /// Payload bytes that may be queued; 1 byte to 63 GiB.
    pub quota_bytes: u64,
    /// What says who may open the slot: at most 65,536 bytes. The queue keeps them and does not look at them; whatever they
    /// say, only processes of the owner map the slot file.
    pub security: Vec<u8>,
}

impl Default for CreateOptions {
    fn default() -> Self {
        CreateOptions { max_message_size: 0, read_timeout_ms: u32::MAX, quota_bytes: 256 << 20, security: Vec::new() }
    }
}

impl Slot {
    /// A new slot of that name, and the descriptor that keeps it alive.
    pub(crate) fn create(
        directory: &SlotDir,
        name: SlotName<'_>,
        options: &CreateOptions,
    ) -> Result<(Slot, OwnedFd), Error> {
        let (slot, handle) = build(directory, name, options)?;
        // Another creator, or the janitor of a dead slot, can get in between a few times.
        for _ in 0..20 {
            match directory.link(slot.file(), name.file) {
                Ok(()) => return Ok((slot, handle)),
                Err(Errno::EXIST) => clear_the_way(directory, name.file)?,
                Err(errno) => return Err(open_error(directory, errno, name.file)),
            }
        }
        Err(Error::AlreadyExists)
    }
}

/// Returns if the name is free now, or may be.
fn clear_the_way(directory: &SlotDir, file_name: &str) -> Result<(), Error> {
    let file = match directory.open_file(file_name) {
        Ok(file) => file,
        Err(Errno::NOENT) => return Ok(()),
        Err(errno) => return Err(open_error(directory, errno, file_name)),
    };
    check_kind(&rustix::fs::fstat(&file)?, file_name)?;
    FileHeader::read(file.as_fd(), file_name)?;
    if kernel::is_locked_by_another(file.as_fd(), LockByte::Server)? {
        return Err(Error::AlreadyExists);
    }
    if bury(directory, file.as_fd(), file_name)? { Ok(()) } else { Err(Error::AlreadyExists) }
}

fn build(directory: &SlotDir, name: SlotName<'_>, options: &CreateOptions) -> Result<(Slot, OwnedFd), Error> {
    let geometry = check_options(name, options)?;
    let file = PrivateFile::open(|| directory.unnamed_file())?;
    rustix::fs::ftruncate(file.as_fd(), geometry.file_bytes())?;
    let pages_for = |bytes: &[u8]| (bytes.len() as u64).next_multiple_of(PAGE_BYTES);
    kernel::allocate(file.as_fd(), 0, layout::NAME + pages_for(name.full))?;
    kernel::allocate(file.as_fd(), layout::SECURITY, pages_for(&options.security))?;
    kernel::allocate(file.as_fd(), layout::TABLE, PAGE_BYTES)?;
    let length = usize::try_from(geometry.file_bytes()).map_err(|_| Error::OutOfMemory)?;
    let map = Mapping::new(file.as_fd(), length)?;
    let slot = Slot {
        map,
        geometry,
        max_message_size: options.max_message_size,
        quota_bytes: options.quota_bytes,
        name: name.full.to_vec(),
        security: options.security.clone(),
        file,
        participant: Participant::default(),
        file_name: name.file.to_owned(),
        directory: Some(directory.clone()),
    };
    write_header(&slot, options);
    // The description that all server handles share. O_APPEND tells a server's descriptor from a client's.
    let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CLOEXEC;
    let handle = fork::open_again(slot.file.as_fd().as_raw_fd(), flags)?;
    if !kernel::try_lock(handle.as_fd(), LockByte::Server)? {
        return Err(Error::Corrupt { what: "the server lock of a file that nobody else can see is taken" });
    }
    Ok((slot, handle))
}

fn check_options(name: SlotName<'_>, options: &CreateOptions) -> Result<Geometry, Error> {
    let invalid = |what| Err(Error::InvalidOption { what });
    if name.file.is_empty() || name.file.len() > fixed::FILE_NAME_LIMIT || name.file.contains(['/', '\0']) {
        return invalid(format!("{:?} is no usable file name: 1 to 255 bytes without a slash are", name.file));
    }
    if name.full.len() as u64 > layout::NAME_LIMIT {
        return invalid(format!("a name of {} bytes; at most {} are stored", name.full.len(), layout::NAME_LIMIT));
    }
    if options.security.len() as u64 > layout::SECURITY_LIMIT {
        let (given, limit) = (options.security.len(), layout::SECURITY_LIMIT);
        return invalid(format!("{given} bytes that say who may open the slot; at most {limit} are stored"));
    }
    let largest_quota = (u64::from(Geometry::MAX_CHUNKS) - 4096) / 2 * CHUNK_BYTES;
    match Geometry::for_quota(options.quota_bytes) {
        Some(geometry) if options.quota_bytes > 0 => Ok(geometry),
        _ => invalid(format!("a quota of {} bytes; 1 to {largest_quota} are accepted", options.quota_bytes)),
    }
}

fn write_header(slot: &Slot, options: &CreateOptions) {
    let map = &slot.map;
    let store32 = |offset, value| map.u32_at(offset).store(value, Ordering::Relaxed);
    let store64 = |offset, value| map.u64_at(offset).store(value, Ordering::Relaxed);
    store32(fixed::CHUNK_CAPACITY, slot.geometry.chunk_capacity);
    store32(fixed::MAX_MESSAGE_SIZE, options.max_message_size);
    store32(fixed::SECURITY_BYTES, slot.security.len() as u32);
    store64(fixed::QUOTA_BYTES, options.quota_bytes);
    store32(fixed::NAME_BYTES, slot.name.len() as u32);
    store32(fixed::FILE_NAME_BYTES, slot.file_name.len() as u32);
    let all_fit = map.copy_in(fixed::FILE_NAME, slot.file_name.as_bytes())
        && map.copy_in(layout::NAME, &slot.name)
        && map.copy_in(layout::SECURITY, &slot.security);
    debug_assert!(all_fit);
    let now = FileTime::now().0;
    store64(layout::CREATION_TIME, now);
    store64(layout::ACCESS_TIME, now);
    store64(layout::WRITE_TIME, now);
    store32(layout::READ_TIMEOUT_MS, options.read_timeout_ms);
    store32(layout::READER_PID, rustix::process::getpid().as_raw_nonzero().get() as u32);
    store64(layout::NEXT_PARTICIPANT, 1);
    store64(fixed::MAGIC, MAGIC);
    // Last: a file without a version is not finished.
    map.u32_at(fixed::LAYOUT_VERSION).store(LAYOUT_VERSION, Ordering::Release);
}
