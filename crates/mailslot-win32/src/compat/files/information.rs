//! What a handle refers to.

use mailslot::quirks::{FILE_INFORMATION_ERROR, OTHER_FUNCTION_ERROR};
use rustix::fs::readlink;
use std::os::fd::AsRawFd;
use windows_sys::Win32::Foundation::{
    ERROR_BAD_LENGTH, ERROR_INVALID_PARAMETER, ERROR_NOACCESS, ERROR_PATH_NOT_FOUND, FALSE, HANDLE, NO_ERROR, TRUE,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_BASIC_INFO, FILE_STANDARD_INFO, FILE_TYPE_CHAR, FILE_TYPE_DISK, FILE_TYPE_PIPE,
    FILE_TYPE_UNKNOWN, FileBasicInfo, FileStandardInfo, VOLUME_NAME_DOS, VOLUME_NAME_NONE, VOLUME_NAME_NT,
};
use windows_sys::core::BOOL;

use super::file::{File, Kind};
use super::metadata::{Metadata, filetime};
use super::names::give_text;
use super::{MailslotDevice, OnSlot, narrow, with_file};
use crate::boundary::boundary;
use crate::last_error::{SetLastError, Win32Error};
use crate::object::Object;
use crate::table::with_entry;

/// Tells what kind of file a handle refers to: 1 `FILE_TYPE_DISK`, 2 `FILE_TYPE_CHAR`, 3 `FILE_TYPE_PIPE`. A mailslot is none
/// of these: 0 `FILE_TYPE_UNKNOWN`, with the last error set to 0.
///
/// Fails with 0: 6 no file.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn GetFileType(hFile: HANDLE) -> u32 {
    boundary(FILE_TYPE_UNKNOWN, || {
        with_entry(hFile, |entry| {
            let is_mailslot = matches!(entry.object, Object::Server(_) | Object::Client(_));
            if is_mailslot || entry.object.other::<MailslotDevice>().is_ok() {
                SetLastError(NO_ERROR);
                return Ok(FILE_TYPE_UNKNOWN);
            }
            Ok(match entry.object.other::<File>()?.open()?.kind {
                Kind::Disk | Kind::Folder => FILE_TYPE_DISK,
                Kind::Character => FILE_TYPE_CHAR,
                Kind::Pipe => FILE_TYPE_PIPE,
            })
        })
    })
}

/// Tells a file's attributes, times, size and identity.
///
/// Fails with `FALSE`: 6 no file, 87 a mailslot, 998 `lpFileInformation` is NULL.
///
/// # Safety
///
/// `lpFileInformation` is NULL or points to the structure.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileInformationByHandle(
    hFile: HANDLE,
    lpFileInformation: *mut BY_HANDLE_FILE_INFORMATION,
) -> BOOL {
    boundary(FALSE, || {
        let found = metadata_of(hFile)?;
        if lpFileInformation.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        let information = BY_HANDLE_FILE_INFORMATION {
            dwFileAttributes: found.attributes,
            ftCreationTime: filetime(found.creation),
            ftLastAccessTime: filetime(found.access),
            ftLastWriteTime: filetime(found.write),
            dwVolumeSerialNumber: found.device,
            nFileSizeHigh: (found.size >> 32) as u32,
            nFileSizeLow: found.size as u32,
            nNumberOfLinks: found.links,
            nFileIndexHigh: (found.inode >> 32) as u32,
            nFileIndexLow: found.inode as u32,
        };
        // SAFETY: not NULL, so the caller promises the structure.
        unsafe { lpFileInformation.write_unaligned(information) };
        Ok(TRUE)
    })
}

/// Tells what `FileInformationClass` asks for: 0 `FileBasicInfo` (times and attributes), 1 `FileStandardInfo` (sizes, links).
///
/// Fails with `FALSE`: 6 no file, 24 `dwBufferSize` is less than the structure's, 87 a mailslot, or another class, 998
/// `lpFileInformation` is NULL.
///
/// # Safety
///
/// `lpFileInformation` is NULL or points to `dwBufferSize` bytes.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileInformationByHandleEx(
    hFile: HANDLE,
    FileInformationClass: i32,
    lpFileInformation: *mut u8,
    dwBufferSize: u32,
) -> BOOL {
    boundary(FALSE, || {
        let found = metadata_of(hFile)?;
        match FileInformationClass {
            FILE_BASIC => {
                let information = FILE_BASIC_INFO {
                    CreationTime: found.creation.0 as i64,
                    LastAccessTime: found.access.0 as i64,
                    LastWriteTime: found.write.0 as i64,
                    ChangeTime: found.change.0 as i64,
                    FileAttributes: found.attributes,
                };
                // SAFETY: the caller's promise.
                unsafe { give(lpFileInformation, dwBufferSize, information) }
            }
            FILE_STANDARD => {
                let information = FILE_STANDARD_INFO {
                    AllocationSize: found.allocated as i64,
                    EndOfFile: found.size as i64,
                    NumberOfLinks: found.links,
                    DeletePending: false,
                    Directory: found.is_folder(),
                };
                // SAFETY: the caller's promise.
                unsafe { give(lpFileInformation, dwBufferSize, information) }
            }
            _ => Err(Win32Error(ERROR_INVALID_PARAMETER)),
        }
    })
}

/// Tells the path of an open file: `\\?\C:\folder\file` (`VOLUME_NAME_DOS`, 0) or `\folder\file` (`VOLUME_NAME_NONE`, 4). Of a
/// mailslot: `\Device\Mailslot\name` (`VOLUME_NAME_NT`, 2) or `\name`.
///
/// Returns the length without its NUL, or with it if that is more than `cchFilePath`, and then writes nothing. Fails with 0:
/// 1 the DOS name of a mailslot, 3 any other name, 6 no file.
///
/// # Safety
///
/// `lpszFilePath` is NULL or points to `cchFilePath` bytes.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFinalPathNameByHandleA(
    hFile: HANDLE,
    lpszFilePath: *mut u8,
    cchFilePath: u32,
    dwFlags: u32,
) -> u32 {
    boundary(0, || {
        let path = with_entry(hFile, |entry| match &entry.object {
            Object::Server(end) => name_of_slot(end.slot.name().path_utf16(), dwFlags),
            Object::Client(end) => name_of_slot(end.client.name().path_utf16(), dwFlags),
            object => path_of(object.other()?, dwFlags),
        })?;
        // SAFETY: the caller's promise.
        Ok(unsafe { give_text(&path, lpszFilePath, cchFilePath) })
    })
}

const FILE_BASIC: i32 = FileBasicInfo;
const FILE_STANDARD: i32 = FileStandardInfo;

/// The bits of the flags that say which name is asked for.
const VOLUME_NAME: u32 = 7;

fn name_of_slot(name: &[u16], flags: u32) -> Result<Vec<u8>, Win32Error> {
    let prefix: &[u8] = match flags & VOLUME_NAME {
        VOLUME_NAME_NT => br"\Device\Mailslot\",
        VOLUME_NAME_NONE => br"\",
        _ => return Err(Win32Error(OTHER_FUNCTION_ERROR)),
    };
    Ok([prefix, &narrow(name)].concat())
}

fn path_of(file: &File, flags: u32) -> Result<Vec<u8>, Win32Error> {
    let prefix: &[u8] = match flags & VOLUME_NAME {
        VOLUME_NAME_DOS => br"\\?\C:",
        VOLUME_NAME_NONE => b"",
        _ => return Err(Win32Error(ERROR_PATH_NOT_FOUND)),
    };
    let open = file.open()?;
    let path = readlink(format!("/proc/self/fd/{}", open.fd().as_raw_fd()), Vec::new())?;
    let mut path = [prefix, path.as_bytes()].concat();
    path.iter_mut().filter(|byte| **byte == b'/').for_each(|byte| *byte = b'\\');
    Ok(path)
}

fn metadata_of(handle: HANDLE) -> Result<Metadata, Win32Error> {
    with_file(handle, OnSlot::both(FILE_INFORMATION_ERROR), |file, _| Metadata::of_descriptor(file.open()?.fd()))
}

/// Writes a structure into a buffer.
///
/// # Safety
///
/// `place` is NULL or points to `size` bytes.
unsafe fn give<T>(place: *mut u8, size: u32, value: T) -> Result<BOOL, Win32Error> {
    if (size as usize) < size_of::<T>() {
        return Err(Win32Error(ERROR_BAD_LENGTH));
    }
    if place.is_null() {
        return Err(Win32Error(ERROR_NOACCESS));
    }
    // SAFETY: there is room, as the caller promises.
    unsafe { place.cast::<T>().write_unaligned(value) };
    Ok(TRUE)
}
