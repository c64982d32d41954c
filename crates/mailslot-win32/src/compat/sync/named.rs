//! Objects with a name: files in the slot directory.
//!
//! The kernel says who has an object. Every handle's open file description has a read lock on the file; whoever can get the
//! write lock has found that nobody has the object any more, and removes the file while it holds that. That is tried by
//! whoever closes a handle, and by whoever opens or creates the name next: so no name stays taken, however its holders ended.
//! A new file gets its lock before it gets its name, and who opened a file uses it only if it still has its name once it is
//! locked.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Once;
use std::thread;

use mailslot::beside::{self, SlotDir};
use rustix::fs::{FileType, Mode, fstat};
use rustix::io::Errno;
use rustix::process::geteuid;
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_GEN_FAILURE};

use super::lock::{LockByte, LockKind, try_lock};
use super::name::PREFIX;
use super::page::Fixed;
use super::{SyncObject, kernel_error};
use crate::last_error::Win32Error;

/// Rounds of finding a file that is gone or comes meanwhile. Each means that another process got on; so many in a row, that one
/// is in the way on purpose.
const ROUNDS: u32 = 10_000;

/// Opens the object of that name, or makes it; `true` if it was there. A new one is prepared by `prepare` before others can
/// see it, and handed to `discard` if somebody else has made one of that name meanwhile.
pub(super) fn create(
    fixed: &Fixed,
    state: u32,
    prepare: impl Fn(&SyncObject) -> Result<(), Win32Error>,
    discard: impl Fn(&SyncObject),
) -> Result<(SyncObject, bool), Win32Error> {
    let directory = beside::slot_directory()?;
    for _ in 0..ROUNDS {
        if let Some(file) = open_in_use(&directory, &fixed.file_name)? {
            return Ok((SyncObject::from_fd(file)?, true));
        }
        remove_what_the_dead_left(&directory);
        let file = directory.unnamed_file().map_err(kernel_error)?;
        fixed.write(file.as_fd(), state).map_err(kernel_error)?;
        if let Some(section) = &fixed.section {
            section.allocate(file.as_fd()).map_err(kernel_error)?;
        }
        try_lock(file.as_fd(), LockByte::Use, LockKind::Read).map_err(kernel_error)?;
        let file_name = &fixed.file_name;
        let object = SyncObject::from_fd(file)?;
        prepare(&object)?;
        match object.with_descriptor(|descriptor| directory.link(descriptor, file_name)) {
            Ok(()) => return Ok((object, false)),
            Err(Errno::EXIST) => discard(&object),
            Err(errno) => {
                discard(&object);
                return Err(kernel_error(errno));
            }
        }
    }
    Err(Win32Error(ERROR_GEN_FAILURE))
}

/// Opens the object of that file name.
///
/// # Errors
///
/// 2 if there is none; 6 if something else has the name.
pub(super) fn open(file_name: &str) -> Result<SyncObject, Win32Error> {
    let file = open_in_use(&beside::slot_directory()?, file_name)?;
    SyncObject::from_fd(file.ok_or(Win32Error(ERROR_FILE_NOT_FOUND))?)
}

/// Removes the file of that name if nobody has the object. Called when a handle has been closed; the empty name is none's.
pub(super) fn remove_if_unused(file_name: &str) {
    // Whoever may write to the file may have changed the name in it.
    if file_name.starts_with(PREFIX)
        && let Ok(directory) = beside::slot_directory()
    {
        remove(&directory, file_name);
    }
}

fn remove(directory: &SlotDir, file_name: &str) {
    // What fails here is left to the next who opens the name.
    if let Ok(file) = directory.open_file(file_name)
        && is_private_file(file.as_fd())
        && try_lock(file.as_fd(), LockByte::Use, LockKind::Write) == Ok(true)
    {
        let _ = directory.unlink_if_same(file.as_fd(), file_name);
    }
}

/// Once in each process that makes a named object: names that are never used again leave no files behind.
fn remove_what_the_dead_left(directory: &SlotDir) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for file_name in directory.file_names(PREFIX).unwrap_or_default() {
            remove(directory, &file_name);
        }
    });
}

/// The file of a name with a lock that keeps it, if somebody has it already.
fn open_in_use(directory: &SlotDir, file_name: &str) -> Result<Option<OwnedFd>, Win32Error> {
    for _ in 0..ROUNDS {
        let file = match directory.open_file(file_name) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            // A link, a folder or the like.
            Err(Errno::LOOP | Errno::ISDIR | Errno::NXIO | Errno::NODEV) => return Err(Win32Error::INVALID_HANDLE),
            Err(errno) => return Err(kernel_error(errno)),
        };
        if !is_private_file(file.as_fd()) {
            return Err(Win32Error::INVALID_HANDLE);
        }
        let lock = |kind| try_lock(file.as_fd(), LockByte::Use, kind).map_err(kernel_error);
        if lock(LockKind::Write)? {
            directory.unlink_if_same(file.as_fd(), file_name).map_err(kernel_error)?;
            return Ok(None);
        }
        if !lock(LockKind::Read)? {
            thread::yield_now();
        } else if fstat(&file).map_err(kernel_error)?.st_nlink > 0 {
            return Ok(Some(file));
        }
    }
    Err(Win32Error(ERROR_GEN_FAILURE))
}

/// Whether it is a file that only this user may have written.
fn is_private_file(file: BorrowedFd<'_>) -> bool {
    fstat(file).is_ok_and(|stat| {
        FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
            && Mode::from_raw_mode(stat.st_mode) == Mode::RUSR | Mode::WUSR
            && stat.st_uid == geteuid().as_raw()
    })
}
