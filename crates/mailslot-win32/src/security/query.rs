//! GetKernelObjectSecurity: the descriptor that a slot was created with, in full.

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INSUFFICIENT_BUFFER, ERROR_NOACCESS, FALSE, HANDLE, TRUE,
};
use windows_sys::Win32::Security::PSECURITY_DESCRIPTOR;
use windows_sys::core::BOOL;

use super::sddl::parts_of;
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::Object;
use crate::table::with_entry;

/// Tells who may do what with a slot, through either end: its security descriptor in self-relative form.
///
/// - `RequestedInformation`: which parts: `OWNER_`, `GROUP_`, `DACL_`, `SACL_SECURITY_INFORMATION`.
/// - `pSecurityDescriptor`, `nLength`: a buffer, and its size in bytes.
/// - `lpnLengthNeeded`: receives the size that is needed.
///
/// Fails with `FALSE`: 5 the handle lacks `READ_CONTROL`, 6 not a mailslot handle, 122 the buffer is too small, 998
/// `lpnLengthNeeded` is NULL, 1392 the slot file is damaged.
///
/// # Safety
///
/// `pSecurityDescriptor` is NULL or points to `nLength` bytes. `lpnLengthNeeded` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetKernelObjectSecurity(
    Handle: HANDLE,
    RequestedInformation: u32,
    pSecurityDescriptor: PSECURITY_DESCRIPTOR,
    nLength: u32,
    lpnLengthNeeded: *mut u32,
) -> BOOL {
    boundary(FALSE, || {
        let descriptor = with_entry(Handle, |entry| {
            let descriptor = match &entry.object {
                Object::Server(end) => end.slot.security()?,
                Object::Client(end) => end.client.security()?,
                Object::Other(_) | Object::Closed | Object::Adopting => return Err(Win32Error::INVALID_HANDLE),
            };
            if entry.access().allows_reading_descriptor() {
                Ok(descriptor)
            } else {
                Err(Win32Error(ERROR_ACCESS_DENIED))
            }
        })?;
        let bytes = parts_of(descriptor, RequestedInformation).to_bytes()?;
        if lpnLengthNeeded.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises a DWORD. A descriptor has 64 KiB at most.
        unsafe { lpnLengthNeeded.write_unaligned(bytes.len() as u32) };
        if pSecurityDescriptor.is_null() || (nLength as usize) < bytes.len() {
            return Err(Win32Error(ERROR_INSUFFICIENT_BUFFER));
        }
        // SAFETY: the caller promises `nLength` bytes, which are enough; private memory does not overlap them.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), pSecurityDescriptor.cast(), bytes.len()) };
        Ok(TRUE)
    })
}
