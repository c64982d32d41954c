//! Decisions where nothing public says what Windows does.
//!
//! Each constant is one guess about Windows behaviour: what was chosen, why, and what else was possible. Everything
//! else in this project asks the constant, so that an observation on real Windows is one change here. `Q` numbers count
//! the open questions about Windows mailslots; a guess without one is too small to have a number.
//!
//! Two guesses are no constants. Q5: a new slot's last access and last write are its creation; a write sets the last
//! write, a read the last access, and nothing but a program the creation. The names of the times say so much, and files
//! behave so. Q12: FindFirstFile on the mailslot device lists slots by their whole names, and not a tree of folders, for
//! the parts of a name are no objects; each with `FILE_ATTRIBUTE_NORMAL`, size 0 and the time of its creation.
//!
//! ```
//! use mailslot::{ErrorKind, quirks};
//!
//! assert_eq!(ErrorKind::MessageTooLarge.win32_code(), quirks::WRITE_TOO_LARGE_ERROR);
//! ```

use crate::error::ErrorKind;
use crate::permissions::Permissions;

/// Q1: the Win32 code of a write that is larger than the slot's maximum: `ERROR_INVALID_PARAMETER`.
///
/// The documentation calls the maximum the largest message that can be written, and names no error. The driver answers
/// its other illegal reads and writes with this status. Also thinkable: 122, 1784, 234.
pub const WRITE_TOO_LARGE_ERROR: u32 = 87;

/// The status of [`WRITE_TOO_LARGE_ERROR`]: `STATUS_INVALID_PARAMETER`.
pub const WRITE_TOO_LARGE_STATUS: u32 = 0xC000_000D;

/// Q2: the Win32 code of a client's write after the last server handle was closed: `ERROR_HANDLE_EOF`.
///
/// Documented is only that the close deletes the slot and its messages. 38 belongs to the status for files that were
/// closed by force, which is what happened. Also thinkable: 6, 5. A query by the client then fails alike.
pub const WRITE_AFTER_SERVER_CLOSED_ERROR: u32 = 38;

/// The status of [`WRITE_AFTER_SERVER_CLOSED_ERROR`]: `STATUS_FILE_FORCED_CLOSED`.
pub const WRITE_AFTER_SERVER_CLOSED_STATUS: u32 = 0xC000_00B6;

/// Q3: the Win32 code with which a waiting read ends when its handle is closed by another thread:
/// `ERROR_OPERATION_ABORTED`.
///
/// Closing a file cancels what pends on it everywhere else in Windows. Also thinkable: 38.
pub const READ_PENDING_AT_CLOSE_ERROR: u32 = 995;

/// The status of [`READ_PENDING_AT_CLOSE_ERROR`]: `STATUS_CANCELLED`.
pub const READ_PENDING_AT_CLOSE_STATUS: u32 = 0xC000_0120;

/// Q4: whether setting times through a server handle is refused with 5.
///
/// The handle is documented to lack the right to write attributes, yet SetFileTime is listed among the server's
/// functions. No program can depend on the refusal, so it succeeds.
pub const SERVER_SETFILETIME_DENIED: bool = false;

/// Q6: the Win32 code of SetMailslotInfo on a client handle: `ERROR_INVALID_PARAMETER`, as a read on a client handle.
pub const SET_INFO_ON_CLIENT_ERROR: u32 = 87;

/// Q7: whether the dispositions `CREATE_NEW`, `CREATE_ALWAYS` and `TRUNCATE_EXISTING` open a slot that exists.
///
/// A mailslot is never created, overwritten or truncated by an open, and other implementations ignore the disposition.
/// Also thinkable: `CREATE_NEW` fails with 80.
pub const CREATE_DISPOSITIONS_OPEN_EXISTING: bool = true;

/// Q8: how the names `\\.\mailslot` and `\\.\mailslot\`, which name no slot, are refused: 123 `ERROR_INVALID_NAME`.
pub const NAME_WITHOUT_SLOT: ErrorKind = ErrorKind::InvalidName;

/// Q8: how a trailing backslash is refused, on create and on open: 123 `ERROR_INVALID_NAME`.
///
/// Also thinkable: `a\` is a slot of its own, beside `a`; or an open answers 2.
pub const TRAILING_BACKSLASH: ErrorKind = ErrorKind::InvalidName;

/// Q8: whether `* ? < > | " :` and control characters may be in a name.
///
/// No source shows Windows to refuse any, and the part after the device is never seen by a file system.
pub const ANY_CHARACTER_IN_NAMES: bool = true;

/// Q9: who may do what with a slot that was created without an access list: the same user and root everything, others nothing.
///
/// The default of Windows is not published. The narrow default cannot surprise.
pub const DEFAULT_PERMISSIONS: Permissions = Permissions::Owner;

/// Whether entries for CREATOR OWNER and CREATOR GROUP in a new slot's access list become entries for its owner and its group.
///
/// On Windows that happens when a list is inherited from a folder; what it does to a list that is given outright is not documented.
/// An entry that means nobody helps no program.
pub const CREATOR_OWNER_IS_RESOLVED: bool = true;

/// How creating a slot on a name with a host (`\\host\mailslot\x`, `\\localhost\mailslot\x`) is refused: 123
/// `ERROR_INVALID_NAME`.
///
/// Documented is that no process can create a slot on another machine; the code is not. It is the code of every other
/// path that is not on the local mailslot device.
pub const CREATE_ON_HOST: ErrorKind = ErrorKind::InvalidName;

/// Whether the host `127.0.0.1` means this machine, as `localhost` and the machine's own name do.
///
/// On Windows all three go through the redirector and arrive at this machine. An address that cannot mean another
/// machine is not remote, so refusing it as remote would say something untrue.
pub const LOOPBACK_ADDRESS_IS_LOCAL: bool = true;

/// The Win32 code of a write or create that finds no memory: `ERROR_NO_SYSTEM_RESOURCES`. Also thinkable: 8.
pub const OUT_OF_MEMORY_ERROR: u32 = 1450;

/// The status of [`OUT_OF_MEMORY_ERROR`]: `STATUS_INSUFFICIENT_RESOURCES`.
pub const OUT_OF_MEMORY_STATUS: u32 = 0xC000_009A;

/// The Win32 code of a read into a NULL buffer of a length above 0: `ERROR_NOACCESS`. The message stays queued.
pub const READ_NULL_BUFFER_ERROR: u32 = 998;

/// The Win32 code of a write from a NULL buffer of a length above 0: `ERROR_INVALID_USER_BUFFER`. Also thinkable: 998.
pub const WRITE_NULL_BUFFER_ERROR: u32 = 1784;

/// Whether GetMailslotInfo asks no right of a client handle. Known is only that handles with a read right may ask.
pub const CLIENT_INFO_NEEDS_NO_RIGHT: bool = true;

/// Q13: whether a server handle is signalled on which nothing has been read yet. Wine's is; files elsewhere in Windows are
/// said to begin non-signalled. No program waits for a handle without having started something on it.
pub const FRESH_HANDLE_IS_SIGNALLED: bool = true;

/// Q15: the Win32 code of functions that are not for mailslots, on a mailslot handle: `ERROR_INVALID_FUNCTION`.
///
/// The documentation says of them only that they are not designed to work. This is the code for a request that the driver does
/// not know. It stands for SetFilePointer, SetEndOfFile, LockFile, UnlockFile, FlushFileBuffers on a client, DeviceIoControl,
/// ReadDirectoryChangesW, the functions of named pipes, and the DOS name of GetFinalPathNameByHandle.
pub const OTHER_FUNCTION_ERROR: u32 = 1;

/// Q15: the Win32 code of GetFileSize and GetFileSizeEx on a mailslot handle: `ERROR_INVALID_PARAMETER`. Also thinkable: a
/// size of 0.
pub const GET_FILE_SIZE_ERROR: u32 = 87;

/// The Win32 code of GetFileInformationByHandle(Ex) on a mailslot handle: `ERROR_INVALID_PARAMETER`. Also thinkable: 1.
pub const FILE_INFORMATION_ERROR: u32 = 87;

/// Q15: the Win32 code of FlushFileBuffers on a server handle: `ERROR_ACCESS_DENIED`. Flushing asks for the right to write, which
/// the handle lacks.
pub const FLUSH_ON_SERVER_ERROR: u32 = 5;

/// The Win32 code of GetFileAttributes on the name of a slot: `ERROR_INVALID_PARAMETER`. Also thinkable: success, with
/// `FILE_ATTRIBUTE_NORMAL`.
pub const SLOT_ATTRIBUTES_ERROR: u32 = 87;

/// The Win32 code of DeleteFile, MoveFile, CopyFile, CreateDirectory and the like on the name of a slot: `ERROR_ACCESS_DENIED`.
/// The slot stays in any case. Also thinkable: 87.
pub const SLOT_CHANGE_ERROR: u32 = 5;

/// The Win32 code of OpenEvent, OpenMutex and the like without a name (NULL or empty): `ERROR_INVALID_PARAMETER`. Also
/// thinkable for the empty one: 6, 123.
pub const OPEN_OBJECT_WITHOUT_NAME_ERROR: u32 = 87;

/// Whether an event, a mutex and the like that is created with an empty name has none, as with NULL.
pub const EMPTY_OBJECT_NAME_IS_NONE: bool = true;

/// The Win32 code of the names `Local\` and `Global\` of objects, with nothing behind: `ERROR_INVALID_HANDLE`, as for any name
/// that another kind of object has: these are directories.
pub const OBJECT_DIRECTORY_NAME_ERROR: u32 = 6;

/// The Win32 code of CreateFileMapping on a handle of a mailslot, a folder or a device: `ERROR_BAD_EXE_FORMAT`, which is the code
/// for `STATUS_INVALID_FILE_FOR_SECTION`. Also thinkable: 1, 6, 87.
pub const MAPPING_OF_NO_FILE_ERROR: u32 = 193;
