//! Operations that go on after the call that started them has returned.
//!
//! A read that finds no message pends: it is put into the queue of its file object, and one background thread for all slots
//! of the process (`engine`) takes the message for it when one comes, or ends it when its time is up. The thread starts with
//! the first read that pends, sleeps in the kernel on the doorbells of all slots that are read from, and never touches a slot
//! on which nothing pends. Writes never pend.
//!
//! How an operation ends is told in one of four ways (`notice`): by an event or the handle's own state, by a packet at a
//! completion port, by a call that the issuing thread makes when it waits alertably, or to a thread that is blocked in ReadFile.

mod cancel;
mod engine;
mod extended;
mod file_object;
mod notice;
mod pending;
mod port;
mod read;
mod result;
mod status;
mod target;
mod write;

pub use cancel::{CancelIo, CancelIoEx};
pub(crate) use engine::thread_ended;
pub use extended::{ReadFileEx, WriteFileEx};
pub(crate) use file_object::FileHandle;
pub(crate) use notice::Notice;
pub use port::{
    CreateIoCompletionPort, GetQueuedCompletionStatus, GetQueuedCompletionStatusEx, PostQueuedCompletionStatus,
};
pub(crate) use read::{read, read_blocking};
pub use result::{GetOverlappedResult, GetOverlappedResultEx};
pub(crate) use status::Status;
pub(crate) use target::Target;
pub(crate) use write::write;
