//! The handle of a thread.

use std::os::fd::RawFd;
use std::sync::Arc;

use rustix::event::{EventfdFlags, eventfd};
use windows_sys::Win32::Foundation::{HANDLE, STILL_ACTIVE};

use crate::boundary::boundary;
use crate::compat::descriptor::Descriptor;
use crate::handle::CURRENT_THREAD;
use crate::last_error::Win32Error;
use crate::object::{KernelObject, Object};
use crate::table::with_entry;
use crate::thread::Thread;
use crate::wait::Waitable;

/// A handle of a thread of this process: signalled for ever once the thread has ended. The descriptor only keeps the
/// handle's number; in a child that inherits it the handle is none.
#[derive(Debug)]
pub(crate) struct ThreadObject {
    descriptor: Descriptor,
    thread: Arc<Thread>,
}

impl ThreadObject {
    /// A handle of a thread.
    ///
    /// # Errors
    ///
    /// 4 when there is no descriptor left, 8 when there is no memory.
    pub(crate) fn new(thread: Arc<Thread>) -> Result<ThreadObject, Win32Error> {
        let descriptor = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(ThreadObject { descriptor: Descriptor::new(descriptor), thread })
    }
}

impl KernelObject for ThreadObject {
    fn descriptor(&self) -> RawFd {
        self.descriptor.number()
    }

    fn close(&self) {
        self.descriptor.close();
    }

    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        Ok(Box::new(ThreadObject::new(Arc::clone(&self.thread))?))
    }

    fn waitable(&self) -> Option<&dyn Waitable> {
        Some(self.thread.ended())
    }

    fn resume_thread(&self) -> Result<u32, Win32Error> {
        Ok(self.thread.gate.resume())
    }

    fn thread_exit_code(&self) -> Result<u32, Win32Error> {
        Ok(self.thread.exit_code().unwrap_or(STILL_ACTIVE as u32))
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

/// Asks the object behind a thread's handle: a thread of this process, or the first thread of another. For the pseudo handle,
/// which has no object, `own` answers.
///
/// # Errors
///
/// 6 if the handle is no thread's; what `ask` fails with.
pub(super) fn with_thread<T>(
    handle: HANDLE,
    own: impl FnOnce(&Thread) -> T,
    ask: impl FnOnce(&dyn KernelObject) -> Result<T, Win32Error>,
) -> Result<T, Win32Error> {
    if handle == CURRENT_THREAD {
        return Ok(own(&*Thread::current()?));
    }
    with_entry(handle, |entry| match &entry.object {
        Object::Other(object) => ask(&**object),
        _ => Err(Win32Error::INVALID_HANDLE),
    })
}

/// A thread's number, which is the kernel's. Fails with 0: 6 no thread.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn GetThreadId(Thread: HANDLE) -> u32 {
    boundary(0, || thread_of(Thread).map(|thread| thread.tid))
}
