//! Which Win32 error an error of the system is: the one table.

use rustix::io::Errno;
use windows_sys::Win32::Foundation as win32;

use crate::last_error::Win32Error;

impl From<Errno> for Win32Error {
    /// The code for an error that says nothing but itself. Calls for which one means something else (a missing folder, a file
    /// that exists) translate it themselves.
    fn from(errno: Errno) -> Win32Error {
        Win32Error(match errno {
            Errno::NOENT => win32::ERROR_FILE_NOT_FOUND,
            Errno::NOTDIR => win32::ERROR_PATH_NOT_FOUND,
            Errno::MFILE | Errno::NFILE => win32::ERROR_TOO_MANY_OPEN_FILES,
            Errno::ACCESS | Errno::PERM | Errno::ISDIR => win32::ERROR_ACCESS_DENIED,
            Errno::BADF => win32::ERROR_INVALID_HANDLE,
            Errno::NOMEM => win32::ERROR_NOT_ENOUGH_MEMORY,
            Errno::XDEV => win32::ERROR_NOT_SAME_DEVICE,
            Errno::ROFS => win32::ERROR_WRITE_PROTECT,
            Errno::NODEV | Errno::NXIO => win32::ERROR_BAD_UNIT,
            Errno::TXTBSY => win32::ERROR_SHARING_VIOLATION,
            Errno::OPNOTSUPP | Errno::NOSYS => win32::ERROR_NOT_SUPPORTED,
            Errno::EXIST => win32::ERROR_FILE_EXISTS,
            Errno::INVAL => win32::ERROR_INVALID_PARAMETER,
            Errno::NOSPC | Errno::DQUOT => win32::ERROR_DISK_FULL,
            Errno::SPIPE => win32::ERROR_INVALID_FUNCTION,
            Errno::NOTEMPTY => win32::ERROR_DIR_NOT_EMPTY,
            Errno::BUSY => win32::ERROR_BUSY,
            Errno::NAMETOOLONG => win32::ERROR_FILENAME_EXCED_RANGE,
            Errno::FBIG => win32::ERROR_FILE_TOO_LARGE,
            Errno::PIPE => win32::ERROR_NO_DATA,
            Errno::FAULT => win32::ERROR_NOACCESS,
            Errno::IO => win32::ERROR_IO_DEVICE,
            Errno::DEADLK => win32::ERROR_POSSIBLE_DEADLOCK,
            Errno::LOOP => win32::ERROR_CANT_RESOLVE_FILENAME,
            Errno::TIMEDOUT => win32::ERROR_TIMEOUT,
            Errno::CANCELED => win32::ERROR_OPERATION_ABORTED,
            _ => win32::ERROR_GEN_FAILURE,
        })
    }
}

impl From<std::io::Error> for Win32Error {
    fn from(error: std::io::Error) -> Win32Error {
        Errno::from_io_error(&error).map_or(Win32Error(win32::ERROR_GEN_FAILURE), Win32Error::from)
    }
}
