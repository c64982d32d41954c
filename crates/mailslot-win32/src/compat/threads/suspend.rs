//! ResumeThread and SuspendThread, for threads that have not begun.

use windows_sys::Win32::Foundation::{ERROR_NOT_SUPPORTED, HANDLE};

use super::object::{thread_of, with_thread};
use crate::boundary::boundary;
use crate::last_error::Win32Error;

const FAILED: u32 = u32::MAX;

/// Lets a thread that was created suspended begin, once it was resumed as often as suspended. Returns how often it was
/// suspended before; 0 for a thread that runs. Also for the thread of a process that CreateProcess made suspended. Fails with 0xFFFFFFFF: 6 no thread.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn ResumeThread(hThread: HANDLE) -> u32 {
    boundary(FAILED, || with_thread(hThread, |thread| thread.gate.resume(), |thread| thread.resume_thread()))
}

/// Suspends a thread that was created suspended once more, and returns how often it was before. Fails with 0xFFFFFFFF: 6
/// no thread, 50 the thread has begun: Linux cannot stop one thread of a process.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SuspendThread(hThread: HANDLE) -> u32 {
    boundary(FAILED, || thread_of(hThread)?.gate.suspend().ok_or(Win32Error(ERROR_NOT_SUPPORTED)))
}
