//! Both ends of a slot, through either interface.

use std::fmt;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use mailslot::{Client, Error, ErrorKind, Mailslot, Timeout};

use super::win32::{Code, Handle};

/// Why a call did not do what it was to do.
pub(crate) enum Refusal {
    Quota,
    /// No memory: the file system is full.
    Full,
    Gone,
    NotFound,
    TooSmall,
    /// None of those that can be expected.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Quota => "the quota is used up",
            Refusal::Full => "no memory",
            Refusal::Gone => "the server is gone",
            Refusal::NotFound => "no such slot",
            Refusal::TooSmall => "the buffer is too small",
            Refusal::Other(text) => text,
        })
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        match error.kind() {
            ErrorKind::QuotaExceeded => Refusal::Quota,
            ErrorKind::OutOfMemory => Refusal::Full,
            ErrorKind::ServerGone => Refusal::Gone,
            ErrorKind::NotFound => Refusal::NotFound,
            ErrorKind::BufferTooSmall => Refusal::TooSmall,
            _ => Refusal::Other(format!("{error:?}")),
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Refusal {
        let is = |kind: ErrorKind| code.0 == kind.win32_code();
        match code {
            _ if is(ErrorKind::QuotaExceeded) => Refusal::Quota,
            _ if is(ErrorKind::OutOfMemory) => Refusal::Full,
            _ if is(ErrorKind::ServerGone) => Refusal::Gone,
            _ if is(ErrorKind::NotFound) => Refusal::NotFound,
            _ if is(ErrorKind::BufferTooSmall) => Refusal::TooSmall,
            Code(code) => Refusal::Other(format!("last error {code}")),
        }
    }
}

pub(crate) enum Sender {
    Rust(Client),
    Win32(Handle),
}

pub(crate) enum Receiver {
    Rust(Mailslot),
    Win32(Handle),
}

/// How long a read waits. Through the C functions that is the slot's to say.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    None,
    Millis(u32),
}

impl Sender {
    pub(crate) fn open(is_rust: bool, name: &str) -> Result<Sender, Refusal> {
        Ok(if is_rust { Sender::Rust(Client::open(name)?) } else { Sender::Win32(Handle::open(name)?) })
    }

    /// The end behind a descriptor that this process was started with.
    pub(crate) fn inherited(is_rust: bool, descriptor: RawFd) -> Result<Sender, Refusal> {
        Ok(if is_rust {
            Sender::Rust(Client::from_fd(own(descriptor)?)?)
        } else {
            Sender::Win32(own_handle(descriptor)?)
        })
    }

    pub(crate) fn send(&self, message: &[u8]) -> Result<(), Refusal> {
        match self {
            Sender::Rust(client) => client.send(message)?,
            Sender::Win32(handle) => handle.write(message)?,
        }
        Ok(())
    }

    /// Another handle in the place of this one.
    pub(crate) fn duplicated(&self) -> Result<Sender, Refusal> {
        Ok(match self {
            Sender::Rust(client) => Sender::Rust(client.try_clone()?),
            Sender::Win32(handle) => Sender::Win32(handle.duplicate()?),
        })
    }

    pub(crate) fn close(self) -> Result<(), Refusal> {
        match self {
            Sender::Rust(client) => client.close(),
            Sender::Win32(handle) => handle.close()?,
        }
        Ok(())
    }

    fn descriptor(&self) -> RawFd {
        match self {
            Sender::Rust(client) => client.raw_fd(),
            Sender::Win32(handle) => descriptor_of(handle),
        }
    }

    /// A descriptor that children of this process get.
    pub(crate) fn for_children(&self) -> Result<RawFd, Refusal> {
        for_children(self.descriptor(), if let Sender::Win32(handle) = self { Some(handle) } else { None })
    }

    pub(crate) fn give_to(&self, pid: u32) -> Result<u64, Refusal> {
        give(self.descriptor(), if let Sender::Win32(handle) = self { Some(handle) } else { None }, pid)
    }
}

impl Receiver {
    pub(crate) fn create(is_rust: bool, name: &str, quota: u64, timeout_ms: u32) -> Result<Receiver, Refusal> {
        Ok(if is_rust {
            let builder = Mailslot::builder(name).quota(quota).read_timeout(Timeout::from_millis(timeout_ms));
            Receiver::Rust(builder.create()?)
        } else {
            Receiver::Win32(Handle::create_mailslot(name, timeout_ms)?)
        })
    }

    pub(crate) fn inherited(is_rust: bool, descriptor: RawFd) -> Result<Receiver, Refusal> {
        Ok(if is_rust {
            Receiver::Rust(Mailslot::from_fd(own(descriptor)?)?)
        } else {
            Receiver::Win32(own_handle(descriptor)?)
        })
    }

    /// Takes the oldest message; `None` if there was none in time.
    pub(crate) fn take(&self, buffer: &mut [u8], patience: Patience) -> Result<Option<usize>, Refusal> {
        match (self, patience) {
            (Receiver::Rust(server), Patience::None) => Ok(server.try_recv(buffer)?.map(|received| received.size())),
            (Receiver::Rust(server), Patience::Millis(milliseconds)) => {
                match server.recv_timeout(buffer, Timeout::from_millis(milliseconds)) {
                    Ok(received) => Ok(Some(received.size())),
                    Err(error) if error.kind() == ErrorKind::Timeout => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            (Receiver::Win32(handle), _) => match handle.read(buffer) {
                Ok(size) => Ok(Some(size)),
                Err(Code(code)) if code == ErrorKind::Timeout.win32_code() => Ok(None),
                Err(code) => Err(code.into()),
            },
        }
    }

    /// Messages queued, and the size of the next.
    pub(crate) fn info(&self) -> Result<(u32, Option<u32>), Refusal> {
        Ok(match self {
            Receiver::Rust(server) => {
                let info = server.info()?;
                (info.message_count, info.next_size)
            }
            Receiver::Win32(handle) => handle.info()?,
        })
    }

    pub(crate) fn set_read_timeout(&self, milliseconds: u32) -> Result<(), Refusal> {
        match self {
            Receiver::Rust(server) => server.set_read_timeout(Timeout::from_millis(milliseconds))?,
            Receiver::Win32(handle) => handle.set_read_timeout(milliseconds)?,
        }
        Ok(())
    }

    /// `None` where the interface does not tell.
    pub(crate) fn bytes_queued(&self) -> Option<u64> {
        if let Receiver::Rust(server) = self { Some(server.bytes_queued()) } else { None }
    }

    pub(crate) fn duplicated(&self) -> Result<Receiver, Refusal> {
        Ok(match self {
            Receiver::Rust(server) => Receiver::Rust(server.try_clone()?),
            Receiver::Win32(handle) => Receiver::Win32(handle.duplicate()?),
        })
    }

    pub(crate) fn close(self) -> Result<(), Refusal> {
        match self {
            Receiver::Rust(server) => server.close(),
            Receiver::Win32(handle) => handle.close()?,
        }
        Ok(())
    }

    fn descriptor(&self) -> RawFd {
        match self {
            Receiver::Rust(server) => server.raw_fd(),
            Receiver::Win32(handle) => descriptor_of(handle),
        }
    }

    pub(crate) fn for_children(&self) -> Result<RawFd, Refusal> {
        for_children(self.descriptor(), if let Receiver::Win32(handle) = self { Some(handle) } else { None })
    }

    pub(crate) fn give_to(&self, pid: u32) -> Result<u64, Refusal> {
        give(self.descriptor(), if let Receiver::Win32(handle) = self { Some(handle) } else { None }, pid)
    }
}

/// This process's children get another one, or none: one more in them would keep the slot alive.
fn own(descriptor: RawFd) -> Result<OwnedFd, Refusal> {
    // SAFETY: the parent has left this descriptor open for this process, and nothing else here knows its number.
    let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
    let is_set = rustix::io::fcntl_setfd(&owned, rustix::io::FdFlags::CLOEXEC);
    is_set.map_err(|error| Refusal::Other(format!("descriptor {descriptor} was not inherited: {error}")))?;
    Ok(owned)
}

fn own_handle(descriptor: RawFd) -> Result<Handle, Refusal> {
    let handle = Handle::of_descriptor(descriptor);
    handle.set_inheritable(false)?;
    Ok(handle)
}

fn descriptor_of(handle: &Handle) -> RawFd {
    (handle.value() >> 2) as RawFd - 1
}

fn for_children(descriptor: RawFd, handle: Option<&Handle>) -> Result<RawFd, Refusal> {
    match handle {
        Some(handle) => {
            handle.set_inheritable(true)?;
            Ok(descriptor)
        }
        None => duplicate_of(descriptor),
    }
}

fn give(descriptor: RawFd, handle: Option<&Handle>, pid: u32) -> Result<u64, Refusal> {
    match handle {
        Some(handle) => Ok(handle.duplicate_into(pid)?),
        None => {
            let handle = Handle::of_duplicate(descriptor).map_err(|error| Refusal::Other(error.to_string()))?;
            let given = handle.duplicate_into(pid)?;
            handle.close_by_duplication()?;
            Ok(given)
        }
    }
}

fn duplicate_of(descriptor: RawFd) -> Result<RawFd, Refusal> {
    // SAFETY: duplicates a descriptor that the end keeps open.
    let duplicate = unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_DUPFD, 3) };
    if duplicate == -1 {
        let error = std::io::Error::last_os_error();
        return Err(Refusal::Other(format!("descriptor {descriptor} cannot be duplicated: {error}")));
    }
    Ok(duplicate)
}
