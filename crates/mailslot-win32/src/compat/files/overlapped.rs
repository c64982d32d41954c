//! OVERLAPPED on files: the operation is done when the call returns, and its structure says so.

use windows_sys::Win32::Foundation::{ERROR_HANDLE_EOF, ERROR_INVALID_PARAMETER, HANDLE};
use windows_sys::Win32::System::IO::OVERLAPPED;

use crate::last_error::Win32Error;
use crate::object::{KernelObject, Object};
use crate::table::entry_of;

/// ReadFile with OVERLAPPED on what is no mailslot.
///
/// # Errors
///
/// What the object's `read_at` fails with; 38 at the end of a file.
///
/// # Safety
///
/// `overlapped` points to an OVERLAPPED.
pub(crate) unsafe fn read(
    object: &dyn KernelObject,
    buffer: &mut [u8],
    overlapped: *mut OVERLAPPED,
) -> Result<usize, Win32Error> {
    // SAFETY: the caller's promise.
    let offset = unsafe { begin(overlapped) }?;
    // SAFETY: the caller's promise.
    unsafe { end(overlapped, object.read_at(buffer, offset)) }
}

/// WriteFile with OVERLAPPED on what is no mailslot.
///
/// # Errors
///
/// What the object's `write_at` fails with.
///
/// # Safety
///
/// `overlapped` points to an OVERLAPPED.
pub(crate) unsafe fn write(
    object: &dyn KernelObject,
    bytes: &[u8],
    overlapped: *mut OVERLAPPED,
) -> Result<usize, Win32Error> {
    // SAFETY: the caller's promise.
    let offset = unsafe { begin(overlapped) }?;
    // SAFETY: the caller's promise.
    unsafe { end(overlapped, object.write_at(bytes, offset)) }
}

/// Tells the structure that `size` bytes were transferred, and sets its event.
///
/// # Safety
///
/// `overlapped` points to an OVERLAPPED.
pub(super) unsafe fn complete(overlapped: *mut OVERLAPPED, size: usize) {
    // SAFETY: the caller's promise.
    unsafe { store(overlapped, STATUS_SUCCESS, size) };
    // SAFETY: the caller's promise.
    set_event(unsafe { event_of(overlapped) });
}

/// The offset that the structure names.
///
/// # Errors
///
/// 87 for NULL.
///
/// # Safety
///
/// `overlapped` is NULL or points to an OVERLAPPED.
pub(super) unsafe fn offset_of(overlapped: *const OVERLAPPED) -> Result<u64, Win32Error> {
    if overlapped.is_null() {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    // SAFETY: not NULL, so the caller promises the structure.
    let anonymous = unsafe { overlapped.read_unaligned() }.Anonymous;
    // SAFETY: both forms of the union are numbers of the same size.
    let offset = unsafe { anonymous.Anonymous };
    Ok(u64::from(offset.OffsetHigh) << 32 | u64::from(offset.Offset))
}

const STATUS_SUCCESS: usize = 0;
const STATUS_PENDING: usize = 0x103;
const STATUS_UNSUCCESSFUL: usize = 0xC000_0001;
const STATUS_END_OF_FILE: usize = 0xC000_0011;

/// As for [`read`].
unsafe fn begin(overlapped: *mut OVERLAPPED) -> Result<u64, Win32Error> {
    // SAFETY: the caller's promise.
    if let Some(entry) = unsafe { event_of(overlapped) }.and_then(|event| entry_of(event).ok())
        && let Object::Other(object) = &entry.object
    {
        object.reset_event();
    }
    // SAFETY: the caller's promise.
    unsafe { store(overlapped, STATUS_PENDING, 0) };
    // SAFETY: the caller's promise.
    unsafe { offset_of(overlapped) }
}

/// As for [`read`].
unsafe fn end(overlapped: *mut OVERLAPPED, outcome: Result<usize, Win32Error>) -> Result<usize, Win32Error> {
    match outcome {
        // SAFETY: the caller's promise.
        Ok(size) => unsafe { complete(overlapped, size) },
        Err(Win32Error(code)) => {
            let status = if code == ERROR_HANDLE_EOF { STATUS_END_OF_FILE } else { STATUS_UNSUCCESSFUL };
            // SAFETY: the caller's promise.
            unsafe { store(overlapped, status, 0) };
        }
    }
    outcome
}

/// As for [`read`].
unsafe fn store(overlapped: *mut OVERLAPPED, status: usize, size: usize) {
    // SAFETY: the caller's promise.
    let mut value = unsafe { overlapped.read_unaligned() };
    value.Internal = status;
    value.InternalHigh = size;
    // SAFETY: the caller's promise.
    unsafe { overlapped.write_unaligned(value) };
}

/// The event to set; its lowest bit only keeps completion ports out. As for [`read`].
unsafe fn event_of(overlapped: *const OVERLAPPED) -> Option<HANDLE> {
    // SAFETY: the caller's promise.
    let event = unsafe { overlapped.read_unaligned() }.hEvent;
    (!event.is_null()).then_some(event)
}

fn set_event(event: Option<HANDLE>) {
    if let Some(entry) = event.and_then(|event| entry_of(event).ok())
        && let Object::Other(object) = &entry.object
    {
        object.set_event();
    }
}
