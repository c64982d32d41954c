//! Handles of the mailslot device itself, `\\.\mailslot`, and of its root folder, `\\.\mailslot\`.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use arc_swap::ArcSwapOption;
use mailslot::quirks::OTHER_FUNCTION_ERROR;
use rustix::fs::{Mode, OFlags, open};
use rustix::io::fcntl_dupfd_cloexec;

use crate::last_error::Win32Error;
use crate::object::KernelObject;

/// A handle of the device, or of its root. Neither is a slot: nothing is read from it, and nothing written to it.
#[derive(Debug)]
pub(crate) struct MailslotDevice(ArcSwapOption<OwnedFd>);

impl MailslotDevice {
    pub(super) fn new() -> Result<MailslotDevice, Win32Error> {
        Ok(MailslotDevice(ArcSwapOption::from_pointee(placeholder()?)))
    }
}

impl KernelObject for MailslotDevice {
    fn descriptor(&self) -> RawFd {
        self.0.load().as_ref().map_or(-1, |descriptor| descriptor.as_raw_fd())
    }

    fn close(&self) {
        self.0.store(None);
    }

    fn duplicate(&self) -> Result<Box<dyn KernelObject>, Win32Error> {
        let descriptor = self.0.load_full().ok_or(Win32Error::INVALID_HANDLE)?;
        let second = fcntl_dupfd_cloexec(&*descriptor, 0)?;
        Ok(Box::new(MailslotDevice(ArcSwapOption::from_pointee(second))))
    }

    fn read(&self, _buffer: &mut [u8]) -> Result<usize, Win32Error> {
        Err(Win32Error(OTHER_FUNCTION_ERROR))
    }

    fn write(&self, _bytes: &[u8]) -> Result<usize, Win32Error> {
        Err(Win32Error(OTHER_FUNCTION_ERROR))
    }
}

/// A descriptor for a handle that has nothing behind it that the kernel knows: it only takes the number.
pub(crate) fn placeholder() -> Result<OwnedFd, Win32Error> {
    Ok(open(c"/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?)
}
