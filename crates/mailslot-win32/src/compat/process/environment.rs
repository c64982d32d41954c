//! The environment of a new process.

use std::ffi::CString;
use std::os::unix::ffi::OsStringExt;

/// This process's own, as `NAME=value` texts.
pub(super) fn own() -> Vec<CString> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let mut text = name.into_vec();
            text.push(b'=');
            text.extend(value.into_vec());
            CString::new(text).ok()
        })
        .collect()
}

/// An environment block: texts with a NUL after each, and one more NUL. Windows' own entries, whose names begin with `=` (the
/// current directory of each drive), are left out.
///
/// # Safety
///
/// `block` points to such a block, of bytes.
pub(super) unsafe fn from_utf8(block: *const u8) -> Vec<CString> {
    // SAFETY: the caller's promise.
    unsafe { texts(block) }.into_iter().filter_map(|text| CString::new(text).ok()).filter(is_for_programs).collect()
}

/// The same of UTF-16 units.
///
/// # Safety
///
/// `block` points to such a block.
pub(super) unsafe fn from_utf16(block: *const u16) -> Vec<CString> {
    // SAFETY: the caller's promise.
    let texts = unsafe { texts(block) };
    texts
        .into_iter()
        .filter_map(|text| CString::new(String::from_utf16_lossy(&text)).ok())
        .filter(is_for_programs)
        .collect()
}

fn is_for_programs(text: &CString) -> bool {
    !text.as_bytes().starts_with(b"=")
}

/// # Safety
///
/// `block` points to texts with a zero after each, and one more zero. They need not be aligned.
unsafe fn texts<T: Copy + Default + PartialEq>(block: *const T) -> Vec<Vec<T>> {
    let mut texts = Vec::new();
    let mut text = Vec::new();
    let mut at = block;
    loop {
        // SAFETY: the caller promises everything up to the second of two zeros, and the loop ends there.
        let unit = unsafe { at.read_unaligned() };
        at = at.wrapping_add(1);
        if unit != T::default() {
            text.push(unit);
        } else if text.is_empty() {
            return texts;
        } else {
            texts.push(std::mem::take(&mut text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_with_an_empty_text() {
        let bytes = b"A=1\0=C:=C:\\x\0B=\xC4\0\0never=read\0\0";
        // SAFETY: the block has an empty text.
        let found = unsafe { from_utf8(bytes.as_ptr()) };
        assert_eq!(found, [c"A=1".to_owned(), CString::new(b"B=\xC4").unwrap()]);
        let units: Vec<u16> = "A=Ä\0B=😀\0\0".encode_utf16().collect();
        // SAFETY: the block has an empty text.
        assert_eq!(unsafe { from_utf16(units.as_ptr()) }, [c"A=Ä".to_owned(), c"B=😀".to_owned()]);
        // SAFETY: an empty block is one zero.
        assert!(unsafe { from_utf8([0].as_ptr()) }.is_empty());
    }
}
