//! ReadFileEx and WriteFileEx.

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_IO_PENDING, ERROR_SUCCESS, FALSE, HANDLE, TRUE,
};
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};
use windows_sys::core::BOOL;

use super::notice::Notice;
use super::target::Target;
use super::{read, write};
use crate::boundary::boundary;
use crate::compat::files;
use crate::last_error::{SetLastError, Win32Error};
use crate::object::Object;
use crate::table::with_entry;
use crate::transfer::{check_read_buffer, check_write_buffer, readable, writable};

/// Reads the oldest message when there is one, and then has the calling thread call `lpCompletionRoutine` in its next
/// alertable wait (SleepEx, WaitForSingleObjectEx, WaitForMultipleObjectsEx, SignalObjectAndWait), with the error code (121
/// nothing arrived in time, 122 the message does not fit, 995 cancelled), the number of bytes and `lpOverlapped`. The call
/// is made in that way also if a message is there at once.
///
/// - `lpBuffer`, `nNumberOfBytesToRead`: where to and how much fits.
/// - `lpOverlapped`: must stay in place until the call; `hEvent` is not touched, the offset is ignored.
/// - `lpCompletionRoutine`: NULL for no call.
///
/// Success sets the last error to 0. Fails with `FALSE`, and nothing is called: 5 the handle may not read, 6 not a mailslot
/// handle, 87 a client handle, `lpOverlapped` is NULL, or the handle is bound to a completion port, 121 nothing is there and
/// the slot's timeout is 0, 122 the message is larger than the buffer, 998 the buffer is NULL but not empty.
///
/// # Safety
///
/// `lpBuffer` is NULL or points to `nNumberOfBytesToRead` bytes, and `lpOverlapped` is NULL or points to an OVERLAPPED, which
/// both stay in place and are not used by others until the operation has ended. `lpCompletionRoutine` is NULL or a function.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadFileEx(
    hFile: HANDLE,
    lpBuffer: *mut u8,
    nNumberOfBytesToRead: u32,
    lpOverlapped: *mut OVERLAPPED,
    lpCompletionRoutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    boundary(FALSE, || {
        with_entry(hFile, |entry| {
            let end = match &entry.object {
                Object::Server(_) | Object::Client(_) | Object::Other(_) if !entry.access().allows_reading() => {
                    return Err(Win32Error(ERROR_ACCESS_DENIED));
                }
                Object::Other(other) => {
                    // SAFETY: the caller's promise.
                    let target = unsafe { Target::new(lpOverlapped) }.ok_or(Win32Error::INVALID_PARAMETER)?;
                    check_read_buffer(lpBuffer, nNumberOfBytesToRead)?;
                    // SAFETY: the caller's promise.
                    let buffer = unsafe { writable(lpBuffer, nNumberOfBytesToRead) };
                    files::read_and_call(&**other, buffer, target, lpCompletionRoutine)?;
                    SetLastError(ERROR_SUCCESS);
                    return Ok(TRUE);
                }
                Object::Server(end) => end,
                Object::Client(_) => return Err(Win32Error(ERROR_INVALID_PARAMETER)),
                _ => return Err(Win32Error::INVALID_HANDLE),
            };
            // SAFETY: the caller's promise.
            let target = unsafe { Target::new(lpOverlapped) }.ok_or(Win32Error::INVALID_PARAMETER)?;
            if end.file.is_bound() {
                return Err(Win32Error::INVALID_PARAMETER);
            }
            check_read_buffer(lpBuffer, nNumberOfBytesToRead)?;
            let notice = Notice::call(target, lpCompletionRoutine)?;
            // SAFETY: the caller's promise.
            match unsafe { read(end, lpBuffer, nNumberOfBytesToRead, notice) } {
                Ok(_) | Err(Win32Error(ERROR_IO_PENDING)) => {
                    SetLastError(ERROR_SUCCESS);
                    Ok(TRUE)
                }
                Err(error) => Err(error),
            }
        })
    })
}

/// Appends one message, and has the calling thread call `lpCompletionRoutine` in its next alertable wait, with 0, the number
/// of bytes and `lpOverlapped`. The message is queued when this returns.
///
/// Success sets the last error to 0. Fails with `FALSE`, and nothing is called: 87 `lpOverlapped` is NULL or the handle is bound to
/// a completion port, and what [`WriteFile`](crate::WriteFile) fails with.
///
/// # Safety
///
/// `lpBuffer` is NULL or points to `nNumberOfBytesToWrite` bytes that nobody changes during the call. `lpOverlapped` is NULL
/// or points to an OVERLAPPED that stays in place until the call of `lpCompletionRoutine`, which is NULL or a function.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WriteFileEx(
    hFile: HANDLE,
    lpBuffer: *const u8,
    nNumberOfBytesToWrite: u32,
    lpOverlapped: *mut OVERLAPPED,
    lpCompletionRoutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    boundary(FALSE, || {
        with_entry(hFile, |entry| {
            let end = match &entry.object {
                Object::Server(_) | Object::Client(_) | Object::Other(_) if !entry.access().allows_writing() => {
                    return Err(Win32Error(ERROR_ACCESS_DENIED));
                }
                Object::Other(other) => {
                    // SAFETY: the caller's promise.
                    let target = unsafe { Target::new(lpOverlapped) }.ok_or(Win32Error::INVALID_PARAMETER)?;
                    check_write_buffer(lpBuffer, nNumberOfBytesToWrite)?;
                    // SAFETY: the caller's promise.
                    let bytes = unsafe { readable(lpBuffer, nNumberOfBytesToWrite) };
                    files::write_and_call(&**other, bytes, target, lpCompletionRoutine)?;
                    SetLastError(ERROR_SUCCESS);
                    return Ok(TRUE);
                }
                Object::Client(end) => end,
                Object::Server(_) => return Err(Win32Error(ERROR_ACCESS_DENIED)),
                _ => return Err(Win32Error::INVALID_HANDLE),
            };
            // SAFETY: the caller's promise.
            let target = unsafe { Target::new(lpOverlapped) }.ok_or(Win32Error::INVALID_PARAMETER)?;
            if end.file.is_bound() {
                return Err(Win32Error::INVALID_PARAMETER);
            }
            check_write_buffer(lpBuffer, nNumberOfBytesToWrite)?;
            let notice = Notice::call(target, lpCompletionRoutine)?;
            // SAFETY: the caller's promise.
            write(end, unsafe { readable(lpBuffer, nNumberOfBytesToWrite) }, notice)?;
            SetLastError(ERROR_SUCCESS);
            Ok(TRUE)
        })
    })
}
