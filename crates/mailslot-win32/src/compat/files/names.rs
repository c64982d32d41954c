//! Names of files: whole ones, and new ones.

use std::ffi::CStr;
use std::os::unix::ffi::OsStringExt;
use std::time::{SystemTime, UNIX_EPOCH};

use mailslot::quirks::SLOT_CHANGE_ERROR;
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_BUFFER_OVERFLOW, ERROR_DIRECTORY, ERROR_FILE_EXISTS, ERROR_INVALID_PARAMETER,
};

use super::metadata::Metadata;
use super::{Target, disk_path, narrow};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::text;

/// The whole path of a name, whether it exists or not: `/folder/name`, as Linux writes it, so that the C library knows it, too.
/// `.` and `..` are taken out. What is no path of a file is given back as it is.
///
/// - `lpBuffer`, `nBufferLength`: where to, and the room in bytes.
/// - `lpFilePart`: NULL, or receives where in the buffer the last part begins; NULL if there is none.
///
/// Returns the length without its NUL, or with it if that is more than the room, and then writes nothing. Fails with 0: 3 NULL
/// or empty, 123 no name.
///
/// # Safety
///
/// `lpFileName` is NULL or points to bytes up to and including a NUL; `lpBuffer` is NULL or points to `nBufferLength` bytes;
/// `lpFilePart` is NULL or points to a pointer.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFullPathNameA(
    lpFileName: *const u8,
    nBufferLength: u32,
    lpBuffer: *mut u8,
    lpFilePart: *mut *mut u8,
) -> u32 {
    boundary(0, || {
        // SAFETY: the caller's promise.
        let units = unsafe { text::from_utf8(lpFileName) }?;
        let path = match Target::of(&units)? {
            Target::Disk(path) => whole(path.to_bytes())?,
            _ => narrow(&units),
        };
        // SAFETY: the caller's promise.
        let length = unsafe { give_text(&path, lpBuffer, nBufferLength) };
        if !lpFilePart.is_null() {
            let start = path.iter().rposition(|&byte| byte == b'/' || byte == b'\\').map_or(0, |at| at + 1);
            let has_part = length as usize == path.len() && start < path.len();
            let part = if has_part { lpBuffer.wrapping_add(start) } else { std::ptr::null_mut() };
            // SAFETY: not NULL, so the caller promises a pointer.
            unsafe { lpFilePart.write_unaligned(part) };
        }
        Ok(length)
    })
}

/// Makes a name for a temporary file: the folder, up to three letters of the prefix, a number in hexadecimal digits, `.tmp`.
/// With `uUnique` 0 it is one that no file has, and an empty file of that name is made; else it is that number's.
///
/// Returns the number. Fails with 0: 5 not allowed, or a mailslot, 80 every number is taken, 87 `lpTempFileName` is NULL, 111 the
/// folder's name is longer than 246 bytes, 267 there is no such folder.
///
/// # Safety
///
/// `lpPathName` and `lpPrefixString` are NULL or point to bytes up to and including a NUL; `lpTempFileName` is NULL or points to
/// 260 bytes.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetTempFileNameA(
    lpPathName: *const u8,
    lpPrefixString: *const u8,
    uUnique: u32,
    lpTempFileName: *mut u8,
) -> u32 {
    const LONGEST_FOLDER: usize = 246;
    boundary(0, || {
        // SAFETY: the caller's promise.
        let folder = unsafe { disk_path(lpPathName, SLOT_CHANGE_ERROR) }?;
        // SAFETY: the caller's promise; it is not NULL and not empty, or there were no folder.
        let given = unsafe { CStr::from_ptr(lpPathName.cast()) }.to_bytes();
        let prefix: &[u8] = if lpPrefixString.is_null() {
            b""
        } else {
            // SAFETY: not NULL, so the caller promises a text.
            unsafe { CStr::from_ptr(lpPrefixString.cast()) }.to_bytes()
        };
        if lpTempFileName.is_null() {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        if given.len() > LONGEST_FOLDER {
            return Err(Win32Error(ERROR_BUFFER_OVERFLOW));
        }
        if !Metadata::of_path(&folder).is_ok_and(|found| found.is_folder()) {
            return Err(Win32Error(ERROR_DIRECTORY));
        }
        let (number, name) = if uUnique & 0xFFFF != 0 {
            (uUnique, temporary_name(given, prefix, uUnique & 0xFFFF))
        } else {
            make_temporary(given, folder.to_bytes(), prefix)?
        };
        // SAFETY: the caller promises 260 bytes, and the name has at most 246 + 1 + 3 + 4 + 4 and a NUL.
        unsafe { give_text(&name, lpTempFileName, 260) };
        Ok(number)
    })
}

/// Copies a text and its NUL if there is room. Returns its length without the NUL, or with it if there is not.
///
/// # Safety
///
/// `place` is NULL or points to `room` bytes.
pub(super) unsafe fn give_text(text: &[u8], place: *mut u8, room: u32) -> u32 {
    if place.is_null() || text.len() >= room as usize {
        return text.len() as u32 + 1;
    }
    // SAFETY: there is room for the text, as the caller promises.
    unsafe { place.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
    // SAFETY: and for one byte more.
    unsafe { place.wrapping_add(text.len()).write(0) };
    text.len() as u32
}

/// With the current folder before it where it has none, and without `.`, `..` and doubled slashes.
fn whole(path: &[u8]) -> Result<Vec<u8>, Win32Error> {
    let path = if path.first() == Some(&b'/') {
        path.to_vec()
    } else {
        let folder = std::env::current_dir()?.into_os_string().into_vec();
        [&folder, b"/".as_slice(), path].concat()
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let ends_open = path.ends_with(b"/") && !parts.is_empty();
    let mut whole = [b"/".as_slice(), &parts.join(&b'/')].concat();
    whole.extend(ends_open.then_some(b'/'));
    Ok(whole)
}

fn make_temporary(given: &[u8], folder: &[u8], prefix: &[u8]) -> Result<(u32, Vec<u8>), Win32Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.subsec_micros());
    for offset in 0..=0xFFFF {
        let number = now.wrapping_add(offset) & 0xFFFF;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        if number == 0 {
            continue;
        }
        match open(temporary_name(folder, prefix, number), flags, Mode::from_raw_mode(0o666)) {
            Ok(_) => return Ok((number, temporary_name(given, prefix, number))),
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Err(Win32Error(ERROR_FILE_EXISTS))
}

/// Folders are written with the slash that the caller writes; the C library knows only one of the two.
fn temporary_name(folder: &[u8], prefix: &[u8], number: u32) -> Vec<u8> {
    let slash: &[u8] = match folder.last() {
        Some(b'/' | b'\\') => b"",
        _ if folder.contains(&b'\\') && !folder.contains(&b'/') => b"\\",
        _ => b"/",
    };
    let prefix = &prefix[..prefix.len().min(3)];
    [folder, slash, prefix, format!("{number:X}.tmp").as_bytes()].concat()
}
