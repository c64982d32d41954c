//! LockFile, UnlockFile: byte ranges.
//!
//! Locks are the kernel's locks of open file descriptions: they hold against other handles and processes that lock, and do not
//! keep anybody from reading and writing, which on Windows they do.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::PoisonError;

use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_LOCK_VIOLATION, ERROR_NOT_LOCKED, ERROR_POSSIBLE_DEADLOCK,
    FALSE, HANDLE, TRUE,
};
use windows_sys::Win32::Storage::FileSystem::{LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::BOOL;

use super::{OnSlot, overlapped, with_file};
use crate::boundary::boundary;
use crate::last_error::Win32Error;

/// Locks a byte range of a file for this handle alone, at once or not at all.
///
/// Fails with `FALSE`: 1 a mailslot, 5 a handle that may not write, 6 no file, 33 the range, or a part of it, is locked, 87 a
/// range that ends beyond 2^63.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn LockFile(
    hFile: HANDLE,
    dwFileOffsetLow: u32,
    dwFileOffsetHigh: u32,
    nNumberOfBytesToLockLow: u32,
    nNumberOfBytesToLockHigh: u32,
) -> BOOL {
    boundary(FALSE, || {
        let region = Region {
            start: wide(dwFileOffsetLow, dwFileOffsetHigh),
            size: wide(nNumberOfBytesToLockLow, nNumberOfBytesToLockHigh),
            is_exclusive: true,
        };
        lock(hFile, region, false)
    })
}

/// Locks a byte range: `LOCKFILE_EXCLUSIVE_LOCK` (2) for this handle alone, else shared with others that lock so. Waits for it
/// unless `LOCKFILE_FAIL_IMMEDIATELY` (1) is given. `lpOverlapped` has the offset, and an event to set, or none.
///
/// Fails as [`LockFile`]; 87 without `lpOverlapped`; 1131 a wait for a range that this handle has locked.
///
/// # Safety
///
/// `lpOverlapped` is NULL or points to an OVERLAPPED.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LockFileEx(
    hFile: HANDLE,
    dwFlags: u32,
    _dwReserved: u32,
    nNumberOfBytesToLockLow: u32,
    nNumberOfBytesToLockHigh: u32,
    lpOverlapped: *mut OVERLAPPED,
) -> BOOL {
    boundary(FALSE, || {
        let locked = |start| {
            let size = wide(nNumberOfBytesToLockLow, nNumberOfBytesToLockHigh);
            let region = Region { start, size, is_exclusive: dwFlags & LOCKFILE_EXCLUSIVE_LOCK != 0 };
            lock(hFile, region, dwFlags & LOCKFILE_FAIL_IMMEDIATELY == 0).map(drop)
        };
        // SAFETY: the caller's promise.
        unsafe { overlapped::run(lpOverlapped, locked) }?;
        Ok(TRUE)
    })
}

/// Unlocks a range exactly as it was locked.
///
/// Fails with `FALSE`: 1 a mailslot, 6 no file, 158 there is no such lock.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn UnlockFile(
    hFile: HANDLE,
    dwFileOffsetLow: u32,
    dwFileOffsetHigh: u32,
    nNumberOfBytesToUnlockLow: u32,
    nNumberOfBytesToUnlockHigh: u32,
) -> BOOL {
    boundary(FALSE, || {
        let start = wide(dwFileOffsetLow, dwFileOffsetHigh);
        unlock(hFile, start, wide(nNumberOfBytesToUnlockLow, nNumberOfBytesToUnlockHigh))
    })
}

/// [`UnlockFile`] with the offset in `lpOverlapped`. 87 without it.
///
/// # Safety
///
/// `lpOverlapped` is NULL or points to an OVERLAPPED.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn UnlockFileEx(
    hFile: HANDLE,
    _dwReserved: u32,
    nNumberOfBytesToUnlockLow: u32,
    nNumberOfBytesToUnlockHigh: u32,
    lpOverlapped: *mut OVERLAPPED,
) -> BOOL {
    boundary(FALSE, || {
        let size = wide(nNumberOfBytesToUnlockLow, nNumberOfBytesToUnlockHigh);
        // SAFETY: the caller's promise.
        unsafe { overlapped::run(lpOverlapped, |start| unlock(hFile, start, size).map(drop)) }?;
        Ok(TRUE)
    })
}

/// A byte range that a handle, or a duplicate of it, has locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    start: u64,
    size: u64,
    is_exclusive: bool,
}

impl Region {
    fn overlaps(&self, other: &Region) -> bool {
        let ends_after = |a: &Region, b: &Region| a.start.saturating_add(a.size) > b.start;
        ends_after(self, other) && ends_after(other, self)
    }

    /// As the kernel takes it. A length of 0 means to the end of all files there.
    fn raw(&self, kind: i32) -> Result<libc::flock, Win32Error> {
        let invalid = |_| Win32Error(ERROR_INVALID_PARAMETER);
        // SAFETY: the structure is plain numbers, for which zero is a value.
        let mut raw: libc::flock = unsafe { std::mem::zeroed() };
        raw.l_type = kind as i16;
        raw.l_whence = libc::SEEK_SET as i16;
        raw.l_start = i64::try_from(self.start).map_err(invalid)?;
        let ends_beyond = self.start.checked_add(self.size).is_none_or(|end| i64::try_from(end).is_err());
        raw.l_len = if ends_beyond { 0 } else { self.size as i64 };
        Ok(raw)
    }
}

const ON_SLOT: OnSlot = OnSlot::both(mailslot::quirks::OTHER_FUNCTION_ERROR);

fn lock(handle: HANDLE, region: Region, waits: bool) -> Result<BOOL, Win32Error> {
    with_file(handle, ON_SLOT, |file, _| {
        let open = file.open()?;
        let is_taken = |locks: &[Region]| {
            locks.iter().any(|other| other.overlaps(&region) && (other.is_exclusive || region.is_exclusive))
        };
        let mut locks = open.shared.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if is_taken(&locks) {
            return Err(Win32Error(if waits { ERROR_POSSIBLE_DEADLOCK } else { ERROR_LOCK_VIOLATION }));
        }
        // Windows has locks of no bytes, which exclude nobody.
        if region.size > 0 {
            let kind = if region.is_exclusive { libc::F_WRLCK } else { libc::F_RDLCK };
            if waits {
                // Others of this process must be able to unlock meanwhile.
                drop(locks);
                set(open.fd(), libc::F_OFD_SETLKW, &region.raw(kind)?)?;
                locks = open.shared.locks.lock().unwrap_or_else(PoisonError::into_inner);
            } else {
                set(open.fd(), libc::F_OFD_SETLK, &region.raw(kind)?)?;
            }
        }
        locks.push(region);
        Ok(TRUE)
    })
}

fn unlock(handle: HANDLE, start: u64, size: u64) -> Result<BOOL, Win32Error> {
    with_file(handle, ON_SLOT, |file, _| {
        let open = file.open()?;
        let mut locks = open.shared.locks.lock().unwrap_or_else(PoisonError::into_inner);
        let found = locks.iter().position(|region| region.start == start && region.size == size);
        let region = locks.swap_remove(found.ok_or(Win32Error(ERROR_NOT_LOCKED))?);
        if region.size > 0 {
            set(open.fd(), libc::F_OFD_SETLK, &region.raw(libc::F_UNLCK)?)?;
        }
        Ok(TRUE)
    })
}

fn set(fd: BorrowedFd<'_>, command: i32, region: &libc::flock) -> Result<(), Win32Error> {
    loop {
        // SAFETY: the descriptor is open, and the structure is only read.
        if unsafe { libc::fcntl(fd.as_raw_fd(), command, std::ptr::from_ref(region)) } == 0 {
            return Ok(());
        }
        match Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO) {
            Errno::INTR => {}
            Errno::AGAIN | Errno::ACCESS => return Err(Win32Error(ERROR_LOCK_VIOLATION)),
            Errno::BADF => return Err(Win32Error(ERROR_ACCESS_DENIED)),
            errno => return Err(errno.into()),
        }
    }
}

fn wide(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}
