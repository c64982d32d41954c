//! How threads end: ExitThread, GetExitCodeThread, TerminateThread.

use std::ffi::c_void;
use std::ptr::{NonNull, null_mut};
use std::sync::OnceLock;
use std::thread;

use rustix::process::getpid;
use rustix::thread::gettid;
use windows_sys::Win32::Foundation::{ERROR_NOACCESS, ERROR_NOT_SUPPORTED, FALSE, HANDLE, STILL_ACTIVE, TRUE};
use windows_sys::core::BOOL;

use super::object::{thread_of, with_thread};
use crate::boundary::{boundary, is_in_callback};
use crate::last_error::Win32Error;
use crate::thread::Thread;

unsafe extern "C-unwind" {
    /// As in `libc`, which does not say that it unwinds.
    safe fn pthread_exit(value: *mut c_void) -> !;
}

/// Ends the calling thread with that exit code: what C++ has on its stack is destroyed, thread-local objects too,
/// except in the first thread. That ended, the process goes on until its last thread ends.
///
/// From inside an asynchronous call (a completion routine, QueueUserAPC) it cannot unwind: there the thread counts as ended, and its
/// stack is left as it is until the process ends.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn ExitThread(dwExitCode: u32) -> ! {
    end_with(dwExitCode);
    if let Ok(thread) = Thread::current() {
        thread.leaves_the_process();
    }
    if is_in_callback() {
        // Between here and the program's code are frames that must not be unwound from outside.
        Thread::end_current();
        loop {
            thread::park();
        }
    }
    if gettid() == getpid() {
        end_with_specific_data();
    }
    pthread_exit(null_mut())
}

/// The C library destroys no thread-local objects when the first thread of a process leaves by pthread_exit, but it runs the
/// destructors of keys: so that thread ends with one.
fn end_with_specific_data() {
    static KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();

    extern "C" fn end(_: *mut c_void) {
        Thread::end_current();
    }

    let key = *KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: `key` may be written; the destructor is a function of this library that does not unwind.
        (unsafe { libc::pthread_key_create(&raw mut key, Some(end)) } == 0).then_some(key)
    });
    let something = NonNull::<u8>::dangling().as_ptr().cast();
    // SAFETY: the key is this function's; the value is not used as a pointer.
    if key.is_none_or(|key| unsafe { libc::pthread_setspecific(key, something) } != 0) {
        Thread::end_current();
    }
}

/// The exit code of the calling thread from here on. Who waits for the thread sees its end when its thread-local objects are gone.
pub(super) fn end_with(code: u32) {
    if let Ok(thread) = Thread::current() {
        thread.set_exit_code(code);
    }
}

/// Tells what a thread has ended with; 259 `STILL_ACTIVE` while it runs.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 no thread, 998 `lpExitCode` is NULL.
///
/// # Safety
///
/// `lpExitCode` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetExitCodeThread(hThread: HANDLE, lpExitCode: *mut u32) -> BOOL {
    boundary(FALSE, || {
        let code = with_thread(hThread, |_| STILL_ACTIVE as u32, |thread| thread.thread_exit_code())?;
        if lpExitCode.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises a DWORD. Packed structures may hold it unaligned.
        unsafe { lpExitCode.write_unaligned(code) };
        Ok(TRUE)
    })
}

/// Fails with `FALSE` always: 6 no thread, else 50. Linux has no way to end a thread at any point that leaves the process
/// usable.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn TerminateThread(hThread: HANDLE, dwExitCode: u32) -> BOOL {
    let _ = dwExitCode;
    boundary(FALSE, || {
        thread_of(hThread)?;
        Err(Win32Error(ERROR_NOT_SUPPORTED))
    })
}
