//! CreateFile: opening a mailslot for writing. Every other path is handed on to the files.

use mailslot::Client;
use mailslot::quirks::CREATE_DISPOSITIONS_OPEN_EXISTING;
use rustix::fs::{fcntl_getfl, fcntl_setfl};
use windows_sys::Win32::Foundation::{
    ERROR_ALREADY_EXISTS, ERROR_INVALID_PARAMETER, ERROR_SUCCESS, GENERIC_ALL, GENERIC_WRITE, HANDLE,
    INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_ALWAYS, CREATE_NEW, FILE_FLAG_OVERLAPPED, FILE_WRITE_DATA, OPEN_ALWAYS, OPEN_EXISTING, TRUNCATE_EXISTING,
};

use crate::access::Access;
use crate::adopt::OVERLAPPED_MARK;
use crate::boundary::boundary;
use crate::compat::files::{self, Target};
use crate::last_error::{SetLastError, Win32Error};
use crate::object::{ClientEnd, Object};
use crate::security::{SecurityRequest, borrow};
use crate::table;
use crate::text;

/// Opens a mailslot for writing; `lpFileName` is UTF-8. See [`CreateFileW`].
///
/// # Safety
///
/// As for [`CreateFileW`], with bytes in place of units.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileA(
    lpFileName: *const u8,
    dwDesiredAccess: u32,
    _dwShareMode: u32,
    lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
    dwCreationDisposition: u32,
    dwFlagsAndAttributes: u32,
    _hTemplateFile: HANDLE,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text::from_utf8(lpFileName) }?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpSecurityAttributes) }?;
        open(&path, dwDesiredAccess, dwCreationDisposition, dwFlagsAndAttributes, &security)
    })
}

/// Opens a mailslot for writing; or a file, see the table in `compat/files/path.rs`.
///
/// - `lpFileName`: `\\.\mailslot\[path\]name`, UTF-16.
/// - `dwDesiredAccess`: what the handle may do; see the rights of files. 0 is allowed.
/// - `dwShareMode`, `hTemplateFile`: accepted without effect.
/// - `dwFlagsAndAttributes`: `FILE_FLAG_OVERLAPPED` lets a completion port be bound to the handle; others have no effect.
/// - `dwCreationDisposition`: one of the five values. All of them open an existing slot, and none creates one.
///
/// Success sets the last error: 183 after OPEN_ALWAYS, 0 otherwise. Fails with `INVALID_HANDLE_VALUE`: 2 no such slot,
/// 3 no name, 5 access denied, 87 no such disposition, 123 malformed name, 3025 a mailslot of another machine. On files also: 3
/// no such folder, 80 CREATE_NEW on what exists, and what the system refuses with.
///
/// # Safety
///
/// `lpFileName` is NULL or points to units up to and including a NUL. `lpSecurityAttributes` is NULL or points to a
/// `SECURITY_ATTRIBUTES` whose `lpSecurityDescriptor` is NULL or points to a security descriptor.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileW(
    lpFileName: *const u16,
    dwDesiredAccess: u32,
    _dwShareMode: u32,
    lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
    dwCreationDisposition: u32,
    dwFlagsAndAttributes: u32,
    _hTemplateFile: HANDLE,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text::from_utf16(lpFileName) }?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpSecurityAttributes) }?;
        open(&path, dwDesiredAccess, dwCreationDisposition, dwFlagsAndAttributes, &security)
    })
}

/// [`CreateFileW`] for programs whose `wchar_t` has 32 bits: `lpFileName` is UTF-32.
///
/// # Safety
///
/// As for [`CreateFileW`], with 32-bit values in place of units.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateFileW32(
    lpFileName: *const u32,
    dwDesiredAccess: u32,
    _dwShareMode: u32,
    lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
    dwCreationDisposition: u32,
    dwFlagsAndAttributes: u32,
    _hTemplateFile: HANDLE,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        let path = unsafe { text::from_utf32(lpFileName) }?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpSecurityAttributes) }?;
        open(&path, dwDesiredAccess, dwCreationDisposition, dwFlagsAndAttributes, &security)
    })
}

/// Any of these rights lets an open cut a file off.
const TRUNCATING_ACCESS: u32 = GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA;

fn open(
    path: &[u16],
    desired: u32,
    disposition: u32,
    flags: u32,
    security: &SecurityRequest,
) -> Result<HANDLE, Win32Error> {
    if !(CREATE_NEW..=TRUNCATE_EXISTING).contains(&disposition) {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    let name = match Target::of(path)? {
        Target::Slot(name) => name,
        other => {
            let access = Access::requested(desired);
            return files::open(&other, files::Request { access, disposition, flags, inherit: security.inherit });
        }
    };
    match disposition {
        OPEN_EXISTING | OPEN_ALWAYS => {}
        CREATE_NEW | CREATE_ALWAYS if CREATE_DISPOSITIONS_OPEN_EXISTING => {}
        // Cutting off a file needs the right to write it, on Windows for every kind of file.
        TRUNCATE_EXISTING if CREATE_DISPOSITIONS_OPEN_EXISTING && desired & TRUNCATING_ACCESS != 0 => {}
        _ => return Err(Win32Error(ERROR_INVALID_PARAMETER)),
    }
    let client = Client::open(name)?;
    let is_overlapped = flags & FILE_FLAG_OVERLAPPED != 0;
    if is_overlapped {
        mark_overlapped(&client)?;
    }
    let object = Object::Client(ClientEnd::first(client, is_overlapped));
    let handle = table::insert(object, Access::requested(desired), security.inherit)?;
    SetLastError(if disposition == OPEN_ALWAYS { ERROR_ALREADY_EXISTS } else { ERROR_SUCCESS });
    Ok(handle)
}

/// Leaves word in the descriptor for a child that inherits it.
fn mark_overlapped(client: &Client) -> Result<(), Win32Error> {
    let descriptor = borrow(client.raw_fd())?;
    let flags = fcntl_getfl(descriptor).map_err(|_| Win32Error::INVALID_HANDLE)?;
    fcntl_setfl(descriptor, flags | OVERLAPPED_MARK).map_err(|_| Win32Error::INVALID_HANDLE)
}

/// Whether a path that names no slot was meant to: `\\COMPUTER\mailslot` or below, with `.` and `?` as computers. Everything
/// else is a disk file, a pipe or a device.
pub(crate) fn is_mailslot_path(path: &[u16]) -> bool {
    const SLASHES: [u16; 2] = [b'\\' as u16, b'/' as u16];
    let Some(rest) = path.strip_prefix(&[SLASHES[0]; 2]).or_else(|| {
        let is_double_slash = path.iter().take(2).filter(|unit| SLASHES.contains(unit)).count() == 2;
        is_double_slash.then(|| &path[2..])
    }) else {
        return false;
    };
    let mut components = rest.split(|unit| SLASHES.contains(unit));
    let computer = components.next().unwrap_or_default();
    let share = components.find(|component| !component.is_empty()).unwrap_or_default();
    !computer.is_empty() && String::from_utf16_lossy(share).eq_ignore_ascii_case("mailslot")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailslot_paths_are_told_from_others() {
        let is = |text: &str| is_mailslot_path(&text.encode_utf16().collect::<Vec<_>>());
        for path in [
            r"\\.\mailslot\a",
            r"\\?\MailSlot\a",
            "//./mailslot/a",
            r"\\host\mailslot\a",
            r"\\*\mailslot\a",
            r"\\.\mailslot",
            r"\\.\mailslot\",
            r"\\.\\mailslot\a",
        ] {
            assert!(is(path), "{path}");
        }
        for path in ["out.txt", r"C:\mailslot\a", r"\\.\pipe\a", r"\\.\mailslotx\a", r"\mailslot\a", r"\\", "mailslot"]
        {
            assert!(!is(path), "{path}");
        }
    }
}
