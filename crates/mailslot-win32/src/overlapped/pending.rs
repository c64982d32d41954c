//! One read that pends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use mailslot::{ErrorKind, TapAttempt};

use super::file_object::FileObject;
use super::notice::{BlockedRead, Notice};
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
    /// Another process is reading, or was stopped at it.
    Busy,
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
        PENDING.fetch_add(1, Ordering::SeqCst);
        notice.pends(&file);
        PendingRead { file, thread, buffer, deadline, notice }
    }

    /// Takes the oldest message, if there is one and it fits.
    pub(super) fn attempt(&mut self) -> Attempt {
        // SAFETY: the program promised the buffer until the operation has ended, and it has not.
        unsafe { attempt(&self.file, &mut self.buffer) }
    }

    pub(super) fn is_of_thread(&self, id: u64) -> bool {
        self.thread.id == id
    }

    pub(super) fn is_known_by(&self, target: Target) -> bool {
        self.notice.target() == Some(target)
    }

    /// Whether it is the one that a thread is blocked for.
    pub(super) fn is_blocked(&self, blocked: &Arc<BlockedRead>) -> bool {
        matches!(&self.notice, Notice::Blocked(read) if Arc::ptr_eq(read, blocked))
    }

    /// Whether its OVERLAPPED lies between two addresses.
    pub(super) fn lies_within(&self, memory: &std::ops::Range<usize>) -> bool {
        self.notice.target().is_some_and(|target| memory.contains(&(target.pointer() as usize)))
    }

    /// Ends it, and tells who waits for it. Counted until then: who sees that nothing pends sees no notice that is still to
    /// be given.
    pub(super) fn end(self, outcome: Result<u32, Win32Error>) {
        let PendingRead { file, thread, notice, .. } = self;
        notice.give(&file, outcome);
        uncount(&file, &thread);
    }

    /// Forgets it: nobody is told, and nothing of the program's is touched.
    pub(super) fn forget(self) {
        uncount(&self.file, &self.thread);
    }

    /// Forgets it in a forked child, where it is the parent's: what else it holds is left as it is, for giving it up could need
    /// locks that nobody unlocks here.
    pub(super) fn leave_to_parent(self) {
        uncount(&self.file, &self.thread);
        std::mem::forget(self);
    }
}

/// Reads that pend in this process. Changed under the engine's lock.
pub(super) static PENDING: AtomicUsize = AtomicUsize::new(0);

fn uncount(file: &FileObject, thread: &Thread) {
    file.pending_reads.fetch_sub(1, Ordering::SeqCst);
    thread.pending_reads.fetch_sub(1, Ordering::SeqCst);
    PENDING.fetch_sub(1, Ordering::SeqCst);
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
    match tap.try_recv_if_free(unsafe { buffer.as_mut() }) {
        Ok(TapAttempt::Received(received)) => Attempt::Ended(Ok(received.size() as u32)),
        Ok(TapAttempt::NothingQueued) => Attempt::NothingQueued,
        Ok(TapAttempt::Busy) => Attempt::Busy,
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
