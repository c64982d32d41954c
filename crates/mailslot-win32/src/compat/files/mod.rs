//! Files that are no mailslots, over POSIX, and what the file functions do when a mailslot is handed to them.

mod attributes;
mod device;
mod file;
mod information;
mod lock;
mod manage;
mod metadata;
mod names;
mod open;
mod overlapped;
mod path;
mod pipe_write;
mod position;
mod refused;

pub use attributes::{GetFileAttributesA, GetFileAttributesExA, SetFileAttributesA};
pub use information::{
    GetFileInformationByHandle, GetFileInformationByHandleEx, GetFileType, GetFinalPathNameByHandleA,
};
pub use lock::{LockFile, LockFileEx, UnlockFile, UnlockFileEx};
pub use manage::{CopyFileA, CreateDirectoryA, DeleteFileA, MoveFileA, MoveFileExA, RemoveDirectoryA};
pub use names::{GetFullPathNameA, GetTempFileNameA};
pub use position::{FlushFileBuffers, GetFileSize, GetFileSizeEx, SetEndOfFile, SetFilePointer, SetFilePointerEx};
pub use refused::{
    CallNamedPipeA, ConnectNamedPipe, CreateNamedPipeA, DeviceIoControl, DisconnectNamedPipe, GetNamedPipeHandleStateA,
    GetNamedPipeInfo, PeekNamedPipe, ReadDirectoryChangesW, SetNamedPipeHandleState, TransactNamedPipe, WaitNamedPipeA,
};

pub(crate) use device::{MailslotDevice, placeholder};
pub(crate) use file::{File, HANDLE_MARK, is_standard};
pub(crate) use metadata::{Metadata, filetime};
pub(crate) use open::{Request, open, set_times, times_of};
pub(crate) use overlapped::{read as read_overlapped, read_and_call, write as write_overlapped, write_and_call};
pub(crate) use path::{Target, is_slash, missing, narrow};

use std::ffi::CString;

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_FILE_NOT_FOUND, HANDLE};

use crate::access::Access;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::with_entry;
use crate::text;

/// What a name that a program passes leads to.
///
/// # Errors
///
/// 3 for NULL and the empty text, and those of [`Target::of`].
///
/// # Safety
///
/// `name` is NULL or points to bytes up to and including a NUL.
pub(crate) unsafe fn target_of(name: *const u8) -> Result<Target, Win32Error> {
    // SAFETY: the caller's promise.
    Target::of(&unsafe { text::from_utf8(name) }?)
}

/// The path of a file that a program names.
///
/// # Errors
///
/// `on_slot` for a mailslot and 2 for one that there is not; 5 for the console and the null device; and as [`target_of`].
///
/// # Safety
///
/// As for [`target_of`].
pub(crate) unsafe fn disk_path(name: *const u8, on_slot: u32) -> Result<CString, Win32Error> {
    // SAFETY: the caller's promise.
    match unsafe { target_of(name) }? {
        Target::Disk(path) => Ok(path),
        target => Err(refused_slot(&target, on_slot)),
    }
}

/// Why a function on files refuses a name that is none of a file.
pub(crate) fn refused_slot(target: &Target, on_slot: u32) -> Win32Error {
    match target {
        Target::Slot(name) => {
            let exists = mailslot::list().is_ok_and(|slots| slots.iter().any(|slot| slot.name == *name));
            Win32Error(if exists { on_slot } else { ERROR_FILE_NOT_FOUND })
        }
        Target::MailslotDevice | Target::MailslotRoot => Win32Error(on_slot),
        _ => Win32Error(ERROR_ACCESS_DENIED),
    }
}

/// What a function fails with that is handed a mailslot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnSlot {
    pub(crate) server: u32,
    pub(crate) client: u32,
}

impl OnSlot {
    pub(crate) const fn both(code: u32) -> OnSlot {
        OnSlot { server: code, client: code }
    }
}

/// Runs `body` on the file that a handle refers to.
///
/// # Errors
///
/// What `on_slot` says for a mailslot, 6 for every other thing that is no file, and what `body` fails with.
pub(crate) fn with_file<T>(
    handle: HANDLE,
    on_slot: OnSlot,
    body: impl FnOnce(&File, Access) -> Result<T, Win32Error>,
) -> Result<T, Win32Error> {
    with_entry(handle, |entry| match &entry.object {
        Object::Server(_) => Err(Win32Error(on_slot.server)),
        Object::Client(_) => Err(Win32Error(on_slot.client)),
        object if object.other::<MailslotDevice>().is_ok() => Err(Win32Error(on_slot.client)),
        object => body(object.other()?, entry.access()),
    })
}
