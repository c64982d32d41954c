//! The C functions that the torture calls, as a C program would call them: by value of a handle, with the thread's last error.

use std::os::fd::RawFd;
use std::ptr::{null, null_mut};

use mailslot_win32 as win32;
use windows_sys::Win32::Foundation::{
    DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, FALSE, HANDLE, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, TRUE,
};

/// What GetCurrentProcess returns.
const CURRENT_PROCESS: HANDLE = -1_isize as HANDLE;
const GENERIC_WRITE: u32 = 0x4000_0000;
const OPEN_EXISTING: u32 = 3;
const PROCESS_DUP_HANDLE: u32 = 0x40;
const NO_MESSAGE: u32 = u32::MAX;

/// A last error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) u32);

/// A handle that is closed with the value.
#[derive(Debug)]
pub(crate) struct Handle(HANDLE);

impl Handle {
    pub(crate) fn create_mailslot(name: &str, timeout_ms: u32) -> Result<Handle, Code> {
        let name = format!("{name}\0");
        // SAFETY: the name ends with a zero byte; no security attributes.
        let handle = unsafe { win32::CreateMailslotA(name.as_ptr(), 0, timeout_ms, null()) };
        Self::checked(handle)
    }

    pub(crate) fn open(name: &str) -> Result<Handle, Code> {
        let name = format!("{name}\0");
        // SAFETY: the name ends with a zero byte; no security attributes.
        let handle =
            unsafe { win32::CreateFileA(name.as_ptr(), GENERIC_WRITE, 3, null(), OPEN_EXISTING, 0, null_mut()) };
        Self::checked(handle)
    }

    /// A handle that this process was started with, or that another process has put here.
    pub(crate) fn from_value(value: u64) -> Handle {
        Handle(value as HANDLE)
    }

    /// The handle that a descriptor is.
    pub(crate) fn of_descriptor(descriptor: RawFd) -> Handle {
        Handle(win32::handle_of(descriptor))
    }

    /// The C library's own handle for what another library has open: what it adopts it closes, and it adopts only what survives
    /// `exec`.
    pub(crate) fn of_duplicate(descriptor: RawFd) -> std::io::Result<Handle> {
        // SAFETY: duplicates a descriptor, and fails if it is not open.
        match unsafe { libc::fcntl(descriptor, libc::F_DUPFD, 3) } {
            -1 => Err(std::io::Error::last_os_error()),
            duplicate => Ok(Handle(win32::handle_of(duplicate))),
        }
    }

    pub(crate) fn value(&self) -> u64 {
        self.0 as u64
    }

    fn checked(handle: HANDLE) -> Result<Handle, Code> {
        if handle.is_null() || handle == INVALID_HANDLE_VALUE { Err(last_error()) } else { Ok(Handle(handle)) }
    }

    pub(crate) fn write(&self, message: &[u8]) -> Result<(), Code> {
        let (mut written, size) = (0, message.len() as u32);
        // SAFETY: message and count are valid for the call; no OVERLAPPED.
        let is_done = unsafe { win32::WriteFile(self.0, message.as_ptr(), size, &raw mut written, null_mut()) };
        match is_done {
            FALSE => Err(last_error()),
            _ if written != size => Err(Code(u32::MAX)),
            _ => Ok(()),
        }
    }

    /// Waits for the slot's read timeout.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> Result<usize, Code> {
        let mut size = 0;
        let (start, room) = (buffer.as_mut_ptr(), buffer.len() as u32);
        // SAFETY: buffer and count are valid for the call; no OVERLAPPED.
        let is_done = unsafe { win32::ReadFile(self.0, start, room, &raw mut size, null_mut()) };
        if is_done == FALSE { Err(last_error()) } else { Ok(size as usize) }
    }

    /// Messages queued, and the size of the next.
    pub(crate) fn info(&self) -> Result<(u32, Option<u32>), Code> {
        let (mut next, mut count) = (0, 0);
        let (next_at, count_at) = (&raw mut next, &raw mut count);
        // SAFETY: both places are valid for the call; the others are not asked for.
        let is_done = unsafe { win32::GetMailslotInfo(self.0, null_mut(), next_at, count_at, null_mut()) };
        if is_done == FALSE { Err(last_error()) } else { Ok((count, (next != NO_MESSAGE).then_some(next))) }
    }

    pub(crate) fn set_read_timeout(&self, milliseconds: u32) -> Result<(), Code> {
        if win32::SetMailslotInfo(self.0, milliseconds) == FALSE { Err(last_error()) } else { Ok(()) }
    }

    /// Whether children get it.
    pub(crate) fn set_inheritable(&self, is_inherited: bool) -> Result<(), Code> {
        let flags = if is_inherited { HANDLE_FLAG_INHERIT } else { 0 };
        let is_done = win32::SetHandleInformation(self.0, HANDLE_FLAG_INHERIT, flags);
        if is_done == FALSE { Err(last_error()) } else { Ok(()) }
    }

    /// A second handle of this process.
    pub(crate) fn duplicate(&self) -> Result<Handle, Code> {
        let mut duplicate = null_mut();
        let (source, target) = (self.0, &raw mut duplicate);
        // SAFETY: the place for the new handle is valid for the call.
        let is_done = unsafe {
            win32::DuplicateHandle(CURRENT_PROCESS, source, CURRENT_PROCESS, target, 0, FALSE, DUPLICATE_SAME_ACCESS)
        };
        if is_done == FALSE { Err(last_error()) } else { Self::checked(duplicate) }
    }

    /// A handle of another process, by its value there.
    pub(crate) fn duplicate_into(&self, pid: u32) -> Result<u64, Code> {
        let process = win32::OpenProcess(PROCESS_DUP_HANDLE, FALSE, pid);
        let process = Self::checked(process)?;
        let mut duplicate = null_mut();
        let (source, target) = (self.0, &raw mut duplicate);
        // SAFETY: the place for the new handle is valid for the call.
        let is_done = unsafe {
            win32::DuplicateHandle(CURRENT_PROCESS, source, process.0, target, 0, FALSE, DUPLICATE_SAME_ACCESS)
        };
        if is_done == FALSE { Err(last_error()) } else { Ok(duplicate as u64) }
    }

    /// Closes by duplicating to nowhere, as programs do that close handles of others.
    pub(crate) fn close_by_duplication(self) -> Result<(), Code> {
        let source = self.0;
        std::mem::forget(self);
        // SAFETY: no duplicate is wanted.
        let is_done = unsafe {
            win32::DuplicateHandle(
                CURRENT_PROCESS,
                source,
                null_mut(),
                null_mut(),
                0,
                FALSE,
                DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS,
            )
        };
        if is_done == FALSE { Err(last_error()) } else { Ok(()) }
    }

    pub(crate) fn close(self) -> Result<(), Code> {
        let handle = self.0;
        std::mem::forget(self);
        if win32::CloseHandle(handle) == TRUE { Ok(()) } else { Err(last_error()) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        win32::CloseHandle(self.0);
    }
}

fn last_error() -> Code {
    Code(win32::GetLastError())
}
