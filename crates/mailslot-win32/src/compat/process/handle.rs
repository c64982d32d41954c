//! Handles of processes, and of the first threads of processes that CreateProcess made.

use std::fs::read_to_string;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;

use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::process::{Pid, PidfdFlags, getpid, pidfd_open};
use windows_sys::Win32::Foundation::{ERROR_NOT_ENOUGH_MEMORY, ERROR_NOT_SUPPORTED, ERROR_TOO_MANY_OPEN_FILES, HANDLE};

use super::object::{Ending, Process};
use crate::compat::descriptor::Descriptor;
use crate::last_error::Win32Error;
use crate::object::{KernelObject, Object};
use crate::table::with_entry;
use crate::wait::Waitable;

/// A handle: a pidfd, whose number is the handle's, and what is known of the process.
#[derive(Debug)]
pub(crate) struct ProcessHandle {
    descriptor: Descriptor,
    ending: Ending,
    kind: Kind,
}

/// What a handle stands for. A thread of another process is known only as the one that its process began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Process,
    FirstThread,
}

impl ProcessHandle {
    /// A handle with this descriptor.
    pub(super) fn new(descriptor: OwnedFd, process: Arc<Process>, kind: Kind) -> ProcessHandle {
        process.handle_opened();
        ProcessHandle { descriptor: Descriptor::new(descriptor), ending: Ending(process), kind }
    }

    /// A handle with a descriptor of its own.
    pub(super) fn of(process: &Arc<Process>, kind: Kind) -> Result<ProcessHandle, Win32Error> {
        Ok(ProcessHandle::new(process.another_descriptor()?, Arc::clone(process), kind))
    }

    /// The process.
    ///
    /// # Errors
    ///
    /// 6 if the handle is a thread's.
    pub(crate) fn process(&self) -> Result<&Arc<Process>, Win32Error> {
        if self.kind == Kind::Process { Ok(&self.ending.0) } else { Err(Win32Error::INVALID_HANDLE) }
    }
}

impl KernelObject for ProcessHandle {
    fn descriptor(&self) -> RawFd {
        self.descriptor.number()
    }

    fn close(&self) {
        if self.descriptor.close() {
            self.ending.0.handle_closed();
        }
    }

    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        Ok(Box::new(ProcessHandle::of(&self.ending.0, self.kind)?))
    }

    fn travels(&self) -> bool {
        self.kind == Kind::Process
    }

    fn waitable(&self) -> Option<&dyn Waitable> {
        Some(&self.ending)
    }

    fn resume_thread(&self) -> Result<u32, Win32Error> {
        if self.kind == Kind::FirstThread { Ok(self.ending.0.resume()) } else { Err(Win32Error::INVALID_HANDLE) }
    }

    fn thread_exit_code(&self) -> Result<u32, Win32Error> {
        if self.kind == Kind::FirstThread { self.ending.0.exit_code() } else { Err(Win32Error::INVALID_HANDLE) }
    }
}

impl Drop for ProcessHandle {
    fn drop(&mut self) {
        self.close();
    }
}

/// Whether a descriptor is a pidfd.
pub(crate) fn is_pidfd(descriptor: RawFd) -> bool {
    id_of(descriptor).is_some()
}

/// A handle of the process that a pidfd is for.
///
/// # Errors
///
/// 6 if it is no pidfd; 4 when there is no descriptor left.
pub(crate) fn of_pidfd(descriptor: OwnedFd) -> Result<Object, Win32Error> {
    let id = id_of(descriptor.as_raw_fd()).ok_or(Win32Error::INVALID_HANDLE)?;
    let pidfd = fcntl_dupfd_cloexec(&descriptor, 0).map_err(|_| Win32Error(ERROR_TOO_MANY_OPEN_FILES))?;
    let process = Process::opened(pidfd, id);
    Ok(Object::Other(Box::new(ProcessHandle::new(descriptor, process, Kind::Process))))
}

/// The process of a process handle.
///
/// # Errors
///
/// 6 if it is none.
pub(crate) fn process_of(handle: HANDLE) -> Result<Arc<Process>, Win32Error> {
    with_entry(handle, |entry| entry.object.other::<ProcessHandle>()?.process().cloned())
}

/// The number of the process that a pidfd is for, 0 if it is not seen from here; `None` if the descriptor is no pidfd.
fn id_of(descriptor: RawFd) -> Option<u32> {
    let text = read_to_string(format!("/proc/self/fdinfo/{descriptor}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pid:"))?;
    Some(line.trim().parse::<i64>().ok()?.try_into().unwrap_or(0))
}

/// A pidfd of a process; `None` if there is none of that number.
///
/// # Errors
///
/// 4 no descriptor left, 8 no memory, 50 Linux before 5.3 (or valgrind before it knew this call).
pub(super) fn open_pidfd(id: Pid) -> Result<Option<OwnedFd>, Win32Error> {
    match pidfd_open(id, PidfdFlags::empty()) {
        Ok(pidfd) => Ok(Some(pidfd)),
        Err(Errno::MFILE | Errno::NFILE) => Err(Win32Error(ERROR_TOO_MANY_OPEN_FILES)),
        Err(Errno::NOMEM) => Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY)),
        Err(Errno::NOSYS) => Err(Win32Error(ERROR_NOT_SUPPORTED)),
        Err(_) => Ok(None),
    }
}

/// A handle of this process itself, that is not its pseudo handle.
pub(crate) fn own_process() -> Result<Object, Win32Error> {
    let own = getpid();
    let pidfd = open_pidfd(own)?.ok_or(Win32Error::INVALID_HANDLE)?;
    let process = Process::opened(pidfd, own.as_raw_nonzero().get().unsigned_abs());
    Ok(Object::Other(Box::new(ProcessHandle::of(&process, Kind::Process)?)))
}
