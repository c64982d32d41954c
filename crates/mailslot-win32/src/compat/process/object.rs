//! What this process knows of another one (or of itself): shared by all its handles of it.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::process::{Signal as KernelSignal, WaitId, WaitIdOptions, getpid, pidfd_send_signal, waitid};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_GEN_FAILURE, ERROR_NOT_ENOUGH_MEMORY, ERROR_NOT_SUPPORTED, ERROR_TOO_MANY_OPEN_FILES,
    STILL_ACTIVE,
};

use super::end::{End, look};
use super::launch::Gate;
use super::watcher;
use crate::last_error::Win32Error;
use crate::wait::{Acquired, Signal, Waitable};

/// A process.
pub(crate) struct Process {
    /// Its number in the kernel; 0 if this process cannot see it.
    pub(super) id: u32,
    /// A descriptor of its own, so that closing handles takes nothing away from those who wait.
    pidfd: OwnedFd,
    /// Whether it is a child that CreateProcess made: nobody but this library waits for it, so this library reaps it.
    reaps: bool,
    open_handles: AtomicUsize,
    state: Mutex<State>,
    /// Set once it has ended.
    signal: Signal,
}

#[derive(Default)]
struct State {
    end: Option<End>,
    /// The exit code that TerminateProcess was given here.
    terminated_with: Option<u32>,
    /// Held while the process is suspended since it was created.
    gate: Option<Gate>,
}

impl Process {
    /// A process by its pidfd. One that is known already is that one.
    pub(super) fn opened(pidfd: OwnedFd, id: u32) -> Arc<Process> {
        let mut children = lock_children();
        children.retain(|child| child.strong_count() > 0);
        let mut known = children.iter().filter_map(Weak::upgrade);
        // Until a child is reaped its number is its own.
        if let Some(child) = known.find(|child| child.id == id && super::end::is_unreaped(child.pidfd())) {
            return child;
        }
        Arc::new(Process::new(pidfd, id, false))
    }

    /// A child that was just started.
    pub(super) fn started(pidfd: OwnedFd, id: u32) -> Arc<Process> {
        let child = Arc::new(Process::new(pidfd, id, true));
        lock_children().push(Arc::downgrade(&child));
        child
    }

    fn new(pidfd: OwnedFd, id: u32, reaps: bool) -> Process {
        let (open_handles, state, signal) = (AtomicUsize::new(0), Mutex::default(), Signal::new(false));
        Process { id, pidfd, reaps, open_handles, state, signal }
    }

    /// A child whose handles are still open although it ended and its number is free.
    pub(super) fn ended_child(id: u32) -> Option<Arc<Process>> {
        let children = lock_children();
        let mut known = children.iter().filter_map(Weak::upgrade);
        known.find(|child| child.id == id && child.open_handles.load(Ordering::Acquire) > 0 && child.has_ended())
    }

    /// Its number in the kernel.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Whether it is the calling process.
    pub(crate) fn is_this_one(&self) -> bool {
        self.id == getpid().as_raw_nonzero().get().unsigned_abs() && !self.has_ended()
    }

    pub(crate) fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// A descriptor for one more handle.
    pub(super) fn another_descriptor(&self) -> Result<OwnedFd, Win32Error> {
        fcntl_dupfd_cloexec(&self.pidfd, 0).map_err(|_| Win32Error(ERROR_TOO_MANY_OPEN_FILES))
    }

    /// Keeps the process stopped before its program's first instruction.
    pub(super) fn suspend_with(&self, gate: Gate) {
        self.lock().gate = Some(gate);
    }

    /// Lets a suspended process go; tells how often it was suspended before, 0 or 1.
    pub(super) fn resume(&self) -> u32 {
        let gate = self.lock().gate.take();
        match gate {
            Some(gate) => {
                // It was looked at when the process was created; what fails only now shows in its exit code.
                let _ = gate.open();
                1
            }
            None => 0,
        }
    }

    /// Runs `body` with the gate of a process that is still suspended.
    pub(crate) fn with_gate<T>(&self, body: impl FnOnce(&mut Gate) -> T) -> Option<T> {
        self.lock().gate.as_mut().map(body)
    }

    /// Looks whether the process has ended. The first look after that tells all who wait.
    pub(crate) fn has_ended(&self) -> bool {
        let mut state = self.lock();
        if matches!(state.end, None | Some(End::Unknown)) {
            let Some(end) = look(self.pidfd(), self.id, self.reaps) else { return false };
            state.end = Some(end);
        }
        drop(state);
        self.signal.set();
        true
    }

    /// The exit code; 259 while the process runs.
    ///
    /// # Errors
    ///
    /// 50 when nobody knows it any more.
    pub(super) fn exit_code(&self) -> Result<u32, Win32Error> {
        if !self.has_ended() {
            return Ok(STILL_ACTIVE as u32);
        }
        let state = self.lock();
        let code = match (state.end, state.terminated_with) {
            (Some(End::Killed(libc::SIGKILL)), Some(code)) => Some(code),
            (end, _) => end.and_then(End::code),
        };
        code.ok_or(Win32Error(ERROR_NOT_SUPPORTED))
    }

    /// Ends the process, which has then this exit code for all handles of this process.
    ///
    /// # Errors
    ///
    /// 5 if it is not this user's, or has ended already.
    pub(super) fn terminate(&self, exit_code: u32) -> Result<(), Win32Error> {
        if self.has_ended() {
            return Err(Win32Error(ERROR_ACCESS_DENIED));
        }
        // The lock keeps a second caller from changing what the first one's signal did.
        let mut state = self.lock();
        match pidfd_send_signal(&self.pidfd, KernelSignal::KILL) {
            Ok(()) => {
                state.terminated_with.get_or_insert(exit_code);
                Ok(())
            }
            Err(Errno::PERM | Errno::SRCH) => Err(Win32Error(ERROR_ACCESS_DENIED)),
            Err(Errno::NOMEM) => Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY)),
            Err(_) => Err(Win32Error(ERROR_GEN_FAILURE)),
        }
    }

    /// Whether the watcher is to look after it although nobody has a handle.
    pub(super) fn is_to_be_reaped(&self) -> bool {
        self.reaps
    }

    /// Waits for the end of a child that is about to end.
    pub(super) fn reap(&self) {
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::PidFd(self.pidfd()), ended), Err(Errno::INTR)) {}
        self.has_ended();
    }

    pub(super) fn handle_opened(&self) {
        self.open_handles.fetch_add(1, Ordering::AcqRel);
    }

    /// A handle was closed. A child that nobody has a handle of any more is reaped when it ends all the same.
    pub(super) fn handle_closed(self: &Arc<Process>) {
        if self.open_handles.fetch_sub(1, Ordering::AcqRel) > 1 || self.has_ended() {
            return;
        }
        if self.reaps {
            // Without memory for a thread it stays in the list, for the next one that is started.
            let _ = watcher::watch(self);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The word is that of the signal; the watcher sets it when the process ends, and is told to look when somebody sleeps.
#[derive(Debug)]
pub(super) struct Ending(pub(super) Arc<Process>);

impl Waitable for Ending {
    fn word(&self) -> &AtomicU32 {
        self.0.signal.word()
    }

    fn enter(&self) -> Result<(), Win32Error> {
        watcher::watch(&self.0)?;
        self.0.signal.enter()
    }

    fn leave(&self) {
        self.0.signal.leave();
    }

    fn is_signalled(&self) -> bool {
        self.0.signal.is_signalled() || self.0.has_ended()
    }

    fn acquire(&self) -> Acquired {
        if self.is_signalled() { Acquired::Yes } else { Acquired::No }
    }

    fn give_back(&self) {}
}

impl fmt::Debug for Process {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Process").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Keeps everything that this process knows of others as it is while this thread forks, so that the child does not find it locked
/// by a thread that it does not have.
pub(crate) fn hold_for_fork() -> impl Sized {
    (watcher::hold(), lock_children())
}

/// The children that CreateProcess made and that have handles, or are not reaped yet.
static CHILDREN: Mutex<Vec<Weak<Process>>> = Mutex::new(Vec::new());

fn lock_children() -> MutexGuard<'static, Vec<Weak<Process>>> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}
