//! Events, mutexes and semaphores: objects that the wait functions wait for, in this process and in others.
//!
//! An object is a small file that everybody maps who has a handle of it, and the handle is a descriptor of that file. So a
//! duplicate is a duplicate of the descriptor, a child finds what it inherited, and an object with a name is a file in the slot
//! directory. Signalling one that nobody waits for, and waiting for one that is signalled, cost no system call.

mod event;
mod lock;
mod mutex;
mod name;
mod named;
mod object;
mod page;
mod semaphore;
mod shared;

use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_GEN_FAILURE, ERROR_NO_SYSTEM_RESOURCES, ERROR_TOO_MANY_OPEN_FILES,
};

pub use event::{CreateEventA, OpenEventA, PulseEvent, ResetEvent, SetEvent};
pub use mutex::{CreateMutexA, OpenMutexA, ReleaseMutex};
pub(crate) use object::SyncObject;
pub use semaphore::{CreateSemaphoreA, OpenSemaphoreA, ReleaseSemaphore};

use crate::last_error::Win32Error;

/// What the kernel's refusal to make or open an object is called.
fn kernel_error(errno: Errno) -> Win32Error {
    Win32Error(match errno {
        Errno::MFILE | Errno::NFILE => ERROR_TOO_MANY_OPEN_FILES,
        Errno::NOMEM | Errno::NOSPC | Errno::DQUOT => ERROR_NO_SYSTEM_RESOURCES,
        Errno::ACCESS | Errno::PERM => ERROR_ACCESS_DENIED,
        _ => ERROR_GEN_FAILURE,
    })
}
