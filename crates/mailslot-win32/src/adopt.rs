//! Handles that this process did not open: their descriptor says what they are.
//!
//! A child finds an inherited handle by its number alone. The descriptor's open flags tell a server from a client, and the file
//! behind it what it is at all.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use mailslot::{Client, ErrorKind, Mailslot};
use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fstat};
use rustix::io::{Errno, FdFlags, fcntl_dupfd_cloexec, fcntl_getfd};
use rustix::process::geteuid;
use windows_sys::Win32::Foundation::ERROR_TOO_MANY_OPEN_FILES;

use crate::access::Access;
use crate::compat::files::{File, HANDLE_MARK, is_standard};
use crate::compat::{SyncObject, process};
use crate::last_error::Win32Error;
use crate::object::{ClientEnd, Object, ServerEnd};

/// What a descriptor may be, as an inherited handle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// A regular file that only this user may use, as all slot files are.
    slot: bool,
    /// A process.
    process: bool,
    /// A file that CreateFile opened, as its mark tells, or one of the three standard descriptors, whatever it is.
    file: bool,
}

/// Whether a descriptor may be an inherited handle: an open file that survives `exec`, as an inherited descriptor did. The
/// descriptors that this library and others opened for themselves do not, or bear no mark, so a stale handle value that happens
/// to hit one of those takes nothing away from its owner.
///
/// A look that leaves no trace: closing even a duplicate of a foreign file would release the record locks that its owner has on it,
/// and a duplicate of a server's descriptor would keep its slot alive.
pub(crate) fn candidate(number: RawFd) -> Option<Candidate> {
    // SAFETY: the calls below fail if the number is not open, and change nothing if it is another file by then.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    if fcntl_getfd(descriptor).ok()?.contains(FdFlags::CLOEXEC) {
        return None;
    }
    let stat = fstat(descriptor).ok()?;
    let kind = FileType::from_raw_mode(stat.st_mode);
    let private_file = Mode::RUSR | Mode::WUSR;
    let slot = kind == FileType::RegularFile
        && Mode::from_raw_mode(stat.st_mode) == private_file
        && stat.st_uid == geteuid().as_raw();
    let file = has_mark(descriptor) || is_standard(number);
    let process = process::is_pidfd(number);
    (slot || file || process).then_some(Candidate { slot, process, file })
}

/// Takes a descriptor over, of which the caller knows what it may be and that nobody in this process owns it.
///
/// # Errors
///
/// 6 when it is none of that, and then it is left as it was; 4 when there is no descriptor left to look with.
pub(crate) fn take(descriptor: RawFd, candidate: Candidate) -> Result<Object, Win32Error> {
    if candidate.process {
        // SAFETY: the number was given to this process for use as a handle, nobody in it owns it, and from here on the table does.
        return process::of_pidfd(unsafe { OwnedFd::from_raw_fd(descriptor) });
    }
    // SAFETY: the descriptor was open a moment ago and is nobody's who could close it, unless a program closes descriptors by
    // number; then this is an error, or another file that is checked just the same.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    if candidate.slot && SyncObject::is_behind(borrowed) {
        let make = SyncObject::adopted(borrowed)?;
        // SAFETY: the descriptor is that of an object for waiting. Its number was given to this process for use as a handle,
        // and from here on the table is its owner.
        let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
        return Ok(Object::Other(Box::new(make(owned))));
    }
    // Opening takes a descriptor by value and closes it when it fails, so it is tried on a duplicate.
    let found = if candidate.slot { check_slot(duplicate(borrowed)?) } else { Err(ErrorKind::NotAMailslot) };
    if found.is_err() && !(found == Err(ErrorKind::NotAMailslot) && candidate.file) {
        return Err(Win32Error::INVALID_HANDLE);
    }
    // SAFETY: the descriptor is a mailslot's or a file's. Its number was given to this process for use as a handle, and from
    // here on the table is its owner.
    let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
    match found {
        Ok(()) => open_end(owned),
        Err(_) => Ok(Object::Other(Box::new(File::adopted(owned)?))),
    }
}

/// Makes an object of a descriptor that came from another process for use as a handle. With `is_file` it is known to be a
/// file's if it is nothing else; without, files are known by their mark.
///
/// # Errors
///
/// 6 when it is none of a handle; it is closed then.
pub(crate) fn received(descriptor: OwnedFd, is_file: bool) -> Result<Object, Win32Error> {
    if process::is_pidfd(descriptor.as_raw_fd()) {
        return process::of_pidfd(descriptor);
    }
    if SyncObject::is_behind(descriptor.as_fd()) {
        return Ok(Object::Other(Box::new(SyncObject::from_fd(descriptor)?)));
    }
    // Opening closes the descriptor when it fails.
    match check_slot(duplicate(descriptor.as_fd())?) {
        Ok(()) => open_end(descriptor),
        Err(ErrorKind::NotAMailslot) if is_file || has_mark(descriptor.as_fd()) => {
            Ok(Object::Other(Box::new(File::adopted(descriptor)?)))
        }
        Err(_) => Err(Win32Error::INVALID_HANDLE),
    }
}

/// Whether CreateFile has opened a file that is no mailslot.
fn has_mark(descriptor: BorrowedFd<'_>) -> bool {
    let kind = fstat(descriptor).map(|stat| FileType::from_raw_mode(stat.st_mode));
    matches!(kind, Ok(FileType::RegularFile | FileType::Directory))
        && fcntl_getfl(descriptor).is_ok_and(|flags| flags.contains(HANDLE_MARK))
}

/// Whether a duplicate is one of a slot; [`ErrorKind::NotAMailslot`] if it is not. A mailslot whose server is gone, or that is
/// damaged, is a mailslot still, and no file.
fn check_slot(duplicate: OwnedFd) -> Result<(), ErrorKind> {
    let opened = if is_server(duplicate.as_fd()) {
        Mailslot::from_fd(duplicate).map(drop)
    } else {
        Client::from_fd(duplicate).map(drop)
    };
    opened.map_err(|error| error.kind())
}

/// The rights of a handle of which no more is known than its descriptor.
pub(crate) fn rights_of(object: &Object) -> Access {
    match object {
        Object::Server(_) => Access::SERVER,
        Object::Client(_) => Access::ADOPTED_CLIENT,
        _ => Access::EVERYTHING,
    }
}

fn duplicate(descriptor: BorrowedFd<'_>) -> Result<OwnedFd, Win32Error> {
    fcntl_dupfd_cloexec(descriptor, 0).map_err(|errno| match errno {
        Errno::MFILE | Errno::NFILE => Win32Error(ERROR_TOO_MANY_OPEN_FILES),
        _ => Win32Error::INVALID_HANDLE,
    })
}

fn open_end(descriptor: OwnedFd) -> Result<Object, Win32Error> {
    let end = if is_server(descriptor.as_fd()) {
        Mailslot::from_fd(descriptor).map(ServerEnd::first).map(Object::Server)
    } else {
        let is_overlapped = is_overlapped(descriptor.as_fd());
        Client::from_fd(descriptor).map(|client| Object::Client(ClientEnd::first(client, is_overlapped)))
    };
    end.map_err(|_| Win32Error::INVALID_HANDLE)
}

/// Clients that were opened with `FILE_FLAG_OVERLAPPED` have this flag in their description, where it has no effect on a
/// regular file.
pub(crate) const OVERLAPPED_MARK: OFlags = OFlags::NONBLOCK;

fn is_overlapped(descriptor: BorrowedFd<'_>) -> bool {
    fcntl_getfl(descriptor).is_ok_and(|flags| flags.contains(OVERLAPPED_MARK))
}

/// The description that all server handles of a slot share is open for appending; clients' are not.
fn is_server(descriptor: BorrowedFd<'_>) -> bool {
    fcntl_getfl(descriptor).is_ok_and(|flags| flags.contains(OFlags::APPEND))
}
