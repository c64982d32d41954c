//! A handle of a file that is no mailslot: on a disk, a terminal, a pipe, or whatever a standard descriptor is.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, Mode, OFlags, SeekFrom, fcntl_getfl, fcntl_setfl, fstat, open, seek, stat, unlink};
use rustix::io::{Errno, FdFlags, dup2, fcntl_dupfd_cloexec, fcntl_setfd, pread, pwrite, read};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_BROKEN_PIPE, ERROR_HANDLE_EOF, ERROR_INVALID_FUNCTION, ERROR_INVALID_PARAMETER,
};

use super::lock::Region;
use super::pipe_write::write_without_signal;
use crate::last_error::Win32Error;
use crate::object::KernelObject;
use crate::wait::{Signal, Waitable};

/// One handle.
#[derive(Debug)]
pub(crate) struct File {
    /// `None` once the handle is closed. Calls that are at work keep what they loaded, and its number, until they are done.
    open: ArcSwapOption<Open>,
}

/// What a handle has while it is open.
#[derive(Debug)]
pub(crate) struct Open {
    descriptor: Descriptor,
    pub(crate) kind: Kind,
    pub(crate) shared: Arc<Shared>,
}

/// What a handle and its duplicates in this process share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Whether an operation at an offset leaves the file's position alone.
    is_overlapped: bool,
    /// The byte ranges that LockFile locked, for UnlockFile names them exactly.
    pub(crate) locks: Mutex<Vec<Region>>,
    /// Last, for it is dropped last: the file is gone when nothing of this process uses it.
    _removal: Option<Removal>,
}

/// What the kernel has behind a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Disk,
    Folder,
    /// A terminal or another device.
    Character,
    /// A pipe or a socket.
    Pipe,
}

impl File {
    /// A file that CreateFile opened. `delete` is its path if it is to go with its last handle.
    ///
    /// Regular files and folders get the mark by which a child that inherits the descriptor knows it as a handle.
    pub(super) fn new(descriptor: OwnedFd, is_overlapped: bool, delete: Option<CString>) -> Result<File, Win32Error> {
        let kind = Kind::of(descriptor.as_fd())?;
        if matches!(kind, Kind::Disk | Kind::Folder)
            && let Ok(flags) = fcntl_getfl(&descriptor)
        {
            // Descriptors that only name a file have no flags to set, and are not inherited as handles then.
            let _ = fcntl_setfl(&descriptor, flags | HANDLE_MARK);
        }
        let removal = delete.map(|path| Removal::of(path, descriptor.as_fd())).transpose()?;
        let shared = Shared::new(is_overlapped, removal);
        Ok(File::with(Open { descriptor: Descriptor::own(descriptor), kind, shared: Arc::new(shared) }))
    }

    /// A descriptor that this process was born with: a standard one, or one that bears the mark.
    pub(crate) fn adopted(descriptor: OwnedFd) -> Result<File, Win32Error> {
        let kind = Kind::of(descriptor.as_fd())?;
        let descriptor = Descriptor { keeps_number: is_standard(descriptor.as_raw_fd()), fd: Some(descriptor) };
        Ok(File::with(Open { descriptor, kind, shared: Arc::new(Shared::new(false, None)) }))
    }

    fn with(open: Open) -> File {
        File { open: ArcSwapOption::from_pointee(open) }
    }

    /// What the handle has, for as long as the caller keeps it.
    ///
    /// # Errors
    ///
    /// 6 when the handle is closed.
    pub(crate) fn open(&self) -> Result<Arc<Open>, Win32Error> {
        self.open.load_full().ok_or(Win32Error::INVALID_HANDLE)
    }
}

impl Open {
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.descriptor.fd()
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Win32Error> {
        let size = again(self.fd(), PollFlags::IN, || read(self.fd(), &mut *buffer)).map_err(read_error)?;
        // The other end of a pipe is gone.
        if size == 0 && self.kind == Kind::Pipe && !buffer.is_empty() {
            return Err(Win32Error(ERROR_BROKEN_PIPE));
        }
        Ok(size)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize, Win32Error> {
        let once = |rest: &[u8]| match self.kind {
            Kind::Pipe => write_without_signal(self.fd(), rest),
            _ => rustix::io::write(self.fd(), rest),
        };
        all(bytes, |rest, _| again(self.fd(), PollFlags::OUT, || once(rest)))
    }

    /// The operation's offset; `None` where there are none, and bytes come in their order.
    fn at(&self, offset: u64) -> Option<u64> {
        matches!(self.kind, Kind::Disk | Kind::Folder).then_some(offset)
    }

    fn move_behind(&self, offset: u64, size: usize) -> Result<(), Win32Error> {
        if !self.shared.is_overlapped {
            seek(self.fd(), SeekFrom::Start(offset + size as u64))?;
        }
        Ok(())
    }
}

impl KernelObject for File {
    fn descriptor(&self) -> RawFd {
        self.open.load().as_ref().map_or(-1, |open| open.fd().as_raw_fd())
    }

    fn close(&self) {
        if let Some(open) = self.open.swap(None) {
            // While a call is still at work, the number is taken and must not look like one to adopt.
            let _ = fcntl_setfd(open.fd(), FdFlags::CLOEXEC);
        }
    }

    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        let open = self.open()?;
        let descriptor = Descriptor::own(fcntl_dupfd_cloexec(open.fd(), 0)?);
        let second = Open { descriptor, kind: open.kind, shared: Arc::clone(&open.shared) };
        Ok(Box::new(File::with(second)))
    }

    fn waitable(&self) -> Option<&dyn Waitable> {
        Some(&ALWAYS)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Win32Error> {
        self.open()?.read(buffer)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize, Win32Error> {
        self.open()?.write(bytes)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Win32Error> {
        let open = self.open()?;
        let Some(offset) = open.at(offset) else { return open.read(buffer) };
        let offset = position(offset)?;
        let size = again(open.fd(), PollFlags::IN, || pread(open.fd(), &mut *buffer, offset)).map_err(read_error)?;
        if size == 0 && !buffer.is_empty() {
            return Err(Win32Error(ERROR_HANDLE_EOF));
        }
        open.move_behind(offset, size)?;
        Ok(size)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Win32Error> {
        let open = self.open()?;
        let Some(offset) = open.at(offset) else { return open.write(bytes) };
        // The greatest offset asks for the end of the file.
        let offset = if offset == u64::MAX { fstat(open.fd())?.st_size as u64 } else { position(offset)? };
        let once = |rest: &[u8], done: usize| {
            again(open.fd(), PollFlags::OUT, || pwrite(open.fd(), rest, offset + done as u64))
        };
        let size = all(bytes, once)?;
        open.move_behind(offset, size)?;
        Ok(size)
    }
}

static ALWAYS: Signal = Signal::new(true);

impl Shared {
    fn new(is_overlapped: bool, removal: Option<Removal>) -> Shared {
        Shared { is_overlapped, locks: Mutex::new(Vec::new()), _removal: removal }
    }
}

impl Kind {
    fn of(descriptor: BorrowedFd<'_>) -> Result<Kind, Win32Error> {
        Ok(match FileType::from_raw_mode(fstat(descriptor)?.st_mode) {
            FileType::Directory => Kind::Folder,
            FileType::CharacterDevice => Kind::Character,
            FileType::Fifo | FileType::Socket => Kind::Pipe,
            _ => Kind::Disk,
        })
    }
}

/// Regular files and folders that CreateFile opened have this flag in their description, where it has no effect on them.
/// What a program opens by other means has not, so a stale handle value takes nothing away from its owner.
pub(crate) const HANDLE_MARK: OFlags = OFlags::NONBLOCK;

/// Input, output and error output: handles from the beginning, whatever they are.
pub(crate) fn is_standard(descriptor: RawFd) -> bool {
    (0..=2).contains(&descriptor)
}

/// A descriptor that is closed with its last user.
#[derive(Debug)]
struct Descriptor {
    /// `None` only while it is dropped.
    fd: Option<OwnedFd>,
    /// Whether the number is a standard one: nobody else may get it, for the C library goes on using it.
    keeps_number: bool,
}

impl Descriptor {
    fn own(fd: OwnedFd) -> Descriptor {
        Descriptor { fd: Some(fd), keeps_number: false }
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match &self.fd {
            Some(fd) => fd.as_fd(),
            // Never: only `drop` takes it. Calls on this fail.
            None => rustix::fs::CWD,
        }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        let Some(mut fd) = self.fd.take() else { return };
        // A mailslot that got the number of a closed standard descriptor would receive what the program prints.
        if self.keeps_number
            && let Ok(nothing) = open(c"/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())
            && dup2(nothing, &mut fd).is_ok()
        {
            let _ = fd.into_raw_fd();
        }
    }
}

/// A file that goes with its last handle: `FILE_FLAG_DELETE_ON_CLOSE`.
#[derive(Debug)]
struct Removal {
    path: CString,
    device: u64,
    inode: u64,
}

impl Removal {
    fn of(path: CString, descriptor: BorrowedFd<'_>) -> Result<Removal, Win32Error> {
        let stat = fstat(descriptor)?;
        Ok(Removal { path, device: stat.st_dev, inode: stat.st_ino })
    }
}

impl Drop for Removal {
    fn drop(&mut self) {
        let is_same = |found: rustix::fs::Stat| found.st_dev == self.device && found.st_ino == self.inode;
        if stat(&self.path).is_ok_and(is_same) {
            let _ = unlink(&self.path);
        }
    }
}

/// An operation until it is not interrupted. Others may have made a shared description non-blocking: then it is waited for.
fn again(
    fd: BorrowedFd<'_>,
    ready: PollFlags,
    mut operation: impl FnMut() -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    loop {
        match operation() {
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let mut polled = [PollFd::from_borrowed_fd(fd, ready)];
                match poll(&mut polled, None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(errno) => return Err(errno),
                }
            }
            outcome => return outcome,
        }
    }
}

/// Writes everything. What was written before an error counts as success, as on a full disk.
fn all(bytes: &[u8], mut once: impl FnMut(&[u8], usize) -> Result<usize, Errno>) -> Result<usize, Win32Error> {
    let mut done = 0;
    loop {
        match once(&bytes[done..], done) {
            Ok(size) => done += size,
            Err(_) if done > 0 => return Ok(done),
            Err(Errno::BADF) => return Err(Win32Error(ERROR_ACCESS_DENIED)),
            Err(errno) => return Err(errno.into()),
        }
        if done == bytes.len() {
            return Ok(done);
        }
    }
}

fn read_error(errno: Errno) -> Win32Error {
    match errno {
        Errno::BADF => Win32Error(ERROR_ACCESS_DENIED),
        Errno::ISDIR => Win32Error(ERROR_INVALID_FUNCTION),
        errno => errno.into(),
    }
}

/// Positions beyond 2^63 are none.
fn position(offset: u64) -> Result<u64, Win32Error> {
    if i64::try_from(offset).is_ok() { Ok(offset) } else { Err(Win32Error(ERROR_INVALID_PARAMETER)) }
}
