//! Security descriptors and SIDs as text. What these functions return is freed with LocalFree, which is `free`.

use std::ffi::CStr;

use mailslot::SecurityDescriptor;
use mailslot::security::{Dacl, Sid};
use windows_sys::Win32::Foundation::{
    ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY, ERROR_UNKNOWN_REVISION, FALSE, TRUE,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, LABEL_SECURITY_INFORMATION, OWNER_SECURITY_INFORMATION,
    PSECURITY_DESCRIPTOR, PSID, SACL_SECURITY_INFORMATION,
};
use windows_sys::core::BOOL;

use super::memory;
use crate::boundary::boundary;
use crate::last_error::Win32Error;

/// `SDDL_REVISION_1`.
const SDDL_REVISION: u32 = 1;

/// Makes a self-relative security descriptor of its text form.
///
/// - `StringSecurityDescriptor`: SDDL, as in `D:(A;;GA;;;WD)`.
/// - `StringSDRevision`: `SDDL_REVISION_1`.
/// - `SecurityDescriptor`: receives the descriptor, to be freed with LocalFree.
/// - `SecurityDescriptorSize`: NULL, or receives its size in bytes.
///
/// Fails with `FALSE`: 87 NULL, or text that is no SDDL, 1305 another revision, 1336 a malformed entry, 1337 an owner or a group
/// that is no SID, 1338 more than 64 KiB, 8.
///
/// # Safety
///
/// `StringSecurityDescriptor` is NULL or points to bytes up to and including a NUL. Each output is NULL or points to its type.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConvertStringSecurityDescriptorToSecurityDescriptorA(
    StringSecurityDescriptor: *const u8,
    StringSDRevision: u32,
    SecurityDescriptor: *mut PSECURITY_DESCRIPTOR,
    SecurityDescriptorSize: *mut u32,
) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let text = unsafe { text_at(StringSecurityDescriptor) }?;
        check(SecurityDescriptor, StringSDRevision)?;
        let bytes = text.parse::<SecurityDescriptor>()?.to_bytes()?;
        // SAFETY: checked not to be NULL, so the caller promises a place.
        unsafe { hand_out(SecurityDescriptor, &bytes) }?;
        // SAFETY: the caller's promise.
        unsafe { store_length(SecurityDescriptorSize, bytes.len()) };
        Ok(TRUE)
    })
}

/// Makes text of a security descriptor.
///
/// - `SecurityDescriptor`: in either form.
/// - `RequestedStringSDRevision`: `SDDL_REVISION_1`.
/// - `SecurityInformation`: which parts to write: `OWNER_`, `GROUP_`, `DACL_`, `SACL_SECURITY_INFORMATION`.
/// - `StringSecurityDescriptor`: receives the text, to be freed with LocalFree.
/// - `StringSecurityDescriptorLen`: NULL, or receives its length in bytes with the NUL.
///
/// Fails with `FALSE`: 87 NULL, 1305 another revision, 1336, 1337, 1338 a malformed access list, SID, descriptor, 8.
///
/// # Safety
///
/// `SecurityDescriptor` is NULL or points to a descriptor whose parts can be read as far as they say. Each output is NULL or
/// points to its type.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConvertSecurityDescriptorToStringSecurityDescriptorA(
    SecurityDescriptor: PSECURITY_DESCRIPTOR,
    RequestedStringSDRevision: u32,
    SecurityInformation: u32,
    StringSecurityDescriptor: *mut *mut u8,
    StringSecurityDescriptorLen: *mut u32,
) -> BOOL {
    boundary(FALSE, || {
        check(StringSecurityDescriptor, RequestedStringSDRevision)?;
        if SecurityDescriptor.is_null() {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: not NULL, so the caller promises a descriptor.
        let descriptor = unsafe { memory::read_descriptor(SecurityDescriptor.cast()) }?;
        let text = parts_of(descriptor, SecurityInformation).to_string() + "\0";
        // SAFETY: checked not to be NULL, so the caller promises a place.
        unsafe { hand_out(StringSecurityDescriptor, text.as_bytes()) }?;
        // SAFETY: the caller's promise.
        unsafe { store_length(StringSecurityDescriptorLen, text.len()) };
        Ok(TRUE)
    })
}

/// Makes a SID of its text form: `S-1-…`, or two letters.
///
/// - `Sid`: receives the SID, to be freed with LocalFree.
///
/// Fails with `FALSE`: 87 NULL, 1337 not the text of a SID, 8.
///
/// # Safety
///
/// `StringSid` is NULL or points to bytes up to and including a NUL. `Sid` is NULL or points to a PSID.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConvertStringSidToSidA(StringSid: *const u8, Sid: *mut PSID) -> BOOL {
    boundary(FALSE, || {
        // SAFETY: the caller's promise.
        let text = unsafe { text_at(StringSid) }?;
        check(Sid, SDDL_REVISION)?;
        let sid: Sid = text.parse()?;
        // SAFETY: checked not to be NULL, so the caller promises a place.
        unsafe { hand_out(Sid, &sid.to_bytes()) }?;
        Ok(TRUE)
    })
}

/// Makes text of a SID: `S-1-…`.
///
/// - `StringSid`: receives the text, to be freed with LocalFree.
///
/// Fails with `FALSE`: 87 NULL, 1337 a malformed SID, 8.
///
/// # Safety
///
/// `Sid` is NULL or points to a SID that can be read as far as it says. `StringSid` is NULL or points to a pointer.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ConvertSidToStringSidA(Sid: PSID, StringSid: *mut *mut u8) -> BOOL {
    boundary(FALSE, || {
        check(StringSid, SDDL_REVISION)?;
        if Sid.is_null() {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: not NULL, so the caller promises a SID.
        let sid: Sid = unsafe { memory::read_sid(Sid.cast()) }?;
        let text = sid.to_string() + "\0";
        // SAFETY: checked not to be NULL, so the caller promises a place.
        unsafe { hand_out(StringSid, text.as_bytes()) }?;
        Ok(TRUE)
    })
}

/// The parts of a descriptor that a SECURITY_INFORMATION names.
pub(super) fn parts_of(mut descriptor: SecurityDescriptor, wanted: u32) -> SecurityDescriptor {
    if wanted & OWNER_SECURITY_INFORMATION == 0 {
        descriptor.owner = None;
    }
    if wanted & GROUP_SECURITY_INFORMATION == 0 {
        descriptor.group = None;
    }
    if wanted & DACL_SECURITY_INFORMATION == 0 {
        descriptor.dacl = Dacl::Absent;
    }
    if wanted & (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION) == 0 {
        descriptor.sacl = None;
    }
    descriptor
}

fn check<T>(output: *mut T, revision: u32) -> Result<(), Win32Error> {
    if output.is_null() {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    if revision == SDDL_REVISION { Ok(()) } else { Err(Win32Error(ERROR_UNKNOWN_REVISION)) }
}

/// The text of an `…A` call. What is not UTF-8 in it comes out as characters that no SDDL has.
///
/// # Safety
///
/// `text` is NULL or points to bytes up to and including a NUL.
unsafe fn text_at(text: *const u8) -> Result<String, Win32Error> {
    if text.is_null() {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    // SAFETY: not NULL, so the caller's promise.
    Ok(unsafe { CStr::from_ptr(text.cast()) }.to_string_lossy().into_owned())
}

/// Gives the caller a copy of the bytes that LocalFree frees.
///
/// # Safety
///
/// `place` points to a pointer that may be written.
unsafe fn hand_out<T>(place: *mut *mut T, bytes: &[u8]) -> Result<(), Win32Error> {
    // SAFETY: any size may be asked for.
    let memory = unsafe { libc::malloc(bytes.len()) };
    if memory.is_null() {
        return Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY));
    }
    // SAFETY: fresh memory of this size, which nothing else overlaps.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), memory.cast(), bytes.len()) };
    // SAFETY: the caller's promise.
    unsafe { place.write_unaligned(memory.cast()) };
    Ok(())
}

/// Writes an optional length.
///
/// # Safety
///
/// `place` is NULL or points to a number that may be written.
unsafe fn store_length(place: *mut u32, length: usize) {
    if !place.is_null() {
        // SAFETY: not NULL, so the caller's promise.
        unsafe { place.write_unaligned(u32::try_from(length).unwrap_or(u32::MAX)) };
    }
}
