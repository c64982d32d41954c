//! The handle of an object.

use std::ffi::c_char;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::io::{Errno, fcntl_dupfd_cloexec};
use windows_sys::Win32::Foundation::{ERROR_ALREADY_EXISTS, ERROR_SUCCESS, FALSE, HANDLE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::core::BOOL;

use super::page::{Fixed, shared, unnamed_file};
use super::shared::{Kind, Shared};
use super::{event, kernel_error, mutex, name, named, semaphore, timer};
use crate::access::Access;
use crate::compat::descriptor::Descriptor;
use crate::inherit::borrow;
use crate::last_error::{SetLastError, Win32Error};
use crate::object::{KernelObject, Object};
use crate::security::SecurityRequest;
use crate::table::{insert, insert_other};
use crate::wait::{Acquired, Waitable};

/// A handle of an event, a mutex, a semaphore, a timer or a file mapping.
#[derive(Debug)]
pub(crate) struct SyncObject {
    descriptor: Descriptor,
    shared: Arc<Shared>,
}

impl SyncObject {
    /// The object behind a descriptor, which the value owns from here on.
    ///
    /// # Errors
    ///
    /// 6 if it is no object's, 1450 when there is no memory; then the descriptor is closed.
    pub(crate) fn from_fd(descriptor: OwnedFd) -> Result<SyncObject, Win32Error> {
        let shared = shared(descriptor.as_fd())?;
        Ok(SyncObject { descriptor: Descriptor::new(descriptor), shared })
    }

    /// The object behind a descriptor that is somebody else's so far: what makes a handle of it once it is owned, which cannot
    /// fail any more.
    ///
    /// # Errors
    ///
    /// As [`SyncObject::from_fd`]; the descriptor is left as it was.
    pub(crate) fn adopted(descriptor: BorrowedFd<'_>) -> Result<impl FnOnce(OwnedFd) -> SyncObject, Win32Error> {
        let shared = shared(descriptor)?;
        Ok(|owned| SyncObject { descriptor: Descriptor::new(owned), shared })
    }

    /// Whether a file is that of an object. Looking leaves no trace.
    pub(crate) fn is_behind(descriptor: BorrowedFd<'_>) -> bool {
        Fixed::read(descriptor).is_some()
    }

    pub(super) fn kind(&self) -> Kind {
        self.shared.fixed.kind
    }

    /// Runs `body` on the descriptor.
    pub(super) fn with_descriptor<T>(
        &self,
        body: impl FnOnce(BorrowedFd<'_>) -> rustix::io::Result<T>,
    ) -> rustix::io::Result<T> {
        body(borrow(self.descriptor()).map_err(|_| Errno::BADF)?)
    }

    /// The object as an event.
    ///
    /// # Errors
    ///
    /// 6 if it is none.
    pub(super) fn event(&self) -> Result<&Shared, Win32Error> {
        if self.kind().is_event() { Ok(&self.shared) } else { Err(Win32Error::INVALID_HANDLE) }
    }

    /// The object as one of that kind.
    ///
    /// # Errors
    ///
    /// 6 if it is of another.
    pub(super) fn of_kind(&self, kind: Kind) -> Result<&Shared, Win32Error> {
        if self.kind() == kind { Ok(&self.shared) } else { Err(Win32Error::INVALID_HANDLE) }
    }

    pub(super) fn acquire_mutex(&self) -> Acquired {
        mutex::acquire(&self.shared)
    }

    pub(super) fn release_mutex(&self) -> Result<(), Win32Error> {
        mutex::release(&self.shared)
    }
}

impl KernelObject for SyncObject {
    fn descriptor(&self) -> RawFd {
        self.descriptor.number()
    }

    fn close(&self) {
        if self.descriptor.close() {
            named::remove_if_unused(&self.shared.fixed.file_name);
        }
    }

    fn travels(&self) -> bool {
        true
    }

    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        let second = fcntl_dupfd_cloexec(borrow(self.descriptor())?, 0).map_err(kernel_error)?;
        let descriptor = Descriptor::new(second);
        Ok(Box::new(SyncObject { descriptor, shared: Arc::clone(&self.shared) }))
    }

    fn waitable(&self) -> Option<&dyn Waitable> {
        (self.kind() != Kind::FileMapping).then_some(self)
    }

    fn set_event(&self) -> bool {
        self.event().map(event::set).is_ok()
    }

    fn reset_event(&self) -> bool {
        self.event().map(event::reset).is_ok()
    }

    fn signal(&self) -> Result<(), Win32Error> {
        match self.kind() {
            Kind::AutoResetEvent | Kind::ManualResetEvent => {
                event::set(&self.shared);
                Ok(())
            }
            Kind::Semaphore => semaphore::release(&self.shared, 1).map(drop),
            Kind::Mutex => self.release_mutex(),
            Kind::AutoResetTimer | Kind::ManualResetTimer | Kind::FileMapping => Err(Win32Error::INVALID_HANDLE),
        }
    }
}

impl Waitable for SyncObject {
    fn word(&self) -> &AtomicU32 {
        self.shared.page.state()
    }

    fn enter(&self) -> Result<(), Win32Error> {
        self.shared.page.sleepers().fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn leave(&self) {
        self.shared.page.sleepers().fetch_sub(1, Ordering::SeqCst);
    }

    fn is_signalled(&self) -> bool {
        match self.kind() {
            Kind::AutoResetEvent | Kind::ManualResetEvent => event::is_set(&self.shared),
            Kind::Semaphore => semaphore::is_above_zero(&self.shared),
            Kind::Mutex => mutex::is_free(&self.shared),
            Kind::AutoResetTimer | Kind::ManualResetTimer => timer::is_due(&self.shared),
            Kind::FileMapping => false,
        }
    }

    fn acquire(&self) -> Acquired {
        let is_satisfied = match self.kind() {
            Kind::AutoResetEvent => event::take(&self.shared),
            Kind::ManualResetEvent => event::is_set(&self.shared),
            Kind::Semaphore => semaphore::take(&self.shared),
            Kind::Mutex => return mutex::acquire(&self.shared),
            Kind::AutoResetTimer => timer::take(&self.shared),
            Kind::ManualResetTimer => timer::is_due(&self.shared),
            Kind::FileMapping => false,
        };
        if is_satisfied { Acquired::Yes } else { Acquired::No }
    }

    fn times_signalled(&self) -> u32 {
        match self.kind() {
            Kind::ManualResetEvent => event::times_set(&self.shared),
            _ => 0,
        }
    }

    fn give_back(&self) {
        match self.kind() {
            Kind::AutoResetEvent => event::set(&self.shared),
            Kind::ManualResetEvent | Kind::ManualResetTimer | Kind::FileMapping => {}
            Kind::AutoResetTimer => timer::give_back(&self.shared),
            // Fails if somebody has filled the semaphore up meanwhile: then it could not have been released either.
            Kind::Semaphore => drop(semaphore::release(&self.shared, 1)),
            Kind::Mutex => mutex::give_back(&self.shared),
        }
    }

    fn look_again_ms(&self) -> Option<u32> {
        match self.kind() {
            Kind::Mutex => mutex::is_foreign(&self.shared).then_some(mutex::LOOK_AFTER_OWNER_MS),
            Kind::AutoResetTimer | Kind::ManualResetTimer => timer::due_in_ms(&self.shared),
            Kind::AutoResetEvent | Kind::ManualResetEvent | Kind::Semaphore | Kind::FileMapping => None,
        }
    }
}

impl Drop for SyncObject {
    fn drop(&mut self) {
        self.close();
    }
}

/// Creates an object, or opens that of the name, and tells the handle. Sets the last error to 0 or 183. A new object is prepared
/// by `prepare` before others can see it, and handed to `discard` if it did not get its name.
///
/// # Errors
///
/// As the functions say that create objects.
///
/// # Safety
///
/// `attributes` is NULL or points to a SECURITY_ATTRIBUTES, `name` is NULL or points to bytes up to and including a NUL.
pub(super) unsafe fn create(
    kind: Kind,
    maximum: u32,
    state: u32,
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const c_char,
    prepare: impl Fn(&SyncObject) -> Result<(), Win32Error>,
    discard: impl Fn(&SyncObject),
) -> Result<HANDLE, Win32Error> {
    let fixed = Fixed { kind, maximum, file_name: String::new(), section: None };
    // SAFETY: the caller's promise.
    unsafe { create_of(fixed, state, attributes, name, prepare, discard) }
}

/// [`create`] of what `fixed` says, except for the name.
///
/// # Errors
///
/// As [`create`].
///
/// # Safety
///
/// As for [`create`].
pub(super) unsafe fn create_of(
    mut fixed: Fixed,
    state: u32,
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const c_char,
    prepare: impl Fn(&SyncObject) -> Result<(), Win32Error>,
    discard: impl Fn(&SyncObject),
) -> Result<HANDLE, Win32Error> {
    // SAFETY: the caller's promise.
    let security = unsafe { SecurityRequest::read(attributes) }?;
    // SAFETY: the caller's promise.
    fixed.file_name = unsafe { name::file_name(name) }?.unwrap_or_default();
    let (object, was_there) = if fixed.file_name.is_empty() {
        let object = SyncObject::from_fd(unnamed_file(&fixed, state).map_err(kernel_error)?)?;
        prepare(&object)?;
        (object, false)
    } else {
        named::create(&fixed, state, prepare, discard)?
    };
    if !object.kind().is_same_type(fixed.kind) {
        return Err(Win32Error::INVALID_HANDLE);
    }
    let handle = insert_other(Box::new(object), security.inherit)?;
    SetLastError(if was_there { ERROR_ALREADY_EXISTS } else { ERROR_SUCCESS });
    Ok(handle)
}

/// Opens an object by name and tells the handle.
///
/// # Errors
///
/// As the functions say that open objects.
///
/// # Safety
///
/// `name` is NULL or points to bytes up to and including a NUL.
pub(super) unsafe fn open(kind: Kind, inherit: BOOL, name: *const c_char) -> Result<HANDLE, Win32Error> {
    // SAFETY: the caller's promise.
    unsafe { open_with(kind, Access::EVERYTHING, inherit != FALSE, name) }
}

/// [`open`], with a handle that has these rights.
///
/// # Errors
///
/// As [`open`].
///
/// # Safety
///
/// As for [`open`].
pub(super) unsafe fn open_with(
    kind: Kind,
    access: Access,
    inherit: bool,
    name: *const c_char,
) -> Result<HANDLE, Win32Error> {
    // SAFETY: the caller's promise.
    let object = named::open(&unsafe { name::required_file_name(name) }?)?;
    if !object.kind().is_same_type(kind) {
        return Err(Win32Error::INVALID_HANDLE);
    }
    insert(Object::Other(Box::new(object)), access, inherit)
}
