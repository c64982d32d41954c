//! QueueUserAPC.

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, HANDLE};

use super::object::thread_of;
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::thread::AsynchronousCall;

/// Has a thread call `pfnAPC` with `dwData` when it waits alertably next (SleepEx, WaitForSingleObjectEx …), or before
/// anything else if it has not begun.
///
/// Returns 1; fails with 0: 6 no thread, 31 the thread has ended, 87 `pfnAPC` is NULL.
///
/// # Safety
///
/// `pfnAPC` is NULL or may be called with `dwData` on that thread.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn QueueUserAPC(
    pfnAPC: Option<unsafe extern "system" fn(usize)>,
    hThread: HANDLE,
    dwData: usize,
) -> u32 {
    boundary(0, || {
        let function = pfnAPC.ok_or(Win32Error(ERROR_INVALID_PARAMETER))?;
        thread_of(hThread)?.queue_call(AsynchronousCall::User { function, argument: dwData })?;
        Ok(1)
    })
}
