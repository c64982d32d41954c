//! SECURITY_ATTRIBUTES: whether children inherit a handle, and who may do what with a new slot; and the functions on security
//! descriptors that parse or write text. Those that only fill in structures are inline in the headers.

mod memory;
mod query;
mod sddl;

use mailslot::SecurityDescriptor;
use windows_sys::Win32::Foundation::{FALSE, TRUE};
use windows_sys::Win32::Security::{ACL, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES};
use windows_sys::core::BOOL;

use crate::boundary::boundary;
use crate::last_error::Win32Error;

pub(crate) use crate::inherit::{is_inheritable, set_inheritable};
pub use query::GetKernelObjectSecurity;
pub use sddl::{
    ConvertSecurityDescriptorToStringSecurityDescriptorA, ConvertSidToStringSidA,
    ConvertStringSecurityDescriptorToSecurityDescriptorA, ConvertStringSidToSidA,
};

/// What a caller's SECURITY_ATTRIBUTES ask for.
#[derive(Debug)]
pub(crate) struct SecurityRequest {
    pub(crate) descriptor: SecurityDescriptor,
    pub(crate) inherit: bool,
}

impl SecurityRequest {
    /// Reads the structure. NULL asks for the defaults. `nLength` is not checked, as on Windows.
    ///
    /// # Errors
    ///
    /// 1338, 1336 and 1337 for a malformed security descriptor, access list and SID.
    ///
    /// # Safety
    ///
    /// `attributes` is NULL or points to a SECURITY_ATTRIBUTES, whose `lpSecurityDescriptor` is NULL or points to a
    /// SECURITY_DESCRIPTOR, whose parts are NULL or point to SIDs and ACLs.
    pub(crate) unsafe fn read(attributes: *const SECURITY_ATTRIBUTES) -> Result<SecurityRequest, Win32Error> {
        if attributes.is_null() {
            return Ok(SecurityRequest { descriptor: SecurityDescriptor::default(), inherit: false });
        }
        // SAFETY: not NULL, so the caller promises that it points to the structure.
        let attributes = unsafe { attributes.read_unaligned() };
        let descriptor = if attributes.lpSecurityDescriptor.is_null() {
            SecurityDescriptor::default()
        } else {
            // SAFETY: not NULL, so the caller promises a descriptor.
            unsafe { memory::read_descriptor(attributes.lpSecurityDescriptor.cast()) }?
        };
        Ok(SecurityRequest { descriptor, inherit: attributes.bInheritHandle != 0 })
    }
}

/// Whether a security descriptor is well-formed, with all its parts. Says so and sets no last error.
///
/// # Safety
///
/// `pSecurityDescriptor` is NULL or points to a SECURITY_DESCRIPTOR of either form whose parts can be read as far as they say.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsValidSecurityDescriptor(pSecurityDescriptor: PSECURITY_DESCRIPTOR) -> BOOL {
    boundary(FALSE, || {
        if pSecurityDescriptor.is_null() {
            return Ok(FALSE);
        }
        // SAFETY: not NULL, so the caller promises a descriptor.
        let read = unsafe { memory::read_descriptor(pSecurityDescriptor.cast()) };
        Ok(if read.is_ok() { TRUE } else { FALSE })
    })
}

/// Whether an access list is well-formed, with all its entries. Says so and sets no last error.
///
/// # Safety
///
/// `pAcl` is NULL or points to an ACL that can be read as far as its size says.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsValidAcl(pAcl: *const ACL) -> BOOL {
    boundary(FALSE, || {
        if pAcl.is_null() {
            return Ok(FALSE);
        }
        // SAFETY: not NULL, so the caller promises an ACL.
        let read = unsafe { memory::read_acl(pAcl.cast()) };
        Ok(if read.is_ok() { TRUE } else { FALSE })
    })
}
