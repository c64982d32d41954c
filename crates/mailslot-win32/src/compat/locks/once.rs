//! One-time initialisation. All zeroes is one that nobody has begun.

use std::ffi::c_void;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use windows_sys::Win32::Foundation::{ERROR_GEN_FAILURE, ERROR_INVALID_PARAMETER, FALSE, TRUE};
use windows_sys::Win32::System::Threading::INFINITE;
use windows_sys::core::BOOL;

use crate::boundary::{boundary, outside};
use crate::last_error::Win32Error;
use crate::output::store;
use crate::wait::sleep::{Deadline, load, sleep_until_one_changes, wake_all};

/// `INIT_ONCE`, as the headers declare it.
///
/// | state | meaning | goes to |
/// |---|---|---|
/// | 0 | nobody has begun | `BEGUN` by the thread that initialises |
/// | `BEGUN` | that thread is at work, others sleep | `DONE`, or 0 if it failed; either wakes all sleepers |
/// | `DONE` | initialised; `context` does not change any more | |
#[derive(Debug)]
#[repr(C)]
pub struct InitOnce {
    state: AtomicU32,
    context: AtomicPtr<c_void>,
}

const _: () = assert!(size_of::<InitOnce>() == 16);

const NOT_BEGUN: u32 = 0;
const BEGUN: u32 = 1;
const DONE: u32 = 2;

const INIT_ONCE_CHECK_ONLY: u32 = 1;
const INIT_ONCE_INIT_FAILED: u32 = 4;
/// Low bits of a context that must be 0.
const RESERVED_BITS: usize = 0b11;

/// `PINIT_ONCE_FN`.
type Initialise = unsafe extern "C" fn(*mut InitOnce, *mut c_void, *mut *mut c_void) -> BOOL;

/// Makes one, as `INIT_ONCE_STATIC_INIT` does.
///
/// # Safety
///
/// `InitOnce` points to an INIT_ONCE that is not in use.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceInitialize(InitOnce: *mut InitOnce) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { InitOnce.cast::<[u64; 2]>().write([0; 2]) };
        Ok(())
    });
}

/// Calls `InitFn` if that was not done with success yet, and else waits until another thread has done it.
///
/// - `Context`: NULL, or receives what `InitFn` has stored.
///
/// Fails with `FALSE` when `InitFn` returns `FALSE`, and then leaves the last error to it. 87: `InitFn` is NULL, or has stored
/// a context whose two low bits are not 0.
///
/// # Safety
///
/// `InitOnce` points to an initialised INIT_ONCE. `InitFn` is NULL or may be called with it and with `Parameter`. `Context` is NULL or
/// points to a pointer.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceExecuteOnce(
    InitOnce: *mut InitOnce,
    InitFn: Option<Initialise>,
    Parameter: *mut c_void,
    Context: *mut *mut c_void,
) -> BOOL {
    boundary(FALSE, || {
        let initialise = InitFn.ok_or(Win32Error(ERROR_INVALID_PARAMETER))?;
        // SAFETY: the caller promises an INIT_ONCE.
        let once = unsafe { &*InitOnce };
        if once.begin()? {
            let mut context = std::ptr::null_mut();
            // SAFETY: the program gave this function for exactly this call.
            let succeeded = outside(|| unsafe { initialise(InitOnce, Parameter, &raw mut context) }) != FALSE;
            if !succeeded {
                once.end(NOT_BEGUN)?;
                return Ok(FALSE);
            }
            once.complete(context)?;
        }
        // SAFETY: the caller's promise.
        unsafe { store(Context, once.context.load(Ordering::Acquire)) };
        Ok(TRUE)
    })
}

/// Begins the initialisation, or finds it done, waiting for the thread that is at it.
///
/// - `dwFlags`: 0, or `INIT_ONCE_CHECK_ONLY` to only look.
/// - `fPending`: receives `TRUE` if the caller is to initialise and then to call [`InitOnceComplete`].
/// - `lpContext`: NULL, or receives the context of one that is done.
///
/// Fails with `FALSE`: 31 it is not done, and was only looked at; 87 other flags: asynchronous initialisation is not supported.
///
/// # Safety
///
/// `lpInitOnce` points to an initialised INIT_ONCE, `fPending` to a BOOL. `lpContext` is NULL or points to a pointer.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceBeginInitialize(
    lpInitOnce: *mut InitOnce,
    dwFlags: u32,
    fPending: *mut BOOL,
    lpContext: *mut *mut c_void,
) -> BOOL {
    boundary(FALSE, || {
        if dwFlags & !INIT_ONCE_CHECK_ONLY != 0 {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: the caller promises an INIT_ONCE.
        let once = unsafe { &*lpInitOnce };
        let is_pending = if dwFlags == INIT_ONCE_CHECK_ONLY {
            if load(&once.state) != DONE {
                return Err(Win32Error(ERROR_GEN_FAILURE));
            }
            false
        } else {
            once.begin()?
        };
        // SAFETY: the caller's promise.
        unsafe { store(fPending, BOOL::from(is_pending)) };
        if !is_pending {
            // SAFETY: the caller's promise.
            unsafe { store(lpContext, once.context.load(Ordering::Acquire)) };
        }
        Ok(TRUE)
    })
}

/// Ends what [`InitOnceBeginInitialize`] has begun.
///
/// - `dwFlags`: 0, or `INIT_ONCE_INIT_FAILED`: the next one begins anew.
///
/// Fails with `FALSE`: 31 nothing was begun, 87 other flags, or a context whose two low bits are not 0.
///
/// # Safety
///
/// `lpInitOnce` points to an initialised INIT_ONCE.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitOnceComplete(lpInitOnce: *mut InitOnce, dwFlags: u32, lpContext: *mut c_void) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller promises an INIT_ONCE.
        let once = unsafe { &*lpInitOnce };
        match dwFlags {
            0 => once.complete(lpContext)?,
            INIT_ONCE_INIT_FAILED if lpContext.is_null() => once.end(NOT_BEGUN)?,
            _ => return Err(Win32Error(ERROR_INVALID_PARAMETER)),
        }
        Ok(TRUE)
    })
}

impl InitOnce {
    /// Whether the caller is to initialise; if not, it is done.
    fn begin(&self) -> Result<bool, Win32Error> {
        loop {
            match self.state.compare_exchange(NOT_BEGUN, BEGUN, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return Ok(true),
                Err(DONE) => return Ok(false),
                Err(other) => sleep_until_one_changes(&[(&self.state, other)], Deadline::after_ms(INFINITE))?,
            }
        }
    }

    fn complete(&self, context: *mut c_void) -> Result<(), Win32Error> {
        if context as usize & RESERVED_BITS != 0 {
            self.end(NOT_BEGUN)?;
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        if load(&self.state) == BEGUN {
            self.context.store(context, Ordering::Release);
        }
        self.end(DONE)
    }

    fn end(&self, state: u32) -> Result<(), Win32Error> {
        let was_begun = self.state.compare_exchange(BEGUN, state, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        wake_all(&self.state);
        if was_begun { Ok(()) } else { Err(Win32Error(ERROR_GEN_FAILURE)) }
    }
}
