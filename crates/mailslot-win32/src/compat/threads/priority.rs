//! Thread priorities: kept and told, and without effect, as only the administrator may raise one on Linux.

use std::sync::atomic::Ordering;

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, FALSE, HANDLE, TRUE};
use windows_sys::core::BOOL;

use super::object::thread_of;
use crate::boundary::boundary;
use crate::last_error::Win32Error;

const IDLE: i32 = -15;
const TIME_CRITICAL: i32 = 15;
const ERROR_RETURN: i32 = i32::MAX;

/// Sets what GetThreadPriority tells: -15, -2 to 2, or 15. Fails with `FALSE`: 6 no thread, 87 another priority.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetThreadPriority(hThread: HANDLE, nPriority: i32) -> BOOL {
    boundary(FALSE, || {
        let thread = thread_of(hThread)?;
        if !matches!(nPriority, IDLE | -2..=2 | TIME_CRITICAL) {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        thread.priority.store(nPriority, Ordering::Relaxed);
        Ok(TRUE)
    })
}

/// Tells what SetThreadPriority has set; 0 before. Fails with 0x7FFFFFFF: 6 no thread.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn GetThreadPriority(hThread: HANDLE) -> i32 {
    boundary(ERROR_RETURN, || thread_of(hThread).map(|thread| thread.priority.load(Ordering::Relaxed)))
}
