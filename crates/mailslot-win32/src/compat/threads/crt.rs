//! The C run-time library's threads: `process.h`.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, HANDLE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;

use super::create::{CreateThread, Stack, WaitingThread};
use super::exit::ExitThread;
use crate::boundary::boundary;
use crate::last_error::{GetLastError, Win32Error};
use crate::table;

/// CreateThread with the C library's types. Returns the handle; or 0 and sets `errno`: EINVAL `start_address` is NULL, EAGAIN
/// else.
///
/// # Safety
///
/// As for [`CreateThread`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _beginthreadex(
    security: *mut c_void,
    stack_size: u32,
    start_address: Option<unsafe extern "C-unwind" fn(*mut c_void) -> u32>,
    arglist: *mut c_void,
    initflag: u32,
    thrdaddr: *mut u32,
) -> usize {
    let security = security.cast_const().cast::<SECURITY_ATTRIBUTES>();
    // SAFETY: the caller's promise.
    let handle = unsafe { CreateThread(security, stack_size as usize, start_address, arglist, initflag, thrdaddr) };
    if handle.is_null() {
        set_errno_from_last_error();
    }
    handle as usize
}

/// Starts a thread whose handle is closed when its routine returns or calls [`_endthread`]. Returns the handle; or -1 and
/// sets `errno` as [`_beginthreadex`].
///
/// # Safety
///
/// `start_address` is NULL or may be called with `arglist` on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _beginthread(
    start_address: Option<unsafe extern "C-unwind" fn(*mut c_void)>,
    stack_size: u32,
    arglist: *mut c_void,
) -> usize {
    let handle = boundary(null_mut(), || {
        let routine = start_address.ok_or(Win32Error(ERROR_INVALID_PARAMETER))?;
        let begun = Arc::new(Begun { routine, argument: arglist, handle: AtomicPtr::new(null_mut()) });
        let argument = Arc::into_raw(Arc::clone(&begun)).cast_mut().cast::<c_void>();
        let stack = Stack { bytes: stack_size as usize, is_exact: false };
        match WaitingThread::new(run, argument, stack, false) {
            Ok(waiting) => {
                begun.handle.store(waiting.handle, Ordering::Release);
                // After this the handle may be closed at any time.
                waiting.thread.gate.resume();
                Ok(waiting.handle)
            }
            Err(error) => {
                // SAFETY: `run` was not called, so what `into_raw` gave is still this function's.
                drop(unsafe { Arc::from_raw(argument.cast::<Begun>()) });
                Err(error)
            }
        }
    });
    if handle.is_null() {
        set_errno_from_last_error();
        return usize::MAX;
    }
    handle as usize
}

/// Ends the calling thread, which [`_beginthreadex`] started, with that exit code. As [`ExitThread`].
#[unsafe(no_mangle)]
pub extern "C-unwind" fn _endthreadex(retval: u32) -> ! {
    ExitThread(retval)
}

/// Ends the calling thread, which [`_beginthread`] started, and closes its handle. As [`ExitThread`].
#[unsafe(no_mangle)]
pub extern "C-unwind" fn _endthread() -> ! {
    close_own_handle();
    ExitThread(0)
}

/// What a thread of `_beginthread` needs to know.
struct Begun {
    routine: unsafe extern "C-unwind" fn(*mut c_void),
    argument: *mut c_void,
    handle: AtomicPtr<c_void>,
}

// SAFETY: the program made the argument for the thread that it starts.
unsafe impl Send for Begun {}
// SAFETY: as for `Send`; the argument is not looked at.
unsafe impl Sync for Begun {}

thread_local! {
    /// The handle that the calling thread closes at its end; NULL if there is none.
    static OWN_HANDLE: Cell<HANDLE> = const { Cell::new(null_mut()) };
}

/// # Safety
///
/// `begun` is what `Arc::into_raw` gave, and nobody else's.
unsafe extern "C-unwind" fn run(begun: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let (routine, argument) = unsafe { begin(begun) };
    // SAFETY: the program promised that it may be called with this argument.
    unsafe { routine(argument) };
    close_own_handle();
    0
}

/// # Safety
///
/// As for [`run`].
unsafe fn begin(begun: *mut c_void) -> (unsafe extern "C-unwind" fn(*mut c_void), *mut c_void) {
    // SAFETY: the caller's promise.
    let begun = unsafe { Arc::from_raw(begun.cast::<Begun>()) };
    OWN_HANDLE.set(begun.handle.load(Ordering::Acquire));
    (begun.routine, begun.argument)
}

fn close_own_handle() {
    let handle = OWN_HANDLE.replace(null_mut());
    if !handle.is_null() {
        boundary((), || {
            // The program may have closed it, though it should not.
            let _ = table::close(handle);
            Ok(())
        });
    }
}

fn set_errno_from_last_error() {
    let errno = if GetLastError() == ERROR_INVALID_PARAMETER { libc::EINVAL } else { libc::EAGAIN };
    // SAFETY: the C library's place for the calling thread's number.
    let place = unsafe { libc::__errno_location() };
    // SAFETY: the place is valid as long as the thread runs.
    unsafe { place.write(errno) };
}
