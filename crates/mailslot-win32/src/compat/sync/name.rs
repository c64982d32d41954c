//! Names of objects: `name`, `Local\name` and `Global\name`, which all mean the same here: there is one session.

use std::ffi::c_char;

use mailslot::beside;
use mailslot::quirks::{EMPTY_OBJECT_NAME_IS_NONE, OBJECT_DIRECTORY_NAME_ERROR, OPEN_OBJECT_WITHOUT_NAME_ERROR};
use windows_sys::Win32::Foundation::{ERROR_FILENAME_EXCED_RANGE, ERROR_PATH_NOT_FOUND, MAX_PATH};

use crate::last_error::Win32Error;
use crate::text;

/// Begins the names of the objects' files. A slot's begins with no dot.
pub(super) const PREFIX: &str = ".object-";

/// The file name of a name; `None` for NULL and for the empty name, which are none.
///
/// # Errors
///
/// 3 for a backslash that is not that of `Local\` or `Global\`; 6 for one of these alone, which names a directory; 206 for more
/// than `MAX_PATH` UTF-16 units.
///
/// # Safety
///
/// `name` is NULL or points to bytes up to and including a NUL.
pub(super) unsafe fn file_name(name: *const c_char) -> Result<Option<String>, Win32Error> {
    // SAFETY: the caller's promise; the first byte is there if it is not NULL.
    if name.is_null() || (EMPTY_OBJECT_NAME_IS_NONE && unsafe { name.read() } == 0) {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let units = unsafe { text::from_utf8(name.cast()) }?;
    of_units(&units).map(Some)
}

/// The file name of a name that must be one.
///
/// # Errors
///
/// 87 for NULL and for the empty name; and as [`file_name`].
///
/// # Safety
///
/// As for [`file_name`].
pub(super) unsafe fn required_file_name(name: *const c_char) -> Result<String, Win32Error> {
    // SAFETY: the caller's promise.
    unsafe { file_name(name) }?.ok_or(Win32Error(OPEN_OBJECT_WITHOUT_NAME_ERROR))
}

fn of_units(units: &[u16]) -> Result<String, Win32Error> {
    if units.len() > MAX_PATH as usize {
        return Err(Win32Error(ERROR_FILENAME_EXCED_RANGE));
    }
    let name = ["Local\\", "Global\\"].iter().find_map(|prefix| {
        let prefix: Vec<u16> = prefix.encode_utf16().collect();
        units.strip_prefix(prefix.as_slice())
    });
    let name = name.unwrap_or(units);
    if name.is_empty() {
        return Err(Win32Error(OBJECT_DIRECTORY_NAME_ERROR));
    }
    if name.contains(&u16::from(b'\\')) {
        return Err(Win32Error(ERROR_PATH_NOT_FOUND));
    }
    Ok(beside::file_name(PREFIX, name))
}
