//! How an operation ended, as OVERLAPPED stores it: an NTSTATUS.

use mailslot::ErrorKind;
use windows_sys::Win32::Foundation::{ERROR_OPERATION_ABORTED, STATUS_CANCELLED, STATUS_PENDING, STATUS_SUCCESS};

use crate::last_error::Win32Error;

/// An NTSTATUS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) u32);

impl Status {
    pub(crate) const SUCCESS: Status = Status(STATUS_SUCCESS as u32);
    pub(crate) const PENDING: Status = Status(STATUS_PENDING as u32);

    /// The status of an outcome.
    pub(crate) fn of<T>(outcome: &Result<T, Win32Error>) -> Status {
        match outcome {
            Ok(_) => Status::SUCCESS,
            Err(Win32Error(ERROR_OPERATION_ABORTED)) => Status(STATUS_CANCELLED as u32),
            Err(Win32Error(code)) => {
                let known = ErrorKind::ALL.iter().find(|kind| kind.win32_code() == *code);
                Status(known.map_or(WRAPPED | code & 0xFFFF, |kind| kind.nt_status()))
            }
        }
    }

    /// The code that GetLastError tells for it; 0 for success.
    pub(crate) fn win32_code(self) -> u32 {
        const CANCELLED: u32 = STATUS_CANCELLED as u32;
        match self.0 {
            0 => 0,
            CANCELLED => ERROR_OPERATION_ABORTED,
            wrapped if wrapped & 0xFFFF_0000 == WRAPPED => wrapped & 0xFFFF,
            status => {
                let known = ErrorKind::ALL.iter().find(|kind| kind.nt_status() == status);
                known.unwrap_or(&ErrorKind::Other).win32_code()
            }
        }
    }
}

/// Statuses that stand for a Win32 code without a status of its own.
const WRAPPED: u32 = 0xC007_0000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_back() {
        for kind in ErrorKind::ALL {
            let status = Status::of::<()>(&Err(Win32Error(kind.win32_code())));
            assert_eq!(status.win32_code(), kind.win32_code(), "{kind:?}");
        }
        for code in [995, 38, 4711] {
            assert_eq!(Status::of::<()>(&Err(Win32Error(code))).win32_code(), code);
        }
        assert_eq!(Status::of(&Ok(())).win32_code(), 0);
    }
}
