//! Where the program is that CreateProcess is asked to start.
//!
//! Windows looks for a name without a folder in the folder of the running program, in the current one, in those of the system
//! and in `PATH`. So does this, without those of the system. `\` may stand for `/`. Linux programs have no extension: where
//! `name.exe` does not exist, `name` is looked for, and where `name` does not exist, `name.exe`, at each place before the next.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_BAD_EXE_FORMAT, ERROR_FILE_NOT_FOUND, ERROR_FILENAME_EXCED_RANGE, ERROR_PATH_NOT_FOUND,
};

use super::command_line::program_names;
use crate::last_error::Win32Error;

/// The file of `lpApplicationName`: a path, relative to the current directory, and not looked for anywhere else.
///
/// # Errors
///
/// 2 no such file, 3 no such folder, 5 no right to run it, 206 a name that is too long.
pub(super) fn application(name: &[u8]) -> Result<PathBuf, Win32Error> {
    if name.is_empty() {
        return Err(Win32Error(ERROR_PATH_NOT_FOUND));
    }
    let mut worst = Failure::none();
    find_in(Path::new(""), name, &mut worst).ok_or_else(|| worst.error())
}

/// The file that a command line begins with.
///
/// # Errors
///
/// As [`application`].
pub(super) fn first_of(command_line: &[u8]) -> Result<PathBuf, Win32Error> {
    let mut worst = Failure::none();
    for name in program_names(command_line) {
        if name.is_empty() {
            continue;
        }
        let has_folder = name.iter().any(|byte| b"/\\".contains(byte));
        let folders = if has_folder { vec![PathBuf::new()] } else { search_path() };
        for folder in folders {
            if let Some(found) = find_in(&folder, name, &mut worst) {
                return Ok(found);
            }
        }
    }
    Err(worst.error())
}

/// Whether the kernel would run a file, as far as its first bytes tell: for programs that are started suspended, of which it is
/// asked later.
///
/// # Errors
///
/// 193 it is no program; 5 it cannot be read.
pub(super) fn check_format(path: &Path) -> Result<(), Win32Error> {
    let mut start = [0; 4];
    let mut file = match File::open(path) {
        Ok(file) => file,
        // A file that may be run and not read is as good as any.
        Err(_) => return Ok(()),
    };
    let length = file.read(&mut start).unwrap_or(0);
    let start = &start[..length];
    if start == b"\x7FELF" || start.starts_with(b"#!") { Ok(()) } else { Err(Win32Error(ERROR_BAD_EXE_FORMAT)) }
}

/// What stands in the way, the most telling of all places.
struct Failure(Win32Error);

impl Failure {
    fn none() -> Failure {
        Failure(Win32Error(ERROR_FILE_NOT_FOUND))
    }

    fn note(&mut self, code: u32) {
        if self.0 == Win32Error(ERROR_FILE_NOT_FOUND) {
            self.0 = Win32Error(code);
        }
    }

    fn error(self) -> Win32Error {
        self.0
    }
}

fn find_in(folder: &Path, name: &[u8], worst: &mut Failure) -> Option<PathBuf> {
    let mut names = vec![name.to_vec()];
    if name.contains(&b'\\') {
        names.push(name.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect());
    }
    for name in names {
        for name in [name.clone(), other_extension(&name)] {
            let path = folder.join(OsString::from_vec(name));
            match look_at(&path) {
                Ok(()) => return Some(path),
                Err(code) => worst.note(code),
            }
        }
    }
    None
}

fn other_extension(name: &[u8]) -> Vec<u8> {
    const EXTENSION: &[u8] = b".exe";
    match name.len().checked_sub(EXTENSION.len()) {
        Some(end) if end > 0 && name[end..].eq_ignore_ascii_case(EXTENSION) => name[..end].to_vec(),
        _ => [name, EXTENSION].concat(),
    }
}

fn look_at(path: &Path) -> Result<(), u32> {
    if path.metadata().is_ok_and(|data| data.is_file()) {
        let may_run = accessat(CWD, path, Access::EXEC_OK, AtFlags::EACCESS);
        return may_run.map_err(|_| ERROR_ACCESS_DENIED);
    }
    match accessat(CWD, path, Access::EXISTS, AtFlags::empty()) {
        // A folder, a device.
        Ok(()) | Err(Errno::ACCESS) => Err(ERROR_ACCESS_DENIED),
        Err(Errno::NAMETOOLONG) => Err(ERROR_FILENAME_EXCED_RANGE),
        Err(_) => match path.parent() {
            Some(parent) if parent != Path::new("") && !parent.is_dir() => Err(ERROR_PATH_NOT_FOUND),
            _ => Err(ERROR_FILE_NOT_FOUND),
        },
    }
}

fn search_path() -> Vec<PathBuf> {
    let own = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_else(|| OsStr::from_bytes(b"/usr/bin:/bin").to_owned());
    let mut folders: Vec<PathBuf> = own.into_iter().collect();
    folders.push(PathBuf::from("."));
    folders.extend(std::env::split_paths(&path).filter(|folder| folder.is_absolute()));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_swapped() {
        assert_eq!(other_extension(b"a.exe"), b"a");
        assert_eq!(other_extension(b"a.EXE"), b"a");
        assert_eq!(other_extension(b"a"), b"a.exe");
        assert_eq!(other_extension(b".exe"), b".exe.exe");
    }

    #[test]
    fn programs_are_found_by_windows_spellings() {
        assert!(first_of(b"sh -c true").unwrap().ends_with("sh"));
        assert!(first_of(b"SH.EXE").is_err());
        assert!(first_of(b"sh.exe").unwrap().ends_with("sh"));
        assert_eq!(application(b"\\bin\\sh"), Ok("/bin/sh".into()));
        assert_eq!(application(b"sh"), Err(Win32Error(ERROR_FILE_NOT_FOUND)));
        assert_eq!(application(b"/bin"), Err(Win32Error(ERROR_ACCESS_DENIED)));
        assert_eq!(application(b"/nowhere/sh"), Err(Win32Error(ERROR_PATH_NOT_FOUND)));
        assert_eq!(application(b"/etc/passwd"), Err(Win32Error(ERROR_ACCESS_DENIED)));
    }
}
