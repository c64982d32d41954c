//! GetOverlappedResult and GetOverlappedResultEx.

use windows_sys::Win32::Foundation::{
    ERROR_IO_INCOMPLETE, ERROR_SUCCESS, FALSE, HANDLE, TRUE, WAIT_IO_COMPLETION, WAIT_TIMEOUT,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::Win32::System::Threading::INFINITE;
use windows_sys::core::BOOL;

use super::status::Status;
use super::target::Target;
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::table::entry_of;
use crate::wait::{Outcome, wait};

/// Tells how an operation with OVERLAPPED ended; with `bWait`, waits until it has.
///
/// `lpNumberOfBytesTransferred` receives the number of bytes once the operation has ended. `hFile` is not looked at: what is
/// asked for is in `lpOverlapped`. Waiting for an operation with an auto-reset event resets the event.
///
/// Success leaves the last error alone. Fails with `FALSE`: 996 it pends, or what the operation ended with (121, 122, 995 …),
/// 87 `lpOverlapped` is NULL.
///
/// # Safety
///
/// `lpOverlapped` is NULL or points to the OVERLAPPED of an operation. `lpNumberOfBytesTransferred` is NULL or points to a
/// DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetOverlappedResult(
    _hFile: HANDLE,
    lpOverlapped: *const OVERLAPPED,
    lpNumberOfBytesTransferred: *mut u32,
    bWait: BOOL,
) -> BOOL {
    let timeout_ms = if bWait == 0 { 0 } else { INFINITE };
    // SAFETY: the caller's promise.
    boundary(FALSE, || unsafe { result(lpOverlapped, lpNumberOfBytesTransferred, timeout_ms, false) })
}

/// [`GetOverlappedResult`] that waits for `dwMilliseconds` at most, and with `bAlertable` until asynchronous calls were made.
///
/// Fails as that does, and with 258 `WAIT_TIMEOUT` when the time is up, 192 `WAIT_IO_COMPLETION` when calls were made.
///
/// # Safety
///
/// As for [`GetOverlappedResult`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetOverlappedResultEx(
    _hFile: HANDLE,
    lpOverlapped: *const OVERLAPPED,
    lpNumberOfBytesTransferred: *mut u32,
    dwMilliseconds: u32,
    bAlertable: BOOL,
) -> BOOL {
    // SAFETY: the caller's promise.
    boundary(FALSE, || unsafe { result(lpOverlapped, lpNumberOfBytesTransferred, dwMilliseconds, bAlertable != 0) })
}

/// # Safety
///
/// As for [`GetOverlappedResult`].
unsafe fn result(
    overlapped: *const OVERLAPPED,
    bytes: *mut u32,
    timeout_ms: u32,
    is_alertable: bool,
) -> Result<BOOL, Win32Error> {
    // SAFETY: the caller's promise.
    let target = unsafe { Target::new(overlapped.cast_mut()) }.ok_or(Win32Error::INVALID_PARAMETER)?;
    if target.status() == Status::PENDING {
        if timeout_ms == 0 {
            return Err(Win32Error(ERROR_IO_INCOMPLETE));
        }
        match wait(&[&target], false, timeout_ms, is_alertable)? {
            Outcome::Satisfied(_) | Outcome::Abandoned(_) => reset_waited_for(target),
            Outcome::CallsMade => return Err(Win32Error(WAIT_IO_COMPLETION)),
            Outcome::TimedOut => return Err(Win32Error(WAIT_TIMEOUT)),
        }
    }
    if !bytes.is_null() {
        // SAFETY: not NULL, so the caller promises a DWORD. Packed structures may hold it unaligned.
        unsafe { bytes.write_unaligned(target.bytes()) };
    }
    match target.status().win32_code() {
        ERROR_SUCCESS => Ok(TRUE),
        code => Err(Win32Error(code)),
    }
}

/// On Windows the wait is one for the event, which resets an auto-reset event.
fn reset_waited_for(target: Target) {
    let event = (target.event() as usize & !1) as HANDLE;
    if !event.is_null()
        && let Ok(entry) = entry_of(event)
        && let Ok(event) = entry.object.waitable()
    {
        // The event is set a moment after the operation has ended.
        let _ = wait(&[event], false, EVENT_PATIENCE_MS, false);
    }
}

/// The thread that ends an operation sets its event next: it is given this long to do so.
const EVENT_PATIENCE_MS: u32 = 1000;
