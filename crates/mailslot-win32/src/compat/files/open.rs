//! CreateFile on everything that is no mailslot.

use std::ffi::{CStr, CString, OsStr};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use mailslot::FileTime;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, accessat, fstat, futimens};
use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ALREADY_EXISTS, ERROR_FILE_EXISTS, ERROR_INVALID_PARAMETER, ERROR_SUCCESS, HANDLE,
};
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_ALWAYS, CREATE_NEW, FILE_ATTRIBUTE_READONLY, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_DELETE_ON_CLOSE,
    FILE_FLAG_OVERLAPPED, FILE_FLAG_WRITE_THROUGH, OPEN_ALWAYS, OPEN_EXISTING, TRUNCATE_EXISTING,
};

use super::file::File;
use super::metadata::{Metadata, to_unix};
use super::{MailslotDevice, Target, missing};
use crate::access::Access;
use crate::last_error::{SetLastError, Win32Error};
use crate::object::Object;
use crate::table::insert;

/// What a CreateFile call asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) access: Access,
    pub(crate) disposition: u32,
    pub(crate) flags: u32,
    pub(crate) inherit: bool,
}

/// Opens or creates what `target` names. Success sets the last error: 183 after OPEN_ALWAYS and CREATE_ALWAYS on what was
/// there, 0 otherwise.
///
/// # Errors
///
/// 2, 3 not there; 5 not allowed, or a folder without `FILE_FLAG_BACKUP_SEMANTICS`; 80 CREATE_NEW on what is there; 87 no such
/// disposition; and what the system refuses with.
pub(crate) fn open(target: &Target, request: Request) -> Result<HANDLE, Win32Error> {
    let reads = request.access.allows_reading();
    let (path, is_device) = match target {
        Target::Slot(_) => return Err(Win32Error(ERROR_INVALID_PARAMETER)),
        Target::MailslotDevice | Target::MailslotRoot => {
            let device = Object::Other(Box::new(MailslotDevice::new()?));
            let handle = insert(device, request.access, request.inherit)?;
            SetLastError(if request.disposition == OPEN_ALWAYS { ERROR_ALREADY_EXISTS } else { ERROR_SUCCESS });
            return Ok(handle);
        }
        Target::Disk(path) => (path.as_c_str(), false),
        Target::Null => (c"/dev/null", true),
        Target::Console | Target::ConsoleInput | Target::ConsoleOutput => (c"/dev/tty", true),
    };
    let mode = match target {
        // A console's input is read from and its output written to, whatever else was asked for.
        Target::ConsoleInput => OFlags::RDONLY,
        Target::ConsoleOutput => OFlags::WRONLY,
        Target::Console if reads => OFlags::RDONLY,
        Target::Console => OFlags::WRONLY,
        _ => access_mode(request.access),
    };
    let disposition = if is_device { OPEN_EXISTING } else { request.disposition };
    let opened = Opening { path, mode, request: Request { disposition, ..request } }.run()?;
    let existed = opened.existed && !is_device;
    let delete = request.flags & FILE_FLAG_DELETE_ON_CLOSE != 0 && !is_device;
    let delete = delete.then(|| from_the_root(path)).transpose()?;
    let file = File::new(opened.descriptor, request.flags & FILE_FLAG_OVERLAPPED != 0, delete)?;
    let handle = insert(Object::Other(Box::new(file)), request.access, request.inherit)?;
    let tells_existed = matches!(request.disposition, OPEN_ALWAYS | CREATE_ALWAYS);
    SetLastError(if existed && tells_existed { ERROR_ALREADY_EXISTS } else { ERROR_SUCCESS });
    Ok(handle)
}

/// When a file was created, last read from and last written to, for GetFileTime.
pub(crate) fn times_of(file: &File) -> Result<[FileTime; 3], Win32Error> {
    let found = Metadata::of_descriptor(file.open()?.fd())?;
    Ok([found.creation, found.access, found.write])
}

/// Sets the last access and the last write of a file, for SetFileTime. Linux cannot set a creation time.
pub(crate) fn set_times(file: &File, access: FileTime, write: FileTime) -> Result<(), Win32Error> {
    if [access, write].iter().any(|time| i64::try_from(time.0).is_err()) {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    let spec = |time: FileTime| match time.0 {
        0 => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        _ => {
            let (tv_sec, tv_nsec) = to_unix(time);
            Timespec { tv_sec, tv_nsec }
        }
    };
    let times = Timestamps { last_access: spec(access), last_modification: spec(write) };
    Ok(futimens(file.open()?.fd(), &times)?)
}

/// The path that leads to the same file when the process has gone to another folder.
fn from_the_root(path: &CStr) -> Result<CString, Win32Error> {
    let folder = std::env::current_dir()?;
    let whole = folder.join(OsStr::from_bytes(path.to_bytes())).into_os_string().into_vec();
    CString::new(whole).map_err(|_| Win32Error(ERROR_INVALID_PARAMETER))
}

fn access_mode(access: Access) -> OFlags {
    match (access.allows_reading(), access.allows_writing()) {
        (true, true) => OFlags::RDWR,
        (false, true) if access.only_appends() => OFlags::WRONLY | OFlags::APPEND,
        (false, true) => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    }
}

struct Opened {
    descriptor: OwnedFd,
    existed: bool,
}

struct Opening<'a> {
    path: &'a CStr,
    mode: OFlags,
    request: Request,
}

impl Opening<'_> {
    fn run(&self) -> Result<Opened, Win32Error> {
        let created = |descriptor| Opened { descriptor, existed: false };
        let found = |descriptor| Opened { descriptor, existed: true };
        match self.request.disposition {
            OPEN_EXISTING => self.existing(OFlags::empty()).map(found),
            TRUNCATE_EXISTING if !self.request.access.allows_writing() => Err(Win32Error(ERROR_INVALID_PARAMETER)),
            TRUNCATE_EXISTING => self.existing(OFlags::TRUNC).map(found),
            CREATE_NEW => self.new_file().map(created),
            CREATE_ALWAYS | OPEN_ALWAYS => {
                let truncate = if self.request.disposition == CREATE_ALWAYS { OFlags::TRUNC } else { OFlags::empty() };
                // Whoever loses a race against others that create and delete it gets in by the other way.
                for _ in 0..8 {
                    match self.new_file() {
                        Err(Win32Error(ERROR_FILE_EXISTS)) => {}
                        outcome => return outcome.map(created),
                    }
                    match self.existing(truncate) {
                        Err(_) if self.is_gone() => {}
                        outcome => return outcome.map(found),
                    }
                }
                Err(missing(self.path))
            }
            _ => Err(Win32Error(ERROR_INVALID_PARAMETER)),
        }
    }

    /// Fails with 80 if there is something.
    fn new_file(&self) -> Result<OwnedFd, Win32Error> {
        let mode = if self.request.flags & FILE_ATTRIBUTE_READONLY != 0 { 0o444 } else { 0o666 };
        self.open(self.mode | OFlags::CREATE | OFlags::EXCL, Mode::from_raw_mode(mode))
    }

    fn existing(&self, more: OFlags) -> Result<OwnedFd, Win32Error> {
        let wants_folder = self.request.flags & FILE_FLAG_BACKUP_SEMANTICS != 0;
        let descriptor = match self.open(self.mode | more, Mode::empty()) {
            // Folders cannot be opened for writing.
            Err(Win32Error(ERROR_ACCESS_DENIED)) if wants_folder => {
                self.open(OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())
            }
            // Nothing but questions is asked: a name for the file is enough.
            Err(Win32Error(ERROR_ACCESS_DENIED)) if !self.request.access.allows_data() => {
                self.open(OFlags::PATH, Mode::empty())
            }
            outcome => outcome,
        }?;
        let is_folder = FileType::from_raw_mode(fstat(&descriptor)?.st_mode) == FileType::Directory;
        if is_folder && !wants_folder { Err(Win32Error(ERROR_ACCESS_DENIED)) } else { Ok(descriptor) }
    }

    fn open(&self, flags: OFlags, mode: Mode) -> Result<OwnedFd, Win32Error> {
        let through = if self.request.flags & FILE_FLAG_WRITE_THROUGH != 0 { OFlags::DSYNC } else { OFlags::empty() };
        let flags = flags | through | OFlags::CLOEXEC | OFlags::NOCTTY;
        loop {
            match rustix::fs::open(self.path, flags, mode) {
                Err(Errno::INTR) => {}
                Err(Errno::NOENT | Errno::NOTDIR) => return Err(missing(self.path)),
                outcome => return Ok(outcome?),
            }
        }
    }

    fn is_gone(&self) -> bool {
        accessat(CWD, self.path, rustix::fs::Access::EXISTS, AtFlags::SYMLINK_NOFOLLOW) == Err(Errno::NOENT)
    }
}
