//! From an upcased name to the name of its file in the slot directory.
//!
//! A file name holds only `A-Z 0-9 - _ .` and `%XX`, never starts with a dot, and never is longer than 255 bytes. What
//! would be longer is cut and ends in `~` and a SHA-256 of the whole upcased name; `~` occurs nowhere else.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes that Linux file systems take in one file name.
const MAX_FILE_NAME_BYTES: usize = 255;
/// Bytes of a SHA-256 written in hexadecimal digits.
const HASH_DIGITS: usize = 64;

/// The file name of the slot whose upcased name is given.
pub(crate) fn file_name(upcased: &[u16]) -> String {
    bounded(percent_encode(String::new(), upcased, Letters::Upper), upcased)
}

/// The file name of something else beside the slots, whose names tell upper from lower case: `prefix` and what is made of
/// the name.
pub(crate) fn prefixed_file_name(prefix: &str, name: &[u16]) -> String {
    bounded(percent_encode(prefix.to_owned(), name, Letters::Both), name)
}

fn bounded(encoded: String, upcased: &[u16]) -> String {
    if encoded.len() <= MAX_FILE_NAME_BYTES {
        return encoded;
    }
    let mut name = readable_prefix(&encoded, MAX_FILE_NAME_BYTES - HASH_DIGITS - 1).to_owned();
    name.push('~');
    let mut hasher = Sha256::new();
    for unit in upcased {
        hasher.update(unit.to_le_bytes());
    }
    for byte in hasher.finalize() {
        push_hex(&mut name, byte);
    }
    name
}

/// The beginning of `encoded`, at most `limit` bytes, that ends in no half `%XX`.
fn readable_prefix(encoded: &str, limit: usize) -> &str {
    let cut = &encoded[..limit];
    match cut.rfind('%') {
        Some(start) if start + 3 > limit => &cut[..start],
        _ => cut,
    }
}

/// Which letters stand for themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    Upper,
    Both,
}

fn percent_encode(mut out: String, units: &[u16], letters: Letters) -> String {
    let mut utf8 = [0; 4];
    for decoded in char::decode_utf16(units.iter().copied()) {
        match decoded {
            Ok(character) => {
                for &byte in character.encode_utf8(&mut utf8).as_bytes() {
                    push_byte(&mut out, byte, letters);
                }
            }
            // An unpaired surrogate has no UTF-8. Its generalised form cannot be mistaken for another character.
            Err(unpaired) => {
                let unit = unpaired.unpaired_surrogate();
                push_byte(&mut out, 0xe0 | (unit >> 12) as u8, letters);
                push_byte(&mut out, 0x80 | ((unit >> 6) & 0x3f) as u8, letters);
                push_byte(&mut out, 0x80 | (unit & 0x3f) as u8, letters);
            }
        }
    }
    out
}

fn push_byte(out: &mut String, byte: u8, letters: Letters) {
    let hides_the_file = byte == b'.' && out.is_empty();
    let is_letter = byte.is_ascii_uppercase() || (letters == Letters::Both && byte.is_ascii_lowercase());
    if !hides_the_file && (is_letter || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.')) {
        out.push(char::from(byte));
    } else {
        out.push('%');
        push_hex(out, byte);
    }
}

fn push_hex(out: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{byte:02X}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::upcase::upcase;
    use super::*;

    fn of(text: &str) -> String {
        file_name(&upcase(&text.encode_utf16().collect::<Vec<_>>()))
    }

    #[test]
    fn usual_names_stay_readable() {
        assert_eq!(of("orders"), "ORDERS");
        assert_eq!(of("taxes\\bob"), "TAXES%5CBOB");
        assert_eq!(of("v1.2_a-b"), "V1.2_A-B");
    }

    #[test]
    fn nothing_is_hidden_or_a_path() {
        assert_eq!(of("."), "%2E");
        assert_eq!(of(".."), "%2E.");
        assert_eq!(of(".hidden"), "%2EHIDDEN");
        assert_eq!(of("a/b"), "A%2FB");
        assert_eq!(of("100%"), "100%25");
        assert_eq!(of("~"), "%7E");
        assert_eq!(of("Ä"), "%C3%84");
    }

    #[test]
    fn long_names_are_hashed_with_a_readable_beginning() {
        assert_eq!(of(&"a".repeat(255)), "A".repeat(255));
        let hashed = of(&"a".repeat(256));
        assert_eq!(hashed.len(), 255);
        assert!(hashed.starts_with("AAAA"));
        assert_eq!(hashed.as_bytes()[190], b'~');
        assert_ne!(hashed, of(&"a".repeat(257)));
        assert_eq!(of(&"Ж".repeat(20_000)), of(&"ж".repeat(20_000)));
    }

    #[test]
    fn names_of_others_keep_their_case_and_are_no_slots() {
        let of = |text: &str| prefixed_file_name(".object-", &text.encode_utf16().collect::<Vec<_>>());
        assert_eq!(of("My.Event/1"), ".object-My.Event%2F1");
        assert_ne!(of("a"), of("A"));
        assert_eq!(of(".."), ".object-..");
        let long = of(&"x".repeat(260));
        assert_eq!(long.len(), MAX_FILE_NAME_BYTES);
        assert_ne!(long, of(&"x".repeat(259)));
    }

    #[test]
    fn the_cut_splits_no_escape() {
        for dashes in 0..6 {
            let hashed = of(&format!("{}{}", "-".repeat(dashes), "\\".repeat(100)));
            let (prefix, hash) = hashed.split_once('~').unwrap();
            assert_eq!((prefix.len() - dashes) % 3, 0, "{prefix}");
            assert_eq!(hash.len(), HASH_DIGITS);
        }
    }

    /// Units that tend to meet the rules: letters, separators, escapes, surrogates, anything.
    fn units(longest: usize) -> impl Strategy<Value = Vec<u16>> {
        let unit = prop_oneof![
            Just(u16::from(b'a')),
            Just(u16::from(b'%')),
            Just(u16::from(b'2')),
            Just(u16::from(b'5')),
            Just(u16::from(b'.')),
            Just(u16::from(b'/')),
            Just(u16::from(b'\\')),
            Just(u16::from(b'~')),
            0xd7f0..=0xe010u16,
            any::<u16>(),
        ];
        proptest::collection::vec(unit, 1..longest)
    }

    proptest! {
        #[test]
        fn file_names_are_plain(name in units(120)) {
            let file = file_name(&upcase(&name));
            prop_assert!(!file.is_empty() && file.len() <= MAX_FILE_NAME_BYTES);
            prop_assert!(!file.starts_with('.'));
            let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_.%~".contains(&byte);
            prop_assert!(file.bytes().all(is_plain), "{}", file);
        }

        #[test]
        fn distinct_names_have_distinct_files(a in units(6), b in units(6)) {
            let (a, b) = (upcase(&a), upcase(&b));
            prop_assert_eq!(a == b, file_name(&a) == file_name(&b));
        }

        #[test]
        fn distinct_long_names_have_distinct_files(
            a in units(120),
            at in any::<prop::sample::Index>(),
            other in any::<u16>(),
        ) {
            let mut b = a.clone();
            b[at.index(a.len())] = other;
            let (a, b) = (upcase(&a), upcase(&b));
            prop_assert_eq!(a == b, file_name(&a) == file_name(&b));
        }
    }
}
