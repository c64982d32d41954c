//! ReadFile and WriteFile.

use mailslot::quirks::{READ_NULL_BUFFER_ERROR, WRITE_NULL_BUFFER_ERROR};
use mailslot::{Mailslot, Timeout};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_SEM_TIMEOUT, FALSE, HANDLE, TRUE,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::compat::files;
use crate::last_error::Win32Error;
use crate::object::{Object, ServerEnd};
use crate::output::store;
use crate::overlapped::{self, Notice, Target};
use crate::table::with_entry;

/// Reads the oldest message, whole, waiting for one as long as the slot's read timeout says.
///
/// - `lpBuffer`, `nNumberOfBytesToRead`: where to and how much fits. A message that does not fit stays queued.
/// - `lpNumberOfBytesRead`: NULL, or receives the message's size; set to 0 before anything else.
/// - `lpOverlapped`: NULL, and the call returns when the read has ended; or where to find out later how it ended. The offset is
///   ignored. `hEvent` is NULL or an event, which is reset now and set when the read ends; without one the handle itself is
///   non-signalled while the read pends. A message that is there is read at once in either case. Reads that pend take turns: the
///   one that has waited longest gets the next message, before every read that begins later.
///
/// Success leaves the last error alone. Fails with `FALSE`: 997 the read pends (only with `lpOverlapped`), 5 the handle may not
/// read, 6 not a mailslot handle, or `hEvent` is no event, 87 a client handle, 121 nothing arrived in time, 122 the message is larger than the buffer,
/// 995 the handle was closed meanwhile, 998 the buffer is NULL but not empty.
///
/// # Safety
///
/// `lpBuffer` is NULL or points to `nNumberOfBytesToRead` bytes that may be written and that nobody else uses until the read
/// has ended, which with `lpOverlapped` can be after the call. `lpOverlapped` is NULL or points to an OVERLAPPED, which stays in
/// place for as long. `lpNumberOfBytesRead` is NULL or points to a DWORD.
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
            let end = match &entry.object {
                _ if !entry.access().allows_reading() => return Err(Win32Error(ERROR_ACCESS_DENIED)),
                Object::Other(other) => {
                    check_read_buffer(lpBuffer, nNumberOfBytesToRead)?;
                    // SAFETY: the caller's promise.
                    let buffer = unsafe { writable(lpBuffer, nNumberOfBytesToRead) };
                    // SAFETY: the caller's promise.
                    let size = match unsafe { Target::new(lpOverlapped) } {
                        Some(target) => files::read_overlapped(&**other, buffer, target)?,
                        None => other.read(buffer)?,
                    };
                    // SAFETY: the caller's promise.
                    unsafe { store(lpNumberOfBytesRead, size as u32) };
                    return Ok(TRUE);
                }
                Object::Server(end) => end,
                _ => return Err(entry.is_not_for(ERROR_INVALID_PARAMETER)),
            };
            check_read_buffer(lpBuffer, nNumberOfBytesToRead)?;
            // SAFETY: the caller's promise.
            let target = unsafe { Target::new(lpOverlapped) };
            let size = if target.is_some() || end.file.has_pending_reads() {
                // SAFETY: the caller's promise.
                unsafe { read_in_turn(end, lpBuffer, nNumberOfBytesToRead, target) }?
            } else {
                // SAFETY: the caller's promise.
                read_now_or_wait(&end.slot, unsafe { writable(lpBuffer, nNumberOfBytesToRead) })?
            };
            // SAFETY: the caller's promise.
            unsafe { store(lpNumberOfBytesRead, size) };
            Ok(TRUE)
        })
    })
}

/// Reads without OVERLAPPED. A program that polls is told that nothing is there without an error with texts in between.
#[inline]
fn read_now_or_wait(slot: &Mailslot, buffer: &mut [u8]) -> Result<u32, Win32Error> {
    let received = match slot.try_recv(buffer)? {
        Some(received) => received,
        None if slot.read_timeout()? == Timeout::NONE => return Err(Win32Error(ERROR_SEM_TIMEOUT)),
        None => slot.recv(buffer)?,
    };
    // The buffer's length was a DWORD, and the message fitted.
    Ok(received.size() as u32)
}

/// Reads with OVERLAPPED, or behind reads that pend.
///
/// # Safety
///
/// As for [`ReadFile`].
#[cold]
unsafe fn read_in_turn(
    end: &ServerEnd,
    buffer: *mut u8,
    length: u32,
    target: Option<Target>,
) -> Result<u32, Win32Error> {
    match target {
        // SAFETY: the caller's promise.
        Some(target) => unsafe { overlapped::read(end, buffer, length, Notice::event(target)?) },
        // SAFETY: the caller's promise.
        None => unsafe { overlapped::read_blocking(end, buffer, length) },
    }
}

/// Appends one message to the slot. It never waits for a reader.
///
/// - `lpBuffer`, `nNumberOfBytesToWrite`: the message; 0 bytes are a message too.
/// - `lpNumberOfBytesWritten`: NULL, or receives the message's size; set to 0 before anything else.
/// - `lpOverlapped`: NULL, or where the outcome is stored as well. The message is queued when the call returns in either case; the
///   event in `hEvent` is set, and a completion port gets its packet.
///
/// Success leaves the last error alone. Fails with `FALSE` and queues nothing: 5 the handle may not write (a server's never
/// may), 6 not a mailslot handle, or `hEvent` is no event, 38 the slot is gone, 87 the message is larger than the slot
/// allows, 1450 no memory, 1784 the buffer is NULL but not empty, 1816 the slot's quota is used up.
///
/// # Safety
///
/// `lpBuffer` is NULL or points to `nNumberOfBytesToWrite` bytes that nobody changes during the call.
/// `lpNumberOfBytesWritten` is NULL or points to a DWORD, `lpOverlapped` is NULL or points to an OVERLAPPED.
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
            let end = match &entry.object {
                _ if !entry.access().allows_writing() => return Err(Win32Error(ERROR_ACCESS_DENIED)),
                Object::Other(other) => {
                    check_write_buffer(lpBuffer, nNumberOfBytesToWrite)?;
                    // SAFETY: the caller's promise.
                    let bytes = unsafe { readable(lpBuffer, nNumberOfBytesToWrite) };
                    // SAFETY: the caller's promise.
                    let size = match unsafe { Target::new(lpOverlapped) } {
                        Some(target) => files::write_overlapped(&**other, bytes, target)?,
                        None => other.write(bytes)?,
                    };
                    // SAFETY: the caller's promise.
                    unsafe { store(lpNumberOfBytesWritten, size as u32) };
                    return Ok(TRUE);
                }
                Object::Client(end) => end,
                _ => return Err(entry.is_not_for(ERROR_ACCESS_DENIED)),
            };
            check_write_buffer(lpBuffer, nNumberOfBytesToWrite)?;
            // SAFETY: the caller's promise.
            let message = unsafe { readable(lpBuffer, nNumberOfBytesToWrite) };
            // SAFETY: the caller's promise.
            match unsafe { Target::new(lpOverlapped) } {
                Some(target) => drop(overlapped::write(end, message, Notice::event(target)?)?),
                None => end.client.send(message)?,
            }
            // SAFETY: the caller's promise.
            unsafe { store(lpNumberOfBytesWritten, nNumberOfBytesToWrite) };
            Ok(TRUE)
        })
    })
}

/// The buffer of a read is there, or has no length.
#[inline]
pub(crate) fn check_read_buffer(buffer: *const u8, length: u32) -> Result<(), Win32Error> {
    check_buffer(buffer, length, READ_NULL_BUFFER_ERROR)
}

/// The buffer of a write is there, or has no length.
#[inline]
pub(crate) fn check_write_buffer(buffer: *const u8, length: u32) -> Result<(), Win32Error> {
    check_buffer(buffer, length, WRITE_NULL_BUFFER_ERROR)
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
pub(crate) unsafe fn writable<'a>(buffer: *mut u8, length: u32) -> &'a mut [u8] {
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
pub(crate) unsafe fn readable<'a>(buffer: *const u8, length: u32) -> &'a [u8] {
    if buffer.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(buffer, length as usize) }
}
