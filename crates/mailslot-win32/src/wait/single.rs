//! Waiting for one object, or only for time to pass.

use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_INVALID_HANDLE, HANDLE, WAIT_ABANDONED_0, WAIT_FAILED, WAIT_IO_COMPLETION, WAIT_OBJECT_0, WAIT_TIMEOUT,
};
use windows_sys::Win32::System::Threading::INFINITE;
use windows_sys::core::BOOL;

use super::multiple::with_waitables;
use super::{Outcome, wait};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::entry_of;

/// Waits until an object is signalled, `dwMilliseconds` at most; 0xFFFFFFFF (`INFINITE`) for ever.
///
/// A mailslot handle is signalled unless an asynchronous operation without an event pends on it: the arrival of messages is
/// nothing that it signals. The pseudo handle of the process is waited for until the time is up.
///
/// Returns 0 `WAIT_OBJECT_0`, 0x80 `WAIT_ABANDONED` for a mutex whose owner ended, 0x102 `WAIT_TIMEOUT`; or 0xFFFFFFFF
/// `WAIT_FAILED` with the last error: 6 no handle, or none that can be waited for.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn WaitForSingleObject(hHandle: HANDLE, dwMilliseconds: u32) -> u32 {
    boundary(WAIT_FAILED, || wait_for_one(hHandle, dwMilliseconds, false))
}

/// [`WaitForSingleObject`], and with `bAlertable` also until asynchronous calls (completion routines, QueueUserAPC) were made:
/// 0xC0 `WAIT_IO_COMPLETION`.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn WaitForSingleObjectEx(hHandle: HANDLE, dwMilliseconds: u32, bAlertable: BOOL) -> u32 {
    boundary(WAIT_FAILED, || wait_for_one(hHandle, dwMilliseconds, bAlertable != 0))
}

/// Suspends the calling thread for at least `dwMilliseconds`; 0 gives the rest of its time slice away, 0xFFFFFFFF
/// (`INFINITE`) never returns.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn Sleep(dwMilliseconds: u32) {
    boundary((), || {
        match dwMilliseconds {
            0 => thread::yield_now(),
            INFINITE => loop {
                thread::sleep(Duration::MAX);
            },
            milliseconds => thread::sleep(Duration::from_millis(milliseconds.into())),
        }
        Ok(())
    });
}

/// [`Sleep`], and with `bAlertable` until asynchronous calls were made: 0xC0 `WAIT_IO_COMPLETION`. Returns 0 when the time
/// is up.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SleepEx(dwMilliseconds: u32, bAlertable: BOOL) -> u32 {
    boundary(0, || {
        if bAlertable == 0 {
            Sleep(dwMilliseconds);
            return Ok(0);
        }
        match wait(&[], false, dwMilliseconds, true)? {
            Outcome::CallsMade => Ok(WAIT_IO_COMPLETION),
            _ => Ok(0),
        }
    })
}

/// Signals one object (an event is set, a mutex released, a semaphore counted up by one) and waits for another.
///
/// Returns as [`WaitForSingleObjectEx`]. `WAIT_FAILED`: 6 either is no handle of that kind; and what SetEvent, ReleaseMutex
/// and ReleaseSemaphore fail with.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SignalObjectAndWait(
    hObjectToSignal: HANDLE,
    hObjectToWaitOn: HANDLE,
    dwMilliseconds: u32,
    bAlertable: BOOL,
) -> u32 {
    boundary(WAIT_FAILED, || {
        let signalled = entry_of(hObjectToSignal)?;
        let Object::Other(object) = &signalled.object else { return Err(Win32Error(ERROR_INVALID_HANDLE)) };
        let outcome = with_waitables(&[hObjectToWaitOn], |objects| {
            // Only now that both are known to be there.
            object.signal()?;
            wait(objects, false, dwMilliseconds, bAlertable != 0)
        })?;
        Ok(code(outcome))
    })
}

fn wait_for_one(handle: HANDLE, timeout_ms: u32, is_alertable: bool) -> Result<u32, Win32Error> {
    with_waitables(&[handle], |objects| wait(objects, false, timeout_ms, is_alertable)).map(code)
}

/// The number that the wait functions return.
pub(super) fn code(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Satisfied(index) => WAIT_OBJECT_0 + index as u32,
        Outcome::Abandoned(index) => WAIT_ABANDONED_0 + index as u32,
        Outcome::CallsMade => WAIT_IO_COMPLETION,
        Outcome::TimedOut => WAIT_TIMEOUT,
    }
}
