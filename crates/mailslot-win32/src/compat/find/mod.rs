//! FindFirstFile and what follows it: the live mailslots, or the files of a folder.

mod entries;
mod pattern;

use std::collections::VecDeque;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::{Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_INVALID_PARAMETER, ERROR_NO_MORE_FILES, ERROR_NOACCESS, FALSE, FILETIME, HANDLE,
    INVALID_HANDLE_VALUE, TRUE,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ATTRIBUTE_DIRECTORY, FindExInfoBasic, FindExInfoStandard, FindExSearchLimitToDirectories,
    FindExSearchNameMatch, WIN32_FIND_DATAA,
};
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::compat::files::{filetime, placeholder};
use crate::last_error::Win32Error;
use crate::object::KernelObject;
use crate::table::{self, insert_other, with_entry};
use crate::text;
use entries::{Entry, find};

/// Finds the first of what matches a pattern, and gives a handle for the others, to be closed with [`FindClose`].
///
/// - `\\.\mailslot\*` lists the live slots of this user by their whole names (`taxes\bob`), with the time of their creation;
///   `\\.\mailslot\taxes\*` those whose names match, `\\.\mailslot\bob` the one.
/// - Other paths list files: wildcards may be in the last part, where letter case does not count then.
/// - What has a name of more than 259 bytes is left out, for it does not fit.
///
/// Fails with `INVALID_HANDLE_VALUE`: 2 nothing matches, or the path ends in a backslash, 3 the folder is not there, 123 wildcards
/// in the folder's name, 267 the folder is none, 998 `lpFindFileData` is NULL.
///
/// # Safety
///
/// `lpFileName` is NULL or points to bytes up to and including a NUL. `lpFindFileData` is NULL or points to the structure.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindFirstFileA(lpFileName: *const u8, lpFindFileData: *mut WIN32_FIND_DATAA) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        unsafe { first(lpFileName, Data::Ansi(lpFindFileData), false) }
    })
}

/// [`FindFirstFileA`] with options: `fInfoLevelId` 0 or 1, which mean the same; `fSearchOp` 1 `FindExSearchLimitToDirectories`
/// leaves out what is no folder. Flags are accepted and mean nothing. Fails with 87 for others.
///
/// # Safety
///
/// As for [`FindFirstFileA`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindFirstFileExA(
    lpFileName: *const u8,
    fInfoLevelId: i32,
    lpFindFileData: *mut WIN32_FIND_DATAA,
    fSearchOp: i32,
    _lpSearchFilter: *const u8,
    _dwAdditionalFlags: u32,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        let only_folders = options(fInfoLevelId, fSearchOp)?;
        // SAFETY: the caller's promise.
        unsafe { first(lpFileName, Data::Ansi(lpFindFileData), only_folders) }
    })
}

/// Tells the next of what [`FindFirstFileA`] began. Fails with `FALSE`: 6 no such handle, 18 there is no more, 998
/// `lpFindFileData` is NULL.
///
/// # Safety
///
/// `lpFindFileData` is NULL or points to the structure.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FindNextFileA(hFindFile: HANDLE, lpFindFileData: *mut WIN32_FIND_DATAA) -> BOOL {
    // SAFETY: the caller's promise.
    boundary(FALSE, || unsafe { next(hFindFile, Data::Ansi(lpFindFileData)) })
}

/// Closes a handle of [`FindFirstFileA`]. Fails with `FALSE`: 6 no such handle.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn FindClose(hFindFile: HANDLE) -> BOOL {
    boundary(FALSE, || {
        with_entry(hFindFile, |entry| entry.object.other::<Search>().map(drop))?;
        table::close(hFindFile)?;
        Ok(TRUE)
    })
}

/// For the headers' FindFirstFileW and FindFirstFileExW: as [`FindFirstFileExA`], with room for names of 259 units of `wchar_t`,
/// each of `unit_bytes`.
///
/// # Safety
///
/// As for [`FindFirstFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mailslot_find_first(
    name: *const u8,
    level: i32,
    data: *mut FindData,
    operation: i32,
    unit_bytes: u32,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        let only_folders = options(level, operation)?;
        // SAFETY: the caller's promise.
        unsafe { first(name, Data::Wide { data, unit_bytes }, only_folders) }
    })
}

/// For the headers' FindNextFileW: as [`FindNextFileA`], for handles of [`mailslot_find_first`] and of the others alike.
///
/// # Safety
///
/// `data` is NULL or points to the structure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mailslot_find_next(find: HANDLE, data: *mut FindData, unit_bytes: u32) -> BOOL {
    // SAFETY: the caller's promise.
    boundary(FALSE, || unsafe { next(find, Data::Wide { data, unit_bytes }) })
}

/// WIN32_FIND_DATAA with room for every name that has 259 units of `wchar_t`.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[allow(missing_debug_implementations, reason = "a structure of C, for C")]
pub struct FindData {
    dwFileAttributes: u32,
    ftCreationTime: FILETIME,
    ftLastAccessTime: FILETIME,
    ftLastWriteTime: FILETIME,
    nFileSizeHigh: u32,
    nFileSizeLow: u32,
    cFileName: [u8; WIDE_ROOM],
}

const WIDE_ROOM: usize = 259 * 4 + 1;
const ANSI_ROOM: usize = 260;

/// The search behind a handle: what was found and not yet told.
#[derive(Debug)]
struct Search {
    descriptor: ArcSwapOption<OwnedFd>,
    left: Mutex<VecDeque<Entry>>,
}

impl KernelObject for Search {
    fn descriptor(&self) -> RawFd {
        self.descriptor.load().as_ref().map_or(-1, |descriptor| descriptor.as_raw_fd())
    }

    fn close(&self) {
        self.descriptor.store(None);
    }
}

impl Search {
    /// The next entry that fits.
    fn next(&self, data: Data) -> Option<Entry> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let entry = left.pop_front()?;
            if data.has_room_for(&entry.name) {
                return Some(entry);
            }
        }
    }
}

/// Where a program wants an entry.
#[derive(Debug, Clone, Copy)]
enum Data {
    Ansi(*mut WIN32_FIND_DATAA),
    Wide { data: *mut FindData, unit_bytes: u32 },
}

impl Data {
    fn is_null(self) -> bool {
        match self {
            Data::Ansi(data) => data.is_null(),
            Data::Wide { data, .. } => data.is_null(),
        }
    }

    fn has_room_for(self, name: &[u8]) -> bool {
        let units = match self {
            Data::Ansi(_) => name.len(),
            Data::Wide { unit_bytes: 2, .. } => text::units_of(name).len(),
            Data::Wide { .. } => {
                name.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
            }
        };
        units < ANSI_ROOM
    }

    /// Writes an entry that there is room for.
    ///
    /// # Safety
    ///
    /// The pointer points to its structure.
    unsafe fn give(self, entry: &Entry) {
        let high = (entry.size >> 32) as u32;
        let low = entry.size as u32;
        match self {
            Data::Ansi(data) => {
                let mut value = WIN32_FIND_DATAA {
                    dwFileAttributes: entry.attributes,
                    ftCreationTime: filetime(entry.creation),
                    ftLastAccessTime: filetime(entry.access),
                    ftLastWriteTime: filetime(entry.write),
                    nFileSizeHigh: high,
                    nFileSizeLow: low,
                    ..WIN32_FIND_DATAA::default()
                };
                value.cFileName.iter_mut().zip(&entry.name).for_each(|(place, &byte)| *place = byte as i8);
                // SAFETY: the caller's promise.
                unsafe { data.write_unaligned(value) };
            }
            Data::Wide { data, .. } => {
                let mut value = FindData {
                    dwFileAttributes: entry.attributes,
                    ftCreationTime: filetime(entry.creation),
                    ftLastAccessTime: filetime(entry.access),
                    ftLastWriteTime: filetime(entry.write),
                    nFileSizeHigh: high,
                    nFileSizeLow: low,
                    cFileName: [0; WIDE_ROOM],
                };
                value.cFileName.iter_mut().zip(&entry.name).for_each(|(place, &byte)| *place = byte);
                // SAFETY: the caller's promise.
                unsafe { data.write_unaligned(value) };
            }
        }
    }
}

/// # Safety
///
/// As for [`FindFirstFileA`].
unsafe fn first(name: *const u8, data: Data, only_folders: bool) -> Result<HANDLE, Win32Error> {
    // SAFETY: the caller's promise.
    let path = unsafe { text::from_utf8(name) }?;
    let mut found = VecDeque::from(find(&path)?);
    if only_folders {
        found.retain(|entry| entry.attributes & FILE_ATTRIBUTE_DIRECTORY != 0);
    }
    if data.is_null() {
        return Err(Win32Error(ERROR_NOACCESS));
    }
    let descriptor = ArcSwapOption::from_pointee(placeholder()?);
    let search = Search { descriptor, left: Mutex::new(found) };
    let entry = search.next(data).ok_or(Win32Error(ERROR_FILE_NOT_FOUND))?;
    let handle = insert_other(Box::new(search), false)?;
    // SAFETY: the caller's promise.
    unsafe { data.give(&entry) };
    Ok(handle)
}

/// # Safety
///
/// As for [`FindNextFileA`].
unsafe fn next(handle: HANDLE, data: Data) -> Result<BOOL, Win32Error> {
    let entry = with_entry(handle, |entry| {
        let search = entry.object.other::<Search>()?;
        if data.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        search.next(data).ok_or(Win32Error(ERROR_NO_MORE_FILES))
    })?;
    // SAFETY: the caller's promise.
    unsafe { data.give(&entry) };
    Ok(TRUE)
}

/// Whether only folders are wanted.
fn options(level: i32, operation: i32) -> Result<bool, Win32Error> {
    let is_level = [FindExInfoStandard, FindExInfoBasic].contains(&level);
    let only_folders = operation == FindExSearchLimitToDirectories;
    if is_level && (only_folders || operation == FindExSearchNameMatch) {
        Ok(only_folders)
    } else {
        Err(Win32Error(ERROR_INVALID_PARAMETER))
    }
}
