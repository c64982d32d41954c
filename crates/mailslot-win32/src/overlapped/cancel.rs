//! CancelIo and CancelIoEx.

use windows_sys::Win32::Foundation::{ERROR_NOT_FOUND, FALSE, HANDLE, TRUE};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::BOOL;

use super::engine;
use super::target::Target;
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::with_entry;
use crate::thread::Thread;

/// Ends the reads with 995 that the calling thread has started on a handle or one of its duplicates, and that pend.
///
/// Succeeds also if nothing pends, and leaves the last error alone. Fails with `FALSE`: 6 no handle.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn CancelIo(hFile: HANDLE) -> BOOL {
    boundary(FALSE, || {
        with_entry(hFile, |entry| {
            if let Object::Server(end) = &entry.object {
                engine::cancel(end.file.object(), Some(Thread::current_id()), None);
            }
            if entry.object.is_open() { Ok(TRUE) } else { Err(Win32Error::INVALID_HANDLE) }
        })
    })
}

/// Ends reads with 995 that any thread of the process has started on a handle or one of its duplicates, and that pend: the
/// one with `lpOverlapped`, or all of them if that is NULL, then also those that are blocked in ReadFile through this handle.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 no handle, 1168 nothing to cancel.
///
/// # Safety
///
/// `lpOverlapped` is only compared.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CancelIoEx(hFile: HANDLE, lpOverlapped: *const OVERLAPPED) -> BOOL {
    boundary(FALSE, || {
        with_entry(hFile, |entry| {
            // SAFETY: the target is only compared with those of reads that pend.
            let target = unsafe { Target::new(lpOverlapped.cast_mut()) };
            let cancelled = match &entry.object {
                Object::Server(end) => {
                    let pending = engine::cancel(end.file.object(), None, target);
                    // Those that are blocked in ReadFile have no OVERLAPPED to be named by.
                    let blocked = target.is_none() && end.slot.cancel_receives();
                    pending + usize::from(blocked)
                }
                object if object.is_open() => 0,
                _ => return Err(Win32Error::INVALID_HANDLE),
            };
            if cancelled > 0 { Ok(TRUE) } else { Err(Win32Error(ERROR_NOT_FOUND)) }
        })
    })
}
