//! CloseHandle, GetHandleInformation and SetHandleInformation.

use std::sync::atomic::Ordering;

use windows_sys::Win32::Foundation::{
    ERROR_NOACCESS, FALSE, HANDLE, HANDLE_FLAG_INHERIT, HANDLE_FLAG_PROTECT_FROM_CLOSE, TRUE,
};
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::handle::{CURRENT_THREAD, is_pseudo_handle};
use crate::last_error::Win32Error;
use crate::security::{is_inheritable, set_inheritable};
use crate::table::{self, with_entry};

/// Closes a handle. Reads that wait on it in other threads fail with 995. With the last server handle of any process the
/// slot, its messages and its name are gone.
///
/// Success leaves the last error alone, and so does INVALID_HANDLE_VALUE, the pseudo handle of the process, and that of the
/// thread, for which the call succeeds without effect. Fails with `FALSE`: 6 not a mailslot handle, closed already, or protected from close.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn CloseHandle(hObject: HANDLE) -> BOOL {
    boundary(FALSE, || {
        if !is_pseudo_handle(hObject) && hObject != CURRENT_THREAD {
            table::close(hObject)?;
        }
        Ok(TRUE)
    })
}

/// Tells a handle's flags: 1 `HANDLE_FLAG_INHERIT`, 2 `HANDLE_FLAG_PROTECT_FROM_CLOSE`.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 not a mailslot handle, 998 `lpdwFlags` is NULL.
///
/// # Safety
///
/// `lpdwFlags` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetHandleInformation(hObject: HANDLE, lpdwFlags: *mut u32) -> BOOL {
    boundary(FALSE, || {
        let flags = with_entry(hObject, |entry| {
            let inherit = if is_inheritable(entry.object.descriptor())? { HANDLE_FLAG_INHERIT } else { 0 };
            let is_protected = entry.protected.load(Ordering::Relaxed);
            Ok(inherit | if is_protected { HANDLE_FLAG_PROTECT_FROM_CLOSE } else { 0 })
        })?;
        if lpdwFlags.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises a DWORD.
        unsafe { lpdwFlags.write_unaligned(flags) };
        Ok(TRUE)
    })
}

/// Changes the flags of a handle that `dwMask` names to those in `dwFlags`. Unknown bits are ignored.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 not a mailslot handle.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetHandleInformation(hObject: HANDLE, dwMask: u32, dwFlags: u32) -> BOOL {
    boundary(FALSE, || {
        with_entry(hObject, |entry| {
            if dwMask & HANDLE_FLAG_INHERIT != 0 {
                set_inheritable(entry.object.descriptor(), dwFlags & HANDLE_FLAG_INHERIT != 0)?;
            }
            if dwMask & HANDLE_FLAG_PROTECT_FROM_CLOSE != 0 {
                entry.protected.store(dwFlags & HANDLE_FLAG_PROTECT_FROM_CLOSE != 0, Ordering::Relaxed);
            }
            Ok(TRUE)
        })
    })
}
