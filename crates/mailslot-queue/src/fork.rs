//! What a child made by `fork` must not share with its parent.
//!
//! A participant's lock stands for one process. A forked child has copies of the parent's descriptors, and with them
//! would keep the parent's locks alive after its death. So each private descriptor is registered here, and a fork
//! handler replaces it in the child by a fresh open file description of the same file. The generation number tells
//! whoever has cached a participant number that it belongs to the parent.
//!
//! As everywhere in a program with threads, a child that is forked while another thread is inside a call on a slot must not
//! use that slot object before it calls `exec`: the lock that the other thread held is held for ever in the child.
//!
//! `vfork` and `posix_spawn` run no handlers and need none: the descriptors are close-on-exec. A process that calls the
//! bare `clone` system call and goes on without `exec` must not use slots in the child.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use rustix::fs::{CWD, Mode, OFlags, openat};

/// Counts forks on the way from the first process to this one. Private memory, changed only in a new child.
static GENERATION: AtomicU64 = AtomicU64::new(0);
static PRIVATE_FILES: Mutex<Vec<Registered>> = Mutex::new(Vec::new());

struct Registered {
    number: RawFd,
    /// Set in a child that could not get a description of its own.
    is_shared: Arc<AtomicBool>,
}

/// Held by threads of the library's own while they hold locks that the program's threads use, too: a program knows nothing of
/// such threads, and must not find those locks held for ever in a forked child.
static HIDDEN_WORK: Mutex<()> = Mutex::new(());

type Held = (MutexGuard<'static, ()>, MutexGuard<'static, Vec<Registered>>);

thread_local! {
    /// Holds the registry and the hidden work still from before the fork until after it, in parent and child. Without a
    /// destructor, so that it is there until the thread's very end: functions that run at the end of a process may fork.
    static HELD: Cell<Option<ManuallyDrop<Held>>> = const { Cell::new(None) };
}

/// Differs between a process and its forked children, from the first [`PrivateFile`] on.
#[inline]
pub fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// A descriptor whose open file description no other process shares, or that knows that one does.
#[derive(Debug)]
pub struct PrivateFile {
    file: OwnedFd,
    is_shared: Arc<AtomicBool>,
}

/// Keeps forks waiting while the result is held; see [`HIDDEN_WORK`]. Nothing that forks or waits may be done under it.
pub(crate) fn hidden_work() -> MutexGuard<'static, ()> {
    HIDDEN_WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Registers what this crate does around a fork, if it is not registered yet. Handlers that are registered later run before it in
/// the parent: whoever takes a lock in one, and opens slots under that lock, calls this first.
pub fn prepare_for_forks() {
    static REGISTER: Once = Once::new();
    REGISTER.call_once(|| {
        // SAFETY: the handlers are functions of this library, take no arguments and do not unwind.
        unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork_in_parent), Some(after_fork_in_child)) };
    });
}

impl PrivateFile {
    /// Opens a file, close-on-exec, that no fork can have a copy of before it is registered.
    ///
    /// # Errors
    /// What `open` fails with.
    pub fn open<E>(open: impl FnOnce() -> Result<OwnedFd, E>) -> Result<PrivateFile, E> {
        prepare_for_forks();
        let mut registry = registry();
        let file = open()?;
        let is_shared = Arc::new(AtomicBool::new(false));
        registry.push(Registered { number: file.as_raw_fd(), is_shared: Arc::clone(&is_shared) });
        Ok(PrivateFile { file, is_shared })
    }

    /// Opens the file behind `descriptor` again: same file, own open file description.
    ///
    /// # Errors
    /// Whatever the kernel says.
    pub fn reopen(descriptor: BorrowedFd<'_>) -> rustix::io::Result<PrivateFile> {
        Self::open(|| open_again(descriptor.as_raw_fd(), OFlags::RDWR | OFlags::CLOEXEC))
    }

    /// Makes up for a fork that could not give this process a description of its own. With a shared one, parent and child
    /// would each take the other for dead.
    ///
    /// # Errors
    /// Whatever the kernel says; then the description is still shared.
    pub fn ensure_private(&self) -> rustix::io::Result<()> {
        if self.is_shared.load(Ordering::Acquire) {
            replace_description(self.file.as_raw_fd())?;
            self.is_shared.store(false, Ordering::Release);
        }
        Ok(())
    }
}

impl AsFd for PrivateFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        let number = self.file.as_raw_fd();
        registry().retain(|registered| registered.number != number);
    }
}

/// A new open file description of the file that `descriptor` refers to, even if it has no name any more.
pub(crate) fn open_again(descriptor: RawFd, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    openat(CWD, format!("/proc/self/fd/{descriptor}"), flags, Mode::empty())
}

fn registry() -> MutexGuard<'static, Vec<Registered>> {
    PRIVATE_FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

extern "C" fn before_fork() {
    // In this order everywhere: hidden work opens private files.
    let hidden_work = hidden_work();
    HELD.set(Some(ManuallyDrop::new((hidden_work, registry()))));
}

extern "C" fn after_fork_in_parent() {
    drop(HELD.take().map(ManuallyDrop::into_inner));
}

extern "C" fn after_fork_in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    if let Some((_hidden_work, files)) = HELD.take().map(ManuallyDrop::into_inner) {
        for file in files.iter() {
            let failed = replace_description(file.number).is_err();
            file.is_shared.store(failed, Ordering::Release);
        }
    }
}

/// Puts a fresh description under the same number.
fn replace_description(number: RawFd) -> rustix::io::Result<()> {
    let fresh = open_again(number, OFlags::RDWR | OFlags::CLOEXEC)?;
    // SAFETY: both descriptors are open; `number` belongs to a `PrivateFile` of this process.
    if unsafe { libc::dup3(fresh.as_raw_fd(), number, libc::O_CLOEXEC) } == -1 {
        return Err(rustix::io::Errno::BADF);
    }
    Ok(())
}
