//! What the library keeps of each thread: who it is, the calls that wait for it to be alertable, what it owns, and how it ended.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rustix::process::getpid;
use rustix::thread::gettid;
use windows_sys::Win32::Foundation::ERROR_GEN_FAILURE;
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};

use crate::boundary::outside;
use crate::last_error::Win32Error;
use crate::overlapped;
use crate::wait::sleep::wake_all;
use crate::wait::{Signal, Waitable};

/// A thread that has called this library. Shared with the operations that end at it.
#[derive(Debug)]
pub(crate) struct Thread {
    /// Different from those of all other threads of the process, dead ones included.
    pub(crate) id: u64,
    /// Its number in the kernel.
    pub(crate) tid: u32,
    calls: Mutex<VecDeque<AsynchronousCall>>,
    /// How many calls were ever queued, modulo 2^32: the futex of alertable sleeps.
    calls_queued: AtomicU32,
    /// Reads that this thread has started and that pend.
    pub(crate) pending_reads: AtomicUsize,
    has_ended: AtomicBool,
    leaves_the_process: AtomicBool,
    /// Set for ever once the thread has ended.
    ended: Signal,
    /// What GetExitCodeThread tells then.
    exit_code: AtomicU32,
    /// What SetThreadPriority has set, which means nothing here.
    pub(crate) priority: AtomicI32,
    /// Where a thread that was created suspended waits.
    pub(crate) gate: Gate,
}

/// Something that ends with the thread that owns it: a mutex.
pub(crate) trait Owned: Debug + Send + Sync {
    /// Called by the owner itself, at its end.
    fn owner_ended(self: Arc<Self>, thread: u64);
}

/// A call that a thread makes when it waits alertably: an APC of Windows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AsynchronousCall {
    /// The completion routine of ReadFileEx or WriteFileEx.
    Completion { routine: LPOVERLAPPED_COMPLETION_ROUTINE, error: u32, bytes: u32, overlapped: *mut OVERLAPPED },
    /// The function of QueueUserAPC.
    User { function: unsafe extern "system" fn(usize), argument: usize },
}

// SAFETY: the pointer is only handed to the program's routine, on the thread that the program chose for it.
unsafe impl Send for AsynchronousCall {}

impl Thread {
    /// The calling thread.
    ///
    /// # Errors
    ///
    /// 31 while the thread is ending and has already been cleaned up after.
    pub(crate) fn current() -> Result<Arc<Thread>, Win32Error> {
        CURRENT
            .try_with(|current| Arc::clone(current.0.get_or_init(|| Arc::new(Thread::new()))))
            .map_err(|_| Win32Error(ERROR_GEN_FAILURE))
    }

    /// The calling thread's [`Thread::id`], also while it is ending.
    pub(crate) fn current_id() -> u64 {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);

        if ID.get() == 0 {
            ID.set(NEXT_ID.fetch_add(1, Ordering::Relaxed));
        }
        ID.get()
    }

    fn new() -> Thread {
        Thread {
            id: Thread::current_id(),
            tid: gettid().as_raw_nonzero().get() as u32,
            calls: Mutex::default(),
            calls_queued: AtomicU32::new(0),
            pending_reads: AtomicUsize::new(0),
            has_ended: AtomicBool::new(false),
            leaves_the_process: AtomicBool::new(false),
            ended: Signal::new(false),
            exit_code: AtomicU32::new(0),
            priority: AtomicI32::new(0),
            gate: Gate::default(),
        }
    }

    /// The calling thread owns something that is to be told of its end.
    pub(crate) fn own(owned: Arc<dyn Owned>) {
        // A thread that is ending already is followed by the end of its process, or gives back what it takes.
        let _ = CURRENT.try_with(|current| {
            current.0.get_or_init(|| Arc::new(Thread::new()));
            current.1.borrow_mut().push(owned);
        });
    }

    /// The calling thread does not own it any more.
    pub(crate) fn disown(owned: &Arc<dyn Owned>) {
        let _ = CURRENT.try_with(|current| {
            let mut all = current.1.borrow_mut();
            let is_it = |one: &Arc<dyn Owned>| std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(owned));
            // What was taken last is usually given back first.
            if let Some(at) = all.iter().rposition(is_it) {
                all.swap_remove(at);
            }
        });
    }

    /// What a wait for the thread's end waits for.
    pub(crate) fn ended(&self) -> &Signal {
        &self.ended
    }

    /// What the thread has ended with; `None` while it runs.
    pub(crate) fn exit_code(&self) -> Option<u32> {
        self.ended.is_signalled().then(|| self.exit_code.load(Ordering::Relaxed))
    }

    /// What the thread is going to end with.
    pub(crate) fn set_exit_code(&self, code: u32) {
        self.exit_code.store(code, Ordering::Relaxed);
    }

    /// Tells the objects that the calling thread owns, and then those who wait for the thread, that it has ended.
    pub(crate) fn end_current() {
        let _ = CURRENT.try_with(Current::end);
    }

    /// The calling thread ends by ExitThread: the process goes on without it, even if it is the one that the process began with.
    pub(crate) fn leaves_the_process(&self) {
        self.leaves_the_process.store(true, Ordering::Relaxed);
    }

    /// Whether the end of the calling thread, which this is, is the end of the process.
    pub(crate) fn ends_the_process(&self) -> bool {
        // Asked of the kernel: in a forked child the number from before the fork is the parent's.
        gettid() == getpid() && !self.leaves_the_process.load(Ordering::Relaxed)
    }

    /// Has the thread make a call at its next alertable wait.
    ///
    /// # Errors
    ///
    /// 31 if the thread has ended.
    pub(crate) fn queue_call(&self, call: AsynchronousCall) -> Result<(), Win32Error> {
        let mut calls = self.lock_calls();
        if self.has_ended.load(Ordering::Relaxed) {
            return Err(Win32Error(ERROR_GEN_FAILURE));
        }
        calls.push_back(call);
        self.calls_queued.fetch_add(1, Ordering::Release);
        drop(calls);
        wake_all(&self.calls_queued);
        Ok(())
    }

    /// The word that changes with every call that is queued.
    pub(crate) fn calls_queued(&self) -> &AtomicU32 {
        &self.calls_queued
    }

    /// Makes all calls that are queued, those that they queue included; `false` if there was none. To be called by the
    /// thread itself.
    pub(crate) fn make_calls(&self) -> bool {
        let mut made_one = false;
        loop {
            let Some(call) = self.lock_calls().pop_front() else { return made_one };
            made_one = true;
            outside(|| call.make());
        }
    }

    fn end(&self) {
        let mut calls = self.lock_calls();
        self.has_ended.store(true, Ordering::Relaxed);
        calls.clear();
        drop(calls);
        if self.pending_reads.load(Ordering::SeqCst) > 0 {
            overlapped::thread_ended(self);
        }
        self.ended.set();
    }

    fn lock_calls(&self) -> MutexGuard<'_, VecDeque<AsynchronousCall>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsynchronousCall {
    fn make(self) {
        match self {
            AsynchronousCall::Completion { routine: Some(routine), error, bytes, overlapped } => {
                // SAFETY: the program gave this routine for exactly this call, with an OVERLAPPED that it keeps until then.
                unsafe { routine(error, bytes, overlapped) };
            }
            AsynchronousCall::Completion { routine: None, .. } => {}
            AsynchronousCall::User { function, argument } => {
                // SAFETY: the program gave this function for exactly this call.
                unsafe { function(argument) };
            }
        }
    }
}

/// Where a thread waits before it begins, for as long as it has been suspended more often than resumed.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct GateState {
    suspensions: u32,
    has_begun: bool,
    /// It shall not begin at all.
    is_given_up: bool,
}

impl Gate {
    /// The thread begins, as soon as it is not suspended; `false` if it shall not.
    pub(crate) fn pass(&self) -> bool {
        let mut state = self.lock();
        while state.suspensions > 0 && !state.is_given_up {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.has_begun = true;
        !state.is_given_up
    }

    /// A thread that has not begun never shall.
    pub(crate) fn give_up(&self) {
        self.lock().is_given_up = true;
        self.changed.notify_all();
    }

    /// Suspends a thread that has not begun once more, and tells how often it was before. `None` for one that has begun.
    pub(crate) fn suspend(&self) -> Option<u32> {
        let mut state = self.lock();
        let before = state.suspensions;
        if state.has_begun {
            return None;
        }
        state.suspensions = before.checked_add(1)?;
        Some(before)
    }

    /// Resumes a thread once, and tells how often it was suspended before.
    pub(crate) fn resume(&self) -> u32 {
        let mut state = self.lock();
        let before = state.suspensions;
        state.suspensions = before.saturating_sub(1);
        self.changed.notify_all();
        before
    }

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calling thread and what it owns. Cleans up after the thread when it ends.
struct Current(OnceCell<Arc<Thread>>, RefCell<Vec<Arc<dyn Owned>>>);

thread_local! {
    static CURRENT: Current = const { Current(OnceCell::new(), RefCell::new(Vec::new())) };
    /// Needs no cleaning up, and so is there until the very end. 0 until it is asked for.
    static ID: Cell<u64> = const { Cell::new(0) };
}

impl Current {
    fn end(&self) {
        let Some(thread) = self.0.get() else { return };
        for owned in self.1.take() {
            owned.owner_ended(thread.id);
        }
        thread.end();
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        self.end();
    }
}
