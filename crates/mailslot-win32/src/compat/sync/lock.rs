//! Locks of open file descriptions on bytes of an object's file: the kernel's word on who has the object. They are shared by
//! `dup`, `fork`, `exec` and descriptor passing, and gone with the description's last descriptor, whatever ends its holders.
//! References: fcntl(2), "Open file description locks".

use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::io::Errno;

/// Which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LockByte {
    /// Of a named object: read-locked by every description that a handle stands for, write-locked by who finds nobody has it
    /// and removes the file.
    Use,
    /// Of a mutex: write-locked by the process with that number.
    Participant(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LockKind {
    Read,
    Write,
}

/// Takes a lock without waiting; `false` when that of another description is in the way.
pub(super) fn try_lock(file: BorrowedFd<'_>, byte: LockByte, kind: LockKind) -> rustix::io::Result<bool> {
    let kind = match kind {
        LockKind::Read => libc::F_RDLCK,
        LockKind::Write => libc::F_WRLCK,
    };
    match call(file, libc::F_OFD_SETLK, kind, byte) {
        Ok(_) => Ok(true),
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(false),
        Err(errno) => Err(errno),
    }
}

/// Whether a description other than `file`'s own has the byte locked. Takes nothing.
pub(super) fn is_locked_by_another(file: BorrowedFd<'_>, byte: LockByte) -> rustix::io::Result<bool> {
    Ok(call(file, libc::F_OFD_GETLK, libc::F_WRLCK, byte)? != libc::F_UNLCK)
}

fn call(
    file: BorrowedFd<'_>,
    command: libc::c_int,
    kind: libc::c_int,
    byte: LockByte,
) -> rustix::io::Result<libc::c_int> {
    let start = match byte {
        LockByte::Use => 1 << 62,
        LockByte::Participant(number) => (1 << 61) + i64::from(number),
    };
    // SAFETY: `flock` is a plain C structure for which all zeroes is a valid value.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = start;
    lock.l_len = 1;
    loop {
        // SAFETY: the descriptor is open for the call (BorrowedFd), and `lock` may be read and written.
        let result = unsafe { libc::fcntl(file.as_raw_fd(), command, &raw mut lock) };
        if result != -1 {
            return Ok(libc::c_int::from(lock.l_type));
        }
        match Errno::from_io_error(&std::io::Error::last_os_error()) {
            Some(Errno::INTR) => {}
            errno => return Err(errno.unwrap_or(Errno::INVAL)),
        }
    }
}
