//! Condition variables. All zeroes is one that nobody waits for.

use std::sync::atomic::{AtomicU32, Ordering};

use windows_sys::Win32::Foundation::{ERROR_TIMEOUT, FALSE, TRUE};
use windows_sys::core::BOOL;

use super::section::{CriticalSection, EnterCriticalSection, LeaveCriticalSection};
use super::slim::{
    AcquireSRWLockExclusive, AcquireSRWLockShared, ReleaseSRWLockExclusive, ReleaseSRWLockShared, SlimLock,
};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::wait::sleep::{Deadline, load, sleep_until_one_changes, wake_all, wake_one};

/// `CONDITION_VARIABLE`, as the headers declare it.
#[derive(Debug)]
#[repr(C)]
pub struct ConditionVariable {
    /// How often it was woken, modulo 2^32: a sleeper sleeps as long as it has the value that it had before the lock was
    /// given back.
    wakes: AtomicU32,
    _rest: AtomicU32,
}

const CONDITION_VARIABLE_LOCKMODE_SHARED: u32 = 1;

/// Makes a condition variable, as `CONDITION_VARIABLE_INIT` does.
///
/// # Safety
///
/// `ConditionVariable` points to a CONDITION_VARIABLE that is not in use.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeConditionVariable(ConditionVariable: *mut ConditionVariable) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { ConditionVariable.cast::<[u32; 2]>().write([0; 2]) };
        Ok(())
    });
}

/// Leaves a critical section and sleeps until the variable is woken or the time is up, then enters again. May return `TRUE` without
/// having been woken, as on Windows.
///
/// Fails with `FALSE`: 1460 the time is up.
///
/// # Safety
///
/// Both point to what they say, and the thread is inside the critical section once.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SleepConditionVariableCS(
    ConditionVariable: *mut ConditionVariable,
    CriticalSection: *mut CriticalSection,
    dwMilliseconds: u32,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller promises a condition variable.
        let wakes = unsafe { wakes_of(ConditionVariable) };
        let before = load(wakes);
        // SAFETY: the caller's promise.
        unsafe { LeaveCriticalSection(CriticalSection) };
        let outcome = sleep(wakes, before, dwMilliseconds);
        // SAFETY: the caller's promise.
        unsafe { EnterCriticalSection(CriticalSection) };
        outcome
    })
}

/// Gives a slim lock back and sleeps, as [`SleepConditionVariableCS`].
///
/// - `Flags`: `CONDITION_VARIABLE_LOCKMODE_SHARED` if the thread has the lock for reading.
///
/// # Safety
///
/// Both point to what they say, and the thread has the lock in that way.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SleepConditionVariableSRW(
    ConditionVariable: *mut ConditionVariable,
    SRWLock: *mut SlimLock,
    dwMilliseconds: u32,
    Flags: u32,
) -> BOOL {
    boundary(FALSE, || {
        let is_shared = Flags & CONDITION_VARIABLE_LOCKMODE_SHARED != 0;
        let release = if is_shared { ReleaseSRWLockShared } else { ReleaseSRWLockExclusive };
        let acquire = if is_shared { AcquireSRWLockShared } else { AcquireSRWLockExclusive };
        // SAFETY: the caller promises a condition variable.
        let wakes = unsafe { wakes_of(ConditionVariable) };
        let before = load(wakes);
        // SAFETY: the caller's promise.
        unsafe { release(SRWLock) };
        let outcome = sleep(wakes, before, dwMilliseconds);
        // SAFETY: the caller's promise.
        unsafe { acquire(SRWLock) };
        outcome
    })
}

/// Wakes one sleeper.
///
/// # Safety
///
/// `ConditionVariable` points to an initialised CONDITION_VARIABLE.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WakeConditionVariable(ConditionVariable: *mut ConditionVariable) {
    boundary((), || {
        // SAFETY: the caller's promise.
        let wakes = unsafe { wakes_of(ConditionVariable) };
        wakes.fetch_add(1, Ordering::SeqCst);
        wake_one(wakes);
        Ok(())
    });
}

/// Wakes all sleepers.
///
/// # Safety
///
/// As for [`WakeConditionVariable`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WakeAllConditionVariable(ConditionVariable: *mut ConditionVariable) {
    boundary((), || {
        // SAFETY: the caller's promise.
        let wakes = unsafe { wakes_of(ConditionVariable) };
        wakes.fetch_add(1, Ordering::SeqCst);
        wake_all(wakes);
        Ok(())
    });
}

/// # Safety
///
/// `variable` points to an initialised CONDITION_VARIABLE that stays while the result is used.
unsafe fn wakes_of<'a>(variable: *mut ConditionVariable) -> &'a AtomicU32 {
    // SAFETY: the caller's promise; the word comes first, and is only ever accessed as an atomic.
    unsafe { AtomicU32::from_ptr(variable.cast()) }
}

fn sleep(wakes: &AtomicU32, before: u32, timeout_ms: u32) -> Result<BOOL, Win32Error> {
    let deadline = Deadline::after_ms(timeout_ms);
    sleep_until_one_changes(&[(wakes, before)], deadline)?;
    if load(wakes) == before && deadline.has_passed() { Err(Win32Error(ERROR_TIMEOUT)) } else { Ok(TRUE) }
}
