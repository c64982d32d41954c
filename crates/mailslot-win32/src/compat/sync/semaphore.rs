//! Semaphores.
//!
//! The state of a semaphore is its count: signalled unless 0, up by ReleaseSemaphore, down by one with each wait that it
//! satisfies. A count above the maximum, which only vandals write, goes down like any other and not up.

use std::ffi::c_char;
use std::sync::atomic::Ordering;

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_TOO_MANY_POSTS, FALSE, HANDLE, TRUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::core::BOOL;

use super::SyncObject;
use super::object::{create, open};
use super::shared::{Kind, Shared};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::table::with_entry;

/// Creates a semaphore, or opens the one of that name.
///
/// - `lpSemaphoreAttributes`: NULL, or whether children inherit the handle.
/// - `lInitialCount`: 0 to `lMaximumCount`.
/// - `lMaximumCount`: above 0.
/// - `lpName`: as for CreateEvent.
///
/// Sets the last error and fails as CreateEvent; 87 for counts out of range.
///
/// # Safety
///
/// As for [`CreateEventA`](super::CreateEventA).
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateSemaphoreA(
    lpSemaphoreAttributes: *const SECURITY_ATTRIBUTES,
    lInitialCount: i32,
    lMaximumCount: i32,
    lpName: *const c_char,
) -> HANDLE {
    boundary(std::ptr::null_mut(), || {
        let counts = (u32::try_from(lInitialCount), u32::try_from(lMaximumCount));
        let (Ok(initial), Ok(maximum @ 1..)) = counts else { return Err(Win32Error(ERROR_INVALID_PARAMETER)) };
        if initial > maximum {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        let kind = Kind::Semaphore;
        // SAFETY: the caller's promise.
        unsafe { create(kind, maximum, initial, lpSemaphoreAttributes, lpName, |_| Ok(()), |_| {}) }
    })
}

/// Opens a semaphore by name. As [`OpenEventA`](super::OpenEventA).
///
/// # Safety
///
/// As for [`OpenEventA`](super::OpenEventA).
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenSemaphoreA(dwDesiredAccess: u32, bInheritHandle: BOOL, lpName: *const c_char) -> HANDLE {
    let _ = dwDesiredAccess;
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { open(Kind::Semaphore, bInheritHandle, lpName) })
}

/// Adds `lReleaseCount` to a semaphore's count. `lpPreviousCount` is NULL, or receives what the count was.
///
/// Success leaves the last error alone. Fails with `FALSE` and changes nothing: 6 no semaphore, 87 `lReleaseCount` is not above
/// 0, 298 the count would be above the maximum.
///
/// # Safety
///
/// `lpPreviousCount` is NULL or points to a LONG.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReleaseSemaphore(hSemaphore: HANDLE, lReleaseCount: i32, lpPreviousCount: *mut i32) -> BOOL {
    boundary(FALSE, || {
        with_entry(hSemaphore, |entry| {
            let semaphore = entry.object.other::<SyncObject>()?.of_kind(Kind::Semaphore)?;
            let Ok(count @ 1..) = u32::try_from(lReleaseCount) else {
                return Err(Win32Error(ERROR_INVALID_PARAMETER));
            };
            let previous = release(semaphore, count)?;
            if !lpPreviousCount.is_null() {
                // SAFETY: not NULL, so the caller promises a LONG. Packed structures may hold it unaligned.
                unsafe { lpPreviousCount.write_unaligned(previous as i32) };
            }
            Ok(TRUE)
        })
    })
}

/// Counts up and tells what the count was.
///
/// # Errors
///
/// 298 if the count would be above the maximum.
pub(super) fn release(semaphore: &Shared, count: u32) -> Result<u32, Win32Error> {
    let maximum = semaphore.fixed.maximum;
    let more = |current: u32| current.checked_add(count).filter(|&sum| sum <= maximum);
    let previous = semaphore
        .page
        .state()
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, more)
        .map_err(|_| Win32Error(ERROR_TOO_MANY_POSTS))?;
    semaphore.wake_sleepers();
    Ok(previous)
}

pub(super) fn is_above_zero(semaphore: &Shared) -> bool {
    semaphore.page.state().load(Ordering::SeqCst) > 0
}

/// Counts down by one; `false` if the count is 0.
pub(super) fn take(semaphore: &Shared) -> bool {
    let less = |current: u32| current.checked_sub(1);
    semaphore.page.state().fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok()
}
