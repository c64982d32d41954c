//! A way to a slot's messages for who must not keep the slot alive.

use std::sync::Arc;

use crate::doorbell::Wait;
use crate::error::Error;
use crate::info::Info;
use crate::reader::{NO_PATIENCE, Taken};
use crate::server_core::Core;

/// Takes messages from a slot, and waits for them, as a server handle does, but is none: it has no descriptor, and neither
/// keeps the slot alive nor holds up its end. Made by [`Server::tap`](crate::Server::tap).
///
/// It works while one of this process's handles is open that come from the same [`Server`](crate::Server) by
/// [`try_clone`](crate::Server::try_clone), the first one included. Once the last of them is closed, everything fails with
/// [`Error::Cancelled`], and those who wait wake up to that. Clones are cheap; what is left of a closed slot's memory goes
/// with the last of them.
#[derive(Debug, Clone)]
pub struct Tap(Arc<Core>);

impl Tap {
    pub(crate) fn new(core: Arc<Core>) -> Tap {
        Tap(core)
    }

    /// Takes the oldest message into `buffer`; `None` if nothing is queued. Never waits.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]: the message stays queued. [`Error::Cancelled`], [`Error::ReaderStopped`],
    /// [`Error::Corrupt`], [`Error::Os`].
    pub fn take(&self, buffer: &mut [u8]) -> Result<Option<Taken>, Error> {
        self.check_open()?;
        self.0.take(buffer)
    }

    /// [`Tap::take`] for who comes again soon: another process that is taking a message at this moment, and may have been stopped
    /// at that, is not waited for.
    ///
    /// # Errors
    /// As [`Tap::take`]; [`Error::ReaderStopped`] already after half a millisecond.
    pub fn take_if_free(&self, buffer: &mut [u8]) -> Result<Option<Taken>, Error> {
        self.check_open()?;
        self.0.take_patiently(buffer, NO_PATIENCE)
    }

    /// Takes the oldest message into `out`, replacing what is there; `None` if nothing is queued. Never waits.
    ///
    /// # Errors
    /// As [`Tap::take`], and [`Error::OutOfMemory`] instead of [`Error::BufferTooSmall`] if `out` cannot grow.
    pub fn take_vec(&self, out: &mut Vec<u8>) -> Result<Option<Taken>, Error> {
        self.check_open()?;
        self.0.take_vec(out)
    }

    /// Waits as [`Server::wait`](crate::Server::wait). For several slots at once there is [`wait_any`](crate::wait_any).
    ///
    /// # Errors
    /// [`Error::Cancelled`] if the last handle is closed, at once or meanwhile; [`Error::Os`].
    pub fn wait(&self, wait: Wait) -> Result<bool, Error> {
        self.0.wait(wait, &self.0.tap_gate)
    }

    /// The oldest message's size in bytes; `None` if nothing is queued.
    ///
    /// # Errors
    /// As [`Tap::info`].
    pub fn next_size(&self) -> Result<Option<u32>, Error> {
        Ok(self.info()?.next_size)
    }

    /// The slot's state at this moment, as [`Server::info`](crate::Server::info).
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::ReaderStopped`], [`Error::Corrupt`], [`Error::Os`].
    pub fn info(&self) -> Result<Info, Error> {
        self.check_open()?;
        self.0.info()
    }

    /// The slot's read timeout in milliseconds; `u32::MAX` is for ever.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn read_timeout_ms(&self) -> Result<u32, Error> {
        self.check_open()?;
        Ok(self.0.slot.read_timeout_ms())
    }

    /// Whether the last handle is closed.
    pub fn is_closed(&self) -> bool {
        self.0.tap_gate.is_closed()
    }

    /// The name that the slot was created with, verbatim.
    pub fn name(&self) -> &[u8] {
        &self.0.slot.name
    }

    pub(crate) fn core(&self) -> &Core {
        &self.0
    }

    fn check_open(&self) -> Result<(), Error> {
        if self.is_closed() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
