//! Names as C passes them, turned into UTF-16 units.

use windows_sys::Win32::Foundation::{ERROR_INVALID_NAME, ERROR_PATH_NOT_FOUND};

use crate::last_error::Win32Error;

/// A name of an `…A` call: UTF-8 with a NUL at its end.
///
/// Source files in old code pages pass bytes that are not UTF-8. Each such byte becomes an unpaired surrogate
/// (U+DC80 to U+DCFF), which no UTF-8 text can produce: nothing is lost, and no two names become one.
///
/// # Errors
///
/// 3 for NULL and for the empty text.
///
/// # Safety
///
/// `text` is NULL or points to bytes up to and including a NUL.
pub(crate) unsafe fn from_utf8(text: *const u8) -> Result<Vec<u16>, Win32Error> {
    // SAFETY: the caller's promise.
    unsafe { until_nul(text) }.map(units_of)
}

/// Bytes as [`from_utf8`] takes them.
pub(crate) fn units_of(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        units.extend(chunk.valid().encode_utf16());
        units.extend(chunk.invalid().iter().map(|&byte| 0xDC00 | u16::from(byte)));
    }
    units
}

/// A name of a `…W` call: UTF-16 with a NUL at its end, unpaired surrogates included.
///
/// # Errors
///
/// 3 for NULL and for the empty text.
///
/// # Safety
///
/// `text` is NULL or points to units up to and including a NUL.
pub(crate) unsafe fn from_utf16(text: *const u16) -> Result<Vec<u16>, Win32Error> {
    // SAFETY: the caller's promise.
    unsafe { until_nul(text) }.map(<[u16]>::to_vec)
}

/// A name of a `…W32` call: UTF-32 with a NUL at its end. Values that are surrogates are kept as such.
///
/// # Errors
///
/// 3 for NULL and for the empty text; 123 for a value beyond U+10FFFF.
///
/// # Safety
///
/// `text` is NULL or points to values up to and including a NUL.
pub(crate) unsafe fn from_utf32(text: *const u32) -> Result<Vec<u16>, Win32Error> {
    // SAFETY: the caller's promise.
    let values = unsafe { until_nul(text) }?;
    let mut units = Vec::with_capacity(values.len());
    for &value in values {
        match (u16::try_from(value), char::from_u32(value)) {
            (Ok(unit), _) => units.push(unit),
            (Err(_), Some(character)) => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            (Err(_), None) => return Err(Win32Error(ERROR_INVALID_NAME)),
        }
    }
    Ok(units)
}

/// The text before its NUL.
///
/// # Safety
///
/// `text` is NULL or points to aligned values up to and including a zero, which stay unchanged while the result is used.
unsafe fn until_nul<'a, T: Copy + Default + PartialEq>(text: *const T) -> Result<&'a [T], Win32Error> {
    if text.is_null() {
        return Err(Win32Error(ERROR_PATH_NOT_FOUND));
    }
    let mut length = 0;
    // SAFETY: the caller promises that every value up to the NUL can be read, and the loop stops there.
    while unsafe { text.wrapping_add(length).read() } != T::default() {
        length += 1;
    }
    if length == 0 {
        return Err(Win32Error(ERROR_PATH_NOT_FOUND));
    }
    // SAFETY: `length` values were just read.
    Ok(unsafe { std::slice::from_raw_parts(text, length) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf8(bytes: &[u8]) -> Result<Vec<u16>, Win32Error> {
        let text = [bytes, b"\0"].concat();
        // SAFETY: `text` ends with a NUL and outlives the call.
        unsafe { from_utf8(text.as_ptr()) }
    }

    fn utf32(values: &[u32]) -> Result<Vec<u16>, Win32Error> {
        let text = [values, &[0]].concat();
        // SAFETY: `text` ends with a NUL and outlives the call.
        unsafe { from_utf32(text.as_ptr()) }
    }

    #[test]
    fn stray_bytes_are_kept_apart_from_every_valid_text() {
        assert_eq!(utf8("Ä😀".as_bytes()), Ok("Ä😀".encode_utf16().collect()));
        assert_eq!(utf8(b"a\xC4b"), Ok(vec![u16::from(b'a'), 0xDCC4, u16::from(b'b')]));
        assert_ne!(utf8(b"\xC4"), utf8("Ä".as_bytes()));
        assert_ne!(utf8(b"\xC4"), utf8(b"\xE4"));
        assert_eq!(utf8(b"\xED\xB2\x80"), Ok(vec![0xDCED, 0xDCB2, 0xDC80]), "an encoded surrogate is no UTF-8");
    }

    #[test]
    fn all_widths_agree() {
        let text = "Ж-𝔘-x";
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(utf8(text.as_bytes()), Ok(units.clone()));
        assert_eq!(utf32(&text.chars().map(u32::from).collect::<Vec<_>>()), Ok(units.clone()));
        let wide = [&units[..], &[0]].concat();
        // SAFETY: `wide` ends with a NUL and outlives the call.
        assert_eq!(unsafe { from_utf16(wide.as_ptr()) }, Ok(units));
    }

    #[test]
    fn values_beyond_unicode_are_refused() {
        assert_eq!(utf32(&[0x11_0000]), Err(Win32Error(ERROR_INVALID_NAME)));
        assert_eq!(utf32(&[0xDC80]), Ok(vec![0xDC80]));
    }

    #[test]
    fn b2_null_and_empty_are_error_3() {
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { from_utf16(std::ptr::null()) }, Err(Win32Error(ERROR_PATH_NOT_FOUND)));
        assert_eq!(utf8(b""), Err(Win32Error(ERROR_PATH_NOT_FOUND)));
        assert_eq!(utf32(&[]), Err(Win32Error(ERROR_PATH_NOT_FOUND)));
    }
}
