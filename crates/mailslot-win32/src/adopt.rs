//! Handles that this process did not open: their descriptor says what they are.
//!
//! A child finds an inherited handle by its number alone. The descriptor's open flags tell a server from a client, and the file
//! behind it whether it is a mailslot at all.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use mailslot::{Client, Mailslot};
use windows_sys::Win32::Foundation::ERROR_TOO_MANY_OPEN_FILES;

use crate::last_error::Win32Error;
use crate::security::is_inheritable;
use crate::table::End;

/// Takes a descriptor over. The caller makes sure that nobody else does so at the same time.
///
/// # Errors
///
/// 6 when it is not open or no mailslot, and then it is left as it was; 4 when there is no descriptor left to look with.
pub(crate) fn adopt(descriptor: RawFd) -> Result<End, Win32Error> {
    if !may_be_slot_file(descriptor) {
        return Err(Win32Error::INVALID_HANDLE);
    }
    // SAFETY: fstat found the number open. A program that closes it at this moment, in another thread, uses a handle value that
    // nobody gave it; the duplicate is then one of nothing or of another file, and is checked as such.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
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
fn may_be_slot_file(descriptor: RawFd) -> bool {
    if !matches!(is_inheritable(descriptor), Ok(true)) {
        return false;
    }
    // SAFETY: all zeroes is a valid `stat`.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `stat` may be written; a closed descriptor is an error.
    let result = unsafe { libc::fstat(descriptor, &raw mut stat) };
    // SAFETY: geteuid always succeeds and takes nothing.
    let me = unsafe { libc::geteuid() };
    result == 0 && stat.st_mode & (libc::S_IFMT | 0o777) == libc::S_IFREG | 0o600 && stat.st_uid == me
}

fn duplicate(descriptor: BorrowedFd<'_>) -> Result<OwnedFd, Win32Error> {
    descriptor.try_clone_to_owned().map_err(|error| match error.raw_os_error() {
        Some(libc::EMFILE | libc::ENFILE) => Win32Error(ERROR_TOO_MANY_OPEN_FILES),
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
    // SAFETY: F_GETFL takes no pointer, and the descriptor is open.
    let flags = unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_GETFL) };
    flags != -1 && flags & libc::O_APPEND != 0
}
