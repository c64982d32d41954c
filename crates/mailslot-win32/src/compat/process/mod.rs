//! Processes: CreateProcess of Linux programs, and what is done with their handles.
//!
//! A process handle is a pidfd, so it never means another process than the one that it was made for. Exit codes are those of
//! Linux, of 8 bits; how a signal that ended a process shows in its exit code is said at [`end`].

mod calls;
mod command_line;
mod create;
mod end;
mod environment;
mod handle;
mod launch;
mod object;
mod search;
mod stat;
mod watcher;

pub use calls::{GetExitCodeProcess, GetProcessId, OpenProcess, TerminateProcess};
pub use create::CreateProcessA;
pub(crate) use handle::{is_pidfd, of_pidfd, own_process, process_of};
pub(crate) use object::{Process, hold_for_fork};
pub(crate) use stat::started_at;
