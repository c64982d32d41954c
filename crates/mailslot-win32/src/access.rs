//! Access rights: what was asked for, and what a handle may do. A mailslot is a file object on Windows, so the rights are
//! those of files.

use std::sync::atomic::{AtomicU32, Ordering};

use mailslot::quirks::SERVER_SETFILETIME_DENIED;
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, GENERIC_ALL, GENERIC_EXECUTE, GENERIC_READ, GENERIC_WRITE};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ALL_ACCESS, FILE_APPEND_DATA, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ, FILE_GENERIC_WRITE,
    FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_WRITE_ATTRIBUTES, FILE_WRITE_DATA, SPECIFIC_RIGHTS_ALL,
    STANDARD_RIGHTS_ALL, SYNCHRONIZE, WRITE_DAC,
};
use windows_sys::Win32::System::SystemServices::MAXIMUM_ALLOWED;

use crate::last_error::Win32Error;

/// The rights that a handle was granted, in file bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access(u32);

impl Access {
    /// What CreateMailslot grants: reading, changing permissions and setting times, and no right to write messages.
    pub(crate) const SERVER: Access =
        Access(FILE_GENERIC_READ | WRITE_DAC | if SERVER_SETFILETIME_DENIED { 0 } else { FILE_WRITE_ATTRIBUTES });

    /// What a client handle gets that this process did not open but found in its descriptor table: its opener's rights
    /// are not in the descriptor, and nearly every client is opened for writing.
    pub(crate) const ADOPTED_CLIENT: Access = Access(FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES);

    /// What handles get of objects that are no mailslot: every right that one can have.
    pub(crate) const EVERYTHING: Access = Access(STANDARD_RIGHTS_ALL | SPECIFIC_RIGHTS_ALL);

    /// What CreateFile grants for `dwDesiredAccess`. Waiting and attributes are always granted.
    pub(crate) fn requested(desired: u32) -> Access {
        let most = if desired & MAXIMUM_ALLOWED != 0 { FILE_ALL_ACCESS } else { 0 };
        Access(file_bits(desired) & FILE_ALL_ACCESS | most | SYNCHRONIZE | FILE_READ_ATTRIBUTES)
    }

    /// What DuplicateHandle grants on a source with these rights: exactly what `desired` asks for, which includes no right
    /// to wait and none to read attributes unless it says so. `MAXIMUM_ALLOWED` asks for all that the source has.
    ///
    /// # Errors
    ///
    /// 5 when it asks for more than the source has: files cannot gain rights by duplication.
    pub(crate) fn narrowed(self, desired: u32) -> Result<Access, Win32Error> {
        let most = if desired & MAXIMUM_ALLOWED != 0 { self.0 } else { 0 };
        let granted = file_bits(desired & !MAXIMUM_ALLOWED) | most;
        if granted & !self.0 == 0 { Ok(Access(granted)) } else { Err(Win32Error(ERROR_ACCESS_DENIED)) }
    }

    /// Whether ReadFile may be called.
    #[inline]
    pub(crate) fn allows_reading(self) -> bool {
        self.0 & FILE_READ_DATA != 0
    }

    /// Whether WriteFile may be called: one of the two write rights is enough.
    #[inline]
    pub(crate) fn allows_writing(self) -> bool {
        self.0 & (FILE_WRITE_DATA | FILE_APPEND_DATA) != 0
    }

    /// Whether what is written can only be appended.
    pub(crate) fn only_appends(self) -> bool {
        self.0 & (FILE_WRITE_DATA | FILE_APPEND_DATA) == FILE_APPEND_DATA
    }

    /// Whether data may be read or written.
    pub(crate) fn allows_data(self) -> bool {
        self.allows_reading() || self.allows_writing()
    }

    /// Whether GetFileTime may be called.
    pub(crate) fn allows_reading_attributes(self) -> bool {
        self.0 & FILE_READ_ATTRIBUTES != 0
    }

    /// Whether SetFileTime may be called.
    pub(crate) fn allows_writing_attributes(self) -> bool {
        self.0 & FILE_WRITE_ATTRIBUTES != 0
    }
}

/// The rights that a handle in the table has at this moment. They change when DuplicateHandle replaces the handle by one
/// that has fewer.
#[derive(Debug)]
pub(crate) struct CurrentAccess(AtomicU32);

impl CurrentAccess {
    pub(crate) fn new(access: Access) -> CurrentAccess {
        CurrentAccess(AtomicU32::new(access.0))
    }

    #[inline]
    pub(crate) fn get(&self) -> Access {
        // Relaxed: nothing else is published with the rights.
        Access(self.0.load(Ordering::Relaxed))
    }

    /// Replaces the rights by those that `change` makes of them. Two threads that narrow at once cannot widen.
    pub(crate) fn try_change(&self, change: impl Fn(Access) -> Result<Access, Win32Error>) -> Result<(), Win32Error> {
        let mut current = self.get();
        loop {
            let changed = change(current)?;
            match self.0.compare_exchange_weak(current.0, changed.0, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(()),
                Err(found) => current = Access(found),
            }
        }
    }
}

/// Generic rights replaced by the file rights that they stand for; all other bits as they are.
fn file_bits(desired: u32) -> u32 {
    let mut bits = desired & !(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
    for (asked, given) in [
        (GENERIC_READ, FILE_GENERIC_READ),
        (GENERIC_WRITE, FILE_GENERIC_WRITE),
        (GENERIC_EXECUTE, FILE_GENERIC_EXECUTE),
        (GENERIC_ALL, FILE_ALL_ACCESS),
    ] {
        if desired & asked != 0 {
            bits |= given;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_by_desired_access() {
        let table = [
            (0, false, false),
            (GENERIC_READ, true, false),
            (GENERIC_WRITE, false, true),
            (GENERIC_READ | GENERIC_WRITE, true, true),
            (GENERIC_ALL, true, true),
            (GENERIC_EXECUTE, false, false),
            (MAXIMUM_ALLOWED, true, true),
            (FILE_WRITE_DATA, false, true),
            (FILE_APPEND_DATA, false, true),
            (FILE_READ_DATA, true, false),
            (FILE_WRITE_ATTRIBUTES | SYNCHRONIZE, false, false),
        ];
        for (desired, reads, writes) in table {
            let access = Access::requested(desired);
            assert_eq!((access.allows_reading(), access.allows_writing()), (reads, writes), "{desired:#x}");
        }
    }

    #[test]
    fn the_server_reads_and_does_not_write() {
        assert!(Access::SERVER.allows_reading() && !Access::SERVER.allows_writing());
    }

    #[test]
    fn b95_b96_duplicates_have_what_is_asked_for_and_at_most_the_source_s_rights() {
        let client = Access::requested(GENERIC_WRITE);
        let narrowed = client.narrowed(FILE_WRITE_ATTRIBUTES).unwrap();
        assert!(!narrowed.allows_writing() && narrowed.allows_writing_attributes());
        assert!(!narrowed.allows_reading_attributes(), "only what was asked for");
        assert_eq!(client.narrowed(MAXIMUM_ALLOWED), Ok(client));
        assert_eq!(client.narrowed(0), Ok(Access(0)));
        assert_eq!(client.narrowed(GENERIC_WRITE), Ok(Access(FILE_GENERIC_WRITE)));
        let unknown = 1 << 9;
        for more in [GENERIC_READ, GENERIC_ALL, GENERIC_WRITE | FILE_READ_DATA, unknown, u32::MAX] {
            assert_eq!(client.narrowed(more), Err(Win32Error(ERROR_ACCESS_DENIED)), "{more:#x}");
        }
        assert_eq!(narrowed.narrowed(GENERIC_WRITE), Err(Win32Error(ERROR_ACCESS_DENIED)));
    }

    #[test]
    fn a_refused_change_leaves_the_rights() {
        let current = CurrentAccess::new(Access::SERVER);
        assert!(current.try_change(|access| access.narrowed(GENERIC_ALL)).is_err());
        assert_eq!(current.get(), Access::SERVER);
        assert!(current.try_change(|access| access.narrowed(0)).is_ok());
        assert_eq!(current.get(), Access(0));
    }
}
