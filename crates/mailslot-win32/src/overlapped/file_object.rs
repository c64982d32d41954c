//! What the handles share that were duplicated from one.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use mailslot::quirks::FRESH_HANDLE_IS_SIGNALLED;
use mailslot::{Mailslot, Tap};

use super::engine;
use super::port::Binding;
use super::status::Status;
use super::target::Target;
use crate::last_error::Win32Error;
use crate::wait::Signal;

/// What a handle and its duplicates in this process share: the file object of Windows, as far as it is more than the
/// mailslot.
#[derive(Debug)]
pub(crate) struct FileObject {
    /// Non-signalled while an operation without an event pends.
    signal: Signal,
    /// A server's way to its messages that lasts as long as any of the handles.
    tap: Option<Tap>,
    /// Whether a completion port may be bound to it.
    is_overlapped: bool,
    binding: OnceLock<Binding>,
    /// Handles that are open. With the last one, what pends ends.
    open_handles: AtomicUsize,
    /// Reads that pend. While there are any, every other read has to go behind them.
    pub(super) pending_reads: AtomicUsize,
}

impl FileObject {
    /// The state that the wait functions wait for.
    pub(crate) fn signal(&self) -> &Signal {
        &self.signal
    }

    /// Whether reads pend, behind which every other read has to go.
    #[inline]
    pub(crate) fn has_pending_reads(&self) -> bool {
        self.pending_reads.load(Ordering::SeqCst) > 0
    }

    pub(super) fn tap(&self) -> Option<&Tap> {
        self.tap.as_ref()
    }

    pub(super) fn is_open(&self) -> bool {
        self.open_handles.load(Ordering::SeqCst) > 0
    }

    /// Binds the file object to a completion port, once and for all.
    ///
    /// # Errors
    ///
    /// 87 when the handle was not opened for overlapped operations, or is bound already.
    pub(super) fn bind(&self, binding: Binding) -> Result<(), Win32Error> {
        if !self.is_overlapped {
            return Err(Win32Error::INVALID_PARAMETER);
        }
        self.binding.set(binding).map_err(|_| Win32Error::INVALID_PARAMETER)
    }

    pub(super) fn is_bound(&self) -> bool {
        self.binding.get().is_some()
    }

    /// Tells the completion port, if there is one, of an operation that has ended.
    pub(super) fn post(&self, target: Target, status: Status, bytes: u32) {
        if let Some(binding) = self.binding.get() {
            binding.post(target, status, bytes);
        }
    }
}

/// One handle's share in a file object.
#[derive(Debug)]
pub(crate) struct FileHandle {
    file: Arc<FileObject>,
    is_closed: AtomicBool,
}

impl FileHandle {
    /// The first handle of a new file object for a server. Servers' handles are always overlapped.
    pub(crate) fn server(slot: &Mailslot) -> FileHandle {
        FileHandle::first(Some(slot.tap()), true)
    }

    /// The first handle of a new file object for a client.
    pub(crate) fn client(is_overlapped: bool) -> FileHandle {
        FileHandle::first(None, is_overlapped)
    }

    fn first(tap: Option<Tap>, is_overlapped: bool) -> FileHandle {
        let file = FileObject {
            signal: Signal::new(FRESH_HANDLE_IS_SIGNALLED),
            tap,
            is_overlapped,
            binding: OnceLock::new(),
            open_handles: AtomicUsize::new(1),
            pending_reads: AtomicUsize::new(0),
        };
        FileHandle { file: Arc::new(file), is_closed: AtomicBool::new(false) }
    }

    /// The share of a duplicate.
    pub(crate) fn another(&self) -> FileHandle {
        self.file.open_handles.fetch_add(1, Ordering::SeqCst);
        FileHandle { file: Arc::clone(&self.file), is_closed: AtomicBool::new(false) }
    }

    /// The handle is being closed. With the last one, reads that pend end with 995.
    pub(crate) fn close(&self) {
        if !self.is_closed.swap(true, Ordering::SeqCst) && self.file.open_handles.fetch_sub(1, Ordering::SeqCst) == 1 {
            engine::file_closed(&self.file);
        }
    }

    /// Gives messages that are queued to the reads that wait for them, as the background thread is about to.
    pub(crate) fn serve_pending_reads(&self) {
        if self.file.has_pending_reads() {
            engine::serve(&self.file);
        }
    }

    /// The file object itself, for operations that outlast the handle.
    pub(super) fn object(&self) -> &Arc<FileObject> {
        &self.file
    }
}

impl Deref for FileHandle {
    type Target = FileObject;

    fn deref(&self) -> &FileObject {
        &self.file
    }
}

impl Drop for FileHandle {
    fn drop(&mut self) {
        self.close();
    }
}
