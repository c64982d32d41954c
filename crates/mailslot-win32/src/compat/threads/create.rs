//! CreateThread.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY, HANDLE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::Threading::{CREATE_SUSPENDED, STACK_SIZE_PARAM_IS_A_RESERVATION};

use super::exit::end_with;
use super::object::ThreadObject;
use crate::boundary::{boundary, silence_panics};
use crate::last_error::Win32Error;
use crate::security::SecurityRequest;
use crate::table::insert_other;
use crate::thread::Thread;

/// What a thread runs: `LPTHREAD_START_ROUTINE`.
pub(super) type Routine = unsafe extern "C-unwind" fn(*mut c_void) -> u32;

/// Starts a thread and returns a handle of it.
///
/// - `lpThreadAttributes`: NULL, or whether children inherit the handle, in which it is none.
/// - `dwStackSize`: in bytes. Larger than the system's own size for stacks, or any size with `STACK_SIZE_PARAM_IS_A_RESERVATION`, it
///   is the size of the stack, at least 64 KiB; else it has no effect.
/// - `lpStartAddress`, `lpParameter`: what the thread runs; its result is the thread's exit code.
/// - `dwCreationFlags`: `CREATE_SUSPENDED`: the thread begins with ResumeThread.
/// - `lpThreadId`: NULL, or receives the thread's number.
///
/// Success leaves the last error alone. Fails with NULL: 4 no descriptor left, 8 no memory or too many threads, 87
/// `lpStartAddress` is NULL.
///
/// # Safety
///
/// `lpThreadAttributes` is NULL or points to a SECURITY_ATTRIBUTES, as for CreateMailslot. `lpStartAddress` is NULL or may be
/// called with `lpParameter` on another thread. `lpThreadId` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateThread(
    lpThreadAttributes: *const SECURITY_ATTRIBUTES,
    dwStackSize: usize,
    lpStartAddress: Option<unsafe extern "C-unwind" fn(*mut c_void) -> u32>,
    lpParameter: *mut c_void,
    dwCreationFlags: u32,
    lpThreadId: *mut u32,
) -> HANDLE {
    boundary(null_mut(), || {
        let routine = lpStartAddress.ok_or(Win32Error(ERROR_INVALID_PARAMETER))?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpThreadAttributes) }?;
        let stack = Stack { bytes: dwStackSize, is_exact: dwCreationFlags & STACK_SIZE_PARAM_IS_A_RESERVATION != 0 };
        let waiting = WaitingThread::new(routine, lpParameter, stack, security.inherit)?;
        if !lpThreadId.is_null() {
            // SAFETY: not NULL, so the caller promises a DWORD. Packed structures may hold it unaligned.
            unsafe { lpThreadId.write_unaligned(waiting.thread.tid) };
        }
        let handle = waiting.handle;
        if dwCreationFlags & CREATE_SUSPENDED == 0 {
            waiting.thread.gate.resume();
        }
        Ok(handle)
    })
}

/// The stack that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stack {
    pub(super) bytes: usize,
    /// Whether a size below the system's own counts.
    pub(super) is_exact: bool,
}

/// A thread that exists and has a handle, and begins once it is resumed.
#[derive(Debug)]
pub(super) struct WaitingThread {
    pub(super) thread: Arc<Thread>,
    pub(super) handle: HANDLE,
}

impl WaitingThread {
    /// Makes a thread. If that fails, `routine` is never called.
    pub(super) fn new(
        routine: Routine,
        argument: *mut c_void,
        stack: Stack,
        inherit: bool,
    ) -> Result<WaitingThread, Win32Error> {
        silence_panics();
        let start = Arc::new(Start { routine, argument, thread: Mutex::new(None), is_there: Condvar::new() });
        spawn(Arc::clone(&start), stack)?;
        let thread = start.wait_for_thread();
        let object = ThreadObject::new(Arc::clone(&thread));
        match object.and_then(|object| insert_other(Box::new(object), inherit)) {
            Ok(handle) => Ok(WaitingThread { thread, handle }),
            Err(error) => {
                thread.gate.give_up();
                Err(error)
            }
        }
    }
}

/// What a new thread needs to know, and what it tells of itself.
struct Start {
    routine: Routine,
    argument: *mut c_void,
    thread: Mutex<Option<Arc<Thread>>>,
    is_there: Condvar,
}

// SAFETY: the program made the argument for the thread that it starts.
unsafe impl Send for Start {}
// SAFETY: as for `Send`; the argument is not looked at.
unsafe impl Sync for Start {}

impl Start {
    fn wait_for_thread(&self) -> Arc<Thread> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(thread) = &*thread {
                return Arc::clone(thread);
            }
            thread = self.is_there.wait(thread).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Called by the new thread: waits until it may begin. `None` if it shall not.
    fn begin(&self) -> Option<(Routine, *mut c_void)> {
        // Fails only in a thread that is ending.
        let thread = Thread::current().ok()?;
        thread.gate.suspend();
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&thread));
        self.is_there.notify_one();
        if !thread.gate.pass() {
            return None;
        }
        // Calls that were queued before it began come first, as on Windows.
        thread.make_calls();
        Some((self.routine, self.argument))
    }
}

unsafe extern "C" {
    /// As in `libc`, for a routine that pthread_exit unwinds through.
    fn pthread_create(
        thread: *mut libc::pthread_t,
        attributes: *const libc::pthread_attr_t,
        routine: unsafe extern "C-unwind" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> libc::c_int;
}

fn spawn(start: Arc<Start>, stack: Stack) -> Result<(), Win32Error> {
    let attributes = Attributes::new(stack)?;
    let argument = Arc::into_raw(start).cast_mut().cast::<c_void>();
    let mut id = 0;
    // SAFETY: `run` takes what `Arc::into_raw` gave; the attributes are initialised.
    let failure = unsafe { pthread_create(&raw mut id, &raw const attributes.0, run, argument) };
    if failure == 0 {
        return Ok(());
    }
    // SAFETY: no thread was made, so the argument is still this function's.
    drop(unsafe { Arc::from_raw(argument.cast::<Start>()) });
    Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY))
}

/// The body of every thread. The program's routine may end the thread by unwinding through here, so no value that has to be
/// dropped is alive then.
///
/// # Safety
///
/// `start` is what `Arc::into_raw` gave, and nobody else's.
unsafe extern "C-unwind" fn run(start: *mut c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    let begun = unsafe { begin(start) };
    if let Some((routine, argument)) = begun {
        // SAFETY: the program promised that it may be called with this argument.
        let code = unsafe { routine(argument) };
        end_with(code);
    }
    null_mut()
}

/// # Safety
///
/// As for [`run`].
unsafe fn begin(start: *mut c_void) -> Option<(Routine, *mut c_void)> {
    // SAFETY: the caller's promise.
    let start = unsafe { Arc::from_raw(start.cast::<Start>()) };
    start.begin()
}

/// Attributes of a detached thread.
struct Attributes(libc::pthread_attr_t);

impl Attributes {
    fn new(stack: Stack) -> Result<Attributes, Win32Error> {
        const SMALLEST: usize = 64 * 1024;
        const PAGE: usize = 64 * 1024;

        // SAFETY: a plain C structure, which the next call initialises.
        let mut attributes = Attributes(unsafe { std::mem::zeroed() });
        // SAFETY: points to the structure.
        if unsafe { libc::pthread_attr_init(&raw mut attributes.0) } != 0 {
            std::mem::forget(attributes);
            return Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY));
        }
        // SAFETY: the attributes are initialised.
        unsafe { libc::pthread_attr_setdetachstate(&raw mut attributes.0, libc::PTHREAD_CREATE_DETACHED) };
        let mut usual = 0;
        // SAFETY: the attributes are initialised, and `usual` may be written.
        unsafe { libc::pthread_attr_getstacksize(&raw const attributes.0, &raw mut usual) };
        if stack.bytes > usual || (stack.is_exact && stack.bytes > 0) {
            let bytes = stack.bytes.max(SMALLEST).checked_next_multiple_of(PAGE);
            let bytes = bytes.ok_or(Win32Error(ERROR_NOT_ENOUGH_MEMORY))?;
            // SAFETY: the attributes are initialised.
            if unsafe { libc::pthread_attr_setstacksize(&raw mut attributes.0, bytes) } != 0 {
                return Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY));
            }
        }
        Ok(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the attributes were initialised by `new`.
        unsafe { libc::pthread_attr_destroy(&raw mut self.0) };
    }
}
