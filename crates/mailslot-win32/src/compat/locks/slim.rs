//! Slim reader/writer locks: those of the C library. All zeroes is a free one.

use std::thread;

use windows_sys::Win32::Foundation::FALSE;

use crate::boundary::boundary;

/// `BOOLEAN`, which these functions return.
type Boolean = u8;

/// `SRWLOCK`, as the headers declare it.
#[derive(Debug)]
#[repr(C)]
pub struct SlimLock([u64; 8]);

const _: () = assert!(size_of::<libc::pthread_rwlock_t>() <= size_of::<SlimLock>());
const _: () = assert!(align_of::<libc::pthread_rwlock_t>() <= align_of::<SlimLock>());

/// Makes a free lock, as `SRWLOCK_INIT` does.
///
/// # Safety
///
/// `SRWLock` points to an SRWLOCK that is not in use.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeSRWLock(SRWLock: *mut SlimLock) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { SRWLock.write(SlimLock([0; 8])) };
        Ok(())
    });
}

/// Takes the lock for writing. A thread that has it already waits for ever, as on Windows.
///
/// # Safety
///
/// `SRWLock` points to an initialised SRWLOCK.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AcquireSRWLockExclusive(SRWLock: *mut SlimLock) {
    boundary((), || {
        // SAFETY: the caller's promise.
        let failure = unsafe { libc::pthread_rwlock_wrlock(SRWLock.cast()) };
        wait_for_ever_if(failure != 0);
        Ok(())
    });
}

/// Takes the lock for reading. As [`AcquireSRWLockExclusive`].
///
/// # Safety
///
/// As for [`AcquireSRWLockExclusive`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AcquireSRWLockShared(SRWLock: *mut SlimLock) {
    boundary((), || {
        // SAFETY: the caller's promise.
        let failure = unsafe { libc::pthread_rwlock_rdlock(SRWLock.cast()) };
        wait_for_ever_if(failure != 0);
        Ok(())
    });
}

/// Takes the lock for writing if it is free; else returns `FALSE`.
///
/// # Safety
///
/// As for [`AcquireSRWLockExclusive`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TryAcquireSRWLockExclusive(SRWLock: *mut SlimLock) -> Boolean {
    // SAFETY: the caller's promise.
    boundary(FALSE as Boolean, || Ok(Boolean::from(unsafe { libc::pthread_rwlock_trywrlock(SRWLock.cast()) } == 0)))
}

/// Takes the lock for reading if nobody has it for writing; else returns `FALSE`.
///
/// # Safety
///
/// As for [`AcquireSRWLockExclusive`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TryAcquireSRWLockShared(SRWLock: *mut SlimLock) -> Boolean {
    // SAFETY: the caller's promise.
    boundary(FALSE as Boolean, || Ok(Boolean::from(unsafe { libc::pthread_rwlock_tryrdlock(SRWLock.cast()) } == 0)))
}

/// Gives the lock back that the calling thread has for writing.
///
/// # Safety
///
/// As for [`AcquireSRWLockExclusive`]; and the calling thread has the lock.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReleaseSRWLockExclusive(SRWLock: *mut SlimLock) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { libc::pthread_rwlock_unlock(SRWLock.cast()) };
        Ok(())
    });
}

/// Gives the lock back that the calling thread has for reading.
///
/// # Safety
///
/// As for [`ReleaseSRWLockExclusive`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReleaseSRWLockShared(SRWLock: *mut SlimLock) {
    // SAFETY: the caller's promise.
    unsafe { ReleaseSRWLockExclusive(SRWLock) };
}

/// The C library refuses where Windows waits for ever: the thread has the lock already. To go on without the lock would be worse.
fn wait_for_ever_if(has_failed: bool) {
    if has_failed {
        loop {
            thread::park();
        }
    }
}
