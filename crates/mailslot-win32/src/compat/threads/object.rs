//! The handle of a thread.

use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::event::{EventfdFlags, eventfd};
use rustix::io::Errno;
use windows_sys::Win32::Foundation::{ERROR_NOT_ENOUGH_MEMORY, ERROR_TOO_MANY_OPEN_FILES, HANDLE};

use crate::boundary::boundary;
use crate::handle::CURRENT_THREAD;
use crate::last_error::Win32Error;
use crate::object::KernelObject;
use crate::table::with_entry;
use crate::thread::Thread;
use crate::wait::Waitable;

/// A handle of a thread of this process: signalled for ever once the thread has ended. The descriptor only keeps the
/// handle's number; in a child that inherits it the handle is none.
#[derive(Debug)]
pub(crate) struct ThreadObject {
    /// | value | meaning | goes to |
    /// |---|---|---|
    /// | a descriptor | the handle is open, and owns it | -1 by whoever closes the handle, and the descriptor |
    /// | -1 | the handle is closed | |
    descriptor: AtomicI32,
    thread: Arc<Thread>,
}

impl ThreadObject {
    /// A handle of a thread.
    ///
    /// # Errors
    ///
    /// 4 when there is no descriptor left, 8 when there is no memory.
    pub(crate) fn new(thread: Arc<Thread>) -> Result<ThreadObject, Win32Error> {
        let descriptor = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(|errno| match errno {
            Errno::MFILE | Errno::NFILE => Win32Error(ERROR_TOO_MANY_OPEN_FILES),
            _ => Win32Error(ERROR_NOT_ENOUGH_MEMORY),
        })?;
        Ok(ThreadObject { descriptor: AtomicI32::new(descriptor.into_raw_fd()), thread })
    }
}

impl KernelObject for ThreadObject {
    fn descriptor(&self) -> RawFd {
        self.descriptor.load(Ordering::Acquire)
    }

    fn close(&self) {
        let descriptor = self.descriptor.swap(-1, Ordering::AcqRel);
        if descriptor >= 0 {
            // SAFETY: the descriptor was this value's, and the swap makes this the only call that closes it.
            drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
        }
    }

    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        Ok(Box::new(ThreadObject::new(Arc::clone(&self.thread))?))
    }

    fn waitable(&self) -> Option<&dyn Waitable> {
        Some(self.thread.ended())
    }
}

impl Drop for ThreadObject {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread that a handle stands for; also the pseudo handle of the calling one.
///
/// # Errors
///
/// 6 if the handle is no thread's.
pub(super) fn thread_of(handle: HANDLE) -> Result<Arc<Thread>, Win32Error> {
    if handle == CURRENT_THREAD {
        return Thread::current();
    }
    with_entry(handle, |entry| Ok(Arc::clone(&entry.object.other::<ThreadObject>()?.thread)))
}

/// A thread's number, which is the kernel's. Fails with 0: 6 no thread.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn GetThreadId(Thread: HANDLE) -> u32 {
    boundary(0, || thread_of(Thread).map(|thread| thread.tid))
}
