//! What the library keeps of each thread: who it is, and the calls that wait for it to be alertable.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::getpid;
use rustix::thread::gettid;
use windows_sys::Win32::Foundation::ERROR_GEN_FAILURE;
use windows_sys::Win32::System::IO::{LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};

use crate::boundary::outside;
use crate::last_error::Win32Error;
use crate::wait::sleep::wake_all;

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
    has_ended: AtomicBool,
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

    fn new() -> Thread {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);
        Thread {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            tid: gettid().as_raw_nonzero().get() as u32,
            calls: Mutex::default(),
            calls_queued: AtomicU32::new(0),
            has_ended: AtomicBool::new(false),
        }
    }

    /// Whether it is the thread that the process began with. Its end is the end of the process.
    pub(crate) fn is_main(&self) -> bool {
        self.tid == getpid().as_raw_nonzero().get() as u32
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

/// Cleans up after the thread when it ends.
struct Current(OnceCell<Arc<Thread>>);

thread_local! {
    static CURRENT: Current = const { Current(OnceCell::new()) };
}

impl Drop for Current {
    fn drop(&mut self) {
        if let Some(thread) = self.0.get() {
            thread.end();
        }
    }
}
