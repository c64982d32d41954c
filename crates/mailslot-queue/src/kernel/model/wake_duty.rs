//! The kernel's wake for a thread that has died, and its end.

use std::marker::PhantomData;

use crate::primitive::AtomicU32;

/// While this lives, the death of this thread wakes a sleeper of the doorbell (a model has one).
pub(crate) struct WakeDuty<'a>(PhantomData<&'a AtomicU32>);

impl<'a> WakeDuty<'a> {
    pub(crate) fn begin(_doorbell: &'a AtomicU32) -> WakeDuty<'a> {
        set(true);
        WakeDuty(PhantomData)
    }
}

impl Drop for WakeDuty<'_> {
    fn drop(&mut self) {
        set(false);
    }
}

fn set(has_wake_duty: bool) {
    #[cfg(mailslot_loom)]
    crate::primitive::fate::set_wake_duty(has_wake_duty);
    // Nobody is killed.
    #[cfg(not(mailslot_loom))]
    let _ = has_wake_duty;
}

/// What the kernel does for a thread that was killed (which calls this), the only one of its process: the wake first, then the
/// locks.
#[cfg(mailslot_loom)]
pub(crate) fn bury_the_dead(file: &super::SlotFile, doorbell: &AtomicU32) {
    use crate::primitive::{Ordering, fate, futex};

    /// Where the kernel looks for a thread's number.
    const THREAD_NUMBER: u32 = (1 << 30) - 1;
    if fate::has_wake_duty() && doorbell.raw().load(Ordering::Relaxed) & THREAD_NUMBER == 0 {
        futex::wake_one(doorbell);
    }
    fate::set_wake_duty(false);
    file.close();
}
