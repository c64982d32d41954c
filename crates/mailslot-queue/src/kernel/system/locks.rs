//! Open-file-description locks on bytes far behind the slot file's contents: the kernel's word on who is alive.
//!
//! A lock belongs to an open file description. It is shared by `dup`, `fork` and `SCM_RIGHTS`, and is gone with the
//! description's last descriptor, whatever ends its holders. The positions are the same in every layout version.
//! References: fcntl(2), "Open file description locks".

use std::io;
use std::os::fd::AsRawFd;

use super::FileRef;
use crate::kernel::LockByte;

impl LockByte {
    fn position(self) -> i64 {
        match self {
            LockByte::Server => 1 << 62,
            LockByte::Janitor => (1 << 62) + 1,
            LockByte::Participant(number) => (1 << 61) + (number & ((1 << 60) - 1)) as i64,
        }
    }
}

/// Takes the lock; `false` when another description has it.
pub(crate) fn try_lock(file: FileRef<'_>, byte: LockByte) -> io::Result<bool> {
    match call(file, libc::F_OFD_SETLK, libc::F_WRLCK, byte) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives the lock back.
pub(crate) fn unlock(file: FileRef<'_>, byte: LockByte) -> io::Result<()> {
    call(file, libc::F_OFD_SETLK, libc::F_UNLCK, byte).map(|_| ())
}

/// Whether a description other than `file`'s own has the lock. Takes nothing.
pub(crate) fn is_locked_by_another(file: FileRef<'_>, byte: LockByte) -> io::Result<bool> {
    Ok(call(file, libc::F_OFD_GETLK, libc::F_WRLCK, byte)? != libc::F_UNLCK)
}

fn call(file: FileRef<'_>, command: libc::c_int, kind: libc::c_int, byte: LockByte) -> io::Result<libc::c_int> {
    // SAFETY: `flock` is a plain C struct for which all zeroes is a valid value.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = byte.position();
    lock.l_len = 1;
    loop {
        // SAFETY: the descriptor is open for the call (FileRef) and `lock` is valid for reading and writing.
        let result = unsafe { libc::fcntl(file.as_raw_fd(), command, &raw mut lock) };
        if result != -1 {
            return Ok(libc::c_int::from(lock.l_type));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
