//! Waitable timers. Nothing runs while one is armed: those who wait for it sleep until it is due.
//!
//! Two words of the page tell when. The third, the state, counts how often the timer was set or cancelled, so that sleepers look
//! anew.
//!
//! | due | meaning | goes to |
//! |---|---|---|
//! | 0 | not armed, not signalled | a moment by SetWaitableTimer |
//! | a moment of the monotonic clock, in ns | signalled from then on | another moment, or 0, by SetWaitableTimer and CancelWaitableTimer; by the first wait that it satisfies, if it resets itself, the next moment of its period, or 0 without one |

use std::ffi::{c_char, c_void};
use std::sync::atomic::Ordering;

use mailslot::FileTime;
use rustix::time::{ClockId, clock_gettime};
use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_NOT_SUPPORTED, FALSE, HANDLE, TRUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::core::BOOL;

use super::SyncObject;
use super::object::{create, open};
use super::shared::{Kind, Shared};
use crate::boundary::boundary;
use crate::last_error::{SetLastError, Win32Error};
use crate::table::with_entry;

const NANOSECONDS_PER_MS: u64 = 1_000_000;
/// A FILETIME counts these.
const NANOSECONDS_PER_INTERVAL: u64 = 100;
const NOT_ARMED: u64 = 0;

/// Creates a timer, or opens the one of that name.
///
/// - `bManualReset`: whether it stays signalled until it is set again; if not, one satisfied wait resets it.
/// - the others, the last error and failures: as for CreateEvent.
///
/// # Safety
///
/// As for [`CreateEventA`](super::CreateEventA).
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateWaitableTimerA(
    lpTimerAttributes: *const SECURITY_ATTRIBUTES,
    bManualReset: BOOL,
    lpTimerName: *const c_char,
) -> HANDLE {
    let kind = if bManualReset == FALSE { Kind::AutoResetTimer } else { Kind::ManualResetTimer };
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { create(kind, 0, 0, lpTimerAttributes, lpTimerName, |_| Ok(()), |_| {}) })
}

/// Opens a timer by name. As [`OpenEventA`](super::OpenEventA).
///
/// # Safety
///
/// As for [`OpenEventA`](super::OpenEventA).
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenWaitableTimerA(
    dwDesiredAccess: u32,
    bInheritHandle: BOOL,
    lpTimerName: *const c_char,
) -> HANDLE {
    let _ = dwDesiredAccess;
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { open(Kind::AutoResetTimer, bInheritHandle, lpTimerName) })
}

/// Arms a timer, which is not signalled until it is due.
///
/// - `lpDueTime`: in 100 ns: negative from now on, else a moment as a FILETIME. What is past is due at once.
/// - `lPeriod`: in ms; 0 for once.
/// - `pfnCompletionRoutine`: NULL. `lpArgToCompletionRoutine` is ignored.
/// - `fResume`: Linux does not wake the machine for it: `TRUE`, and the last error is 50, as documented.
///
/// Fails with `FALSE`: 6 no timer, 50 `pfnCompletionRoutine` is not NULL, 87 `lpDueTime` is NULL or `lPeriod` is negative.
///
/// # Safety
///
/// `lpDueTime` is NULL or points to a LARGE_INTEGER.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetWaitableTimer(
    hTimer: HANDLE,
    lpDueTime: *const i64,
    lPeriod: i32,
    pfnCompletionRoutine: *const c_void,
    lpArgToCompletionRoutine: *const c_void,
    fResume: BOOL,
) -> BOOL {
    let _ = lpArgToCompletionRoutine;
    boundary(FALSE, || {
        with_timer(hTimer, |timer| {
            let period_ms = u32::try_from(lPeriod).map_err(|_| Win32Error(ERROR_INVALID_PARAMETER))?;
            if lpDueTime.is_null() {
                return Err(Win32Error(ERROR_INVALID_PARAMETER));
            }
            if !pfnCompletionRoutine.is_null() {
                return Err(Win32Error(ERROR_NOT_SUPPORTED));
            }
            // SAFETY: not NULL, so the caller promises the number. Packed structures may hold it unaligned.
            let due = unsafe { lpDueTime.read_unaligned() };
            arm(timer, moment(due), period_ms);
            if fResume != FALSE {
                SetLastError(ERROR_NOT_SUPPORTED);
            }
            Ok(TRUE)
        })
    })
}

/// Disarms a timer. One that is signalled stays so. Fails with `FALSE`: 6 no timer.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn CancelWaitableTimer(hTimer: HANDLE) -> BOOL {
    boundary(FALSE, || {
        with_timer(hTimer, |timer| {
            let due = timer.page.due().load(Ordering::SeqCst);
            arm(timer, if is_past(due) { due } else { NOT_ARMED }, 0);
            Ok(TRUE)
        })
    })
}

fn with_timer(handle: HANDLE, body: impl FnOnce(&Shared) -> Result<BOOL, Win32Error>) -> Result<BOOL, Win32Error> {
    with_entry(handle, |entry| {
        let object = entry.object.other::<SyncObject>()?;
        body(object.of_kind(Kind::AutoResetTimer).or_else(|_| object.of_kind(Kind::ManualResetTimer))?)
    })
}

fn arm(timer: &Shared, due: u64, period_ms: u32) {
    timer.page.period_ms().store(period_ms, Ordering::SeqCst);
    timer.page.due().store(due, Ordering::SeqCst);
    timer.page.state().fetch_add(1, Ordering::SeqCst);
    timer.wake_sleepers();
}

fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000 * NANOSECONDS_PER_MS + now.tv_nsec as u64
}

/// The moment of the monotonic clock that a due time means.
fn moment(due: i64) -> u64 {
    let intervals = match u64::try_from(due) {
        Ok(date) => date.saturating_sub(FileTime::now().0),
        Err(_) => due.unsigned_abs(),
    };
    now().saturating_add(intervals.saturating_mul(NANOSECONDS_PER_INTERVAL))
}

fn is_past(due: u64) -> bool {
    due != NOT_ARMED && now() >= due
}

pub(super) fn is_due(timer: &Shared) -> bool {
    is_past(timer.page.due().load(Ordering::SeqCst))
}

/// Goes on to the next moment if the timer is due: then it was for the caller.
pub(super) fn take(timer: &Shared) -> bool {
    let due = timer.page.due().load(Ordering::SeqCst);
    let late = match now().checked_sub(due) {
        Some(late) if due != NOT_ARMED => late,
        _ => return false,
    };
    let period = u64::from(timer.page.period_ms().load(Ordering::SeqCst)) * NANOSECONDS_PER_MS;
    let next = match late.checked_div(period) {
        Some(missed) => due.saturating_add((missed + 1).saturating_mul(period)),
        None => NOT_ARMED,
    };
    timer.page.due().compare_exchange(due, next, Ordering::SeqCst, Ordering::SeqCst).is_ok()
}

/// Takes [`take`] back: the timer is due.
pub(super) fn give_back(timer: &Shared) {
    let period = u64::from(timer.page.period_ms().load(Ordering::SeqCst)) * NANOSECONDS_PER_MS;
    let due = timer.page.due().load(Ordering::SeqCst);
    if !is_past(due) {
        let before = due.saturating_sub(period).max(1);
        // Fails if somebody has set it meanwhile.
        let _ = timer.page.due().compare_exchange(due, before, Ordering::SeqCst, Ordering::SeqCst);
        timer.wake_sleepers();
    }
}

/// For how long a sleeper may sleep, in ms; `None` if the timer is not armed, or is due already and so needs no look.
pub(super) fn due_in_ms(timer: &Shared) -> Option<u32> {
    let due = timer.page.due().load(Ordering::SeqCst);
    let wait_ns = due.checked_sub(now()).filter(|&wait_ns| wait_ns > 0)?;
    Some(u32::try_from(wait_ns.div_ceil(NANOSECONDS_PER_MS)).unwrap_or(u32::MAX - 1))
}
