//! CreateMailslot.

use mailslot::quirks::CREATE_ON_HOST;
use mailslot::{ErrorKind, Mailslot, Name, Timeout};
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;

use crate::access::Access;
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::{Object, ServerEnd};
use crate::security::SecurityRequest;
use crate::table;
use crate::text;

/// Creates a mailslot; `lpName` is UTF-8. See [`CreateMailslotW`].
///
/// # Safety
///
/// As for [`CreateMailslotW`], with bytes in place of units.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMailslotA(
    lpName: *const u8,
    nMaxMessageSize: u32,
    lReadTimeout: u32,
    lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        let name = unsafe { text::from_utf8(lpName) }?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpSecurityAttributes) }?;
        create(&name, nMaxMessageSize, lReadTimeout, &security)
    })
}

/// Creates a mailslot and returns a handle for reading from it.
///
/// - `lpName`: `\\.\mailslot\[path\]name`, UTF-16.
/// - `nMaxMessageSize`: in bytes; 0 for any size.
/// - `lReadTimeout`: how long a read waits, in ms; 0 not at all, 0xFFFFFFFF (`MAILSLOT_WAIT_FOREVER`) for ever.
/// - `lpSecurityAttributes`: NULL, or whether children inherit the handle and who may do what with the slot.
///
/// Fails with `INVALID_HANDLE_VALUE`: 3 no name, 123 not a local mailslot name, 183 the name is taken, 5 the slot
/// directory does not admit the caller; 1338, 1336, 1337 the security descriptor, an access list or a SID in it is malformed,
/// 1307 its owner is not the caller.
///
/// # Safety
///
/// `lpName` is NULL or points to units up to and including a NUL. `lpSecurityAttributes` is NULL or points to a
/// `SECURITY_ATTRIBUTES` whose `lpSecurityDescriptor` is NULL or points to a security descriptor.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMailslotW(
    lpName: *const u16,
    nMaxMessageSize: u32,
    lReadTimeout: u32,
    lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        let name = unsafe { text::from_utf16(lpName) }?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpSecurityAttributes) }?;
        create(&name, nMaxMessageSize, lReadTimeout, &security)
    })
}

/// [`CreateMailslotW`] for programs whose `wchar_t` has 32 bits: `lpName` is UTF-32.
///
/// # Safety
///
/// As for [`CreateMailslotW`], with 32-bit values in place of units.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateMailslotW32(
    lpName: *const u32,
    nMaxMessageSize: u32,
    lReadTimeout: u32,
    lpSecurityAttributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    boundary(INVALID_HANDLE_VALUE, || {
        // SAFETY: the caller's promise.
        let name = unsafe { text::from_utf32(lpName) }?;
        // SAFETY: the caller's promise.
        let security = unsafe { SecurityRequest::read(lpSecurityAttributes) }?;
        create(&name, nMaxMessageSize, lReadTimeout, &security)
    })
}

fn create(
    name: &[u16],
    max_message_size: u32,
    read_timeout_ms: u32,
    security: &SecurityRequest,
) -> Result<HANDLE, Win32Error> {
    // A process creates mailslots on its own machine only, and only by the local form.
    let on_host = Win32Error(CREATE_ON_HOST.win32_code());
    let name = Name::parse_utf16(name).map_err(|error| match error.kind() {
        ErrorKind::RemoteDeprecated => on_host,
        kind => Win32Error(kind.win32_code()),
    })?;
    if name.is_host_form() {
        return Err(on_host);
    }
    let slot = Mailslot::builder(name)
        .max_message_size(max_message_size)
        .read_timeout(Timeout::from_millis(read_timeout_ms))
        .security(security.descriptor.clone())
        .create()?;
    table::insert(Object::Server(ServerEnd::first(slot)), Access::SERVER, security.inherit)
}
