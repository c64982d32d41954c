//! Threads of the library's own, and what they must not share with a program's.

use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::thread;

/// Starts a thread that none of the program's signals reach, but those that it causes itself: a program's buffer may lie in
/// memory that the program watches by them.
///
/// # Errors
///
/// What the system refuses with.
pub(crate) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    // The new thread has its starter's mask: signals are held back while it is started.
    let before = set_signal_mask(&every_foreign_signal())?;
    let outcome = thread::Builder::new().name(name.to_owned()).spawn(body);
    set_signal_mask(&before)?;
    outcome.map(drop)
}

/// Registers what is done around a fork.
pub(crate) fn at_fork(before: extern "C" fn(), in_parent: extern "C" fn(), in_child: extern "C" fn()) {
    let handler = |function: extern "C" fn()| -> unsafe extern "C" fn() { function };
    // SAFETY: the handlers are functions of this library, take no arguments and do not unwind. It fails only without memory,
    // and then forked children must not use what the handlers are for.
    unsafe { libc::pthread_atfork(Some(handler(before)), Some(handler(in_parent)), Some(handler(in_child))) };
}

/// Where the calling thread's stack lies. Empty if that cannot be found out.
pub(crate) fn own_stack() -> Range<usize> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: pthread_self always names the calling thread.
    let this = unsafe { libc::pthread_self() };
    // SAFETY: the attributes are written by the call.
    if unsafe { libc::pthread_getattr_np(this, attributes.as_mut_ptr()) } != 0 {
        return 0..0;
    }
    let (mut lowest, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes were filled in above.
    let result = unsafe { libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut lowest, &raw mut size) };
    // SAFETY: they were, and are not used again.
    unsafe { libc::pthread_attr_destroy(attributes.as_mut_ptr()) };
    if result == 0 { lowest as usize..lowest as usize + size } else { 0..0 }
}

fn every_foreign_signal() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the call fills the set in and cannot fail.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    // SAFETY: it was filled in.
    let mut set = unsafe { set.assume_init() };
    for caused in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, libc::SIGSYS] {
        // SAFETY: the set is a valid one, and so is the number.
        unsafe { libc::sigdelset(&raw mut set, caused) };
    }
    set
}

/// Sets the calling thread's signal mask and tells the one before.
fn set_signal_mask(mask: &libc::sigset_t) -> io::Result<libc::sigset_t> {
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: both sets are valid for the call, which writes the second one.
    match unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, before.as_mut_ptr()) } {
        // SAFETY: the call has succeeded, so it has written the set.
        0 => Ok(unsafe { before.assume_init() }),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}
