//! Waiting for several objects.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, HANDLE, WAIT_FAILED};
use windows_sys::Win32::System::SystemServices::MAXIMUM_WAIT_OBJECTS;
use windows_sys::core::BOOL;

use super::single::code;
use super::{Acquired, Outcome, Waitable, wait};
use crate::boundary::boundary;
use crate::handle::{CURRENT_THREAD, is_pseudo_handle};
use crate::last_error::Win32Error;
use crate::table::{Entry, entry_of};

/// Waits until one of the objects is signalled, or with `bWaitAll` all are at the same time, `dwMilliseconds` at most.
///
/// - `nCount`: 1 to 64.
/// - `lpHandles`: the objects, each once.
///
/// Returns the index of the first object that was signalled (0 for all); plus 0x80 for abandoned mutexes; 0x102
/// `WAIT_TIMEOUT`; or 0xFFFFFFFF `WAIT_FAILED` with the last error: 6 a handle that cannot be waited for, 87 no objects, more
/// than 64, or one twice in a wait for all.
///
/// # Safety
///
/// `lpHandles` is NULL or points to `nCount` handles.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WaitForMultipleObjects(
    nCount: u32,
    lpHandles: *const HANDLE,
    bWaitAll: BOOL,
    dwMilliseconds: u32,
) -> u32 {
    // SAFETY: the caller's promise.
    boundary(WAIT_FAILED, || unsafe { wait_for_several(nCount, lpHandles, bWaitAll, dwMilliseconds, false) })
}

/// [`WaitForMultipleObjects`], and with `bAlertable` also until asynchronous calls were made: 0xC0 `WAIT_IO_COMPLETION`.
///
/// # Safety
///
/// As for [`WaitForMultipleObjects`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WaitForMultipleObjectsEx(
    nCount: u32,
    lpHandles: *const HANDLE,
    bWaitAll: BOOL,
    dwMilliseconds: u32,
    bAlertable: BOOL,
) -> u32 {
    // SAFETY: the caller's promise.
    boundary(WAIT_FAILED, || unsafe { wait_for_several(nCount, lpHandles, bWaitAll, dwMilliseconds, bAlertable != 0) })
}

/// # Safety
///
/// As for [`WaitForMultipleObjects`].
unsafe fn wait_for_several(
    count: u32,
    handles: *const HANDLE,
    for_all: BOOL,
    timeout_ms: u32,
    is_alertable: bool,
) -> Result<u32, Win32Error> {
    if count == 0 || count > MAXIMUM_WAIT_OBJECTS || handles.is_null() {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    let handles: Vec<HANDLE> = (0..count as usize)
        .map(|index| {
            // SAFETY: the caller promises `count` handles. Packed structures may hold them unaligned.
            unsafe { handles.wrapping_add(index).read_unaligned() }
        })
        .collect();
    let for_all = for_all != 0;
    if for_all && handles.iter().enumerate().any(|(index, handle)| handles[..index].contains(handle)) {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    with_waitables(&handles, |objects| wait(objects, for_all, timeout_ms, is_alertable)).map(code)
}

/// Runs `body` on what the handles refer to. The objects stay usable until it ends, even if handles are closed meanwhile.
pub(super) fn with_waitables(
    handles: &[HANDLE],
    body: impl FnOnce(&[&dyn Waitable]) -> Result<Outcome, Win32Error>,
) -> Result<Outcome, Win32Error> {
    let entries: Vec<Option<Arc<Entry>>> =
        handles
            .iter()
            .map(|&handle| {
                if is_pseudo_handle(handle) || handle == CURRENT_THREAD { Ok(None) } else { entry_of(handle).map(Some) }
            })
            .collect::<Result<_, _>>()?;
    let objects: Vec<&dyn Waitable> = entries
        .iter()
        .map(|entry| match entry {
            Some(entry) => entry.object.waitable(),
            None => Ok(&Never as &dyn Waitable),
        })
        .collect::<Result<_, _>>()?;
    body(&objects)
}

/// The calling process, or one of its living threads, as a pseudo handle stands for it: it has not ended while anybody waits.
struct Never;

static NEVER_CHANGES: AtomicU32 = AtomicU32::new(0);

impl Waitable for Never {
    fn word(&self) -> &AtomicU32 {
        &NEVER_CHANGES
    }

    fn enter(&self) -> Result<(), Win32Error> {
        Ok(())
    }

    fn leave(&self) {}

    fn is_signalled(&self) -> bool {
        false
    }

    fn acquire(&self) -> Acquired {
        Acquired::No
    }

    fn give_back(&self) {}
}
