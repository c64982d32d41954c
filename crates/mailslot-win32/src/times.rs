//! GetFileTime and SetFileTime.

use mailslot::{FileTime, TimesUpdate};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, FALSE, FILETIME, HANDLE, TRUE};
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::compat::files::{self, filetime};
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::with_entry;

/// Tells when the slot was created, last read from and last written to. The times are the slot's, the same through every
/// handle. Each output may be NULL. The times of files are told, too.
///
/// Success leaves the last error alone. Fails with `FALSE` and leaves the outputs alone: 5 the handle may not read
/// attributes, which only a duplicate can lack, 6 not a mailslot handle, 38 the slot of this client handle is gone.
///
/// # Safety
///
/// Each output is NULL or points to a FILETIME.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetFileTime(
    hFile: HANDLE,
    lpCreationTime: *mut FILETIME,
    lpLastAccessTime: *mut FILETIME,
    lpLastWriteTime: *mut FILETIME,
) -> BOOL {
    boundary(FALSE, || {
        let times = with_entry(hFile, |entry| {
            if !entry.access().allows_reading_attributes() {
                return Err(entry.is_not_for(ERROR_ACCESS_DENIED));
            }
            times_of(&entry.object)
        })?;
        for (place, time) in [lpCreationTime, lpLastAccessTime, lpLastWriteTime].into_iter().zip(times) {
            if !place.is_null() {
                // SAFETY: not NULL, so the caller promises a FILETIME. Packed structures may hold it unaligned.
                unsafe { place.write_unaligned(filetime(time)) };
            }
        }
        Ok(TRUE)
    })
}

/// Sets the slot's times, to 100 ns. NULL and the value 0 leave a time as it is.
///
/// So does 0xFFFFFFFFFFFFFFFF, and from then on reads through this server handle no longer change the time of the last access,
/// writes through this client handle no longer that of the last write. Duplicates in this process go with it. 0xFFFFFFFFFFFFFFFE
/// takes that back.
///
/// The creation time of files cannot be set and stays as it is.
///
/// Success leaves the last error alone. Fails with `FALSE` and sets nothing: 5 the handle may not write attributes, 6 not a
/// mailslot handle, 38 the slot of this client handle is gone, 87 any other value above 0x7FFFFFFFFFFFFFFF.
///
/// # Safety
///
/// Each pointer is NULL or points to a FILETIME.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetFileTime(
    hFile: HANDLE,
    lpCreationTime: *const FILETIME,
    lpLastAccessTime: *const FILETIME,
    lpLastWriteTime: *const FILETIME,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let creation = unsafe { change(lpCreationTime) };
        // SAFETY: the caller's promise.
        let access = unsafe { change(lpLastAccessTime) };
        // SAFETY: the caller's promise.
        let write = unsafe { change(lpLastWriteTime) };
        let update = TimesUpdate::new();
        let update = match creation {
            Change::To(time) => update.creation(time),
            // Nothing that is done through a handle changes it.
            Change::Stop | Change::Resume => update,
        };
        let update = match access {
            Change::To(time) => update.access(time),
            Change::Stop => update.stop_access(),
            Change::Resume => update.resume_access(),
        };
        let update = match write {
            Change::To(time) => update.write(time),
            Change::Stop => update.stop_write(),
            Change::Resume => update.resume_write(),
        };
        with_entry(hFile, |entry| {
            if !entry.access().allows_writing_attributes() {
                return Err(entry.is_not_for(ERROR_ACCESS_DENIED));
            }
            if let Object::Other(_) = &entry.object {
                files::set_times(entry.object.other()?, access.time(), write.time())?;
                return Ok(TRUE);
            }
            // Fails for the handle of a slot that is gone.
            times_of(&entry.object)?;
            match &entry.object {
                Object::Server(end) => end.slot.set_times(&update)?,
                Object::Client(end) => end.client.set_times(&update)?,
                Object::Other(_) | Object::Closed | Object::Adopting => return Err(Win32Error::INVALID_HANDLE),
            }
            Ok(TRUE)
        })
    })
}

/// Creation, last access, last write.
fn times_of(object: &Object) -> Result<[FileTime; 3], Win32Error> {
    let times = match object {
        Object::Server(end) => end.slot.times(),
        Object::Client(end) => {
            // The times of a slot outlive it in its clients' memory, and are nobody's then.
            end.client.info()?;
            end.client.times()
        }
        Object::Other(_) => return files::times_of(object.other()?),
        Object::Closed | Object::Adopting => return Err(Win32Error::INVALID_HANDLE),
    };
    Ok([times.creation, times.access, times.write])
}

const STOP_UPDATES: u64 = u64::MAX;
const RESUME_UPDATES: u64 = u64::MAX - 1;
const UNCHANGED: FileTime = FileTime(0);

/// What is asked for of one time.
enum Change {
    /// To be set; `UNCHANGED` stays.
    To(FileTime),
    Stop,
    Resume,
}

impl Change {
    /// The time to set.
    fn time(&self) -> FileTime {
        match self {
            Change::To(time) => *time,
            Change::Stop | Change::Resume => UNCHANGED,
        }
    }
}

/// # Safety
///
/// `place` is NULL or points to a FILETIME.
unsafe fn change(place: *const FILETIME) -> Change {
    if place.is_null() {
        return Change::To(UNCHANGED);
    }
    // SAFETY: not NULL, so the caller promises a FILETIME. Packed structures may hold it unaligned.
    let FILETIME { dwLowDateTime, dwHighDateTime } = unsafe { place.read_unaligned() };
    match u64::from(dwHighDateTime) << 32 | u64::from(dwLowDateTime) {
        STOP_UPDATES => Change::Stop,
        RESUME_UPDATES => Change::Resume,
        intervals => Change::To(FileTime(intervals)),
    }
}
