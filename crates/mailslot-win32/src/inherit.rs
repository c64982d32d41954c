//! Whether children of this process get a descriptor: `HANDLE_FLAG_INHERIT` is the absence of close-on-exec.

use std::os::fd::{BorrowedFd, RawFd};

use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};

use crate::last_error::Win32Error;

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
