//! What a child made by `fork` must not share with its parent.
//!
//! A participant's lock stands for one process. A forked child has copies of the parent's descriptors, and with them
//! would keep the parent's locks alive after its death. So each private descriptor is registered here, and a fork
//! handler replaces it in the child by a fresh open file description of the same file. The generation number tells
//! whoever has cached a participant number that it belongs to the parent.
//!
//! `vfork` and `posix_spawn` run no handlers and need none: the descriptors are close-on-exec. A process that calls the
//! bare `clone` system call and goes on without `exec` must not use slots in the child.

use std::cell::Cell;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use rustix::fs::{CWD, Mode, OFlags, openat};

/// Counts forks on the way from the first process to this one. Private memory, changed only in a new child.
static GENERATION: AtomicU64 = AtomicU64::new(0);
static PRIVATE_FILES: Mutex<Vec<RawFd>> = Mutex::new(Vec::new());

thread_local! {
    /// Holds the registry still from before the fork until after it, in parent and child.
    static HELD: Cell<Option<MutexGuard<'static, Vec<RawFd>>>> = const { Cell::new(None) };
}

/// Differs between a process and its forked children.
#[inline]
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// A descriptor whose open file description no other process shares (while it has not been forked for longer than the
/// fork handler takes).
#[derive(Debug)]
pub(crate) struct PrivateFile(OwnedFd);

impl PrivateFile {
    /// Takes a descriptor that was opened by this process and is close-on-exec.
    pub(crate) fn new(file: OwnedFd) -> PrivateFile {
        static REGISTER: Once = Once::new();
        REGISTER.call_once(|| {
            // SAFETY: the handlers are functions of this library, take no arguments and do not unwind.
            unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork_in_parent), Some(after_fork_in_child)) };
        });
        registry().push(file.as_raw_fd());
        PrivateFile(file)
    }

    /// Opens the file behind `descriptor` again: same file, own open file description.
    pub(crate) fn reopen(descriptor: BorrowedFd<'_>) -> rustix::io::Result<PrivateFile> {
        open_again(descriptor.as_raw_fd(), OFlags::RDWR | OFlags::CLOEXEC).map(PrivateFile::new)
    }
}

impl AsFd for PrivateFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        let number = self.0.as_raw_fd();
        registry().retain(|&registered| registered != number);
    }
}

/// A new open file description of the file that `descriptor` refers to, even if it has no name any more.
pub(crate) fn open_again(descriptor: RawFd, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    openat(CWD, format!("/proc/self/fd/{descriptor}"), flags, Mode::empty())
}

fn registry() -> MutexGuard<'static, Vec<RawFd>> {
    PRIVATE_FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

extern "C" fn before_fork() {
    HELD.set(Some(registry()));
}

extern "C" fn after_fork_in_parent() {
    HELD.set(None);
}

extern "C" fn after_fork_in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    if let Some(files) = HELD.take() {
        for &file in files.iter() {
            replace_description(file);
        }
    }
}

/// Puts a fresh description under the same number. Where that fails (no /proc), the parent's lock lives until this
/// child ends, which delays the reuse of one chunk and nothing else.
fn replace_description(number: RawFd) {
    if let Ok(fresh) = open_again(number, OFlags::RDWR | OFlags::CLOEXEC) {
        // SAFETY: both descriptors are open; `number` belongs to a `PrivateFile` of this process.
        unsafe { libc::dup3(fresh.as_raw_fd(), number, libc::O_CLOEXEC) };
    }
}
