//! Access rights: what was asked for, and what a handle may do. A mailslot is a file object on Windows, so the rights are
//! those of files.

use windows_sys::Win32::Foundation::{GENERIC_ALL, GENERIC_EXECUTE, GENERIC_READ, GENERIC_WRITE};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ALL_ACCESS, FILE_APPEND_DATA, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ, FILE_GENERIC_WRITE,
    FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_WRITE_DATA, SYNCHRONIZE, WRITE_DAC,
};
use windows_sys::Win32::System::SystemServices::MAXIMUM_ALLOWED;

/// The rights that a handle was granted, in file bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access(u32);

impl Access {
    /// What CreateMailslot grants: reading and changing permissions, and no right to write.
    pub(crate) const SERVER: Access = Access(FILE_GENERIC_READ | WRITE_DAC);

    /// What a client handle gets that this process did not open but found in its descriptor table: its opener's rights
    /// are not in the descriptor, and nearly every client is opened for writing.
    pub(crate) const ADOPTED_CLIENT: Access = Access(FILE_GENERIC_WRITE);

    /// What CreateFile grants for `dwDesiredAccess`. Waiting and attributes are always granted.
    pub(crate) fn requested(desired: u32) -> Access {
        let mut granted = desired & FILE_ALL_ACCESS;
        for (asked, given) in [
            (GENERIC_READ, FILE_GENERIC_READ),
            (GENERIC_WRITE, FILE_GENERIC_WRITE),
            (GENERIC_EXECUTE, FILE_GENERIC_EXECUTE),
            (GENERIC_ALL, FILE_ALL_ACCESS),
            (MAXIMUM_ALLOWED, FILE_ALL_ACCESS),
        ] {
            if desired & asked != 0 {
                granted |= given;
            }
        }
        Access(granted | SYNCHRONIZE | FILE_READ_ATTRIBUTES)
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::Storage::FileSystem::FILE_WRITE_ATTRIBUTES;

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
}
