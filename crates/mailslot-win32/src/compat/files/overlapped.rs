//! OVERLAPPED on files: the operation is done when the call returns, and its structure says so.

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};

use crate::last_error::Win32Error;
use crate::object::{KernelObject, Object};
use crate::overlapped::{Notice, Status, Target};
use crate::thread::{AsynchronousCall, Thread};

/// ReadFile with OVERLAPPED on what is no mailslot.
///
/// # Errors
///
/// 6 `hEvent` is no event, and what the object's `read_at` fails with; 38 at the end of a file.
pub(crate) fn read(object: &dyn KernelObject, buffer: &mut [u8], target: Target) -> Result<usize, Win32Error> {
    let notice = Notice::event(target)?;
    end(&notice, object.read_at(buffer, target.offset()))
}

/// WriteFile with OVERLAPPED on what is no mailslot.
///
/// # Errors
///
/// 6 `hEvent` is no event, and what the object's `write_at` fails with.
pub(crate) fn write(object: &dyn KernelObject, bytes: &[u8], target: Target) -> Result<usize, Win32Error> {
    let notice = Notice::event(target)?;
    end(&notice, object.write_at(bytes, target.offset()))
}

/// ReadFileEx on what is no mailslot: as [`read`], and the calling thread calls `routine` in its next alertable wait.
///
/// # Errors
///
/// As [`read`], and nothing is called then; 31 while the thread is ending.
pub(crate) fn read_and_call(
    object: &dyn KernelObject,
    buffer: &mut [u8],
    target: Target,
    routine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<(), Win32Error> {
    let size = object.read_at(buffer, target.offset())?;
    call(target, routine, size)
}

/// WriteFileEx on what is no mailslot, in the same way.
///
/// # Errors
///
/// As [`write`], and nothing is called then; 31 while the thread is ending.
pub(crate) fn write_and_call(
    object: &dyn KernelObject,
    bytes: &[u8],
    target: Target,
    routine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<(), Win32Error> {
    let size = object.write_at(bytes, target.offset())?;
    call(target, routine, size)
}

fn call(target: Target, routine: LPOVERLAPPED_COMPLETION_ROUTINE, size: usize) -> Result<(), Win32Error> {
    // The buffer's length was a DWORD.
    let bytes = size as u32;
    target.end(Status::SUCCESS, bytes);
    let overlapped = target.pointer();
    Thread::current()?.queue_call(AsynchronousCall::Completion { routine, error: ERROR_SUCCESS, bytes, overlapped })
}

/// An operation that transfers nothing, at the offset that the structure names.
///
/// # Errors
///
/// 87 for NULL, 6 `hEvent` is no event, and what `operation` fails with.
///
/// # Safety
///
/// `overlapped` is NULL or points to an OVERLAPPED.
pub(super) unsafe fn run(
    overlapped: *mut OVERLAPPED,
    operation: impl FnOnce(u64) -> Result<(), Win32Error>,
) -> Result<(), Win32Error> {
    // SAFETY: the caller's promise; nothing goes on after the call.
    let target = unsafe { Target::new(overlapped) }.ok_or(Win32Error::INVALID_PARAMETER)?;
    let notice = Notice::event(target)?;
    end(&notice, operation(target.offset()).map(|()| 0)).map(drop)
}

/// Stores how the operation ended. An event is set for success alone, as for every operation that does not pend.
fn end(notice: &Notice, outcome: Result<usize, Win32Error>) -> Result<usize, Win32Error> {
    if let Notice::Event { target, event, .. } = notice {
        // The buffer's length was a DWORD.
        target.end(Status::of(&outcome), outcome.unwrap_or(0) as u32);
        if outcome.is_ok()
            && let Some(entry) = event
            && let Object::Other(event) = &entry.object
        {
            event.set_event();
        }
    }
    outcome
}
