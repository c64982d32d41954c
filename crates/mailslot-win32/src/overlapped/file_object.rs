//! What the handles share that were duplicated from one.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use mailslot::Mailslot;
use mailslot::quirks::FRESH_HANDLE_IS_SIGNALLED;

use crate::wait::Signal;

/// What a handle and its duplicates in this process share: the file object of Windows, as far as it is more than the
/// mailslot.
#[derive(Debug)]
pub(crate) struct FileObject {
    /// Non-signalled while an operation without an event pends.
    signal: Signal,
    /// Whether a completion port may be bound to it.
    is_overlapped: bool,
    /// Handles that are open. With the last one, what pends ends.
    open_handles: AtomicUsize,
}

impl FileObject {
    /// The state that the wait functions wait for.
    pub(crate) fn signal(&self) -> &Signal {
        &self.signal
    }

    /// Whether a completion port may be bound to it.
    pub(crate) fn is_overlapped(&self) -> bool {
        self.is_overlapped
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
    pub(crate) fn server(_slot: &Mailslot) -> FileHandle {
        FileHandle::first(true)
    }

    /// The first handle of a new file object for a client.
    pub(crate) fn client(is_overlapped: bool) -> FileHandle {
        FileHandle::first(is_overlapped)
    }

    fn first(is_overlapped: bool) -> FileHandle {
        let file = FileObject {
            signal: Signal::new(FRESH_HANDLE_IS_SIGNALLED),
            is_overlapped,
            open_handles: AtomicUsize::new(1),
        };
        FileHandle { file: Arc::new(file), is_closed: AtomicBool::new(false) }
    }

    /// The share of a duplicate.
    pub(crate) fn another(&self) -> FileHandle {
        self.file.open_handles.fetch_add(1, Ordering::AcqRel);
        FileHandle { file: Arc::clone(&self.file), is_closed: AtomicBool::new(false) }
    }

    /// The handle is being closed.
    pub(crate) fn close(&self) {
        if !self.is_closed.swap(true, Ordering::AcqRel) {
            self.file.open_handles.fetch_sub(1, Ordering::AcqRel);
        }
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
