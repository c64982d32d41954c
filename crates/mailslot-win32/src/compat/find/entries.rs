//! What a pattern finds: slots, or the entries of a folder.

use std::ffi::CString;

use mailslot::FileTime;
use rustix::fs::{CWD, Dir, Mode, OFlags, openat};
use windows_sys::Win32::Foundation::{ERROR_DIRECTORY, ERROR_FILE_NOT_FOUND, ERROR_INVALID_NAME};
use windows_sys::Win32::Storage::FileSystem::FILE_ATTRIBUTE_NORMAL;

use super::pattern::Pattern;
use crate::compat::files::{Metadata, Target, is_slash, missing, narrow};
use crate::last_error::Win32Error;
use crate::text::units_of;

/// One thing that was found.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its name: relative to the folder of the pattern, and for slots the whole name.
    pub(super) name: Vec<u8>,
    pub(super) attributes: u32,
    pub(super) creation: FileTime,
    pub(super) access: FileTime,
    pub(super) write: FileTime,
    pub(super) size: u64,
}

/// All that matches a pattern, in the order of their upcased names.
///
/// # Errors
///
/// 2 nothing matches, 3 the folder is not there, 123 wildcards in the folder's name, 267 the folder is none; those of the path.
pub(super) fn find(path: &[u16]) -> Result<Vec<Entry>, Win32Error> {
    let folder_end = path.iter().rposition(|&unit| is_slash(unit)).map_or(0, |at| at + 1);
    let found = match slot_pattern(path) {
        Some(pattern) => slots(&Pattern::new(pattern))?,
        None if path.len() == folder_end => Vec::new(),
        None => files(&path[..folder_end], &path[folder_end..])?,
    };
    if found.is_empty() { Err(Win32Error(ERROR_FILE_NOT_FOUND)) } else { Ok(found) }
}

/// What follows `\\.\mailslot\`, if the path begins so.
fn slot_pattern(path: &[u16]) -> Option<&[u16]> {
    const PREFIX_UNITS: usize = r"\\.\mailslot\".len();
    let prefix = path.get(..PREFIX_UNITS)?;
    matches!(Target::of(prefix), Ok(Target::MailslotRoot)).then(|| &path[PREFIX_UNITS..])
}

fn slots(pattern: &Pattern) -> Result<Vec<Entry>, Win32Error> {
    let slots = mailslot::list()?.into_iter();
    let found = slots.filter(|slot| pattern.matches(slot.name.path_utf16())).map(|slot| Entry {
        name: narrow(slot.name.path_utf16()),
        attributes: FILE_ATTRIBUTE_NORMAL,
        creation: slot.created,
        access: slot.created,
        write: slot.created,
        size: 0,
    });
    Ok(found.collect())
}

fn files(folder: &[u16], pattern: &[u16]) -> Result<Vec<Entry>, Win32Error> {
    if !Pattern::is_wild(pattern) {
        return file(folder, pattern);
    }
    let folder = match folder {
        [] => c".".to_owned(),
        _ => disk(folder)?,
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = openat(CWD, &folder, flags, Mode::empty()).map_err(|errno| match errno {
        rustix::io::Errno::NOENT => Win32Error(windows_sys::Win32::Foundation::ERROR_PATH_NOT_FOUND),
        rustix::io::Errno::NOTDIR => Win32Error(ERROR_DIRECTORY),
        errno => errno.into(),
    })?;
    let pattern = Pattern::new(pattern);
    let mut found = Vec::new();
    for entry in Dir::read_from(&opened)? {
        let entry = entry?;
        let name = entry.file_name();
        let units = units_of(name.to_bytes());
        if pattern.matches(&units)
            // What is gone since it was listed is not found.
            && let Ok(metadata) = Metadata::of_entry(std::os::fd::AsFd::as_fd(&opened), name)
        {
            found.push((mailslot::upcase_utf16(&units), entry_of(name.to_bytes(), &metadata)));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

/// The one file that a name without wildcards means.
fn file(folder: &[u16], name: &[u16]) -> Result<Vec<Entry>, Win32Error> {
    let path = disk(&[folder, name].concat())?;
    let found = Metadata::of_path(&path).map_err(|_| missing(&path))?;
    let name = path.to_bytes().rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    Ok(vec![entry_of(name, &found)])
}

fn disk(path: &[u16]) -> Result<CString, Win32Error> {
    match Target::of(path)? {
        Target::Disk(path) => Ok(path),
        // The device has no folder around it, and consoles are in none.
        Target::MailslotDevice => Err(Win32Error(ERROR_FILE_NOT_FOUND)),
        _ => Err(Win32Error(ERROR_INVALID_NAME)),
    }
}

fn entry_of(name: &[u8], found: &Metadata) -> Entry {
    Entry {
        name: name.to_vec(),
        attributes: found.attributes,
        creation: found.creation,
        access: found.access,
        write: found.write,
        size: found.size,
    }
}
