//! From another process.

use std::os::fd::RawFd;

use rustix::io::Errno;
use rustix::process::{PidfdGetfdFlags, pidfd_getfd};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_TOO_MANY_OPEN_FILES};

use crate::access::Access;
use crate::adopt;
use crate::compat::files::is_standard;
use crate::compat::process::Process;
use crate::last_error::Win32Error;
use crate::object::Object;

/// A second handle of what a handle of another process refers to, and the rights of the first: those that an inherited handle
/// has, for what the process was granted is not in its descriptor.
///
/// The kernel allows it to whoever may debug the process. Where that is restricted (`kernel.yama.ptrace_scope`), only
/// descendants may be taken from.
///
/// # Errors
///
/// 4 no descriptor left, 5 not allowed, or the process has ended, 6 no handle, 50 Linux before 5.6.
pub(super) fn fetch(process: &Process, number: RawFd) -> Result<(Object, Access), Win32Error> {
    let descriptor = pidfd_getfd(process.pidfd(), number, PidfdGetfdFlags::empty()).map_err(|errno| match errno {
        Errno::BADF => Win32Error::INVALID_HANDLE,
        Errno::MFILE | Errno::NFILE => Win32Error(ERROR_TOO_MANY_OPEN_FILES),
        Errno::NOSYS => Win32Error(ERROR_NOT_SUPPORTED),
        _ => Win32Error(ERROR_ACCESS_DENIED),
    })?;
    let object = adopt::received(descriptor, is_standard(number))?;
    let access = adopt::rights_of(&object);
    Ok((object, access))
}
