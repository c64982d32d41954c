//! Access rights, as masks. A mailslot is a file object, so they are those of files ([MS-DTYP] 2.4.3).
//!
//! ```
//! use mailslot::security::rights::{self, FILE_GENERIC_WRITE, GENERIC_WRITE};
//!
//! assert_eq!(rights::of_file(GENERIC_WRITE), FILE_GENERIC_WRITE);
//! ```
//!
//! [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/

/// Reading messages. Only server handles can use it.
pub const FILE_READ_DATA: u32 = 0x0001;
/// Writing messages.
pub const FILE_WRITE_DATA: u32 = 0x0002;
/// Writing messages, too.
pub const FILE_APPEND_DATA: u32 = 0x0004;
/// Asking for the slot's times.
pub const FILE_READ_ATTRIBUTES: u32 = 0x0080;
/// Setting the slot's times.
pub const FILE_WRITE_ATTRIBUTES: u32 = 0x0100;
/// Reading the descriptor.
pub const READ_CONTROL: u32 = 0x0002_0000;
/// Changing the access list.
pub const WRITE_DAC: u32 = 0x0004_0000;
/// Waiting on a handle.
pub const SYNCHRONIZE: u32 = 0x0010_0000;
/// What [`GENERIC_READ`] stands for.
pub const FILE_GENERIC_READ: u32 = 0x0012_0089;
/// What [`GENERIC_WRITE`] stands for.
pub const FILE_GENERIC_WRITE: u32 = 0x0012_0116;
/// What [`GENERIC_EXECUTE`] stands for.
pub const FILE_GENERIC_EXECUTE: u32 = 0x0012_00A0;
/// What [`GENERIC_ALL`] stands for: all rights that a file has.
pub const FILE_ALL_ACCESS: u32 = 0x001F_01FF;
/// In a request: all rights that the descriptor gives.
pub const MAXIMUM_ALLOWED: u32 = 0x0200_0000;
/// All rights of the kind of object.
pub const GENERIC_ALL: u32 = 0x1000_0000;
/// The execute rights of the kind of object.
pub const GENERIC_EXECUTE: u32 = 0x2000_0000;
/// The write rights of the kind of object: what a client needs for sending.
pub const GENERIC_WRITE: u32 = 0x4000_0000;
/// The read rights of the kind of object.
pub const GENERIC_READ: u32 = 0x8000_0000;

/// The mask with generic rights replaced by the file rights that they stand for; all other bits as they are.
///
/// ```
/// use mailslot::security::rights;
///
/// assert_eq!(rights::of_file(rights::GENERIC_ALL | 1), rights::FILE_ALL_ACCESS);
/// ```
pub const fn of_file(mask: u32) -> u32 {
    let mut bits = mask & !(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
    if mask & GENERIC_READ != 0 {
        bits |= FILE_GENERIC_READ;
    }
    if mask & GENERIC_WRITE != 0 {
        bits |= FILE_GENERIC_WRITE;
    }
    if mask & GENERIC_EXECUTE != 0 {
        bits |= FILE_GENERIC_EXECUTE;
    }
    if mask & GENERIC_ALL != 0 {
        bits |= FILE_ALL_ACCESS;
    }
    bits
}
