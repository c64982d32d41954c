//! Reads that may pend.

use std::sync::Arc;
use std::time::Instant;

use windows_sys::Win32::Foundation::{ERROR_IO_PENDING, ERROR_SEM_TIMEOUT};
use windows_sys::Win32::System::Threading::INFINITE;

use super::engine;
use super::file_object::FileHandle;
use super::notice::{BlockedRead, Notice};
use super::pending::{Attempt, Buffer, PendingRead, attempt};
use crate::last_error::Win32Error;
use crate::object::ServerEnd;
use crate::thread::Thread;
use crate::wait::wait;

/// Starts a read. If a message is there, it is read at once: the number of bytes, and the notice is given. What fails at
/// once is not noticed anywhere.
///
/// # Errors
///
/// 997 when the read pends. 121 nothing is there and the slot's timeout is 0; 122 the message does not fit; and what else
/// reading fails with.
///
/// # Safety
///
/// `start` is NULL or points to `length` bytes that are the library's to write until the operation has ended.
pub(crate) unsafe fn read(end: &ServerEnd, start: *mut u8, length: u32, notice: Notice) -> Result<u32, Win32Error> {
    let mut buffer = Buffer { start, length };
    let file = &end.file;
    if !file.has_pending_reads() {
        // SAFETY: the caller's promise, and the operation has not ended.
        if let Attempt::Ended(outcome) = unsafe { attempt(file, &mut buffer) } {
            let bytes = outcome?;
            notice.give(file, Ok(bytes));
            return Ok(bytes);
        }
    }
    // SAFETY: the caller's promise.
    unsafe { pend(end, buffer, notice) }?.ok_or(Win32Error(ERROR_IO_PENDING))
}

/// Reads behind the reads that pend, and returns when it has been this one's turn.
///
/// # Errors
///
/// As [`read`], but for 997.
///
/// # Safety
///
/// As for [`read`].
pub(crate) unsafe fn read_blocking(end: &ServerEnd, start: *mut u8, length: u32) -> Result<u32, Win32Error> {
    let read = BlockedRead::new();
    // SAFETY: the caller's promise.
    if let Some(bytes) = unsafe { pend(end, Buffer { start, length }, Notice::Blocked(Arc::clone(&read))) }? {
        return Ok(bytes);
    }
    loop {
        if let Some(outcome) = read.outcome() {
            return outcome;
        }
        if wait(&[read.has_ended()], false, INFINITE, false).is_err() {
            // The buffer is the caller's again when this returns.
            engine::cancel_blocked(&read);
        }
    }
}

/// Adds a read behind those that pend. The number of bytes if it was its turn at once after all.
///
/// # Safety
///
/// As for [`read`].
unsafe fn pend(end: &ServerEnd, mut buffer: Buffer, notice: Notice) -> Result<Option<u32>, Win32Error> {
    let file: &FileHandle = &end.file;
    let timeout = end.slot.info()?.read_timeout;
    let deadline = match timeout.as_duration() {
        Some(duration) if duration.is_zero() => {
            // There may be messages enough for all who wait, and for this one.
            engine::serve(file.object());
            if !file.has_pending_reads()
                // SAFETY: the caller's promise, and the operation has not ended.
                && let Attempt::Ended(outcome) = unsafe { attempt(file, &mut buffer) }
            {
                let bytes = outcome?;
                notice.give(file, Ok(bytes));
                return Ok(Some(bytes));
            }
            return Err(Win32Error(ERROR_SEM_TIMEOUT));
        }
        // A time that the clock cannot tell is never.
        Some(duration) => Instant::now().checked_add(duration),
        None => None,
    };
    let thread = Thread::current()?;
    engine::add(file.object(), || PendingRead::new(Arc::clone(file.object()), thread, buffer, deadline, notice))?;
    Ok(None)
}
