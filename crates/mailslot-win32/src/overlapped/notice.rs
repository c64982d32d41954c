//! Who is told that an operation has ended, and how.

use std::sync::{Arc, Mutex, PoisonError};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::IO::LPOVERLAPPED_COMPLETION_ROUTINE;

use super::engine;
use super::file_object::FileObject;
use super::status::Status;
use super::target::Target;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::{Entry, entry_of};
use crate::thread::{AsynchronousCall, Thread};
use crate::wait::{Signal, Waitable};

/// Who is told that an operation has ended.
#[derive(Debug)]
pub(crate) enum Notice {
    /// ReadFile and WriteFile with OVERLAPPED: the event, or the handle itself if there is none; and the completion port
    /// that the file object is bound to, unless the event's low bit forbids it.
    Event { target: Target, event: Option<Arc<Entry>>, wants_packet: bool },
    /// ReadFileEx and WriteFileEx: the thread that issued the operation.
    Call { target: Target, thread: Arc<Thread>, routine: LPOVERLAPPED_COMPLETION_ROUTINE },
    /// ReadFile without OVERLAPPED, behind reads that pend: the thread that is blocked in it.
    Blocked(Arc<BlockedRead>),
}

impl Notice {
    /// For ReadFile and WriteFile: begins the operation. The event is reset.
    ///
    /// # Errors
    ///
    /// 6 when `hEvent` is neither NULL nor an event.
    pub(crate) fn event(target: Target) -> Result<Notice, Win32Error> {
        let number = target.event() as usize;
        let handle = (number & !1) as HANDLE;
        let event = if handle.is_null() { None } else { Some(entry_of(handle)?) };
        // The structure says that its last operation has ended a moment before that one's event is set.
        engine::let_notices_be_given();
        if let Some(entry) = &event
            && !matches!(&entry.object, Object::Other(object) if object.reset_event())
        {
            return Err(Win32Error::INVALID_HANDLE);
        }
        target.begin();
        Ok(Notice::Event { target, event, wants_packet: number & 1 == 0 })
    }

    /// For ReadFileEx and WriteFileEx: begins the operation. `hEvent` is the program's to use.
    ///
    /// # Errors
    ///
    /// 31 while the thread is ending.
    pub(crate) fn call(target: Target, routine: LPOVERLAPPED_COMPLETION_ROUTINE) -> Result<Notice, Win32Error> {
        let thread = Thread::current()?;
        target.begin();
        Ok(Notice::Call { target, thread, routine })
    }

    /// The OVERLAPPED that the operation is known by.
    pub(crate) fn target(&self) -> Option<Target> {
        match self {
            Notice::Event { target, .. } | Notice::Call { target, .. } => Some(*target),
            Notice::Blocked(_) => None,
        }
    }

    /// The operation goes on after its call has returned.
    pub(crate) fn pends(&self, file: &FileObject) {
        if matches!(self, Notice::Event { event: None, .. } | Notice::Call { .. }) {
            file.signal().reset();
        }
    }

    /// The operation has ended: with a number of bytes, or with an error. The program's structure says so, and is not touched
    /// again; then who waits for it is told.
    pub(crate) fn give(self, file: &FileObject, outcome: Result<u32, Win32Error>) {
        let (status, bytes) = (Status::of(&outcome), outcome.unwrap_or(0));
        match self {
            Notice::Event { target, event, wants_packet } => {
                target.end(status, bytes);
                match event {
                    Some(entry) => {
                        if let Object::Other(object) = &entry.object {
                            object.set_event();
                        }
                    }
                    None => file.signal().set(),
                }
                if wants_packet {
                    file.post(target, status, bytes);
                }
            }
            Notice::Call { target, thread, routine } => {
                target.end(status, bytes);
                file.signal().set();
                let (error, overlapped) = (status.win32_code(), target.pointer());
                // A thread that has ended makes no calls.
                let _ = thread.queue_call(AsynchronousCall::Completion { routine, error, bytes, overlapped });
            }
            Notice::Blocked(read) => read.end(outcome),
        }
    }
}

/// A thread that is blocked in ReadFile until its turn has come.
#[derive(Debug)]
pub(crate) struct BlockedRead {
    outcome: Mutex<Option<Result<u32, Win32Error>>>,
    has_ended: Signal,
}

impl BlockedRead {
    pub(super) fn new() -> Arc<BlockedRead> {
        Arc::new(BlockedRead { outcome: Mutex::new(None), has_ended: Signal::new(false) })
    }

    fn end(&self, outcome: Result<u32, Win32Error>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        self.has_ended.set();
    }

    /// What is signalled once the read has ended.
    pub(super) fn has_ended(&self) -> &dyn Waitable {
        &self.has_ended
    }

    /// How the read ended; `None` while it has not.
    pub(super) fn outcome(&self) -> Option<Result<u32, Win32Error>> {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
