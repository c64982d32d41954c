//! The slot directory: where the slot files of one machine (or of one user) lie, and who may be trusted with it.

use std::ffi::OsString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, RawMode, Stat};
use rustix::io::Errno;

use crate::error::Error;
use crate::slot::{self, SlotStatus};

/// An opened slot directory that was found safe: owned by this user or root, and writable by others only if it is
/// root's and sticky. Clones share the descriptor.
#[derive(Debug, Clone)]
pub struct SlotDir(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    descriptor: OwnedFd,
    path: PathBuf,
}

impl SlotDir {
    /// `$MAILSLOT_DIR` if set, else `/run/mailslot` if it exists and is safe, else `/dev/shm/mailslot-<uid>`, which is
    /// made with mode 0700 if need be.
    ///
    /// # Errors
    /// [`Error::UnsafeDirectory`] if the directory could be tampered with by other users; [`Error::Os`].
    pub fn open_default() -> Result<SlotDir, Error> {
        if let Some(path) = std::env::var_os("MAILSLOT_DIR").filter(|path| !path.is_empty()) {
            return Self::open(Path::new(&path));
        }
        if let Ok(directory) = Self::open(Path::new("/run/mailslot")) {
            return Ok(directory);
        }
        let path = PathBuf::from(format!("/dev/shm/mailslot-{}", rustix::process::geteuid().as_raw()));
        match rustix::fs::mkdirat(CWD, &path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => Self::open(&path),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Opens the directory at `path`, which must exist.
    ///
    /// # Errors
    /// [`Error::UnsafeDirectory`] if it is a link, not a directory, or could be tampered with by other users;
    /// [`Error::Os`] if it cannot be opened.
    pub fn open(path: &Path) -> Result<SlotDir, Error> {
        let unsafe_because = |why: &str| Error::UnsafeDirectory { path: path.to_owned(), why: why.to_owned() };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let descriptor = match rustix::fs::openat(CWD, path, flags, Mode::empty()) {
            Ok(descriptor) => descriptor,
            Err(Errno::LOOP | Errno::NOTDIR) => {
                return Err(unsafe_because("it is a link or no directory; a directory is needed"));
            }
            Err(errno) => {
                let error = std::io::Error::from(errno);
                let text = format!("slot directory {}: {error}", path.display());
                return Err(Error::Os(std::io::Error::new(error.kind(), text)));
            }
        };
        check_safe(&rustix::fs::fstat(&descriptor)?).map_err(|why| unsafe_because(&why))?;
        Ok(SlotDir(Arc::new(Opened { descriptor, path: path.to_owned() })))
    }

    /// The path that it was opened by.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The live slots, in no particular order. Files that dead servers left are removed on the way; files that are no
    /// slot files, or another user's, are passed over.
    ///
    /// # Errors
    /// [`Error::Os`] if the directory cannot be read.
    pub fn slots(&self) -> Result<Vec<SlotStatus>, Error> {
        let mut found = Vec::new();
        for entry in Dir::read_from(self.descriptor())? {
            let Ok(file_name) = entry?.file_name().to_owned().into_string() else { continue };
            // Files that begin with a dot are no slots: the directory itself, and what others keep beside the slots.
            if file_name.starts_with('.') {
                continue;
            }
            if let Ok(Some(status)) = slot::status(self, &file_name) {
                found.push(status);
            }
        }
        Ok(found)
    }

    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.0.descriptor.as_fd()
    }

    /// The names of the files that are there and begin with `prefix`, in no particular order.
    ///
    /// # Errors
    /// Whatever the kernel says when the directory cannot be read.
    pub fn file_names(&self, prefix: &str) -> rustix::io::Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in Dir::read_from(self.descriptor())? {
            if let Ok(file_name) = entry?.file_name().to_str()
                && file_name.starts_with(prefix)
            {
                found.push(file_name.to_owned());
            }
        }
        Ok(found)
    }

    /// Opens a file of the directory for reading and writing, without following links.
    ///
    /// # Errors
    /// Whatever the kernel says; `NOENT` when there is no such file.
    pub fn open_file(&self, file_name: &str) -> rustix::io::Result<OwnedFd> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        rustix::fs::openat(self.descriptor(), file_name, flags, Mode::empty())
    }

    /// A new file without a name, mode 0600 whatever the umask.
    ///
    /// # Errors
    /// Whatever the kernel says.
    pub fn unnamed_file(&self) -> rustix::io::Result<OwnedFd> {
        let mode = Mode::RUSR | Mode::WUSR;
        let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
        let file = rustix::fs::openat(self.descriptor(), ".", flags, mode)?;
        rustix::fs::fchmod(&file, mode)?;
        Ok(file)
    }

    /// Gives an unnamed file its name.
    ///
    /// # Errors
    /// `EXIST` if the name is taken; whatever else the kernel says.
    pub fn link(&self, file: BorrowedFd<'_>, file_name: &str) -> rustix::io::Result<()> {
        use std::os::fd::AsRawFd;
        let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
        rustix::fs::linkat(CWD, descriptor, self.descriptor(), file_name, AtFlags::SYMLINK_FOLLOW)
    }

    /// Removes `file_name` if it still is the file behind `file`. The caller holds a lock that keeps others from removing that
    /// file and from using it.
    ///
    /// # Errors
    /// Whatever the kernel says.
    pub fn unlink_if_same(&self, file: BorrowedFd<'_>, file_name: &str) -> rustix::io::Result<()> {
        let opened = rustix::fs::fstat(file)?;
        match rustix::fs::statat(self.descriptor(), file_name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) if (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino) => {
                rustix::fs::unlinkat(self.descriptor(), file_name, AtFlags::empty())
            }
            Ok(_) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno),
        }
    }
}

fn check_safe(stat: &Stat) -> Result<(), String> {
    const WRITABLE_BY_OTHERS: RawMode = 0o022;
    const STICKY: RawMode = 0o1000;
    let me = rustix::process::geteuid().as_raw();
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return Err("it is no directory".to_owned());
    }
    if stat.st_uid != me && stat.st_uid != 0 {
        return Err(format!("user {} owns it; this user ({me}) or root must", stat.st_uid));
    }
    if stat.st_mode & WRITABLE_BY_OTHERS != 0 && !(stat.st_uid == 0 && stat.st_mode & STICKY != 0) {
        let mode = stat.st_mode & 0o7777;
        return Err(format!("others may write to it (mode {mode:o}); 0700 is accepted, or 1777 if root owns it"));
    }
    Ok(())
}

/// What stands behind an error of [`SlotDir::open_file`].
pub(crate) fn open_error(directory: &SlotDir, errno: Errno, file_name: &str) -> Error {
    match errno {
        Errno::NOENT => Error::NotFound,
        Errno::ACCESS | Errno::PERM => {
            let stat = rustix::fs::statat(directory.descriptor(), file_name, AtFlags::SYMLINK_NOFOLLOW);
            let me = rustix::process::geteuid().as_raw();
            match stat.map(|stat| stat.st_uid) {
                Ok(owner) if owner == me => {
                    let path = directory.path().display();
                    Error::AccessDenied { what: format!("{path} does not let this user ({me}) use {file_name}") }
                }
                owner => other_user(file_name, owner.ok()),
            }
        }
        Errno::LOOP => Error::NotASlot { why: format!("{file_name} is a symbolic link; a regular file is needed") },
        Errno::ISDIR | Errno::NXIO | Errno::NODEV => Error::NotASlot { why: format!("{file_name} is no regular file") },
        Errno::NAMETOOLONG | Errno::INVAL => {
            Error::InvalidOption { what: format!("{:?} is no usable file name", OsString::from(file_name)) }
        }
        other => other.into(),
    }
}

/// Why a slot file of another user cannot be opened.
pub(crate) fn other_user(file_name: &str, owner: Option<u32>) -> Error {
    let me = rustix::process::geteuid().as_raw();
    let owner = owner.map_or_else(|| "another user".to_owned(), |owner| format!("user {owner}"));
    Error::AccessDenied {
        what: format!(
            "slot file {file_name} belongs to {owner}; other users, of which this is {me}, are not served yet"
        ),
    }
}
