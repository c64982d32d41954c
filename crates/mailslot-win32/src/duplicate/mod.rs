//! DuplicateHandle: within the process, from another one, and into another one.

mod from;
mod into;
mod mailbox;
mod message;

use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use mailslot::ErrorKind;
use windows_sys::Win32::Foundation::{
    DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, ERROR_NOT_SUPPORTED, FALSE, HANDLE, TRUE,
};
use windows_sys::core::BOOL;

use crate::access::Access;
use crate::boundary::boundary;
use crate::compat::ThreadObject;
use crate::compat::process::{Process, own_process, process_of};
use crate::handle::{CURRENT_THREAD, descriptor_of, is_pseudo_handle};
use crate::inherit::borrow;
use crate::last_error::Win32Error;
use crate::object::{ClientEnd, Object, ServerEnd};
use crate::output::store;
use crate::table::{self, Entry, insert, with_entry};
use crate::thread::Thread;

pub(crate) use mailbox::collect;

/// Makes a second handle of the same server, client, event, process …: same queue, same timeout, closed on its own. Both the
/// first handle and the second may be of other processes of this user that use this library.
///
/// - `hSourceProcessHandle`: the process that has the handle: the pseudo handle, which GetCurrentProcess returns, or a process
///   handle.
/// - `hSourceHandle`: the handle to duplicate. The pseudo handle of the process gives a real handle of it.
/// - `hTargetProcessHandle`: the process that is to have the new handle; or NULL with `DUPLICATE_CLOSE_SOURCE`, which then only
///   closes.
/// - `lpTargetHandle`: receives the new handle, set to NULL before anything else; or NULL, and no duplicate is kept.
/// - `dwDesiredAccess`: the rights of the new handle, at most those of the source; `MAXIMUM_ALLOWED` for the same.
/// - `bInheritHandle`: whether children inherit the new handle. The source's flags do not count.
/// - `dwOptions`: `DUPLICATE_SAME_ACCESS` ignores `dwDesiredAccess`. `DUPLICATE_CLOSE_SOURCE` closes the source, even if the
///   call fails, and within one process gives the new handle the source's value; reads that wait on it go on waiting. A source that
///   is protected from close stays as it is, and the new handle is another one, unprotected. Other bits are ignored.
///
/// A handle of another process is taken with the rights that a child inherits, for what its process was granted is not known here.
/// The kernel allows it to whoever may debug that process; under `kernel.yama.ptrace_scope` 1 that is its ancestors. One that
/// is to be closed there is closed when that process next opens or closes a handle or meets an unknown one.
///
/// A handle for another process is on its way, and keeps its slot alive, until that process first uses it, or ends. A process
/// that was just started is waited for, for five seconds at most. One that was created suspended and does not run yet gets handles
/// that its children inherit, with the rights of inherited ones.
///
/// Success leaves the last error alone. Fails with `FALSE`: 4 no descriptor left, here or there, 5 more rights than the source's,
/// or the other process has ended or may not be touched, 6 no such handle, or no process handle, 50 the object has no meaning in
/// another process (a completion port, a file), or that process does not use this library, 1450 too much is on its way there.
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
        let source_place = Place::of(hSourceProcessHandle)?;
        let request = Request {
            target: hTargetProcessHandle,
            keeps_duplicate: !lpTargetHandle.is_null(),
            desired: if dwOptions & DUPLICATE_SAME_ACCESS == 0 { Some(dwDesiredAccess) } else { None },
            inherit: bInheritHandle != FALSE,
            closes_source: dwOptions & DUPLICATE_CLOSE_SOURCE != 0,
        };
        let made = match source_place {
            Place::Here if is_pseudo_handle(hSourceHandle) => request.of_object(own_process()?, Access::EVERYTHING),
            Place::Here if hSourceHandle == CURRENT_THREAD => {
                let thread = ThreadObject::new(Thread::current()?)?;
                request.of_object(Object::Other(Box::new(thread)), Access::EVERYTHING)
            }
            Place::Here => request.of_own(hSourceHandle),
            Place::There(process) => request.of_other(&process, hSourceHandle),
        }?;
        if let Some(handle) = made {
            // SAFETY: the caller's promise.
            unsafe { store(lpTargetHandle, handle) };
        }
        Ok(TRUE)
    })
}

/// Whose a handle is.
enum Place {
    Here,
    There(Arc<Process>),
}

impl Place {
    /// # Errors
    ///
    /// 6 if it is no process handle.
    fn of(process: HANDLE) -> Result<Place, Win32Error> {
        if is_pseudo_handle(process) {
            return Ok(Place::Here);
        }
        let process = process_of(process)?;
        Ok(if process.is_this_one() { Place::Here } else { Place::There(process) })
    }
}

/// What a call asks for.
struct Request {
    /// The process that is to have the new handle; NULL for none.
    target: HANDLE,
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
    /// Duplicates a handle of this process.
    fn of_own(&self, handle: HANDLE) -> Result<Option<HANDLE>, Win32Error> {
        let outcome = with_entry(handle, |source| self.carry_out(source));
        if self.closes_source && !matches!(outcome, Ok(Made::InPlace(_))) {
            // What fails here is closed already, or protected from close, which is not this call's failure.
            let _ = table::close(handle);
        }
        match outcome? {
            Made::Nothing => Ok(None),
            Made::InPlace(handle) | Made::Second(handle) => Ok(Some(handle)),
        }
    }

    fn carry_out(&self, source: &Entry) -> Result<Made, Win32Error> {
        if matches!(source.object, Object::Closed) || (self.target.is_null() && !self.closes_source) {
            return Err(Win32Error::INVALID_HANDLE);
        }
        if self.target.is_null() {
            return Ok(Made::Nothing);
        }
        let place = Place::of(self.target)?;
        let rights = self.rights(source.access())?;
        if !self.keeps_duplicate {
            return Ok(Made::Nothing);
        }
        match place {
            Place::Here if self.closes_source && !source.protected.load(Ordering::Relaxed) => {
                source.replace(|access| self.rights(access), self.inherit).map(Made::InPlace)
            }
            Place::Here => insert(second(&source.object)?, rights, self.inherit).map(Made::Second),
            Place::There(_) if !travels(&source.object) => Err(Win32Error(ERROR_NOT_SUPPORTED)),
            Place::There(process) => {
                let second = second(&source.object)?;
                into::install(&process, borrow(second.descriptor())?, rights, self.inherit).map(Made::Second)
            }
        }
    }

    /// Duplicates a handle of another process.
    fn of_other(&self, process: &Arc<Process>, handle: HANDLE) -> Result<Option<HANDLE>, Win32Error> {
        let number = descriptor_of(handle)?;
        if self.target.is_null() {
            return if self.closes_source {
                into::close(process, number).map(|()| None)
            } else {
                Err(Win32Error::INVALID_HANDLE)
            };
        }
        let made = from::fetch(process, number).and_then(|(object, access)| self.of_object(object, access));
        if self.closes_source {
            into::close(process, number)?;
        }
        made
    }

    /// Gives an object that is in no table yet to the target.
    fn of_object(&self, object: Object, access: Access) -> Result<Option<HANDLE>, Win32Error> {
        let rights = self.rights(access)?;
        let place = Place::of(self.target)?;
        if !self.keeps_duplicate {
            return Ok(None);
        }
        match place {
            Place::Here => insert(object, rights, self.inherit),
            Place::There(_) if !travels(&object) => Err(Win32Error(ERROR_NOT_SUPPORTED)),
            Place::There(process) => into::install(&process, borrow(object.descriptor())?, rights, self.inherit),
        }
        .map(Some)
    }

    fn rights(&self, source: Access) -> Result<Access, Win32Error> {
        self.desired.map_or(Ok(source), |desired| source.narrowed(desired))
    }
}

/// Whether a handle means something in another process, which knows of it what its descriptor tells.
fn travels(object: &Object) -> bool {
    match object {
        Object::Server(_) | Object::Client(_) => true,
        Object::Other(other) => other.travels(),
        Object::Closed | Object::Adopting => false,
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
