//! MapViewOfFile, UnmapViewOfFile and FlushViewOfFile.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ops::Range;
use std::os::fd::BorrowedFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use rustix::mm::{MapFlags, MsyncFlags, ProtFlags, mmap, msync, munmap};
use rustix::param::page_size;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_ADDRESS, ERROR_MAPPED_ALIGNMENT, ERROR_NOT_ENOUGH_MEMORY, FALSE, HANDLE, TRUE,
};
use windows_sys::core::BOOL;

use super::SyncObject;
use super::mapping::{FILE_MAP_COPY, FILE_MAP_READ, FILE_MAP_WRITE, Part, with_part};
use crate::boundary::boundary;
use crate::compat::pages::{GRANULARITY, reserve};
use crate::last_error::Win32Error;
use crate::table::with_entry;

const FILE_MAP_EXECUTE: u32 = 0x20;

/// The views of this process: where each ends, by its first address.
static VIEWS: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

/// Maps a part of a file mapping into memory. See the header.
///
/// Success leaves the last error alone. Fails with NULL: 5 beyond the mapping's end, or a right that the handle or the mapping lacks, 6 no
/// mapping, 8 no memory, 1006 the file was changed, 1132 the offset is no multiple of 64 KiB.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn MapViewOfFile(
    hFileMappingObject: HANDLE,
    dwDesiredAccess: u32,
    dwFileOffsetHigh: u32,
    dwFileOffsetLow: u32,
    dwNumberOfBytesToMap: usize,
) -> *mut c_void {
    let offset = u64::from(dwFileOffsetHigh) << 32 | u64::from(dwFileOffsetLow);
    boundary(std::ptr::null_mut(), || {
        map(hFileMappingObject, dwDesiredAccess, offset, dwNumberOfBytesToMap, std::ptr::null_mut())
    })
}

/// [`MapViewOfFile`] at an address, or where there is room if that is NULL.
///
/// Fails as that; 487 the address is taken, 1132 it is no multiple of 64 KiB.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn MapViewOfFileEx(
    hFileMappingObject: HANDLE,
    dwDesiredAccess: u32,
    dwFileOffsetHigh: u32,
    dwFileOffsetLow: u32,
    dwNumberOfBytesToMap: usize,
    lpBaseAddress: *mut c_void,
) -> *mut c_void {
    let offset = u64::from(dwFileOffsetHigh) << 32 | u64::from(dwFileOffsetLow);
    boundary(std::ptr::null_mut(), || {
        map(hFileMappingObject, dwDesiredAccess, offset, dwNumberOfBytesToMap, lpBaseAddress)
    })
}

/// Ends a view. See the header.
///
/// Success leaves the last error alone. Fails with `FALSE`: 487 no view is there.
///
/// # Safety
///
/// The program does not use the view any more.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UnmapViewOfFile(lpBaseAddress: *const c_void) -> BOOL {
    boundary(FALSE, || {
        let mut views = views();
        let view = view_around(&views, lpBaseAddress as usize)?;
        // SAFETY: the view is this table's, and the caller gives it up.
        unsafe { munmap(view.start as *mut c_void, view.len()) }.map_err(error_of)?;
        views.remove(&view.start);
        Ok(TRUE)
    })
}

/// Writes what was changed in a view to its file. See the header.
///
/// Success leaves the last error alone. Fails with `FALSE`: 487 no view is there, or not so much of one; and what the disk
/// fails with.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn FlushViewOfFile(lpBaseAddress: *const c_void, dwNumberOfBytesToFlush: usize) -> BOOL {
    boundary(FALSE, || {
        let address = lpBaseAddress as usize;
        let view = view_around(&views(), address)?;
        let size = if dwNumberOfBytesToFlush == 0 { view.end - address } else { dwNumberOfBytesToFlush };
        let end = address.checked_add(size).filter(|&end| end <= view.end).ok_or(Win32Error(ERROR_INVALID_ADDRESS))?;
        let start = address - address % page_size();
        // SAFETY: this changes no memory, and fails if the program has ended the view meanwhile.
        unsafe { msync(start as *mut c_void, end - start, MsyncFlags::SYNC) }?;
        Ok(TRUE)
    })
}

/// Whether all of a range is in one view.
pub(in crate::compat) fn is_in_view(range: &Range<usize>) -> bool {
    view_around(&views(), range.start).is_ok_and(|view| range.end <= view.end)
}

fn views() -> MutexGuard<'static, BTreeMap<usize, usize>> {
    VIEWS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The view that an address is in. As Windows' kernel does, any will do, though the documentation asks for the first.
fn view_around(views: &BTreeMap<usize, usize>, address: usize) -> Result<Range<usize>, Win32Error> {
    let found = views.range(..=address).next_back().map(|(&start, &end)| start..end);
    found.filter(|view| view.contains(&address)).ok_or(Win32Error(ERROR_INVALID_ADDRESS))
}

fn map(
    handle: HANDLE,
    desired: u32,
    offset: u64,
    size: usize,
    address: *mut c_void,
) -> Result<*mut c_void, Win32Error> {
    let is_aligned = offset.is_multiple_of(GRANULARITY as u64) && (address as usize).is_multiple_of(GRANULARITY);
    with_entry(handle, |entry| {
        let mapping: &SyncObject = entry.object.other()?;
        // Mappings of programs are not offered, so none allows to execute.
        if desired & FILE_MAP_EXECUTE != 0 {
            return Err(Win32Error(ERROR_ACCESS_DENIED));
        }
        with_part(mapping, entry.access(), desired, offset, size as u64, |file, part| {
            if !is_aligned {
                return Err(Win32Error(ERROR_MAPPED_ALIGNMENT));
            }
            map_part(file, part, protection_of(desired), address as usize)
        })
    })
}

fn map_part(
    file: BorrowedFd<'_>,
    part: &Part,
    protection: ProtFlags,
    address: usize,
) -> Result<*mut c_void, Win32Error> {
    let too_large = Win32Error(ERROR_NOT_ENOUGH_MEMORY);
    let size = usize::try_from(part.size).ok().filter(|&size| size <= isize::MAX as usize - 2 * GRANULARITY);
    let flags = if part.is_shared { MapFlags::SHARED } else { MapFlags::PRIVATE };
    // With the lock held, nobody finds the range free before it is in the table.
    let mut views = views();
    let view = reserve(address, size.ok_or(too_large)?)?;
    let start = view.start as *mut c_void;
    // SAFETY: the address space was just reserved, and nobody else knows of it.
    let mapped = unsafe { mmap(start, view.len(), protection, flags | MapFlags::FIXED, file, part.offset) };
    if let Err(errno) = mapped {
        // SAFETY: as above; what fails here stays reserved, which hurts nobody.
        let _ = unsafe { munmap(start, view.len()) };
        return Err(error_of(errno));
    }
    views.insert(view.start, view.end);
    Ok(start)
}

/// A view that asks for no right at all cannot be touched, as on Windows.
fn protection_of(desired: u32) -> ProtFlags {
    if desired & (FILE_MAP_WRITE | FILE_MAP_COPY) != 0 {
        ProtFlags::READ | ProtFlags::WRITE
    } else if desired & FILE_MAP_READ != 0 {
        ProtFlags::READ
    } else {
        ProtFlags::empty()
    }
}

fn error_of(errno: Errno) -> Win32Error {
    if errno == Errno::NOMEM { Win32Error(ERROR_NOT_ENOUGH_MEMORY) } else { errno.into() }
}
