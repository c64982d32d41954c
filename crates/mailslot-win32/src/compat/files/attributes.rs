//! Attributes of files by their names.

use mailslot::quirks::{SLOT_ATTRIBUTES_ERROR, SLOT_CHANGE_ERROR};
use rustix::fs::{Mode, chmod, stat};
use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_NOACCESS, FALSE, TRUE};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ATTRIBUTE_ARCHIVE, FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_READONLY, GetFileExInfoStandard,
    INVALID_FILE_ATTRIBUTES, WIN32_FILE_ATTRIBUTE_DATA,
};
use windows_sys::core::BOOL;

use super::metadata::{Metadata, filetime};
use super::{Target, disk_path, missing, refused_slot, target_of};
use crate::boundary::boundary;
use crate::last_error::Win32Error;

/// Tells a file's attributes: 0x10 `FILE_ATTRIBUTE_DIRECTORY`, 0x1 `FILE_ATTRIBUTE_READONLY` for a file that nobody may write,
/// 0x400 `FILE_ATTRIBUTE_REPARSE_POINT` for a link that leads nowhere; 0x80 `FILE_ATTRIBUTE_NORMAL` for none of these.
///
/// Fails with 0xFFFFFFFF `INVALID_FILE_ATTRIBUTES`: 2, 3 not there, 87 a mailslot.
///
/// # Safety
///
/// `lpFileName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileAttributesA(lpFileName: *const u8) -> u32 {
    boundary(INVALID_FILE_ATTRIBUTES, || {
        // SAFETY: the caller's promise.
        match unsafe { target_of(lpFileName) }? {
            Target::MailslotRoot => Ok(FILE_ATTRIBUTE_DIRECTORY),
            Target::Null | Target::Console | Target::ConsoleInput | Target::ConsoleOutput => Ok(FILE_ATTRIBUTE_ARCHIVE),
            Target::Disk(path) => Ok(Metadata::of_path(&path).map_err(|error| not_there(error, &path))?.attributes),
            target => Err(refused_slot(&target, SLOT_ATTRIBUTES_ERROR)),
        }
    })
}

/// Tells a file's attributes, times and size. `fInfoLevelId` is 0 `GetFileExInfoStandard`.
///
/// Fails with `FALSE`: as [`GetFileAttributesA`]; 87 another level, 998 `lpFileInformation` is NULL.
///
/// # Safety
///
/// `lpFileName` as for [`GetFileAttributesA`]. `lpFileInformation` is NULL or points to a WIN32_FILE_ATTRIBUTE_DATA.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileAttributesExA(
    lpFileName: *const u8,
    fInfoLevelId: i32,
    lpFileInformation: *mut WIN32_FILE_ATTRIBUTE_DATA,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { disk_path(lpFileName, SLOT_ATTRIBUTES_ERROR) }?;
        let found = Metadata::of_path(&path).map_err(|error| not_there(error, &path))?;
        if fInfoLevelId != GetFileExInfoStandard {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        if lpFileInformation.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        let information = WIN32_FILE_ATTRIBUTE_DATA {
            dwFileAttributes: found.attributes,
            ftCreationTime: filetime(found.creation),
            ftLastAccessTime: filetime(found.access),
            ftLastWriteTime: filetime(found.write),
            nFileSizeHigh: (found.size >> 32) as u32,
            nFileSizeLow: found.size as u32,
        };
        // SAFETY: not NULL, so the caller promises the structure.
        unsafe { lpFileInformation.write_unaligned(information) };
        Ok(TRUE)
    })
}

/// Makes a file read-only for everybody (`FILE_ATTRIBUTE_READONLY`), or writable for its owner. All other attributes are
/// accepted and mean nothing.
///
/// Fails with `FALSE`: 2, 3 not there, 5 another user's, or a mailslot.
///
/// # Safety
///
/// `lpFileName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFileAttributesA(lpFileName: *const u8, dwFileAttributes: u32) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { disk_path(lpFileName, SLOT_CHANGE_ERROR) }?;
        let found = Metadata::of_path(&path).map_err(|error| not_there(error, &path))?;
        let read_only = dwFileAttributes & FILE_ATTRIBUTE_READONLY != 0;
        if !found.is_folder() && read_only != found.is_read_only() {
            let mode = Mode::from_raw_mode(stat(&path)?.st_mode);
            let writable = Mode::WUSR | Mode::WGRP | Mode::WOTH;
            chmod(&path, if read_only { mode - writable } else { mode | Mode::WUSR })?;
        }
        Ok(TRUE)
    })
}

/// Tells a missing folder from a missing file.
pub(super) fn not_there(error: Win32Error, path: &std::ffi::CStr) -> Win32Error {
    match error {
        Win32Error(
            windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND | windows_sys::Win32::Foundation::ERROR_PATH_NOT_FOUND,
        ) => missing(path),
        error => error,
    }
}
