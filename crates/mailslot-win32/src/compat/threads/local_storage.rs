//! Thread local storage by index: the C library's keys.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering};

use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_NO_MORE_ITEMS, ERROR_SUCCESS, FALSE, TRUE};
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::last_error::{SetLastError, Win32Error};

const OUT_OF_INDEXES: u32 = u32::MAX;

/// Which indexes are this module's, one bit each; the C library has 1024 keys. A bit is set after its key is made and cleared
/// before that is given back.
static ALLOCATED: [AtomicU64; 16] = [const { AtomicU64::new(0) }; 16];

/// Allocates an index at which every thread has a pointer of its own, NULL at first. Fails with 0xFFFFFFFF: 259 there is none
/// left.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn TlsAlloc() -> u32 {
    boundary(OUT_OF_INDEXES, || {
        let mut key = 0;
        // SAFETY: `key` may be written; there is no destructor.
        if unsafe { libc::pthread_key_create(&raw mut key, None) } != 0 {
            return Err(Win32Error(ERROR_NO_MORE_ITEMS));
        }
        let Some((word, bit)) = place(key) else {
            // SAFETY: the key was just made, and is nobody's.
            unsafe { libc::pthread_key_delete(key) };
            return Err(Win32Error(ERROR_NO_MORE_ITEMS));
        };
        word.fetch_or(bit, Ordering::AcqRel);
        Ok(key)
    })
}

/// Gives an index back. Fails with `FALSE`: 87 it was not allocated.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn TlsFree(dwTlsIndex: u32) -> BOOL {
    boundary(FALSE, || {
        let (word, bit) = place(dwTlsIndex).ok_or(Win32Error(ERROR_INVALID_PARAMETER))?;
        if word.fetch_and(!bit, Ordering::AcqRel) & bit == 0 {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: the key was this module's, and the bit makes this the only call that gives it back.
        unsafe { libc::pthread_key_delete(dwTlsIndex) };
        Ok(TRUE)
    })
}

/// The calling thread's pointer at an index. Sets the last error to 0, as NULL may be what was stored. Fails with NULL: 87 the
/// index was not allocated.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn TlsGetValue(dwTlsIndex: u32) -> *mut c_void {
    boundary(null_mut(), || {
        check(dwTlsIndex)?;
        // SAFETY: the key is this module's; given back meanwhile, the answer is NULL.
        let value = unsafe { libc::pthread_getspecific(dwTlsIndex) };
        SetLastError(ERROR_SUCCESS);
        Ok(value)
    })
}

/// Sets the calling thread's pointer at an index. Fails with `FALSE`: 87 the index was not allocated.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[allow(clippy::not_unsafe_ptr_arg_deref, reason = "the pointer is stored, and nothing is read through it")]
#[unsafe(no_mangle)]
pub extern "C" fn TlsSetValue(dwTlsIndex: u32, lpTlsValue: *mut c_void) -> BOOL {
    boundary(FALSE, || {
        check(dwTlsIndex)?;
        // SAFETY: the key is this module's; given back meanwhile, the call fails.
        let failure = unsafe { libc::pthread_setspecific(dwTlsIndex, lpTlsValue) };
        if failure == 0 { Ok(TRUE) } else { Err(Win32Error(ERROR_INVALID_PARAMETER)) }
    })
}

fn place(index: u32) -> Option<(&'static AtomicU64, u64)> {
    Some((ALLOCATED.get(index as usize / 64)?, 1 << (index % 64)))
}

fn check(index: u32) -> Result<(), Win32Error> {
    let is_allocated = place(index).is_some_and(|(word, bit)| word.load(Ordering::Acquire) & bit != 0);
    if is_allocated { Ok(()) } else { Err(Win32Error(ERROR_INVALID_PARAMETER)) }
}
