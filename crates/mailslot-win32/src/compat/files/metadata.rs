//! What Windows tells about a file, from what Linux knows.

use std::ffi::CStr;
use std::os::fd::BorrowedFd;

use mailslot::FileTime;
use rustix::fs::{AtFlags, CWD, FileType, Statx, StatxFlags, statx};
use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_NORMAL, FILE_ATTRIBUTE_READONLY, FILE_ATTRIBUTE_REPARSE_POINT,
};

use crate::last_error::Win32Error;

/// A file or folder at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Metadata {
    pub(crate) attributes: u32,
    pub(crate) creation: FileTime,
    pub(crate) access: FileTime,
    pub(crate) write: FileTime,
    pub(crate) change: FileTime,
    pub(crate) size: u64,
    pub(crate) allocated: u64,
    pub(crate) links: u32,
    pub(crate) inode: u64,
    pub(crate) device: u32,
}

impl Metadata {
    /// Of what a path leads to; of the link itself when it leads nowhere.
    pub(crate) fn of_path(path: &CStr) -> Result<Metadata, Win32Error> {
        Metadata::of_entry(CWD, path)
    }

    /// Of an entry of a folder.
    pub(crate) fn of_entry(folder: BorrowedFd<'_>, name: &CStr) -> Result<Metadata, Win32Error> {
        let followed = statx(folder, name, AtFlags::empty(), MASK);
        let found = followed.or_else(|_| statx(folder, name, AtFlags::SYMLINK_NOFOLLOW, MASK));
        Ok(Metadata::from_statx(&found?))
    }

    /// Of an open file.
    pub(crate) fn of_descriptor(descriptor: BorrowedFd<'_>) -> Result<Metadata, Win32Error> {
        Ok(Metadata::from_statx(&statx(descriptor, c"", AtFlags::EMPTY_PATH, MASK)?))
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.attributes & FILE_ATTRIBUTE_DIRECTORY != 0
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.attributes & FILE_ATTRIBUTE_READONLY != 0
    }

    fn from_statx(found: &Statx) -> Metadata {
        let time = |time: &rustix::fs::StatxTimestamp| from_unix(time.tv_sec, time.tv_nsec);
        let kind = FileType::from_raw_mode(found.stx_mode.into());
        let is_folder = kind == FileType::Directory;
        // Folders are never read-only: on Windows the attribute means something else there.
        let attributes = [
            (is_folder, FILE_ATTRIBUTE_DIRECTORY),
            (!is_folder && kind != FileType::Symlink && found.stx_mode & 0o222 == 0, FILE_ATTRIBUTE_READONLY),
            (kind == FileType::Symlink, FILE_ATTRIBUTE_REPARSE_POINT),
        ];
        let attributes = attributes.iter().filter(|(is_set, _)| *is_set).fold(0, |all, (_, bit)| all | bit);
        let has_birth = found.stx_mask & StatxFlags::BTIME.bits() != 0;
        Metadata {
            attributes: if attributes == 0 { FILE_ATTRIBUTE_NORMAL } else { attributes },
            creation: if has_birth { time(&found.stx_btime) } else { time(&found.stx_mtime) },
            access: time(&found.stx_atime),
            write: time(&found.stx_mtime),
            change: time(&found.stx_ctime),
            size: if is_folder { 0 } else { found.stx_size },
            allocated: found.stx_blocks * 512,
            links: found.stx_nlink,
            inode: found.stx_ino,
            device: found.stx_dev_major << 20 | found.stx_dev_minor,
        }
    }
}

const MASK: StatxFlags = StatxFlags::BASIC_STATS.union(StatxFlags::BTIME);

/// As the C structure.
pub(crate) fn filetime(time: FileTime) -> FILETIME {
    FILETIME { dwLowDateTime: time.0 as u32, dwHighDateTime: (time.0 >> 32) as u32 }
}

/// From 1601-01-01 to 1970-01-01.
const EPOCH_SECONDS: i64 = 11_644_473_600;
const INTERVALS_PER_SECOND: i64 = 10_000_000;

fn from_unix(seconds: i64, nanoseconds: u32) -> FileTime {
    let intervals = seconds.saturating_add(EPOCH_SECONDS).saturating_mul(INTERVALS_PER_SECOND);
    FileTime(intervals.saturating_add(i64::from(nanoseconds) / 100).max(0) as u64)
}

/// Seconds and nanoseconds since 1970.
pub(super) fn to_unix(time: FileTime) -> (i64, i64) {
    let intervals = time.0 as i64;
    (intervals / INTERVALS_PER_SECOND - EPOCH_SECONDS, intervals % INTERVALS_PER_SECOND * 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_round_trip() {
        for intervals in [0, 1, 116_444_736_000_000_000, 132_514_732_961_234_567] {
            let (seconds, nanoseconds) = to_unix(FileTime(intervals));
            assert_eq!(from_unix(seconds, nanoseconds as u32), FileTime(intervals));
        }
    }
}
