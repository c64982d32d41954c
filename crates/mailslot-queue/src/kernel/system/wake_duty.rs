//! A writer that dies between publishing a message and waking the reader leaves a sleeper behind, unless the kernel wakes
//! it. It does so through the robust-futex facility, without a list and without a lock:
//!
//! Each thread's robust list head, which the C library registers with the kernel, has a field `list_op_pending`: "an
//! operation on this futex is under way". When the thread ends for whatever reason, the kernel looks at the futex word
//! there, and if it names no thread (its lower 30 bits are zero, as they always are in a doorbell) wakes one of its
//! waiters. So a writer points the field at the doorbell before it publishes and clears it after it has woken whoever
//! slept: two stores to memory of its own thread.
//!
//! The field is otherwise used by the C library inside of its functions for robust mutexes, which are not called in
//! between. References: get_robust_list(2); Documentation/locking/robust-futexes.rst and futex(2) of Linux 5.5 and later
//! (with the fix "Resend potentially swallowed owner death notification" of 6.2, which stable kernels carry as well).

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::{null_mut, write_volatile};
use std::sync::atomic::{Ordering, compiler_fence};

use crate::primitive::AtomicU32;

/// `struct robust_list_head` of the kernel's ABI.
#[repr(C)]
struct RobustListHead {
    list: *mut libc::c_void,
    futex_offset: libc::c_long,
    list_op_pending: *mut libc::c_void,
}

thread_local! {
    /// This thread's registered list head; null when not looked up yet.
    static HEAD: Cell<*mut RobustListHead> = const { Cell::new(null_mut()) };
}

/// While this lives, the end of this thread wakes a sleeper of the doorbell.
pub(crate) struct WakeDuty<'a> {
    head: *mut RobustListHead,
    doorbell: PhantomData<&'a AtomicU32>,
}

impl<'a> WakeDuty<'a> {
    #[inline]
    pub(crate) fn begin(doorbell: &'a AtomicU32) -> WakeDuty<'a> {
        let duty = WakeDuty { head: registered_head(), doorbell: PhantomData };
        duty.turn_to(doorbell);
        duty
    }

    /// Puts another doorbell in the place of the one before: a thread has one duty at a time.
    #[inline]
    pub(crate) fn turn_to(&self, doorbell: &'a AtomicU32) {
        if !self.head.is_null() {
            // SAFETY: the C library keeps this thread's list head in place while the thread runs; a duty is not sent to
            // another thread (it holds a raw pointer).
            let offset = unsafe { (*self.head).futex_offset };
            let entry = doorbell.as_ptr().cast::<u8>().wrapping_offset(-(offset as isize));
            // SAFETY: as above.
            let pending = unsafe { &raw mut (*self.head).list_op_pending };
            // SAFETY: only the kernel and this thread access the field.
            unsafe { write_volatile(pending, entry.cast()) };
        }
        compiler_fence(Ordering::SeqCst);
    }
}

impl Drop for WakeDuty<'_> {
    #[inline]
    fn drop(&mut self) {
        compiler_fence(Ordering::SeqCst);
        if !self.head.is_null() {
            // SAFETY: as in `turn_to`.
            let pending = unsafe { &raw mut (*self.head).list_op_pending };
            // SAFETY: as in `turn_to`.
            unsafe { write_volatile(pending, null_mut()) };
        }
    }
}

#[inline]
fn registered_head() -> *mut RobustListHead {
    let head = HEAD.get();
    if head.is_null() { look_up() } else { head }
}

/// Null where the C library registers none (then a sleeper waits for the next write).
#[cold]
fn look_up() -> *mut RobustListHead {
    let mut head: *mut RobustListHead = null_mut();
    let mut length: libc::size_t = 0;
    // SAFETY: asks about the calling thread; both results are written to valid places.
    let result = unsafe { libc::syscall(libc::SYS_get_robust_list, 0, &raw mut head, &raw mut length) };
    if result == 0 && length == size_of::<RobustListHead>() && !head.is_null() {
        HEAD.set(head);
        return head;
    }
    null_mut()
}
