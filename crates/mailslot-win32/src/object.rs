//! What handles refer to: the two ends of a mailslot, and everything else.

use std::any::Any;
use std::fmt::Debug;
use std::os::fd::RawFd;

use mailslot::{Client, Mailslot};
use windows_sys::Win32::Foundation::ERROR_NOT_SUPPORTED;

use crate::last_error::Win32Error;
use crate::overlapped::FileHandle;
use crate::wait::Waitable;

/// What a handle refers to.
#[derive(Debug)]
pub(crate) enum Object {
    /// The handle of CreateMailslot, its duplicates, and what a child inherits of them.
    Server(ServerEnd),
    /// The handle of CreateFile on a mailslot, and the same.
    Client(ClientEnd),
    /// What is no mailslot.
    Other(Box<dyn KernelObject>),
    /// CloseHandle is at work on it.
    Closed,
    /// It is being found out what an inherited descriptor is.
    Adopting,
}

/// A server's handle: a descriptor of its own, and what its duplicates share.
#[derive(Debug)]
pub(crate) struct ServerEnd {
    pub(crate) slot: Mailslot,
    pub(crate) file: FileHandle,
}

/// A client's handle: a descriptor of its own, and what its duplicates share.
#[derive(Debug)]
pub(crate) struct ClientEnd {
    pub(crate) client: Client,
    pub(crate) file: FileHandle,
}

impl ServerEnd {
    /// The first handle of a slot that this process has.
    pub(crate) fn first(slot: Mailslot) -> ServerEnd {
        let file = FileHandle::server(&slot);
        ServerEnd { slot, file }
    }
}

impl ClientEnd {
    /// A handle that is no duplicate.
    pub(crate) fn first(client: Client, is_overlapped: bool) -> ClientEnd {
        ClientEnd { client, file: FileHandle::client(is_overlapped) }
    }
}

/// An object that is no mailslot: an event, a thread, a process, a completion port, a file …
///
/// The functions of the mailslot set that are handed one fail with 6; so does every other call that an object does not
/// answer.
pub(crate) trait KernelObject: Any + Debug + Send + Sync {
    /// The descriptor that stands for the handle; -1 when it is closed. Its number is the handle's for as long as the
    /// handle is open, and the object keeps it close-on-exec until it is in the table.
    fn descriptor(&self) -> RawFd;

    /// Closes the descriptor. What is in use by other threads lives on until they are done.
    fn close(&self);

    /// A second handle of the same object, with a descriptor of its own, close-on-exec.
    ///
    /// # Errors
    ///
    /// 50 for objects that cannot be duplicated.
    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        Err(Win32Error(ERROR_NOT_SUPPORTED))
    }

    /// What the wait functions wait for; `None` for an object without a signalled state.
    fn waitable(&self) -> Option<&dyn Waitable> {
        None
    }

    /// Makes an event signalled. `false` if the object is no event.
    fn set_event(&self) -> bool {
        false
    }

    /// Makes an event non-signalled. `false` if the object is no event.
    fn reset_event(&self) -> bool {
        false
    }

    /// What SignalObjectAndWait does first: sets an event, releases a mutex, counts a semaphore up by one.
    ///
    /// # Errors
    ///
    /// 6 if the object is none of these; 288 a mutex that the calling thread does not own, 298 a semaphore at its maximum.
    fn signal(&self) -> Result<(), Win32Error> {
        Err(Win32Error::INVALID_HANDLE)
    }

    /// ReadFile without OVERLAPPED: the number of bytes read.
    ///
    /// # Errors
    ///
    /// 6 if the object is none that is read from.
    fn read(&self, _buffer: &mut [u8]) -> Result<usize, Win32Error> {
        Err(Win32Error::INVALID_HANDLE)
    }

    /// ReadFile with OVERLAPPED: as [`KernelObject::read`], from the structure's offset on where the object has positions.
    ///
    /// # Errors
    ///
    /// As [`KernelObject::read`]; 38 at the end of a file.
    fn read_at(&self, buffer: &mut [u8], _offset: u64) -> Result<usize, Win32Error> {
        self.read(buffer)
    }

    /// WriteFile without OVERLAPPED: the number of bytes written.
    ///
    /// # Errors
    ///
    /// 6 if the object is none that is written to.
    fn write(&self, _bytes: &[u8]) -> Result<usize, Win32Error> {
        Err(Win32Error::INVALID_HANDLE)
    }

    /// WriteFile with OVERLAPPED: as [`KernelObject::write`], from the structure's offset on where the object has positions;
    /// the greatest offset is the end of the file.
    ///
    /// # Errors
    ///
    /// As [`KernelObject::write`].
    fn write_at(&self, bytes: &[u8], _offset: u64) -> Result<usize, Win32Error> {
        self.write(bytes)
    }
}

impl Object {
    /// The object as one of a known kind.
    ///
    /// # Errors
    ///
    /// 6 if it is of another kind.
    pub(crate) fn other<T: KernelObject>(&self) -> Result<&T, Win32Error> {
        let Object::Other(object) = self else { return Err(Win32Error::INVALID_HANDLE) };
        (&**object as &dyn Any).downcast_ref().ok_or(Win32Error::INVALID_HANDLE)
    }

    /// What the wait functions wait for: on a mailslot the end of input and output, not the arrival of messages.
    ///
    /// # Errors
    ///
    /// 6 if the object cannot be waited for, or is closed.
    pub(crate) fn waitable(&self) -> Result<&dyn Waitable, Win32Error> {
        match self {
            Object::Server(end) => Ok(end.file.signal()),
            Object::Client(end) => Ok(end.file.signal()),
            Object::Other(object) => object.waitable().ok_or(Win32Error::INVALID_HANDLE),
            Object::Closed | Object::Adopting => Err(Win32Error::INVALID_HANDLE),
        }
    }

    /// The descriptor; -1 when it is closed.
    pub(crate) fn descriptor(&self) -> RawFd {
        match self {
            Object::Server(end) => end.slot.raw_fd(),
            Object::Client(end) => end.client.raw_fd(),
            Object::Other(object) => object.descriptor(),
            Object::Closed | Object::Adopting => -1,
        }
    }

    /// Closes the handle. With the last one of a file object, what pends on that ends.
    pub(crate) fn close(&self) {
        match self {
            Object::Server(end) => {
                end.file.close();
                end.slot.close();
            }
            Object::Client(end) => {
                end.file.close();
                end.client.close();
            }
            Object::Other(object) => object.close(),
            Object::Closed | Object::Adopting => {}
        }
    }

    /// Whether the handle refers to something.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self, Object::Closed | Object::Adopting)
    }
}
