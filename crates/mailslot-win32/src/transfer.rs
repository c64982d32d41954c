//! ReadFile and WriteFile.

use mailslot::quirks::{READ_NULL_BUFFER_ERROR, WRITE_NULL_BUFFER_ERROR};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_NOT_SUPPORTED, FALSE, HANDLE, TRUE,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::compat::files;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::with_entry;

/// Reads the oldest message, whole, waiting for one as long as the slot's read timeout says.
///
/// - `lpBuffer`, `nNumberOfBytesToRead`: where to and how much fits. A message that does not fit stays queued.
/// - `lpNumberOfBytesRead`: NULL, or receives the message's size; set to 0 before anything else.
/// - `lpOverlapped`: NULL.
///
/// Success leaves the last error alone. Fails with `FALSE`: 5 the handle may not read, 6 not a mailslot handle, 50
/// `lpOverlapped` is not NULL, 87 a client handle, 121 nothing arrived in time, 122 the message is larger than the buffer,
/// 995 the handle was closed meanwhile, 998 the buffer is NULL but not empty.
///
/// # Safety
///
/// `lpBuffer` is NULL or points to `nNumberOfBytesToRead` bytes that may be written and that no other thread uses during
/// the call. `lpNumberOfBytesRead` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadFile(
    hFile: HANDLE,
    lpBuffer: *mut u8,
    nNumberOfBytesToRead: u32,
    lpNumberOfBytesRead: *mut u32,
    lpOverlapped: *mut OVERLAPPED,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfBytesRead, 0) };
        with_entry(hFile, |entry| {
            let slot = match &entry.object {
                _ if !entry.access().allows_reading() => return Err(Win32Error(ERROR_ACCESS_DENIED)),
                Object::Other(other) => {
                    check_buffer(lpBuffer, nNumberOfBytesToRead, READ_NULL_BUFFER_ERROR)?;
                    // SAFETY: the caller's promise.
                    let buffer = unsafe { writable(lpBuffer, nNumberOfBytesToRead) };
                    let size = if lpOverlapped.is_null() {
                        other.read(buffer)?
                    } else {
                        // SAFETY: not NULL, so the caller promises the structure.
                        unsafe { files::read_overlapped(&**other, buffer, lpOverlapped) }?
                    };
                    // SAFETY: the caller's promise.
                    unsafe { store(lpNumberOfBytesRead, size as u32) };
                    return Ok(TRUE);
                }
                Object::Server(end) => &end.slot,
                _ => return Err(entry.is_not_for(ERROR_INVALID_PARAMETER)),
            };
            if !lpOverlapped.is_null() {
                return Err(Win32Error(ERROR_NOT_SUPPORTED));
            }
            check_buffer(lpBuffer, nNumberOfBytesToRead, READ_NULL_BUFFER_ERROR)?;
            // SAFETY: the caller's promise.
            let received = slot.recv(unsafe { writable(lpBuffer, nNumberOfBytesToRead) })?;
            // The buffer's length was a DWORD, and the message fitted.
            let size = received.size() as u32;
            // SAFETY: the caller's promise.
            unsafe { store(lpNumberOfBytesRead, size) };
            Ok(TRUE)
        })
    })
}

/// Appends one message to the slot. It never waits for a reader.
///
/// - `lpBuffer`, `nNumberOfBytesToWrite`: the message; 0 bytes are a message too.
/// - `lpNumberOfBytesWritten`: NULL, or receives the message's size; set to 0 before anything else.
/// - `lpOverlapped`: NULL.
///
/// Success leaves the last error alone. Fails with `FALSE` and queues nothing: 5 the handle may not write (a server's never
/// may), 6 not a mailslot handle, 38 the slot is gone, 50 `lpOverlapped` is not NULL, 87 the message is larger than the slot
/// allows, 1450 no memory, 1784 the buffer is NULL but not empty, 1816 the slot's quota is used up.
///
/// # Safety
///
/// `lpBuffer` is NULL or points to `nNumberOfBytesToWrite` bytes that nobody changes during the call.
/// `lpNumberOfBytesWritten` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WriteFile(
    hFile: HANDLE,
    lpBuffer: *const u8,
    nNumberOfBytesToWrite: u32,
    lpNumberOfBytesWritten: *mut u32,
    lpOverlapped: *mut OVERLAPPED,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfBytesWritten, 0) };
        with_entry(hFile, |entry| {
            let client = match &entry.object {
                _ if !entry.access().allows_writing() => return Err(Win32Error(ERROR_ACCESS_DENIED)),
                Object::Other(other) => {
                    check_buffer(lpBuffer, nNumberOfBytesToWrite, WRITE_NULL_BUFFER_ERROR)?;
                    // SAFETY: the caller's promise.
                    let bytes = unsafe { readable(lpBuffer, nNumberOfBytesToWrite) };
                    let size = if lpOverlapped.is_null() {
                        other.write(bytes)?
                    } else {
                        // SAFETY: not NULL, so the caller promises the structure.
                        unsafe { files::write_overlapped(&**other, bytes, lpOverlapped) }?
                    };
                    // SAFETY: the caller's promise.
                    unsafe { store(lpNumberOfBytesWritten, size as u32) };
                    return Ok(TRUE);
                }
                Object::Client(end) => &end.client,
                _ => return Err(entry.is_not_for(ERROR_ACCESS_DENIED)),
            };
            if !lpOverlapped.is_null() {
                return Err(Win32Error(ERROR_NOT_SUPPORTED));
            }
            check_buffer(lpBuffer, nNumberOfBytesToWrite, WRITE_NULL_BUFFER_ERROR)?;
            // SAFETY: the caller's promise.
            client.send(unsafe { readable(lpBuffer, nNumberOfBytesToWrite) })?;
            // SAFETY: the caller's promise.
            unsafe { store(lpNumberOfBytesWritten, nNumberOfBytesToWrite) };
            Ok(TRUE)
        })
    })
}

/// NULL stands for an empty buffer and for nothing else.
#[inline]
fn check_buffer(buffer: *const u8, length: u32, code: u32) -> Result<(), Win32Error> {
    if buffer.is_null() && length > 0 { Err(Win32Error(code)) } else { Ok(()) }
}

/// The program's buffer; NULL is an empty one.
///
/// # Safety
///
/// `buffer` is NULL or points to `length` bytes that may be written, and that nobody else uses while the result is used.
#[inline]
unsafe fn writable<'a>(buffer: *mut u8, length: u32) -> &'a mut [u8] {
    if buffer.is_null() {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(buffer, length as usize) }
}

/// The program's bytes; NULL is none.
///
/// # Safety
///
/// `buffer` is NULL or points to `length` bytes that nobody changes while the result is used.
#[inline]
unsafe fn readable<'a>(buffer: *const u8, length: u32) -> &'a [u8] {
    if buffer.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(buffer, length as usize) }
}

/// Writes an optional output.
///
/// # Safety
///
/// `place` is NULL or points to a DWORD that may be written.
#[inline]
unsafe fn store(place: *mut u32, value: u32) {
    if !place.is_null() {
        // SAFETY: not NULL, so the caller promises a DWORD. Packed structures may hold it unaligned.
        unsafe { place.write_unaligned(value) };
    }
}
