//! Outputs that a caller may leave out.

/// Writes an optional output.
///
/// # Safety
///
/// `place` is NULL or points to a value that may be written.
#[inline]
pub(crate) unsafe fn store<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: not NULL, so the caller promises the value. Packed structures may hold it unaligned.
        unsafe { place.write_unaligned(value) };
    }
}
