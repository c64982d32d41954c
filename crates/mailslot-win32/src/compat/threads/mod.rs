//! Threads: POSIX threads with handles that the wait functions wait for.

mod apc;
mod create;
mod crt;
mod exit;
mod local_storage;
mod object;
mod priority;
mod suspend;

pub use apc::QueueUserAPC;
pub use create::CreateThread;
pub use crt::{_beginthread, _beginthreadex, _endthread, _endthreadex};
pub use exit::{ExitThread, GetExitCodeThread, TerminateThread};
pub use local_storage::{TlsAlloc, TlsFree, TlsGetValue, TlsSetValue};
pub use object::GetThreadId;
pub(crate) use object::ThreadObject;
pub use priority::{GetThreadPriority, SetThreadPriority};
pub use suspend::{ResumeThread, SuspendThread};
