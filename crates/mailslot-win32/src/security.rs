//! SECURITY_ATTRIBUTES: whether children inherit a handle, and who may write to a new slot.

use std::os::fd::{BorrowedFd, RawFd};

use mailslot::Permissions;
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use windows_sys::Win32::Foundation::ERROR_INVALID_SECURITY_DESCR;
use windows_sys::Win32::Security::{ACL, SE_DACL_PRESENT, SE_SELF_RELATIVE, SECURITY_ATTRIBUTES, SECURITY_DESCRIPTOR};
use windows_sys::Win32::System::SystemServices::SECURITY_DESCRIPTOR_REVISION;

use crate::last_error::Win32Error;

/// What a caller's SECURITY_ATTRIBUTES ask for.
#[derive(Debug)]
pub(crate) struct SecurityRequest {
    pub(crate) permissions: Permissions,
    pub(crate) inherit: bool,
}

impl SecurityRequest {
    /// Reads the structure. NULL asks for the defaults. `nLength` is not checked, as on Windows.
    ///
    /// # Errors
    ///
    /// 1338 for a security descriptor of an unknown revision.
    ///
    /// # Safety
    ///
    /// `attributes` is NULL or points to a SECURITY_ATTRIBUTES, whose `lpSecurityDescriptor` is NULL or points to a
    /// SECURITY_DESCRIPTOR, whose `Dacl`, if present, is NULL or points to an ACL.
    pub(crate) unsafe fn read(attributes: *const SECURITY_ATTRIBUTES) -> Result<SecurityRequest, Win32Error> {
        if attributes.is_null() {
            return Ok(SecurityRequest { permissions: Permissions::Owner, inherit: false });
        }
        // SAFETY: not NULL, so the caller promises that it points to the structure.
        let attributes = unsafe { attributes.read_unaligned() };
        // SAFETY: the caller's promise.
        let permissions = unsafe { permissions_of(attributes.lpSecurityDescriptor.cast()) }?;
        Ok(SecurityRequest { permissions, inherit: attributes.bInheritHandle != 0 })
    }
}

/// Whether children of this process get the descriptor: `HANDLE_FLAG_INHERIT`.
pub(crate) fn is_inheritable(descriptor: RawFd) -> Result<bool, Win32Error> {
    let flags = fcntl_getfd(borrow(descriptor)?).map_err(|_| Win32Error::INVALID_HANDLE)?;
    Ok(!flags.contains(FdFlags::CLOEXEC))
}

/// Sets or clears `HANDLE_FLAG_INHERIT`.
pub(crate) fn set_inheritable(descriptor: RawFd, inheritable: bool) -> Result<(), Win32Error> {
    let flags = if inheritable { FdFlags::empty() } else { FdFlags::CLOEXEC };
    fcntl_setfd(borrow(descriptor)?, flags).map_err(|_| Win32Error::INVALID_HANDLE)
}

/// The descriptor of a handle, which is -1 once the handle is closed.
pub(crate) fn borrow<'a>(descriptor: RawFd) -> Result<BorrowedFd<'a>, Win32Error> {
    if descriptor < 0 {
        return Err(Win32Error::INVALID_HANDLE);
    }
    // SAFETY: the number was just asked of an end in use. If another thread closes that handle now, the system call fails or
    // changes the flag of a descriptor that is not yet anybody's, which is the program's race on its handle.
    Ok(unsafe { BorrowedFd::borrow_raw(descriptor) })
}

/// The three access lists that programs use: none given (the default), a NULL list (everybody), an empty one (nobody).
/// Lists with entries name Windows accounts, which mean nothing here: they count as the default, which is stricter.
///
/// # Safety
///
/// As for [`SecurityRequest::read`].
unsafe fn permissions_of(descriptor: *const SECURITY_DESCRIPTOR) -> Result<Permissions, Win32Error> {
    if descriptor.is_null() {
        return Ok(Permissions::Owner);
    }
    // SAFETY: not NULL, so the caller promises a descriptor; its first byte is the revision in both of its forms.
    let revision = unsafe { descriptor.cast::<u8>().read() };
    if u32::from(revision) != SECURITY_DESCRIPTOR_REVISION {
        return Err(Win32Error(ERROR_INVALID_SECURITY_DESCR));
    }
    // SAFETY: the control word is at the same place in both forms.
    let control = unsafe { descriptor.cast::<u16>().wrapping_add(1).read_unaligned() };
    if control & SE_DACL_PRESENT == 0 || control & SE_SELF_RELATIVE != 0 {
        return Ok(Permissions::Owner);
    }
    // SAFETY: the absolute form is the structure.
    let list = unsafe { descriptor.read_unaligned() }.Dacl;
    if list.is_null() {
        return Ok(Permissions::Everyone);
    }
    // SAFETY: not NULL, so the caller promises an ACL.
    let ACL { AceCount: entries, .. } = unsafe { list.read_unaligned() };
    Ok(if entries == 0 { Permissions::Nobody } else { Permissions::Owner })
}
