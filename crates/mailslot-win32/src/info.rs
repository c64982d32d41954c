//! GetMailslotInfo and SetMailslotInfo.

use mailslot::Timeout;
use mailslot::quirks::SET_INFO_ON_CLIENT_ERROR;
use windows_sys::Win32::Foundation::{FALSE, HANDLE, TRUE};
use windows_sys::Win32::System::SystemServices::MAILSLOT_NO_MESSAGE;
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::with_entry;

/// Tells a slot's limits and what is queued. Works on both ends. Each output may be NULL.
///
/// - `lpMaxMessageSize`: as at creation, in bytes; 0 for any size.
/// - `lpNextSize`: size of the oldest message in bytes; 0xFFFFFFFF (`MAILSLOT_NO_MESSAGE`) when nothing is queued.
/// - `lpMessageCount`: messages queued.
/// - `lpReadTimeout`: in ms; 0xFFFFFFFF (`MAILSLOT_WAIT_FOREVER`) for ever.
///
/// Success leaves the last error alone. Fails with `FALSE` and leaves the outputs alone: 6 not a mailslot handle, 38 the
/// slot of this client handle is gone.
///
/// # Safety
///
/// Each output is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetMailslotInfo(
    hMailslot: HANDLE,
    lpMaxMessageSize: *mut u32,
    lpNextSize: *mut u32,
    lpMessageCount: *mut u32,
    lpReadTimeout: *mut u32,
) -> BOOL {
    boundary(FALSE, || {
        let info = with_entry(hMailslot, |entry| match &entry.object {
            Object::Server(end) => {
                // Messages that reads wait for are theirs already.
                end.file.serve_pending_reads();
                Ok(end.slot.info()?)
            }
            Object::Client(end) => Ok(end.client.info()?),
            Object::Other(_) | Object::Closed | Object::Adopting => Err(Win32Error::INVALID_HANDLE),
        })?;
        for (place, value) in [
            (lpMaxMessageSize, info.max_message_size),
            (lpNextSize, info.next_size.unwrap_or(MAILSLOT_NO_MESSAGE)),
            (lpMessageCount, info.message_count),
            (lpReadTimeout, info.read_timeout.as_millis()),
        ] {
            if !place.is_null() {
                // SAFETY: not NULL, so the caller promises a DWORD.
                unsafe { place.write_unaligned(value) };
            }
        }
        Ok(TRUE)
    })
}

/// Sets how long later reads wait, in ms; 0 not at all, 0xFFFFFFFF (`MAILSLOT_WAIT_FOREVER`) for ever. It holds for every
/// handle of the slot, in every process; reads that wait already are not affected.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 not a mailslot handle, 87 a client handle.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetMailslotInfo(hMailslot: HANDLE, lReadTimeout: u32) -> BOOL {
    boundary(FALSE, || {
        with_entry(hMailslot, |entry| match &entry.object {
            Object::Server(end) => {
                end.slot.set_read_timeout(Timeout::from_millis(lReadTimeout))?;
                Ok(TRUE)
            }
            Object::Client(_) => Err(Win32Error(SET_INFO_ON_CLIENT_ERROR)),
            Object::Other(_) | Object::Closed | Object::Adopting => Err(Win32Error::INVALID_HANDLE),
        })
    })
}
