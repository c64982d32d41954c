//! CreateFileMapping and OpenFileMapping.
//!
//! A mapping is an object like the others: a small file. Memory lies in that file itself, behind the object's page; of a file
//! on a disk there is the path, by which other processes find it.

use std::ffi::c_char;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{OFlags, fstat};
use rustix::io::fcntl_dupfd_cloexec;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_FILE_INVALID, ERROR_NOT_SUPPORTED, FALSE, GENERIC_ALL, GENERIC_READ, GENERIC_WRITE,
    HANDLE, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::SystemServices::MAXIMUM_ALLOWED;
use windows_sys::core::BOOL;

use super::object::{create_of, open_with};
use super::page::{Fixed, open_again};
use super::section::Section;
use super::shared::Kind;
use super::{SyncObject, kernel_error};
use crate::access::Access;
use crate::boundary::boundary;
use crate::last_error::Win32Error;

pub(super) const FILE_MAP_COPY: u32 = 0x1;
pub(super) const FILE_MAP_WRITE: u32 = 0x2;
pub(super) const FILE_MAP_READ: u32 = 0x4;

/// Creates a mapping of a file or of new memory, or opens the one of that name.
///
/// - `hFile`: a file, or INVALID_HANDLE_VALUE for memory, which is cleared and shared by all who have the mapping.
/// - `lpFileMappingAttributes`: NULL, or whether children inherit the handle.
/// - `flProtect`: PAGE_READONLY, PAGE_READWRITE or PAGE_WRITECOPY, with SEC_COMMIT or SEC_RESERVE, which change nothing.
/// - `dwMaximumSizeHigh`, `dwMaximumSizeLow`: in bytes; 0 for the file's size. A file that is shorter grows.
/// - `lpName`: as for CreateEvent.
///
/// Sets the last error to 0, or to 183 when it has opened a mapping that was there. Fails with NULL: 5 the file's handle lacks the
/// right to read, or to write with PAGE_READWRITE, 6 no file's handle, or another kind of object has the name, 8 PAGE_READWRITE is
/// needed to make the file longer, or too much memory, 50 mappings of programs, 87 no such protection, or memory without
/// a size, 112 the disk is full, 193 no file on a disk, 1006 an empty file without a size, 1450 no memory; and as CreateEvent for
/// the name.
///
/// # Safety
///
/// `lpFileMappingAttributes` is NULL or points to a SECURITY_ATTRIBUTES, as for CreateMailslot. `lpName` is NULL or points to bytes
/// up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileMappingA(
    hFile: HANDLE,
    lpFileMappingAttributes: *const SECURITY_ATTRIBUTES,
    flProtect: u32,
    dwMaximumSizeHigh: u32,
    dwMaximumSizeLow: u32,
    lpName: *const c_char,
) -> HANDLE {
    boundary(std::ptr::null_mut(), || {
        let is_writable = is_writable(flProtect)?;
        let size = u64::from(dwMaximumSizeHigh) << 32 | u64::from(dwMaximumSizeLow);
        let (section, descriptor) = if hFile == INVALID_HANDLE_VALUE {
            (Section::of_memory(size, is_writable)?, None)
        } else {
            Section::of_file(hFile, size, is_writable).map(|(section, descriptor)| (section, Some(descriptor)))?
        };
        let fixed = Fixed { kind: Kind::FileMapping, maximum: 0, file_name: String::new(), section: Some(section) };
        let prepare = |object: &SyncObject| {
            if let Some(descriptor) = &descriptor {
                let descriptor = fcntl_dupfd_cloexec(descriptor, 0)?;
                // New, so nobody else has filled it.
                let _ = object.of_kind(Kind::FileMapping)?.disk.set(descriptor);
            }
            Ok(())
        };
        // SAFETY: the caller's promise.
        unsafe { create_of(fixed, 0, lpFileMappingAttributes, lpName, prepare, |_| {}) }
    })
}

/// Opens a mapping by name.
///
/// - `dwDesiredAccess`: what views may do that are made with the handle: FILE_MAP_READ, FILE_MAP_WRITE, FILE_MAP_ALL_ACCESS …
/// - `bInheritHandle`: whether children inherit the handle.
///
/// Fails with NULL: 2 there is none, 6 another kind of object has the name, 87 `lpName` is NULL or empty; and as CreateEvent.
///
/// # Safety
///
/// `lpName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenFileMappingA(dwDesiredAccess: u32, bInheritHandle: BOOL, lpName: *const c_char) -> HANDLE {
    let access = granted(dwDesiredAccess);
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { open_with(Kind::FileMapping, access, bInheritHandle != FALSE, lpName) })
}

/// The part of a file that a view shows.
#[derive(Debug)]
pub(super) struct Part {
    /// Whether others see what is written.
    pub(super) is_shared: bool,
    /// From the file's beginning.
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// Runs `body` on the file behind a mapping and the part of it that a view is to show. A size of 0 is the rest of the mapping.
///
/// # Errors
///
/// 5 what the mapping does not allow, or beyond its end; 6 no mapping; 1006 the file was changed.
pub(super) fn with_part<T>(
    object: &SyncObject,
    access: Access,
    desired: u32,
    offset: u64,
    size: u64,
    body: impl FnOnce(BorrowedFd<'_>, &Part) -> Result<T, Win32Error>,
) -> Result<T, Win32Error> {
    let shared = object.of_kind(Kind::FileMapping)?;
    let section = shared.fixed.section.as_ref().ok_or(Win32Error::INVALID_HANDLE)?;
    let denied = Win32Error(ERROR_ACCESS_DENIED);
    let writes_through = desired & FILE_MAP_WRITE != 0;
    let needed = if writes_through { FILE_MAP_WRITE } else { FILE_MAP_READ };
    if access.bits() & needed == 0 || (writes_through && !section.is_writable) {
        return Err(denied);
    }
    let rest = section.size.checked_sub(offset).filter(|&rest| rest > 0 && size <= rest).ok_or(denied)?;
    let size = if size == 0 { rest } else { size };
    let is_shared = writes_through || desired & FILE_MAP_COPY == 0;
    let part = Part { is_shared, offset: section.begins_at() + offset, size };
    if let Some(disk) = &section.disk {
        let file = match shared.disk.get() {
            Some(file) => file,
            None => {
                let file = disk.open(section.is_writable)?;
                shared.disk.get_or_init(|| file)
            }
        };
        // Pages behind the end of a file cannot be touched.
        if (fstat(file)?.st_size as u64) < part.offset + part.size {
            return Err(Win32Error(ERROR_FILE_INVALID));
        }
        return body(file.as_fd(), &part);
    }
    // A view keeps its open file description, and the lock that a named mapping's has must end with the handles.
    let again = object.with_descriptor(|file| open_again(file, OFlags::RDWR)).map_err(kernel_error)?;
    body(again.as_fd(), &part)
}

/// # Errors
///
/// 50 mappings of programs, and of memory of special kinds; 87 what is no protection.
fn is_writable(protect: u32) -> Result<bool, Win32Error> {
    const SEC_RESERVE: u32 = 0x400_0000;
    const SEC_COMMIT: u32 = 0x800_0000;
    /// SEC_LARGE_PAGES, SEC_WRITECOMBINE, SEC_NOCACHE, SEC_IMAGE.
    const SPECIAL: u32 = 0x8000_0000 | 0x4000_0000 | 0x1000_0000 | 0x100_0000;
    let not_supported = Err(Win32Error(ERROR_NOT_SUPPORTED));
    let is_writable = match protect & 0xFF {
        0x02 | 0x08 => Ok(false),
        0x04 => Ok(true),
        0x10 | 0x20 | 0x40 | 0x80 => not_supported,
        _ => Err(Win32Error::INVALID_PARAMETER),
    }?;
    match protect & !0xFF {
        0 | SEC_COMMIT | SEC_RESERVE => Ok(is_writable),
        flags if flags & SPECIAL != 0 && flags & !(SPECIAL | SEC_COMMIT | SEC_RESERVE) == 0 => not_supported,
        _ => Err(Win32Error::INVALID_PARAMETER),
    }
}

fn granted(desired: u32) -> Access {
    if desired & (GENERIC_ALL | MAXIMUM_ALLOWED) != 0 {
        return Access::EVERYTHING;
    }
    // FILE_MAP_COPY is the name of another right, and Windows takes it for this one.
    let copies = if desired == FILE_MAP_COPY { FILE_MAP_READ } else { 0 };
    let reads = if desired & GENERIC_READ != 0 { FILE_MAP_READ } else { 0 };
    let writes = if desired & GENERIC_WRITE != 0 { FILE_MAP_WRITE } else { 0 };
    Access::granted(desired & Access::EVERYTHING.bits() | copies | reads | writes)
}
