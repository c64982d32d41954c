//! Events.
//!
//! The state of an event:
//!
//! | word | meaning | goes to |
//! |---|---|---|
//! | n | not signalled; it was n times so far, modulo 2^31 | n + 1 with `SET` by SetEvent, which then wakes all sleepers |
//! | n with `SET` | signalled | n by ResetEvent, and by the first wait that it satisfies if it resets itself |
//!
//! The number lets those go who sleep while an event is set and reset again: on Windows SetEvent satisfies them at once. (An
//! event that resets itself satisfies one of them, and which one cannot be told from the number: there, who sleeps may miss it.)

use std::ffi::c_char;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{FALSE, HANDLE, TRUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::core::BOOL;

use super::SyncObject;
use super::object::{create, open};
use super::shared::{Kind, Shared};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::table::with_entry;
use crate::wait::signal::{self, SET};

/// Creates an event, or opens the one of that name.
///
/// - `lpEventAttributes`: NULL, or whether children inherit the handle.
/// - `bManualReset`: whether the event stays signalled until ResetEvent; if not, one satisfied wait resets it.
/// - `bInitialState`: whether it begins signalled.
/// - `lpName`: NULL, or the name, UTF-8, upper and lower case different. `Local\` and `Global\` before it mean nothing here.
///
/// Sets the last error to 0, or to 183 when it has opened an event that was there. Fails with NULL: 3 a backslash in the name,
/// 4 no descriptor left, 6 the name is that of another kind of object, 206 the name is longer than 260 units, 1450 no memory;
/// or as CreateMailslot for the slot directory.
///
/// # Safety
///
/// `lpEventAttributes` is NULL or points to a SECURITY_ATTRIBUTES, as for CreateMailslot. `lpName` is NULL or points to bytes up to and
/// including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateEventA(
    lpEventAttributes: *const SECURITY_ATTRIBUTES,
    bManualReset: BOOL,
    bInitialState: BOOL,
    lpName: *const c_char,
) -> HANDLE {
    let kind = if bManualReset == FALSE { Kind::AutoResetEvent } else { Kind::ManualResetEvent };
    let state = if bInitialState == FALSE { 0 } else { SET };
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { create(kind, 0, state, lpEventAttributes, lpName, |_| Ok(()), |_| {}) })
}

/// Opens an event by name.
///
/// - `dwDesiredAccess`: ignored; the handle may do everything.
/// - `bInheritHandle`: whether children inherit the handle.
/// - `lpName`: as for [`CreateEventA`].
///
/// Success leaves the last error alone. Fails with NULL: 2 no such object, 87 `lpName` is NULL or empty; and as [`CreateEventA`].
///
/// # Safety
///
/// `lpName` is NULL or points to bytes up to and including a NUL.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenEventA(dwDesiredAccess: u32, bInheritHandle: BOOL, lpName: *const c_char) -> HANDLE {
    let _ = dwDesiredAccess;
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { open(Kind::AutoResetEvent, bInheritHandle, lpName) })
}

/// Makes an event signalled. Success leaves the last error alone. Fails with `FALSE`: 6 no event.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetEvent(hEvent: HANDLE) -> BOOL {
    boundary(FALSE, || with_event(hEvent, set))
}

/// Makes an event non-signalled. Success leaves the last error alone. Fails with `FALSE`: 6 no event.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn ResetEvent(hEvent: HANDLE) -> BOOL {
    boundary(FALSE, || with_event(hEvent, reset))
}

/// Makes an event signalled until those who wait for it now had time to see it, or until one has if it resets itself. As on
/// Windows, some may miss it.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 no event.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn PulseEvent(hEvent: HANDLE) -> BOOL {
    boundary(FALSE, || with_event(hEvent, pulse))
}

fn with_event(handle: HANDLE, body: impl FnOnce(&Shared)) -> Result<BOOL, Win32Error> {
    with_entry(handle, |entry| {
        body(entry.object.other::<SyncObject>()?.event()?);
        Ok(TRUE)
    })
}

pub(super) fn set(event: &Shared) {
    if signal::set(event.page.state()) {
        event.wake_sleepers();
    }
}

pub(super) fn reset(event: &Shared) {
    event.page.state().fetch_and(!SET, Ordering::SeqCst);
}

pub(super) fn is_set(event: &Shared) -> bool {
    event.page.state().load(Ordering::SeqCst) & SET != 0
}

/// How often the event was set, modulo 2^31.
pub(super) fn times_set(event: &Shared) -> u32 {
    event.page.state().load(Ordering::SeqCst) & !SET
}

/// Resets the event if it is set, which then it was for the caller.
pub(super) fn take(event: &Shared) -> bool {
    let reset = |value: u32| if value & SET == 0 { None } else { Some(value & !SET) };
    event.page.state().fetch_update(Ordering::SeqCst, Ordering::SeqCst, reset).is_ok()
}

/// How often PulseEvent looks whether the sleepers are awake, and how long it waits in between.
const LOOKS: u32 = 100;
const LOOK_EVERY: Duration = Duration::from_micros(100);

fn pulse(event: &Shared) {
    let is_waited_for = || event.page.sleepers().load(Ordering::SeqCst) > 0;
    if is_waited_for() {
        set(event);
        for _ in 0..LOOKS {
            if !is_set(event) || !is_waited_for() {
                break;
            }
            thread::sleep(LOOK_EVERY);
        }
    }
    reset(event);
}
