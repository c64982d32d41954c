//! Security structures in a C program's memory.
//!
//! How much can be read there only the program knows: it promises what the structures themselves say (a SID's sub-authorities, an
//! ACL's size). That much is copied out, once, and then checked.

use mailslot::SecurityDescriptor;
use mailslot::security::{Acl, Dacl, Sid};
use windows_sys::Win32::Foundation::ERROR_INVALID_SECURITY_DESCR;
use windows_sys::Win32::Security::{SE_DACL_PRESENT, SE_SACL_PRESENT, SE_SELF_RELATIVE, SECURITY_DESCRIPTOR};
use windows_sys::Win32::System::SystemServices::SECURITY_DESCRIPTOR_REVISION;

use crate::last_error::Win32Error;

/// Reads a descriptor in absolute or self-relative form.
///
/// # Errors
///
/// 1338 for another revision than 1, 1336 and 1337 for its lists and SIDs.
///
/// # Safety
///
/// `descriptor` points to a SECURITY_DESCRIPTOR of either form. Each of its parts is NULL (offset 0), or can be read as far as it
/// says.
pub(super) unsafe fn read_descriptor(descriptor: *const u8) -> Result<SecurityDescriptor, Win32Error> {
    // SAFETY: both forms begin with revision and control.
    let start = unsafe { copy(descriptor, 4) };
    if u32::from(start[0]) != SECURITY_DESCRIPTOR_REVISION {
        return Err(Win32Error(ERROR_INVALID_SECURITY_DESCR));
    }
    let control = u16::from_ne_bytes([start[2], start[3]]);
    let [owner, group, sacl, dacl] = if control & SE_SELF_RELATIVE != 0 {
        // SAFETY: the control word says that it is the self-relative form, whose header has this size.
        unsafe { self_relative_parts(descriptor) }
    } else {
        // SAFETY: the control word says that it is the structure.
        let parts = unsafe { descriptor.cast::<SECURITY_DESCRIPTOR>().read_unaligned() };
        [parts.Owner.cast(), parts.Group.cast(), parts.Sacl.cast(), parts.Dacl.cast()].map(<*mut u8>::cast_const)
    };
    let has_dacl = control & SE_DACL_PRESENT != 0;
    let dacl = if has_dacl { dacl } else { std::ptr::null() };
    let sacl = if control & SE_SACL_PRESENT != 0 { sacl } else { std::ptr::null() };
    // SAFETY: the caller's promise.
    let dacl = unsafe { optional(dacl, read_acl) }?;
    // SAFETY: the caller's promise.
    let sacl = unsafe { optional(sacl, read_acl) }?;
    // SAFETY: the caller's promise.
    let owner = unsafe { optional(owner, read_sid) }?;
    // SAFETY: the caller's promise.
    let group = unsafe { optional(group, read_sid) }?;
    let dacl = match dacl {
        Some(list) => Dacl::List(list),
        None if has_dacl => Dacl::Null,
        None => Dacl::Absent,
    };
    let control = control & SecurityDescriptor::CONTROL_BITS;
    Ok(SecurityDescriptor { owner, group, dacl, sacl, control })
}

/// Reads a SID.
///
/// # Errors
///
/// 1337.
///
/// # Safety
///
/// `sid` points to a SID header, and to as many sub-authorities as it says if they are 15 at most.
pub(super) unsafe fn read_sid(sid: *const u8) -> Result<Sid, Win32Error> {
    const HEADER_BYTES: usize = 8;
    // SAFETY: the caller's promise.
    let header = unsafe { copy(sid, HEADER_BYTES) };
    let numbers = usize::from(header[1]);
    if numbers > Sid::MAX_SUB_AUTHORITIES {
        return Ok(Sid::from_bytes(&header)?);
    }
    // SAFETY: the caller's promise.
    Ok(Sid::from_bytes(&unsafe { copy(sid, HEADER_BYTES + 4 * numbers) })?)
}

/// Reads an access list.
///
/// # Errors
///
/// 1336, or 1337 for the SID of an entry.
///
/// # Safety
///
/// `list` points to an ACL header, and to as many bytes as it says.
pub(super) unsafe fn read_acl(list: *const u8) -> Result<Acl, Win32Error> {
    const HEADER_BYTES: usize = 8;
    // SAFETY: the caller's promise.
    let header = unsafe { copy(list, HEADER_BYTES) };
    let size = usize::from(u16::from_ne_bytes([header[2], header[3]])).max(HEADER_BYTES);
    // SAFETY: the caller's promise.
    Ok(Acl::from_bytes(&unsafe { copy(list, size) })?)
}

/// Owner, group, SACL and DACL of the self-relative form; NULL where there is none.
///
/// # Safety
///
/// `descriptor` points to 20 bytes, and its offsets lead to memory of the same object.
unsafe fn self_relative_parts(descriptor: *const u8) -> [*const u8; 4] {
    // SAFETY: the caller's promise.
    let header = unsafe { copy(descriptor, 20) };
    [4, 8, 12, 16].map(|field| {
        match u32::from_le_bytes([header[field], header[field + 1], header[field + 2], header[field + 3]]) {
            0 => std::ptr::null(),
            offset => descriptor.wrapping_add(offset as usize),
        }
    })
}

/// What `read` makes of a part, if it is there.
///
/// # Safety
///
/// `part` is NULL or what `read` wants.
unsafe fn optional<T>(
    part: *const u8,
    read: unsafe fn(*const u8) -> Result<T, Win32Error>,
) -> Result<Option<T>, Win32Error> {
    if part.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so the caller's promise.
    unsafe { read(part) }.map(Some)
}

/// A copy of so many bytes.
///
/// # Safety
///
/// `pointer` points to them, and nobody writes to them meanwhile.
unsafe fn copy(pointer: *const u8, length: usize) -> Vec<u8> {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(pointer, length) }.to_vec()
}
