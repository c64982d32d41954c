//! Mutexes.
//!
//! Who owns a mutex is known in two places: the page says which process, by a number that the process has in this mutex; and
//! the process knows which of its threads, and how often. A process has its number for as long as it holds the lock on the
//! byte of that number, so the kernel says whether an owner is alive, and no process ids that could lie are compared.
//!
//! The state of a mutex:
//!
//! | word | meaning | goes to |
//! |---|---|---|
//! | 0 | free | a number by the thread whose wait it satisfies |
//! | 1 to 0x3FFF_FFFF | owned by a thread of the process of that number | 0 by ReleaseMutex; `ABANDONED` when the thread ends; another number by a thread that finds that the process is gone |
//! | `ABANDONED` | the owner ended without releasing it | a number, as from 0, and that wait is told |
//!
//! Any other value, which only vandals write, counts as the number of a process that is gone.

use std::ffi::c_char;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use mailslot::beside::{PrivateFile, fork_generation};
use windows_sys::Win32::Foundation::{ERROR_GEN_FAILURE, ERROR_NOT_OWNER, FALSE, HANDLE, TRUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::core::BOOL;

use super::lock::{LockByte, LockKind, is_locked_by_another, try_lock};
use super::object::{create, open};
use super::page::Page;
use super::shared::{Kind, Shared};
use super::{SyncObject, kernel_error};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::table::with_entry;
use crate::thread::{Owned, Thread};
use crate::wait::Acquired;

const FREE: u32 = 0;
const ABANDONED: u32 = 1 << 31;
const NUMBERS: u32 = 0x3FFF_FFFF;

/// How often a sleeper asks the kernel whether the process that owns the mutex is alive, in ms.
pub(super) const LOOK_AFTER_OWNER_MS: u32 = 100;

/// Creates a mutex, or opens the one of that name.
///
/// - `lpMutexAttributes`: NULL, or whether children inherit the handle.
/// - `bInitialOwner`: whether the calling thread owns a new mutex from the start.
/// - `lpName`: as for CreateEvent.
///
/// Sets the last error and fails as CreateEvent.
///
/// # Safety
///
/// As for [`CreateEventA`](super::CreateEventA).
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMutexA(
    lpMutexAttributes: *const SECURITY_ATTRIBUTES,
    bInitialOwner: BOOL,
    lpName: *const c_char,
) -> HANDLE {
    boundary(std::ptr::null_mut(), || {
        let prepare = |mutex: &SyncObject| match bInitialOwner != FALSE && mutex.acquire_mutex() == Acquired::No {
            true => Err(Win32Error(ERROR_GEN_FAILURE)),
            false => Ok(()),
        };
        let discard = |mutex: &SyncObject| {
            if bInitialOwner != FALSE {
                // It is owned, so this cannot fail.
                let _ = mutex.release_mutex();
            }
        };
        // SAFETY: the caller's promise.
        unsafe { create(Kind::Mutex, 0, FREE, lpMutexAttributes, lpName, prepare, discard) }
    })
}

/// Opens a mutex by name. As [`OpenEventA`](super::OpenEventA).
///
/// # Safety
///
/// As for [`OpenEventA`](super::OpenEventA).
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn OpenMutexA(dwDesiredAccess: u32, bInheritHandle: BOOL, lpName: *const c_char) -> HANDLE {
    let _ = dwDesiredAccess;
    // SAFETY: the caller's promise.
    boundary(std::ptr::null_mut(), || unsafe { open(Kind::Mutex, bInheritHandle, lpName) })
}

/// Releases a mutex once. The thread owns it until it has released it as often as its waits were satisfied.
///
/// Success leaves the last error alone. Fails with `FALSE`: 6 no mutex, 288 the calling thread does not own it.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn ReleaseMutex(hMutex: HANDLE) -> BOOL {
    boundary(FALSE, || {
        with_entry(hMutex, |entry| {
            let mutex = entry.object.other::<SyncObject>()?;
            mutex.of_kind(Kind::Mutex)?;
            mutex.release_mutex().map(|()| TRUE)
        })
    })
}

/// What a process knows of a mutex beside its page.
#[derive(Debug)]
pub(super) struct Ownership {
    /// The process's own description of the file, with the lock on the byte of its number.
    file: PrivateFile,
    /// This process's number; that of its parent until the process notices that it was forked.
    number: AtomicU32,
    /// The process that the number belongs to, as `fork_generation` counts them.
    generation: AtomicU64,
    /// The owner among the threads of this process; 0 if there is none. Set by the owner itself: after the page says this
    /// process, and cleared before the page says otherwise.
    thread: AtomicU64,
    /// How often the owner has to release it. Used by the owner alone.
    depth: AtomicU32,
    /// Whether the owner got it abandoned. Used by the owner alone.
    was_abandoned: AtomicBool,
}

impl Ownership {
    pub(super) fn new(file: BorrowedFd<'_>, page: &Page) -> Result<Ownership, Win32Error> {
        let file = PrivateFile::reopen(file).map_err(kernel_error)?;
        Ok(Ownership {
            number: AtomicU32::new(take_number(&file, page)?),
            file,
            generation: AtomicU64::new(fork_generation()),
            thread: AtomicU64::new(0),
            depth: AtomicU32::new(0),
            was_abandoned: AtomicBool::new(false),
        })
    }

    /// This process's number.
    ///
    /// # Errors
    ///
    /// 31 and others when the process was forked and cannot get one.
    fn number(&self, page: &Page) -> Result<u32, Win32Error> {
        static RENEWING: Mutex<()> = Mutex::new(());

        let generation = fork_generation();
        if self.generation.load(Ordering::Acquire) != generation {
            let _one_at_a_time = RENEWING.lock().unwrap_or_else(PoisonError::into_inner);
            if self.generation.load(Ordering::Acquire) != generation {
                self.file.ensure_private().map_err(kernel_error)?;
                self.number.store(take_number(&self.file, page)?, Ordering::Relaxed);
                // What the parent owns, it owns alone.
                self.thread.store(0, Ordering::Relaxed);
                self.generation.store(generation, Ordering::Release);
            }
        }
        Ok(self.number.load(Ordering::Relaxed))
    }

    /// Whether the process of that number is gone. Only asked of other processes' numbers.
    fn is_gone(&self, number: u32) -> bool {
        number & !NUMBERS != 0 || is_locked_by_another(self.file.as_fd(), LockByte::Participant(number)) == Ok(false)
    }
}

/// Attempts to find a number that nobody has. The counter makes the first one good unless somebody plays with it.
const ATTEMPTS: u32 = 10_000;

fn take_number(file: &PrivateFile, page: &Page) -> Result<u32, Win32Error> {
    for _ in 0..ATTEMPTS {
        let number = page.participants().fetch_add(1, Ordering::Relaxed).wrapping_add(1) & NUMBERS;
        if number == FREE
            || !try_lock(file.as_fd(), LockByte::Participant(number), LockKind::Write).map_err(kernel_error)?
        {
            continue;
        }
        // The number of a dead owner is nobody's any more.
        let _ = page.state().compare_exchange(number, ABANDONED, Ordering::SeqCst, Ordering::SeqCst);
        return Ok(number);
    }
    Err(Win32Error(ERROR_GEN_FAILURE))
}

/// A mutex, as the wait functions and ReleaseMutex see it.
struct View<'a> {
    mutex: &'a Arc<Shared>,
    ownership: &'a Ownership,
    number: u32,
    /// The calling thread.
    thread: u64,
}

impl<'a> View<'a> {
    /// `None` if the process was forked and has no number.
    fn of(mutex: &'a Arc<Shared>) -> Option<View<'a>> {
        let ownership = mutex.ownership.as_ref()?;
        let number = ownership.number(&mutex.page).ok()?;
        Some(View { mutex, ownership, number, thread: Thread::current_id() })
    }

    fn state(&self) -> u32 {
        self.mutex.page.state().load(Ordering::SeqCst)
    }

    fn is_mine(&self, state: u32) -> bool {
        state == self.number && self.ownership.thread.load(Ordering::Acquire) == self.thread
    }

    /// Changes the page, unless that has changed.
    fn exchange(&self, from: u32, to: u32) -> bool {
        self.mutex.page.state().compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Gives the mutex up altogether.
    fn leave(&self, state: u32) {
        self.ownership.thread.store(0, Ordering::Release);
        self.exchange(self.number, state);
        self.mutex.wake_sleepers();
        Thread::disown(&(Arc::clone(self.mutex) as Arc<dyn Owned>));
    }
}

/// Rounds in which the mutex is lost to others between looking and taking, before the wait looks anew.
const TRIES: u32 = 100;

pub(super) fn acquire(mutex: &Arc<Shared>) -> Acquired {
    let Some(view) = View::of(mutex) else { return Acquired::No };
    for _ in 0..TRIES {
        let state = view.state();
        if view.is_mine(state) {
            let depth = view.ownership.depth.load(Ordering::Relaxed);
            let Some(deeper) = depth.checked_add(1) else { return Acquired::No };
            view.ownership.depth.store(deeper, Ordering::Relaxed);
            return Acquired::Yes;
        }
        if state == view.number {
            return Acquired::No;
        }
        if state != FREE && state != ABANDONED && !view.ownership.is_gone(state) {
            return Acquired::No;
        }
        if view.exchange(state, view.number) {
            let was_abandoned = state != FREE;
            view.ownership.depth.store(1, Ordering::Relaxed);
            view.ownership.was_abandoned.store(was_abandoned, Ordering::Relaxed);
            view.ownership.thread.store(view.thread, Ordering::Release);
            Thread::own(Arc::clone(mutex) as Arc<dyn Owned>);
            return if was_abandoned { Acquired::Abandoned } else { Acquired::Yes };
        }
    }
    Acquired::No
}

/// Releases the mutex once.
///
/// # Errors
///
/// 288 if the calling thread does not own it.
pub(super) fn release(mutex: &Arc<Shared>) -> Result<(), Win32Error> {
    let view = View::of(mutex).filter(|view| view.is_mine(view.state())).ok_or(Win32Error(ERROR_NOT_OWNER))?;
    let depth = view.ownership.depth.load(Ordering::Relaxed);
    if depth > 1 {
        view.ownership.depth.store(depth - 1, Ordering::Relaxed);
    } else {
        view.leave(FREE);
    }
    Ok(())
}

/// Takes [`acquire`] back: what was abandoned is so again.
pub(super) fn give_back(mutex: &Arc<Shared>) {
    let Some(view) = View::of(mutex).filter(|view| view.is_mine(view.state())) else { return };
    let is_last = view.ownership.depth.load(Ordering::Relaxed) <= 1;
    if is_last && view.ownership.was_abandoned.load(Ordering::Relaxed) {
        view.leave(ABANDONED);
    } else {
        // It is owned, so this cannot fail.
        let _ = release(mutex);
    }
}

/// Whether a wait of the calling thread would be satisfied.
pub(super) fn is_free(mutex: &Arc<Shared>) -> bool {
    View::of(mutex).is_some_and(|view| {
        let state = view.state();
        state == FREE
            || state == ABANDONED
            || view.is_mine(state)
            || (state != view.number && view.ownership.is_gone(state))
    })
}

/// Whether another process owns the mutex, as far as can be seen without asking the kernel.
pub(super) fn is_foreign(mutex: &Arc<Shared>) -> bool {
    View::of(mutex).is_some_and(|view| {
        let state = view.state();
        state != FREE && state != ABANDONED && state != view.number
    })
}

impl Owned for Shared {
    fn owner_ended(self: Arc<Self>, thread: u64) {
        let Some(ownership) = &self.ownership else { return };
        let Ok(number) = ownership.number(&self.page) else { return };
        if ownership.thread.compare_exchange(thread, 0, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            let _ = self.page.state().compare_exchange(number, ABANDONED, Ordering::SeqCst, Ordering::SeqCst);
            self.wake_sleepers();
        }
    }
}
