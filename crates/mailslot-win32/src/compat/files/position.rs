//! A file's size and position.

use mailslot::quirks::{FLUSH_ON_SERVER_ERROR, GET_FILE_SIZE_ERROR, OTHER_FUNCTION_ERROR};
use rustix::fs::{SeekFrom, fsync, ftruncate, seek, tell};
use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_NEGATIVE_SEEK, ERROR_NOACCESS, ERROR_SUCCESS, FALSE, HANDLE,
    TRUE,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_BEGIN, FILE_CURRENT, FILE_END, INVALID_FILE_SIZE, INVALID_SET_FILE_POINTER,
};
use windows_sys::core::BOOL;

use super::file::Kind;
use super::metadata::Metadata;
use super::{OnSlot, with_file};
use crate::boundary::boundary;
use crate::last_error::{SetLastError, Win32Error};

/// The lower half of a file's size; the upper goes to `lpFileSizeHigh`, which may be NULL.
///
/// Fails with 0xFFFFFFFF `INVALID_FILE_SIZE`: 1 no file on a disk, 6 no file, 87 a mailslot. A size whose lower half is that
/// number sets the last error to 0.
///
/// # Safety
///
/// `lpFileSizeHigh` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileSize(hFile: HANDLE, lpFileSizeHigh: *mut u32) -> u32 {
    boundary(INVALID_FILE_SIZE, || {
        let size = size_of_file(hFile)?;
        if !lpFileSizeHigh.is_null() {
            // SAFETY: not NULL, so the caller promises a DWORD.
            unsafe { lpFileSizeHigh.write_unaligned((size >> 32) as u32) };
        }
        Ok(lower_half(size))
    })
}

/// A file's size. Fails as [`GetFileSize`], with `FALSE`; 998 `lpFileSize` is NULL.
///
/// # Safety
///
/// `lpFileSize` is NULL or points to a LARGE_INTEGER.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileSizeEx(hFile: HANDLE, lpFileSize: *mut i64) -> BOOL {
    boundary(FALSE, || {
        let size = size_of_file(hFile)?;
        if lpFileSize.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises the number.
        unsafe { lpFileSize.write_unaligned(size as i64) };
        Ok(TRUE)
    })
}

/// Moves a file's position and tells the lower half of the new one. The position belongs to the file as it was opened: handles
/// that were duplicated or inherited share it.
///
/// - `lDistanceToMove`, `lpDistanceToMoveHigh`: how far; the upper half may be NULL, and receives the new one.
/// - `dwMoveMethod`: from the beginning (0), from where it is (1), from the end (2).
///
/// Fails with 0xFFFFFFFF `INVALID_SET_FILE_POINTER`: 1 a mailslot, or what has no position, 6 no file, 87 no such method, or a
/// position that does not fit into 32 bits without an upper half, 131 before the beginning. A position whose lower half is that
/// number sets the last error to 0.
///
/// # Safety
///
/// `lpDistanceToMoveHigh` is NULL or points to a LONG.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFilePointer(
    hFile: HANDLE,
    lDistanceToMove: i32,
    lpDistanceToMoveHigh: *mut i32,
    dwMoveMethod: u32,
) -> u32 {
    boundary(INVALID_SET_FILE_POINTER, || {
        let has_high = !lpDistanceToMoveHigh.is_null();
        let distance = if has_high {
            // SAFETY: not NULL, so the caller promises a LONG.
            i64::from(unsafe { lpDistanceToMoveHigh.read_unaligned() }) << 32 | i64::from(lDistanceToMove as u32)
        } else {
            i64::from(lDistanceToMove)
        };
        let position = move_position(hFile, distance, dwMoveMethod, !has_high)?;
        if has_high {
            // SAFETY: not NULL, so the caller promises a LONG.
            unsafe { lpDistanceToMoveHigh.write_unaligned((position >> 32) as i32) };
        }
        Ok(lower_half(position))
    })
}

/// [`SetFilePointer`] in 64 bits. `lpNewFilePointer` may be NULL. Fails with `FALSE`.
///
/// # Safety
///
/// `lpNewFilePointer` is NULL or points to a LARGE_INTEGER.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFilePointerEx(
    hFile: HANDLE,
    liDistanceToMove: i64,
    lpNewFilePointer: *mut i64,
    dwMoveMethod: u32,
) -> BOOL {
    boundary(FALSE, || {
        let position = move_position(hFile, liDistanceToMove, dwMoveMethod, false)?;
        if !lpNewFilePointer.is_null() {
            // SAFETY: not NULL, so the caller promises the number.
            unsafe { lpNewFilePointer.write_unaligned(position as i64) };
        }
        Ok(TRUE)
    })
}

/// Cuts a file off at its position, or extends it with zeros up to there.
///
/// Fails with `FALSE`: 1 a mailslot, or no file on a disk, 5 the handle may not write, 6 no file, 112 no room.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetEndOfFile(hFile: HANDLE) -> BOOL {
    boundary(FALSE, || {
        with_file(hFile, OTHER_FUNCTION, |file, access| {
            let open = file.open()?;
            if !access.allows_writing() {
                return Err(Win32Error(ERROR_ACCESS_DENIED));
            }
            let position = tell(open.fd())?;
            match ftruncate(open.fd(), position) {
                // What is open for reading only was not opened by this handle's rights.
                Err(Errno::INVAL | Errno::BADF) => Err(Win32Error(ERROR_ACCESS_DENIED)),
                outcome => Ok(outcome.map(|()| TRUE)?),
            }
        })
    })
}

/// Has what was written to a file stored. Returns at once for what is not on a disk.
///
/// Fails with `FALSE`: 1 a mailslot's client, 5 its server, or a handle that may not write, 6 no file.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn FlushFileBuffers(hFile: HANDLE) -> BOOL {
    let on_slot = OnSlot { server: FLUSH_ON_SERVER_ERROR, client: OTHER_FUNCTION_ERROR };
    boundary(FALSE, || {
        with_file(hFile, on_slot, |file, access| {
            let open = file.open()?;
            if !access.allows_writing() {
                return Err(Win32Error(ERROR_ACCESS_DENIED));
            }
            match fsync(open.fd()) {
                Err(Errno::INVAL | Errno::ROFS) => Ok(TRUE),
                outcome => Ok(outcome.map(|()| TRUE)?),
            }
        })
    })
}

const OTHER_FUNCTION: OnSlot = OnSlot::both(OTHER_FUNCTION_ERROR);

fn size_of_file(handle: HANDLE) -> Result<u64, Win32Error> {
    with_file(handle, OnSlot::both(GET_FILE_SIZE_ERROR), |file, _| {
        let open = file.open()?;
        match open.kind {
            Kind::Disk | Kind::Folder => Ok(Metadata::of_descriptor(open.fd())?.size),
            Kind::Character | Kind::Pipe => Err(Win32Error(windows_sys::Win32::Foundation::ERROR_INVALID_FUNCTION)),
        }
    })
}

fn move_position(handle: HANDLE, distance: i64, method: u32, fits_32_bits: bool) -> Result<u64, Win32Error> {
    with_file(handle, OTHER_FUNCTION, |file, _| {
        let open = file.open()?;
        let from = match method {
            FILE_BEGIN => SeekFrom::Start(u64::try_from(distance).map_err(|_| Win32Error(ERROR_NEGATIVE_SEEK))?),
            FILE_CURRENT => SeekFrom::Current(distance),
            FILE_END => SeekFrom::End(distance),
            _ => return Err(Win32Error(ERROR_INVALID_PARAMETER)),
        };
        let before = tell(open.fd())?;
        let position = seek(open.fd(), from).map_err(|errno| match errno {
            Errno::INVAL => Win32Error(ERROR_NEGATIVE_SEEK),
            errno => errno.into(),
        })?;
        if fits_32_bits && position >= u64::from(INVALID_SET_FILE_POINTER) {
            seek(open.fd(), SeekFrom::Start(before))?;
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        Ok(position)
    })
}

/// The number that stands for failure is then no failure, and says so.
fn lower_half(value: u64) -> u32 {
    let half = value as u32;
    if half == u32::MAX {
        SetLastError(ERROR_SUCCESS);
    }
    half
}
