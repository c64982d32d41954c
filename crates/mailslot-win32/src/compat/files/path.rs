//! What a Windows path means here.
//!
//! | path | meaning |
//! |---|---|
//! | `\\.\mailslot\x`, `\\host\mailslot\x` | a mailslot; `\\.\mailslot` is the device, `\\.\mailslot\` its root folder |
//! | `\folder\x`, `/folder/x`, `x`, `..\x` | the file of that name; both slashes separate |
//! | `C:\x`, `\\?\C:\x`, `C:x` | `/x`, `/x`, `x`: drive C is the whole file system, and there is no other (3) |
//! | `CON`, `CONIN$`, `CONOUT$`, `NUL`, also after `\\.\` | the terminal, nothing |
//! | `\\.\pipe\x` | no such pipe (2): named pipes are not offered |
//! | `\\.\x`, `\\.\x\y` | no such device (2), and nothing on it (3) |
//! | `\\host\share\x` | no such host (53) |
//!
//! Letter case counts in the names of files, as it does everywhere on Linux.

use std::ffi::{CStr, CString};

use mailslot::Name;
use rustix::fs::{FileType, stat};
use windows_sys::Win32::Foundation::{
    ERROR_BAD_NETPATH, ERROR_FILE_NOT_FOUND, ERROR_INVALID_NAME, ERROR_PATH_NOT_FOUND,
};

use crate::last_error::Win32Error;
use crate::open::is_mailslot_path;

/// What a path names.
#[derive(Debug)]
pub(crate) enum Target {
    Slot(Name),
    /// `\\.\mailslot`.
    MailslotDevice,
    /// `\\.\mailslot\`, which lists the slots.
    MailslotRoot,
    /// A file, a folder, or nothing yet, as the kernel knows it.
    Disk(CString),
    /// `CON`: input when it is read from, output when it is written to.
    Console,
    ConsoleInput,
    ConsoleOutput,
    Null,
}

impl Target {
    /// What a path names, whether that exists or not.
    ///
    /// # Errors
    ///
    /// Those of the table above; 123 for characters that no file name of Windows has, and for malformed names of slots; 3025
    /// for mailslots of other machines.
    pub(crate) fn of(path: &[u16]) -> Result<Target, Win32Error> {
        if is_mailslot_path(path) {
            return match after_device_prefix(path).map(|rest| (is_word(rest, "mailslot"), without_slashes(rest))) {
                Some((true, _)) => Ok(Target::MailslotDevice),
                Some((false, rest)) if is_word(rest, "mailslot") => Ok(Target::MailslotRoot),
                _ => Ok(Target::Slot(Name::parse_utf16(path)?)),
            };
        }
        if let Some(rest) = after_device_prefix(path) {
            return if is_drive(rest) { disk(rest) } else { device(rest) };
        }
        if path.iter().take(2).filter(|&&unit| is_slash(unit)).count() == 2 {
            return Err(Win32Error(ERROR_BAD_NETPATH));
        }
        special(path).map_or_else(|| disk(path), Ok)
    }
}

/// The code for a path that is not there: 3 when a folder on the way is missing, 2 when only its last part is.
pub(crate) fn missing(path: &CStr) -> Win32Error {
    let bytes = path.to_bytes();
    let bytes = bytes.strip_suffix(b"/").unwrap_or(bytes);
    let parent = match bytes.iter().rposition(|&byte| byte == b'/') {
        Some(0) => b"/",
        Some(at) => &bytes[..at],
        None => b".",
    };
    let has_parent = stat(parent).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory);
    Win32Error(if has_parent { ERROR_FILE_NOT_FOUND } else { ERROR_PATH_NOT_FOUND })
}

/// UTF-16 as UTF-8. Units that stand for bytes that were no UTF-8 become these bytes again (see `text::from_utf8`).
pub(crate) fn narrow(units: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(units.len());
    for decoded in char::decode_utf16(units.iter().copied()) {
        match decoded.map_err(|error| error.unpaired_surrogate()) {
            Ok(character) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(unit @ 0xDC80..=0xDCFF) => bytes.push(unit as u8),
            // As UTF-8 would encode it: no name of a file on Linux is wrong, and no two become one.
            Err(unit) => {
                bytes.extend([0xE0 | (unit >> 12) as u8, 0x80 | (unit >> 6 & 0x3F) as u8, 0x80 | (unit & 0x3F) as u8]);
            }
        }
    }
    bytes
}

/// The path in the form that the kernel knows, as text of bytes: for GetFullPathName and the file functions.
fn disk(path: &[u16]) -> Result<Target, Win32Error> {
    let path = match path {
        [_, colon, rest @ ..] if is_drive(path) && *colon == u16::from(b':') => {
            if !matches!(path[0], 0x43 | 0x63) {
                return Err(Win32Error(ERROR_PATH_NOT_FOUND));
            }
            if rest.is_empty() { &[u16::from(b'.')] } else { rest }
        }
        _ => path,
    };
    let is_forbidden = |unit: &u16| *unit < 0x20 || b"*?<>|\"".iter().any(|forbidden| *unit == u16::from(*forbidden));
    if path.iter().any(is_forbidden) {
        return Err(Win32Error(ERROR_INVALID_NAME));
    }
    let mut bytes = narrow(without_dots_at_end(path));
    bytes.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
    CString::new(bytes).map(Target::Disk).map_err(|_| Win32Error(ERROR_INVALID_NAME))
}

/// `rest` of `\\.\rest`.
fn device(rest: &[u16]) -> Result<Target, Win32Error> {
    if let Some(target) = special(rest) {
        return Ok(target);
    }
    let mut components = rest.split(|&unit| is_slash(unit));
    let device = components.next().unwrap_or_default();
    let has_path = components.any(|component| !component.is_empty());
    Err(Win32Error(match device {
        _ if is_word(device, "unc") => ERROR_BAD_NETPATH,
        _ if has_path && !is_word(device, "pipe") => ERROR_PATH_NOT_FOUND,
        _ => ERROR_FILE_NOT_FOUND,
    }))
}

fn special(name: &[u16]) -> Option<Target> {
    let name = name.strip_suffix(&[u16::from(b':')]).unwrap_or(name);
    match name.len() {
        3 if is_word(name, "nul") => Some(Target::Null),
        3 if is_word(name, "con") => Some(Target::Console),
        6 if is_word(name, "conin$") => Some(Target::ConsoleInput),
        7 if is_word(name, "conout$") => Some(Target::ConsoleOutput),
        _ => None,
    }
}

/// Windows cuts dots and spaces off a path's end. Folders that are dots stay.
fn without_dots_at_end(path: &[u16]) -> &[u16] {
    let start = path.iter().rposition(|&unit| is_slash(unit)).map_or(0, |at| at + 1);
    match path[start..].iter().rposition(|&unit| unit != u16::from(b'.') && unit != u16::from(b' ')) {
        Some(last) => &path[..start + last + 1],
        None => path,
    }
}

fn after_device_prefix(path: &[u16]) -> Option<&[u16]> {
    match path {
        [a, b, mark, c, rest @ ..] if is_slash(*a) && is_slash(*b) && is_slash(*c) => {
            (*mark == u16::from(b'.') || *mark == u16::from(b'?')).then_some(rest)
        }
        _ => None,
    }
}

fn without_slashes(path: &[u16]) -> &[u16] {
    let end = path.iter().rposition(|&unit| !is_slash(unit)).map_or(0, |last| last + 1);
    let start = path.iter().position(|&unit| !is_slash(unit)).unwrap_or(0);
    &path[start.min(end)..end]
}

fn is_drive(path: &[u16]) -> bool {
    matches!(path, [letter, colon, ..]
        if u8::try_from(*letter).is_ok_and(|byte| byte.is_ascii_alphabetic()) && *colon == u16::from(b':'))
}

pub(crate) fn is_slash(unit: u16) -> bool {
    unit == u16::from(b'\\') || unit == u16::from(b'/')
}

fn is_word(units: &[u16], word: &str) -> bool {
    String::from_utf16(units).is_ok_and(|text| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Result<Target, Win32Error> {
        Target::of(&path.encode_utf16().collect::<Vec<_>>())
    }

    fn disk_path(path: &str) -> String {
        match of(path) {
            Ok(Target::Disk(found)) => found.into_string().unwrap(),
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn files() {
        for (path, expected) in [
            ("x", "x"),
            (r"a\b/c", "a/b/c"),
            (r"C:\probe.tmp", "/probe.tmp"),
            ("c:x", "x"),
            ("C:", "."),
            (r"\\?\C:\a\b", "/a/b"),
            (r"\\.\c:\a", "/a"),
            (r"\a", "/a"),
            ("a.txt. .", "a.txt"),
            (r"a\..", "a/.."),
            ("..", ".."),
            ("ж", "ж"),
            ("conx", "conx"),
            (r"mailslot\a", "mailslot/a"),
        ] {
            assert_eq!(disk_path(path), expected, "{path}");
        }
    }

    #[test]
    fn devices() {
        assert!(matches!(of(r"\\.\mailslot"), Ok(Target::MailslotDevice)));
        assert!(matches!(of(r"\\.\MailSlot\"), Ok(Target::MailslotRoot)));
        assert!(matches!(of(r"\\.\mailslot\a"), Ok(Target::Slot(_))));
        assert!(matches!(of("nul"), Ok(Target::Null)));
        assert!(matches!(of(r"\\.\NUL"), Ok(Target::Null)));
        assert!(matches!(of("CON:"), Ok(Target::Console)));
        assert!(matches!(of("CONIN$"), Ok(Target::ConsoleInput)));
        assert!(matches!(of(r"\\.\conout$"), Ok(Target::ConsoleOutput)));
    }

    #[test]
    fn what_is_not_there() {
        for (path, code) in [
            (r"D:\x", 3),
            (r"\\.\pipe\x", 2),
            (r"\\.\mailslotx", 2),
            (r"\\.\mailslotx\a", 3),
            (r"\\host\share\x", 53),
            (r"\\?\UNC\host\share", 53),
            (r"\\host\mailslot\x", 3025),
            ("a*b", 123),
            ("a\tb", 123),
        ] {
            assert_eq!(of(path).unwrap_err(), Win32Error(code), "{path}");
        }
    }

    #[test]
    fn stray_bytes_come_back() {
        assert_eq!(narrow(&[0x61, 0xDCC4, 0xD83D, 0xDE00]), b"a\xC4\xF0\x9F\x98\x80");
    }
}
