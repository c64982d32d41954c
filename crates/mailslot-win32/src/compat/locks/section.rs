//! Critical sections: recursive mutexes of the C library.

use windows_sys::Win32::Foundation::{ERROR_NOT_ENOUGH_MEMORY, FALSE, TRUE};
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::last_error::Win32Error;

/// `CRITICAL_SECTION`, as the headers declare it.
#[derive(Debug)]
#[repr(C)]
pub struct CriticalSection {
    mutex: Opaque,
    spin_count: u32,
}

/// Room for a mutex of the C library.
type Opaque = [u64; 6];

const _: () = assert!(size_of::<libc::pthread_mutex_t>() <= size_of::<Opaque>());
const _: () = assert!(align_of::<libc::pthread_mutex_t>() <= align_of::<Opaque>());

impl CriticalSection {
    /// The mutex in a critical section of the program.
    pub(super) fn mutex(section: *mut CriticalSection) -> *mut libc::pthread_mutex_t {
        // The mutex comes first.
        section.cast()
    }
}

/// Makes a critical section. See [`InitializeCriticalSectionAndSpinCount`], which can say that it failed.
///
/// # Safety
///
/// `lpCriticalSection` points to a CRITICAL_SECTION that is not in use.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeCriticalSection(lpCriticalSection: *mut CriticalSection) {
    // SAFETY: the caller's promise.
    boundary((), || unsafe { initialise(lpCriticalSection, 0) });
}

/// Makes a critical section. The spin count is kept, and how long to spin before a thread sleeps is left to the C library.
///
/// Fails with `FALSE`: 8 no memory.
///
/// # Safety
///
/// As for [`InitializeCriticalSection`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeCriticalSectionAndSpinCount(
    lpCriticalSection: *mut CriticalSection,
    dwSpinCount: u32,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        unsafe { initialise(lpCriticalSection, dwSpinCount) }?;
        Ok(TRUE)
    })
}

/// [`InitializeCriticalSectionAndSpinCount`]; `Flags` are ignored.
///
/// # Safety
///
/// As for [`InitializeCriticalSection`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn InitializeCriticalSectionEx(
    lpCriticalSection: *mut CriticalSection,
    dwSpinCount: u32,
    Flags: u32,
) -> BOOL {
    let _ = Flags;
    // SAFETY: the caller's promise.
    unsafe { InitializeCriticalSectionAndSpinCount(lpCriticalSection, dwSpinCount) }
}

/// Sets the spin count, which has no effect, and tells what it was.
///
/// # Safety
///
/// `lpCriticalSection` points to a critical section whose spin count no other thread sets at the same time.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetCriticalSectionSpinCount(lpCriticalSection: *mut CriticalSection, dwSpinCount: u32) -> u32 {
    boundary(0, || {
        // SAFETY: the caller promises a critical section.
        let place = unsafe { &raw mut (*lpCriticalSection).spin_count };
        // SAFETY: as above.
        let previous = unsafe { place.read() };
        // SAFETY: as above.
        unsafe { place.write(dwSpinCount) };
        Ok(previous)
    })
}

/// Enters a critical section, as soon as no other thread is inside. A thread that is inside may enter again.
///
/// # Safety
///
/// `lpCriticalSection` points to a critical section.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn EnterCriticalSection(lpCriticalSection: *mut CriticalSection) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { libc::pthread_mutex_lock(CriticalSection::mutex(lpCriticalSection)) };
        Ok(())
    });
}

/// Enters a critical section if no other thread is inside; else returns `FALSE`.
///
/// # Safety
///
/// As for [`EnterCriticalSection`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TryEnterCriticalSection(lpCriticalSection: *mut CriticalSection) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let failure = unsafe { libc::pthread_mutex_trylock(CriticalSection::mutex(lpCriticalSection)) };
        Ok(BOOL::from(failure == 0))
    })
}

/// Leaves a critical section once. Without effect for a thread that is not inside.
///
/// # Safety
///
/// As for [`EnterCriticalSection`].
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LeaveCriticalSection(lpCriticalSection: *mut CriticalSection) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { libc::pthread_mutex_unlock(CriticalSection::mutex(lpCriticalSection)) };
        Ok(())
    });
}

/// A critical section is not used any more.
///
/// # Safety
///
/// `lpCriticalSection` points to a critical section in which no thread is.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DeleteCriticalSection(lpCriticalSection: *mut CriticalSection) {
    boundary((), || {
        // SAFETY: the caller's promise.
        unsafe { libc::pthread_mutex_destroy(CriticalSection::mutex(lpCriticalSection)) };
        Ok(())
    });
}

/// # Safety
///
/// As for [`InitializeCriticalSection`].
unsafe fn initialise(section: *mut CriticalSection, spin_count: u32) -> Result<(), Win32Error> {
    let no_memory = |failure: libc::c_int| {
        if failure == 0 { Ok(()) } else { Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY)) }
    };
    // SAFETY: a plain C structure, which the next call initialises.
    let mut attributes: libc::pthread_mutexattr_t = unsafe { std::mem::zeroed() };
    // SAFETY: points to the structure.
    no_memory(unsafe { libc::pthread_mutexattr_init(&raw mut attributes) })?;
    // SAFETY: the attributes are initialised.
    unsafe { libc::pthread_mutexattr_settype(&raw mut attributes, libc::PTHREAD_MUTEX_RECURSIVE) };
    // SAFETY: the caller promises the memory, and that it is not in use.
    let failure = unsafe { libc::pthread_mutex_init(CriticalSection::mutex(section), &raw const attributes) };
    // SAFETY: the attributes are initialised.
    unsafe { libc::pthread_mutexattr_destroy(&raw mut attributes) };
    // SAFETY: the caller promises a critical section.
    let place = unsafe { &raw mut (*section).spin_count };
    // SAFETY: as above.
    unsafe { place.write(spin_count) };
    no_memory(failure)
}
