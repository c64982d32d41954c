//! DuplicateHandle.

use std::ptr::null_mut;
use std::sync::atomic::Ordering;

use mailslot::ErrorKind;
use windows_sys::Win32::Foundation::{DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, FALSE, HANDLE, TRUE};
use windows_sys::core::BOOL;

use crate::access::Access;
use crate::boundary::boundary;
use crate::compat::ThreadObject;
use crate::handle::{CURRENT_THREAD, is_pseudo_handle};
use crate::last_error::Win32Error;
use crate::object::{ClientEnd, Object, ServerEnd};
use crate::output::store;
use crate::table::{self, Entry, insert, insert_other, with_entry};
use crate::thread::Thread;

/// Makes a second handle of the same server or client: same queue, same timeout, closed on its own. Only within the calling
/// process.
///
/// - `hSourceProcessHandle`: the process's pseudo handle, which GetCurrentProcess returns.
/// - `hSourceHandle`: the handle to duplicate. The pseudo handle of the process is none; of that
///   of the thread a handle of the calling thread is made.
/// - `hTargetProcessHandle`: as the source's; or NULL with `DUPLICATE_CLOSE_SOURCE`, which then only closes.
/// - `lpTargetHandle`: receives the new handle, set to NULL before anything else; or NULL, and no duplicate is kept.
/// - `dwDesiredAccess`: the rights of the new handle, at most those of the source; `MAXIMUM_ALLOWED` for the same.
/// - `bInheritHandle`: whether children inherit the new handle. The source's flags do not count.
/// - `dwOptions`: `DUPLICATE_SAME_ACCESS` ignores `dwDesiredAccess`. `DUPLICATE_CLOSE_SOURCE` closes the source, even if the
///   call fails, and gives the new handle the source's value; reads that wait on it go on waiting. A source that is protected
///   from close stays as it is, and the new handle is another one, unprotected. Other bits are ignored.
///
/// Success leaves the last error alone. Fails with `FALSE`: 4 no descriptor left, 5 more rights than the source's, 6 not a
/// mailslot handle, or a process other than the calling one.
///
/// # Safety
///
/// `lpTargetHandle` is NULL or points to a HANDLE.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DuplicateHandle(
    hSourceProcessHandle: HANDLE,
    hSourceHandle: HANDLE,
    hTargetProcessHandle: HANDLE,
    lpTargetHandle: *mut HANDLE,
    dwDesiredAccess: u32,
    bInheritHandle: BOOL,
    dwOptions: u32,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        unsafe { store(lpTargetHandle, null_mut()) };
        if !is_pseudo_handle(hSourceProcessHandle) {
            return Err(Win32Error::INVALID_HANDLE);
        }
        let request = Request {
            has_target: !hTargetProcessHandle.is_null(),
            keeps_duplicate: !lpTargetHandle.is_null(),
            desired: if dwOptions & DUPLICATE_SAME_ACCESS == 0 { Some(dwDesiredAccess) } else { None },
            inherit: bInheritHandle != FALSE,
            closes_source: dwOptions & DUPLICATE_CLOSE_SOURCE != 0,
        };
        if hSourceHandle == CURRENT_THREAD {
            if !is_pseudo_handle(hTargetProcessHandle) {
                return Err(Win32Error::INVALID_HANDLE);
            }
            if request.keeps_duplicate {
                let thread = ThreadObject::new(Thread::current()?)?;
                let handle = insert_other(Box::new(thread), request.inherit)?;
                // SAFETY: the caller's promise.
                unsafe { store(lpTargetHandle, handle) };
            }
            return Ok(TRUE);
        }
        let outcome = with_entry(hSourceHandle, |source| {
            if request.has_target && !is_pseudo_handle(hTargetProcessHandle) {
                return Err(Win32Error::INVALID_HANDLE);
            }
            request.carry_out(source)
        });
        if request.closes_source && !matches!(outcome, Ok(Made::InPlace(_))) {
            // What fails here is closed already, or protected from close, which is not this call's failure.
            let _ = table::close(hSourceHandle);
        }
        if let Made::InPlace(handle) | Made::Second(handle) = outcome? {
            // SAFETY: the caller's promise.
            unsafe { store(lpTargetHandle, handle) };
        }
        Ok(TRUE)
    })
}

/// What a call asks for, once it is known to be about this process.
struct Request {
    /// Whether a target process was named.
    has_target: bool,
    /// Whether there is a place for the new handle. Without one it could never be closed.
    keeps_duplicate: bool,
    /// The rights asked for; `None` for the source's.
    desired: Option<u32>,
    inherit: bool,
    closes_source: bool,
}

enum Made {
    Nothing,
    /// The source has become the new handle.
    InPlace(HANDLE),
    Second(HANDLE),
}

impl Request {
    fn carry_out(&self, source: &Entry) -> Result<Made, Win32Error> {
        if matches!(source.object, Object::Closed) || !(self.has_target || self.closes_source) {
            return Err(Win32Error::INVALID_HANDLE);
        }
        if !self.has_target {
            return Ok(Made::Nothing);
        }
        let rights = self.rights(source.access())?;
        if !self.keeps_duplicate {
            return Ok(Made::Nothing);
        }
        if self.closes_source && !source.protected.load(Ordering::Relaxed) {
            return source.replace(|access| self.rights(access), self.inherit).map(Made::InPlace);
        }
        insert(second(&source.object)?, rights, self.inherit).map(Made::Second)
    }

    fn rights(&self, source: Access) -> Result<Access, Win32Error> {
        self.desired.map_or(Ok(source), |desired| source.narrowed(desired))
    }
}

fn second(object: &Object) -> Result<Object, Win32Error> {
    let second = match object {
        Object::Server(end) => {
            end.slot.try_clone().map(|slot| Object::Server(ServerEnd { slot, file: end.file.another() }))
        }
        Object::Client(end) => {
            end.client.try_clone().map(|client| Object::Client(ClientEnd { client, file: end.file.another() }))
        }
        Object::Other(other) => return other.duplicate().map(Object::Other),
        Object::Closed | Object::Adopting => return Err(Win32Error::INVALID_HANDLE),
    };
    second.map_err(|error| match error.kind() {
        // Another thread has closed the source meanwhile.
        ErrorKind::Cancelled => Win32Error::INVALID_HANDLE,
        kind => Win32Error(kind.win32_code()),
    })
}
