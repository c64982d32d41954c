//! One read that pends.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use mailslot::ErrorKind;

use super::file_object::FileObject;
use super::notice::{Ended, Notice};
use super::target::Target;
use crate::last_error::Win32Error;
use crate::thread::Thread;

/// A read that waits for a message. Counted in its file object and its thread from the beginning to the end.
#[derive(Debug)]
pub(super) struct PendingRead {
    file: Arc<FileObject>,
    /// Who issued it: CancelIo and the end of the thread end it.
    thread: Arc<Thread>,
    buffer: Buffer,
    /// When its time is up; `None` for never. From the timeout that was valid when it was issued.
    pub(super) deadline: Option<Instant>,
    notice: Notice,
}

/// The program's buffer, which is the library's to write until the read has ended.
#[derive(Debug)]
pub(super) struct Buffer {
    pub(super) start: *mut u8,
    pub(super) length: u32,
}

// SAFETY: the program promises the buffer to the operation, whichever thread carries it out.
unsafe impl Send for Buffer {}

/// How an attempt went.
pub(super) enum Attempt {
    /// It has taken a message, or failed for good.
    Ended(Result<u32, Win32Error>),
    NothingQueued,
}

impl PendingRead {
    pub(super) fn new(
        file: Arc<FileObject>,
        thread: Arc<Thread>,
        buffer: Buffer,
        deadline: Option<Instant>,
        notice: Notice,
    ) -> PendingRead {
        file.pending_reads.fetch_add(1, Ordering::SeqCst);
        thread.pending_reads.fetch_add(1, Ordering::SeqCst);
        notice.pends(&file);
        PendingRead { file, thread, buffer, deadline, notice }
    }

    /// Takes the oldest message, if there is one and it fits.
    pub(super) fn attempt(&mut self) -> Attempt {
        // SAFETY: the program promised the buffer until the operation has ended, and it has not.
        unsafe { attempt(&self.file, &mut self.buffer) }
    }

    pub(super) fn is_of_thread(&self, thread: &Thread) -> bool {
        self.thread.id == thread.id
    }

    pub(super) fn is_known_by(&self, target: Target) -> bool {
        self.notice.target() == Some(target)
    }

    /// Whether its OVERLAPPED lies between two addresses.
    pub(super) fn lies_within(&self, memory: &std::ops::Range<usize>) -> bool {
        self.notice.target().is_some_and(|target| memory.contains(&(target.pointer() as usize)))
    }

    /// Ends it. Who waits for it is told later, without a lock.
    pub(super) fn end(self, outcome: Result<u32, Win32Error>) -> Ended {
        self.uncount();
        self.notice.end(&self.file, outcome)
    }

    /// Forgets it: nobody is told, and nothing of the program's is touched.
    pub(super) fn forget(self) {
        self.uncount();
    }

    fn uncount(&self) {
        self.file.pending_reads.fetch_sub(1, Ordering::SeqCst);
        self.thread.pending_reads.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Takes the oldest message of a server's slot into a buffer, if there is one and it fits.
///
/// # Safety
///
/// The operation that the buffer was given for has not ended.
pub(super) unsafe fn attempt(file: &FileObject, buffer: &mut Buffer) -> Attempt {
    let Some(tap) = file.tap() else {
        return Attempt::Ended(Err(Win32Error(ErrorKind::Cancelled.win32_code())));
    };
    // SAFETY: the caller's promise.
    match tap.try_recv(unsafe { buffer.as_mut() }) {
        Ok(Some(received)) => Attempt::Ended(Ok(received.size() as u32)),
        Ok(None) => Attempt::NothingQueued,
        Err(error) => Attempt::Ended(Err(error.into())),
    }
}

impl Buffer {
    /// # Safety
    ///
    /// The operation that the buffer was given for has not ended.
    unsafe fn as_mut(&mut self) -> &mut [u8] {
        if self.start.is_null() {
            return &mut [];
        }
        // SAFETY: the program promised so many bytes for as long as the operation lasts, by the caller's word.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.length as usize) }
    }
}
