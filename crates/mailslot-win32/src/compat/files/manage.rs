//! Deleting, moving and copying files; making and removing folders. On the name of a mailslot they fail, and the slot stays.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use mailslot::quirks::SLOT_CHANGE_ERROR;
use rustix::fs::{
    CWD, Mode, OFlags, RenameFlags, Timespec, Timestamps, UTIME_OMIT, fstat, futimens, mkdir, open, rename,
    renameat_with, rmdir, unlink,
};
use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ALREADY_EXISTS, ERROR_DIRECTORY, ERROR_FILE_NOT_FOUND, ERROR_NOT_SUPPORTED,
    ERROR_PATH_NOT_FOUND, ERROR_SHARING_VIOLATION, FALSE, TRUE,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    MOVEFILE_COPY_ALLOWED, MOVEFILE_DELAY_UNTIL_REBOOT, MOVEFILE_REPLACE_EXISTING,
};
use windows_sys::core::BOOL;

use super::attributes::not_there;
use super::disk_path;
use super::metadata::Metadata;
use crate::boundary::boundary;
use crate::last_error::Win32Error;

/// Deletes a file. Whoever has it open goes on using it.
///
/// Fails with `FALSE`: 2, 3 not there, 5 a folder, a read-only file, a mailslot, or not allowed.
///
/// # Safety
///
/// `lpFileName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeleteFileA(lpFileName: *const u8) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { disk_path(lpFileName, SLOT_CHANGE_ERROR) }?;
        let found = Metadata::of_path(&path).map_err(|error| not_there(error, &path))?;
        if found.is_folder() || found.is_read_only() {
            return Err(Win32Error(ERROR_ACCESS_DENIED));
        }
        unlink(&path)?;
        Ok(TRUE)
    })
}

/// Gives a file or folder another name, which nothing has yet; a file also one on another disk.
///
/// Fails with `FALSE`: 2, 3 not there, 5 a mailslot, or not allowed, 183 the new name exists.
///
/// # Safety
///
/// Both names are NULL or point to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MoveFileA(lpExistingFileName: *const u8, lpNewFileName: *const u8) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { MoveFileExA(lpExistingFileName, lpNewFileName, MOVEFILE_COPY_ALLOWED) }
}

/// [`MoveFileA`] with flags: 1 `MOVEFILE_REPLACE_EXISTING` takes the place of a file, 2 `MOVEFILE_COPY_ALLOWED` copies to another
/// disk, 4 `MOVEFILE_DELAY_UNTIL_REBOOT` is refused with 50. 17: another disk, without flag 2 or for a folder.
///
/// # Safety
///
/// As for [`MoveFileA`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MoveFileExA(lpExistingFileName: *const u8, lpNewFileName: *const u8, dwFlags: u32) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let from = unsafe { disk_path(lpExistingFileName, SLOT_CHANGE_ERROR) }?;
        // SAFETY: the caller's promise.
        let to = unsafe { disk_path(lpNewFileName, SLOT_CHANGE_ERROR) }?;
        if dwFlags & MOVEFILE_DELAY_UNTIL_REBOOT != 0 {
            return Err(Win32Error(ERROR_NOT_SUPPORTED));
        }
        let replaces = dwFlags & MOVEFILE_REPLACE_EXISTING != 0;
        let outcome =
            if replaces { rename(&from, &to) } else { renameat_with(CWD, &from, CWD, &to, RenameFlags::NOREPLACE) };
        match outcome {
            Ok(()) => Ok(TRUE),
            Err(Errno::EXIST) => Err(Win32Error(ERROR_ALREADY_EXISTS)),
            Err(Errno::NOTEMPTY | Errno::NOTDIR | Errno::ISDIR) if replaces => Err(Win32Error(ERROR_ACCESS_DENIED)),
            Err(Errno::NOENT | Errno::NOTDIR) => match Metadata::of_path(&from) {
                Err(error) => Err(not_there(error, &from)),
                Ok(_) => Err(Win32Error(ERROR_PATH_NOT_FOUND)),
            },
            Err(Errno::XDEV) if dwFlags & MOVEFILE_COPY_ALLOWED != 0 && !Metadata::of_path(&from)?.is_folder() => {
                copy(&from, &to, !replaces).map_err(exists_already)?;
                unlink(&from)?;
                Ok(TRUE)
            }
            Err(errno) => Err(errno.into()),
        }
    })
}

/// Copies a file with its permissions and the time of its last write.
///
/// Fails with `FALSE`: 2, 3 not there, 5 a folder, a mailslot, or not allowed, 32 onto itself, 80 the new name exists and
/// `bFailIfExists` is set, 112 no room.
///
/// # Safety
///
/// Both names are NULL or point to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CopyFileA(
    lpExistingFileName: *const u8,
    lpNewFileName: *const u8,
    bFailIfExists: BOOL,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let from = unsafe { disk_path(lpExistingFileName, SLOT_CHANGE_ERROR) }?;
        // SAFETY: the caller's promise.
        let to = unsafe { disk_path(lpNewFileName, SLOT_CHANGE_ERROR) }?;
        copy(&from, &to, bFailIfExists != FALSE).map(|()| TRUE)
    })
}

/// Makes a folder. `lpSecurityAttributes` means nothing.
///
/// Fails with `FALSE`: 3 the folder around it is not there, 5 below the mailslots, or not allowed, 183 the name exists.
///
/// # Safety
///
/// `lpPathName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateDirectoryA(
    lpPathName: *const u8,
    _lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { disk_path(lpPathName, SLOT_CHANGE_ERROR) }.map_err(|error| match error {
            // A slot that does not exist is no reason why a folder of its name could.
            Win32Error(ERROR_FILE_NOT_FOUND) => Win32Error(SLOT_CHANGE_ERROR),
            error => error,
        })?;
        match mkdir(&path, Mode::from_raw_mode(0o777)) {
            Err(Errno::EXIST) => Err(Win32Error(ERROR_ALREADY_EXISTS)),
            Err(Errno::NOENT | Errno::NOTDIR) => Err(Win32Error(ERROR_PATH_NOT_FOUND)),
            outcome => Ok(outcome.map(|()| TRUE)?),
        }
    })
}

/// Removes an empty folder.
///
/// Fails with `FALSE`: 2, 3 not there, 5 a mailslot, or not allowed, 145 not empty, 267 no folder.
///
/// # Safety
///
/// `lpPathName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RemoveDirectoryA(lpPathName: *const u8) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { disk_path(lpPathName, SLOT_CHANGE_ERROR) }?;
        let found = Metadata::of_path(&path).map_err(|error| not_there(error, &path))?;
        if !found.is_folder() {
            return Err(Win32Error(ERROR_DIRECTORY));
        }
        rmdir(&path)?;
        Ok(TRUE)
    })
}

fn copy(from: &CStr, to: &CStr, fail_if_exists: bool) -> Result<(), Win32Error> {
    let opened = open(from, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let source = opened.map_err(|errno| not_there(errno.into(), from))?;
    let found = Metadata::of_descriptor(source.as_fd())?;
    if found.is_folder() {
        return Err(Win32Error(ERROR_ACCESS_DENIED));
    }
    let stat = fstat(&source)?;
    if Metadata::of_path(to).is_ok_and(|other| other.inode == found.inode && other.device == found.device) {
        return Err(Win32Error(ERROR_SHARING_VIOLATION));
    }
    let must_be_new = if fail_if_exists { OFlags::EXCL } else { OFlags::TRUNC };
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC | must_be_new;
    let opened = open(to, flags, Mode::from_raw_mode(stat.st_mode & 0o777));
    let target = opened.map_err(|errno| not_there(errno.into(), to))?;
    let times = Timestamps {
        last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        last_modification: Timespec { tv_sec: stat.st_mtime, tv_nsec: stat.st_mtime_nsec as i64 },
    };
    match copy_bytes(source, target.try_clone()?) {
        Ok(()) => Ok(futimens(&target, &times)?),
        Err(error) => {
            // Half a copy is none.
            let _ = unlink(to);
            Err(error.into())
        }
    }
}

fn copy_bytes(source: OwnedFd, target: OwnedFd) -> io::Result<()> {
    io::copy(&mut File::from(source), &mut File::from(target)).map(drop)
}

fn exists_already(error: Win32Error) -> Win32Error {
    match error {
        Win32Error(windows_sys::Win32::Foundation::ERROR_FILE_EXISTS) => Win32Error(ERROR_ALREADY_EXISTS),
        error => error,
    }
}
