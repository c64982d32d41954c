//! Functions of named pipes, devices and folders' changes. Named pipes are not offered: what is here lets programs compile that
//! also know them, and fails as Windows does for handles and names that are none.

use mailslot::quirks::OTHER_FUNCTION_ERROR;
use windows_sys::Win32::Foundation::{
    ERROR_BAD_PATHNAME, ERROR_CALL_NOT_IMPLEMENTED, ERROR_FILE_NOT_FOUND, ERROR_INVALID_FUNCTION, FALSE, HANDLE,
    INVALID_HANDLE_VALUE, TRUE,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};
use windows_sys::core::BOOL;

use super::file::Kind;
use super::{File, OnSlot, with_file};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::text;

/// Always fails with `INVALID_HANDLE_VALUE`, 120: named pipes are not offered.
///
/// # Safety
///
/// Nothing is read.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateNamedPipeA(
    _lpName: *const u8,
    _dwOpenMode: u32,
    _dwPipeMode: u32,
    _nMaxInstances: u32,
    _nOutBufferSize: u32,
    _nInBufferSize: u32,
    _nDefaultTimeOut: u32,
    _lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || Err(Win32Error(ERROR_CALL_NOT_IMPLEMENTED)))
}

/// Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is read.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConnectNamedPipe(hNamedPipe: HANDLE, _lpOverlapped: *mut OVERLAPPED) -> BOOL {
    refuse(hNamedPipe)
}

/// Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn DisconnectNamedPipe(hNamedPipe: HANDLE) -> BOOL {
    refuse(hNamedPipe)
}

/// Waits for no pipe. Fails with `FALSE`: 2 there is no such pipe, 161 not the name of a pipe.
///
/// # Safety
///
/// `lpNamedPipeName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WaitNamedPipeA(lpNamedPipeName: *const u8, _nTimeOut: u32) -> BOOL {
    // SAFETY: the caller's promise.
    boundary(FALSE, || Err(unsafe { no_pipe(lpNamedPipeName) }))
}

/// Fails with `FALSE`: 2 there is no such pipe, 161 not the name of a pipe.
///
/// # Safety
///
/// `lpNamedPipeName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CallNamedPipeA(
    lpNamedPipeName: *const u8,
    _lpInBuffer: *const u8,
    _nInBufferSize: u32,
    _lpOutBuffer: *mut u8,
    _nOutBufferSize: u32,
    _lpBytesRead: *mut u32,
    _nTimeOut: u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    boundary(FALSE, || Err(unsafe { no_pipe(lpNamedPipeName) }))
}

/// Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is read or written.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TransactNamedPipe(
    hNamedPipe: HANDLE,
    _lpInBuffer: *const u8,
    _nInBufferSize: u32,
    _lpOutBuffer: *mut u8,
    _nOutBufferSize: u32,
    _lpBytesRead: *mut u32,
    _lpOverlapped: *mut OVERLAPPED,
) -> BOOL {
    refuse(hNamedPipe)
}

/// Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is read.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetNamedPipeHandleState(
    hNamedPipe: HANDLE,
    _lpMode: *const u32,
    _lpMaxCollectionCount: *const u32,
    _lpCollectDataTimeout: *const u32,
) -> BOOL {
    refuse(hNamedPipe)
}

/// Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is written.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNamedPipeHandleStateA(
    hNamedPipe: HANDLE,
    _lpState: *mut u32,
    _lpCurInstances: *mut u32,
    _lpMaxCollectionCount: *mut u32,
    _lpCollectDataTimeout: *mut u32,
    _lpUserName: *mut u8,
    _nMaxUserNameSize: u32,
) -> BOOL {
    refuse(hNamedPipe)
}

/// Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is written.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetNamedPipeInfo(
    hNamedPipe: HANDLE,
    _lpFlags: *mut u32,
    _lpOutBufferSize: *mut u32,
    _lpInBufferSize: *mut u32,
    _lpMaxInstances: *mut u32,
) -> BOOL {
    refuse(hNamedPipe)
}

/// Tells how many bytes a pipe holds, such as a program's redirected standard input. It does not copy them.
///
/// Fails with `FALSE`: 1 a mailslot, or no pipe, 6 no file, 120 `lpBuffer` is not NULL.
///
/// # Safety
///
/// `lpBytesRead`, `lpTotalBytesAvail` and `lpBytesLeftThisMessage` are NULL or point to DWORDs.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PeekNamedPipe(
    hNamedPipe: HANDLE,
    lpBuffer: *mut u8,
    _nBufferSize: u32,
    lpBytesRead: *mut u32,
    lpTotalBytesAvail: *mut u32,
    lpBytesLeftThisMessage: *mut u32,
) -> BOOL {
    boundary(FALSE, || {
        let available = with_file(hNamedPipe, ON_SLOT, |file, _| {
            let open = file.open()?;
            if open.kind != Kind::Pipe {
                return Err(Win32Error(ERROR_INVALID_FUNCTION));
            }
            if !lpBuffer.is_null() {
                return Err(Win32Error(ERROR_CALL_NOT_IMPLEMENTED));
            }
            Ok(rustix::io::ioctl_fionread(open.fd())?)
        })?;
        for (place, value) in [(lpBytesRead, 0), (lpTotalBytesAvail, available as u32), (lpBytesLeftThisMessage, 0)] {
            if !place.is_null() {
                // SAFETY: not NULL, so the caller promises a DWORD.
                unsafe { place.write_unaligned(value) };
            }
        }
        Ok(TRUE)
    })
}

/// No control code means anything here. Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is read or written.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeviceIoControl(
    hDevice: HANDLE,
    _dwIoControlCode: u32,
    _lpInBuffer: *const u8,
    _nInBufferSize: u32,
    _lpOutBuffer: *mut u8,
    _nOutBufferSize: u32,
    _lpBytesReturned: *mut u32,
    _lpOverlapped: *mut OVERLAPPED,
) -> BOOL {
    refuse(hDevice)
}

/// Changes of folders are not told. Fails with `FALSE`: 1 a mailslot or any file, 6 no file.
///
/// # Safety
///
/// Nothing is written.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadDirectoryChangesW(
    hDirectory: HANDLE,
    _lpBuffer: *mut u8,
    _nBufferLength: u32,
    _bWatchSubtree: BOOL,
    _dwNotifyFilter: u32,
    _lpBytesReturned: *mut u32,
    _lpOverlapped: *mut OVERLAPPED,
    _lpCompletionRoutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    refuse(hDirectory)
}

const ON_SLOT: OnSlot = OnSlot::both(OTHER_FUNCTION_ERROR);

fn refuse(handle: HANDLE) -> BOOL {
    boundary(FALSE, || {
        let no_device = |_: &File, _| Err(Win32Error(ERROR_INVALID_FUNCTION));
        with_file(handle, ON_SLOT, no_device)
    })
}

/// Why a name leads to no pipe.
///
/// # Safety
///
/// `name` is NULL or points to bytes up to and including a NUL.
unsafe fn no_pipe(name: *const u8) -> Win32Error {
    // SAFETY: the caller's promise.
    match unsafe { text::from_utf8(name) } {
        Ok(name) => {
            let name = String::from_utf16_lossy(&name).replace('/', "\\").to_ascii_lowercase();
            let is_pipe = name.strip_prefix(r"\\").and_then(|rest| rest.split_once('\\'));
            let is_pipe = is_pipe.is_some_and(|(_, path)| path.starts_with(r"pipe\"));
            Win32Error(if is_pipe { ERROR_FILE_NOT_FOUND } else { ERROR_BAD_PATHNAME })
        }
        Err(error) => error,
    }
}
