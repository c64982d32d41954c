//! What a file mapping is of, as the object's file says it: memory, which is in that file itself, or a file on a disk.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use mailslot::quirks::MAPPING_OF_NO_FILE_ERROR;
use rustix::fs::{FallocateFlags, FileType, Mode, OFlags, fallocate, fcntl_getfl, fstat, ftruncate, open, readlink};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::param::page_size;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_FILE_INVALID, ERROR_FILENAME_EXCED_RANGE, ERROR_NOT_ENOUGH_MEMORY, HANDLE,
};

use super::page::{BYTES, open_again};
use crate::compat::files::{OnSlot, with_file};
use crate::last_error::Win32Error;

/// Where memory begins in the object's file. A multiple of every page size.
const MEMORY_AT: u64 = 0x1_0000;

const AT_SIZE: usize = 24;
const AT_IS_WRITABLE: usize = 32;
const AT_DEVICE: usize = 40;
const AT_INODE: usize = 48;
/// Behind the object's name, to the end of the page. Empty for memory.
const AT_PATH: usize = 512;

/// What a file mapping is of. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// In bytes, above 0. That of memory is a multiple of the page size.
    pub(super) size: u64,
    /// Whether views may be written through.
    pub(super) is_writable: bool,
    /// `None` for memory.
    pub(super) disk: Option<DiskFile>,
}

/// A file on a disk, as other processes find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DiskFile {
    path: CString,
    device: u64,
    inode: u64,
}

impl Section {
    /// Memory.
    ///
    /// # Errors
    ///
    /// 87 no size, 8 more than there can be.
    pub(super) fn of_memory(size: u64, is_writable: bool) -> Result<Section, Win32Error> {
        if size == 0 {
            return Err(Win32Error::INVALID_PARAMETER);
        }
        let size = size
            .checked_next_multiple_of(page_size() as u64)
            .filter(|size| size.checked_add(MEMORY_AT).is_some_and(is_position));
        Ok(Section { size: size.ok_or(Win32Error(ERROR_NOT_ENOUGH_MEMORY))?, is_writable, disk: None })
    }

    /// A file that a handle of this process refers to, and a descriptor of it. The file grows to `size`, which is its own if 0.
    ///
    /// # Errors
    ///
    /// 5 a handle that lacks the right to read, or to write; 6 no handle of a file; 8 a file that is too short and must not be
    /// written; 112 no room to grow; 193 no file on a disk; 206 its path is too long; 1006 an empty file without a size.
    pub(super) fn of_file(handle: HANDLE, size: u64, is_writable: bool) -> Result<(Section, OwnedFd), Win32Error> {
        with_file(handle, OnSlot::both(MAPPING_OF_NO_FILE_ERROR), |file, access| {
            let file = file.open()?;
            let stat = fstat(file.fd())?;
            if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                return Err(Win32Error(MAPPING_OF_NO_FILE_ERROR));
            }
            let mode = fcntl_getfl(file.fd())? & OFlags::ACCMODE;
            let reads = access.allows_reading() && mode != OFlags::WRONLY;
            let writes = access.allows_writing() && mode == OFlags::RDWR;
            if !reads || (is_writable && !writes) {
                return Err(Win32Error(ERROR_ACCESS_DENIED));
            }
            // A description of its own: views keep it, and locks that the handle has must end with that.
            let descriptor = match open_again(file.fd(), access_mode(is_writable)) {
                Ok(descriptor) => descriptor,
                // The file's mode may allow less than the handle does, which made the file.
                Err(_) => fcntl_dupfd_cloexec(file.fd(), 0)?,
            };
            let size = if size == 0 { stat.st_size as u64 } else { size };
            grow(descriptor.as_fd(), stat.st_size as u64, size, is_writable)?;
            let path = readlink(format!("/proc/self/fd/{}", descriptor.as_raw_fd()), Vec::new())?;
            if path.as_bytes().len() >= BYTES - AT_PATH {
                return Err(Win32Error(ERROR_FILENAME_EXCED_RANGE));
            }
            let disk = DiskFile { path, device: stat.st_dev, inode: stat.st_ino };
            Ok((Section { size, is_writable, disk: Some(disk) }, descriptor))
        })
    }

    /// Where byte 0 is in the file that is mapped.
    pub(super) fn begins_at(&self) -> u64 {
        if self.disk.is_some() { 0 } else { MEMORY_AT }
    }

    /// How long the object's file is at least.
    pub(super) fn file_length(&self) -> u64 {
        if self.disk.is_some() { BYTES as u64 } else { MEMORY_AT.saturating_add(self.size) }
    }

    /// Gives the object's file all its memory, so that views can be touched whatever else fills the file system up.
    pub(super) fn allocate(&self, file: BorrowedFd<'_>) -> rustix::io::Result<()> {
        if self.disk.is_some() { Ok(()) } else { fallocate(file, FallocateFlags::empty(), MEMORY_AT, self.size) }
    }

    /// Writes it into the object's page.
    pub(super) fn put(&self, page: &mut [u8]) {
        let mut put = |at: usize, value: &[u8]| page[at..at + value.len()].copy_from_slice(value);
        put(AT_SIZE, &self.size.to_ne_bytes());
        put(AT_IS_WRITABLE, &[self.is_writable.into()]);
        if let Some(disk) = &self.disk {
            put(AT_DEVICE, &disk.device.to_ne_bytes());
            put(AT_INODE, &disk.inode.to_ne_bytes());
            // Shorter than the space: `of_file` has checked it.
            put(AT_PATH, disk.path.as_bytes());
        }
    }

    /// What an object's page says, which whoever may map it may have changed; `None` if it makes no sense.
    pub(super) fn read(page: &[u8]) -> Option<Section> {
        let number = |at: usize| page[at..at + 8].try_into().map(u64::from_ne_bytes).ok();
        let path = &page[AT_PATH..];
        let path = CString::new(&path[..path.iter().position(|&byte| byte == 0)?]).ok()?;
        let disk = DiskFile { path, device: number(AT_DEVICE)?, inode: number(AT_INODE)? };
        let disk = (!disk.path.is_empty()).then_some(disk);
        let section = Section { size: number(AT_SIZE)?, is_writable: page[AT_IS_WRITABLE] != 0, disk };
        let is_whole = section.disk.is_some() || section.size.is_multiple_of(page_size() as u64);
        (section.size > 0 && is_whole && is_position(section.size.checked_add(MEMORY_AT)?)).then_some(section)
    }
}

impl DiskFile {
    /// Opens the file in a process that did not create the mapping.
    ///
    /// # Errors
    ///
    /// 1006 if the file is gone, or another one has its path; and what the system refuses with.
    pub(super) fn open(&self, is_writable: bool) -> Result<OwnedFd, Win32Error> {
        let changed = Win32Error(ERROR_FILE_INVALID);
        let flags = access_mode(is_writable) | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
        let file = open(&self.path, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NXIO | Errno::ISDIR => changed,
            other => other.into(),
        })?;
        let stat = fstat(&file)?;
        if (stat.st_dev, stat.st_ino) == (self.device, self.inode) { Ok(file) } else { Err(changed) }
    }
}

/// Makes a file as long as its mapping.
fn grow(file: BorrowedFd<'_>, length: u64, size: u64, is_writable: bool) -> Result<(), Win32Error> {
    if size == 0 {
        return Err(Win32Error(ERROR_FILE_INVALID));
    }
    if size <= length {
        return Ok(());
    }
    if !is_writable {
        return Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY));
    }
    if !is_position(size) {
        return Err(Win32Error::INVALID_PARAMETER);
    }
    match fallocate(file, FallocateFlags::empty(), length, size - length) {
        // The file system cannot.
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(ftruncate(file, size)?),
        outcome => Ok(outcome?),
    }
}

fn access_mode(is_writable: bool) -> OFlags {
    if is_writable { OFlags::RDWR } else { OFlags::RDONLY }
}

fn is_position(offset: u64) -> bool {
    i64::try_from(offset).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(section: &Section) -> Vec<u8> {
        let mut page = vec![0; BYTES];
        section.put(&mut page);
        page
    }

    #[test]
    fn sections_round_trip() {
        let memory = Section::of_memory(1, true).unwrap();
        assert_eq!(memory.size, page_size() as u64);
        let disk = DiskFile { path: c"/a file".to_owned(), device: 1 << 40, inode: u64::MAX };
        for section in [memory, Section { size: 10, is_writable: false, disk: Some(disk) }] {
            assert_eq!(Section::read(&page_of(&section)), Some(section));
        }
    }

    #[test]
    fn sizes_that_cannot_be() {
        assert_eq!(Section::of_memory(0, true), Err(Win32Error::INVALID_PARAMETER));
        for size in [i64::MAX as u64, u64::MAX - page_size() as u64, u64::MAX] {
            assert_eq!(Section::of_memory(size, true), Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY)), "{size:#x}");
        }
    }

    #[test]
    fn scribbled_pages_are_no_sections() {
        let page = page_of(&Section::of_memory(1, true).unwrap());
        for size in [0, 1, i64::MAX as u64, u64::MAX, u64::MAX - 4095] {
            let mut page = page.clone();
            page[AT_SIZE..AT_SIZE + 8].copy_from_slice(&size.to_ne_bytes());
            assert_eq!(Section::read(&page), None, "{size:#x}");
        }
        let mut endless = page;
        endless[AT_PATH..].fill(b'x');
        assert_eq!(Section::read(&endless), None);
    }
}
