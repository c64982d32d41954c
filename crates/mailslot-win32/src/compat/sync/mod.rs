//! Events, mutexes, semaphores and timers: objects that the wait functions wait for, in this process and in others. And file
//! mappings, which nobody waits for, but which share the others' names and ways.
//!
//! An object is a small file that everybody maps who has a handle of it, and the handle is a descriptor of that file. So a
//! duplicate is a duplicate of the descriptor, a child finds what it inherited, and an object with a name is a file in the slot
//! directory. Signalling one that nobody waits for, and waiting for one that is signalled, cost no system call.

mod event;
mod lock;
mod mapping;
mod mutex;
mod name;
mod named;
mod object;
mod page;
mod section;
mod semaphore;
mod shared;
mod timer;
mod views;

use rustix::io::Errno;
use windows_sys::Win32::Foundation::ERROR_NO_SYSTEM_RESOURCES;

pub use event::{CreateEventA, OpenEventA, PulseEvent, ResetEvent, SetEvent};
pub use mapping::{CreateFileMappingA, OpenFileMappingA};
pub use mutex::{CreateMutexA, OpenMutexA, ReleaseMutex};
pub(crate) use object::SyncObject;
pub use semaphore::{CreateSemaphoreA, OpenSemaphoreA, ReleaseSemaphore};
pub use timer::{CancelWaitableTimer, CreateWaitableTimerA, OpenWaitableTimerA, SetWaitableTimer};
pub(in crate::compat) use views::is_in_view;
pub use views::{FlushViewOfFile, MapViewOfFile, MapViewOfFileEx, UnmapViewOfFile};

use crate::last_error::Win32Error;

/// What the kernel's refusal to make or open an object is called.
fn kernel_error(errno: Errno) -> Win32Error {
    match errno {
        Errno::NOMEM | Errno::NOSPC | Errno::DQUOT | Errno::FBIG => Win32Error(ERROR_NO_SYSTEM_RESOURCES),
        other => other.into(),
    }
}
