//! The last error of each thread, and the code type that the functions fail with.

use std::cell::Cell;

use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER};

thread_local! {
    static LAST_ERROR: Cell<u32> = const { Cell::new(0) };
}

/// The code of the calling thread's last failure; 0 in a new thread.
#[allow(non_snake_case, reason = "the name is the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn GetLastError() -> u32 {
    LAST_ERROR.get()
}

/// Sets the calling thread's last error to `dwErrCode`.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetLastError(dwErrCode: u32) {
    LAST_ERROR.set(dwErrCode);
}

/// A Win32 error code (`ERROR_…`) on its way to the last error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Win32Error(pub(crate) u32);

impl Win32Error {
    /// What every call on a handle fails with that refers to nothing, or not to a mailslot.
    pub(crate) const INVALID_HANDLE: Win32Error = Win32Error(ERROR_INVALID_HANDLE);
    /// What calls fail with whose arguments make no sense.
    pub(crate) const INVALID_PARAMETER: Win32Error = Win32Error(ERROR_INVALID_PARAMETER);
}

impl From<mailslot::Error> for Win32Error {
    fn from(error: mailslot::Error) -> Win32Error {
        Win32Error(error.win32_code())
    }
}
