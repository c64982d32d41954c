//! What programs need that is no part of mailslots: thin, over the C library and the kernel.
//!
//! Text is UTF-8 here (the `…A` functions); the headers make the `…W` forms of it for both widths of `wchar_t`.

pub(crate) mod console;
pub(crate) mod pages;
pub(crate) mod descriptor;
pub(crate) mod errno;
pub(crate) mod files;
pub(crate) mod find;
pub(crate) mod messages;
pub(crate) mod process;
mod sync;

pub(crate) use sync::SyncObject;
pub use sync::{
    CreateEventA, CreateMutexA, CreateSemaphoreA, OpenEventA, OpenMutexA, OpenSemaphoreA, PulseEvent, ReleaseMutex,
    ReleaseSemaphore, ResetEvent, SetEvent,
};
