//! Handles that this process did not open: their descriptor says what they are.
//!
//! A child finds an inherited handle by its number alone. The descriptor's open flags tell a server from a client, and the file
//! behind it whether it is a mailslot at all.

use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use mailslot::{Client, Mailslot};
use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fstat};
use rustix::io::{Errno, FdFlags, fcntl_dupfd_cloexec, fcntl_getfd};
use rustix::process::geteuid;
use windows_sys::Win32::Foundation::ERROR_TOO_MANY_OPEN_FILES;

use crate::last_error::Win32Error;
use crate::table::End;

/// Takes a descriptor over. The caller makes sure that nobody else does so at the same time.
///
/// # Errors
///
/// 6 when it is not open or no mailslot, and then it is left as it was; 4 when there is no descriptor left to look with.
pub(crate) fn adopt(descriptor: RawFd) -> Result<End, Win32Error> {
    // SAFETY: the number comes from a program that takes it for a handle. If it is not open, the first look fails. A program that
    // closes it meanwhile, in another thread, uses a handle value that nobody gave it; whatever is behind the number then
    // is checked again.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    if !may_be_slot_file(borrowed) {
        return Err(Win32Error::INVALID_HANDLE);
    }
    // Opening takes a descriptor by value and closes it when it fails, so it is tried on a duplicate.
    open_end(duplicate(borrowed)?)?;
    // SAFETY: the descriptor is a mailslot's that no entry of the table owns. Its number was given to this process for use as a
    // handle, and from here on the table is its owner.
    let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
    open_end(owned)
}

/// A look that leaves no trace, because closing even a duplicate of a foreign file releases the record locks that its owner
/// has on it. True for open regular files that only this user may use, as all slot files are, and that survive `exec`: an
/// inherited descriptor does, or it would not be here. The descriptors that this library and others opened for themselves do
/// not, so a stale handle value that happens to hit one of those takes nothing away from its owner.
fn may_be_slot_file(descriptor: BorrowedFd<'_>) -> bool {
    let private_file = Mode::RUSR | Mode::WUSR;
    let is_inherited = fcntl_getfd(descriptor).is_ok_and(|flags| !flags.contains(FdFlags::CLOEXEC));
    is_inherited
        && fstat(descriptor).is_ok_and(|stat| {
            FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
                && Mode::from_raw_mode(stat.st_mode) == private_file
                && stat.st_uid == geteuid().as_raw()
        })
}

fn duplicate(descriptor: BorrowedFd<'_>) -> Result<OwnedFd, Win32Error> {
    fcntl_dupfd_cloexec(descriptor, 0).map_err(|errno| match errno {
        Errno::MFILE | Errno::NFILE => Win32Error(ERROR_TOO_MANY_OPEN_FILES),
        _ => Win32Error::INVALID_HANDLE,
    })
}

fn open_end(descriptor: OwnedFd) -> Result<End, Win32Error> {
    let end = if is_server(descriptor.as_fd()) {
        Mailslot::from_fd(descriptor).map(End::Server)
    } else {
        Client::from_fd(descriptor).map(End::Client)
    };
    end.map_err(|_| Win32Error::INVALID_HANDLE)
}

/// The description that all server handles of a slot share is open for appending; clients' are not.
fn is_server(descriptor: BorrowedFd<'_>) -> bool {
    fcntl_getfl(descriptor).is_ok_and(|flags| flags.contains(OFlags::APPEND))
}
