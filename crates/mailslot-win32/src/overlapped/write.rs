//! Writes with OVERLAPPED. They never pend: a write to a mailslot is done when it returns.

use super::notice::Notice;
use crate::last_error::Win32Error;
use crate::object::ClientEnd;

/// Writes a message and gives the notice. What fails is not noticed anywhere.
///
/// # Errors
///
/// What writing fails with.
pub(crate) fn write(end: &ClientEnd, message: &[u8], notice: Notice) -> Result<u32, Win32Error> {
    end.client.send(message)?;
    // The length was a DWORD.
    let bytes = message.len() as u32;
    notice.give(&end.file, Ok(bytes));
    Ok(bytes)
}
