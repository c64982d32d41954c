//! Consoles by their handles: mode, input and output.

use std::os::fd::{AsRawFd, RawFd};

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::termios::isatty;
use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, ERROR_NOACCESS, FALSE, HANDLE, TRUE};
use windows_sys::core::BOOL;

use super::terminal::{ECHO, LINES, SIGNALS, switch_for_program, switches};
use crate::boundary::boundary;
use crate::compat::files::{File, OnSlot, with_file};
use crate::last_error::Win32Error;
use crate::object::KernelObject;
use crate::output::store;

/// Tells the mode of a terminal. Of its input: 1 `ENABLE_PROCESSED_INPUT`, 2 `ENABLE_LINE_INPUT`, 4 `ENABLE_ECHO_INPUT`, as the
/// terminal is set. Of its output, always: 1 `ENABLE_PROCESSED_OUTPUT`, 2 `ENABLE_WRAP_AT_EOL_OUTPUT`, 4
/// `ENABLE_VIRTUAL_TERMINAL_PROCESSING`.
///
/// Fails with `FALSE`: 6 no terminal, 998 `lpMode` is NULL.
///
/// # Safety
///
/// `lpMode` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetConsoleMode(hConsoleHandle: HANDLE, lpMode: *mut u32) -> BOOL {
    boundary(FALSE, || {
        let mode = with_terminal(hConsoleHandle, |_, descriptor, is_input| {
            if !is_input {
                return Ok(OUTPUT_MODE);
            }
            let on = switches(descriptor)?;
            Ok(INPUT_MODES.iter().filter(|(_, switch)| on & switch != 0).map(|(bit, _)| bit).sum())
        })?;
        if lpMode.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises a DWORD.
        unsafe { lpMode.write_unaligned(mode) };
        Ok(TRUE)
    })
}

/// Sets the mode of a terminal's input, see [`GetConsoleMode`]: for the terminal, and for all programs on it, until this process ends.
/// Modes of its output are accepted and mean nothing.
///
/// Fails with `FALSE`: 6 no terminal.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetConsoleMode(hConsoleHandle: HANDLE, dwMode: u32) -> BOOL {
    boundary(FALSE, || {
        with_terminal(hConsoleHandle, |_, descriptor, is_input| {
            if is_input {
                let wanted = |is_on: bool| {
                    let chosen = INPUT_MODES.iter().filter(|(bit, _)| (dwMode & bit != 0) == is_on);
                    chosen.fold(0, |switches, (_, switch)| switches | switch)
                };
                switch_for_program(descriptor, wanted(true), wanted(false))?;
            }
            Ok(TRUE)
        })
    })
}

/// Writes text to a terminal. `lpNumberOfCharsWritten` may be NULL.
///
/// Fails with `FALSE`: 6 no terminal; files are written with WriteFile.
///
/// # Safety
///
/// `lpBuffer` points to `nNumberOfCharsToWrite` bytes; `lpNumberOfCharsWritten` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn WriteConsoleA(
    hConsoleOutput: HANDLE,
    lpBuffer: *const u8,
    nNumberOfCharsToWrite: u32,
    lpNumberOfCharsWritten: *mut u32,
    _lpReserved: *const u8,
) -> BOOL {
    boundary(FALSE, || {
        let written = with_terminal(hConsoleOutput, |file, _, _| {
            if lpBuffer.is_null() || nNumberOfCharsToWrite == 0 {
                return Ok(0);
            }
            // SAFETY: not NULL, so the caller promises the bytes.
            file.write(unsafe { std::slice::from_raw_parts(lpBuffer, nNumberOfCharsToWrite as usize) })
        })?;
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfCharsWritten, written as u32) };
        Ok(TRUE)
    })
}

/// Reads from a terminal: a line of it, unless its mode says otherwise. A line ends in `\n` alone.
///
/// Fails with `FALSE`: 6 no terminal; files are read with ReadFile.
///
/// # Safety
///
/// `lpBuffer` points to `nNumberOfCharsToRead` bytes; `lpNumberOfCharsRead` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ReadConsoleA(
    hConsoleInput: HANDLE,
    lpBuffer: *mut u8,
    nNumberOfCharsToRead: u32,
    lpNumberOfCharsRead: *mut u32,
    _pInputControl: *const u8,
) -> BOOL {
    boundary(FALSE, || {
        let read = with_terminal(hConsoleInput, |file, _, _| {
            if lpBuffer.is_null() || nNumberOfCharsToRead == 0 {
                return Ok(0);
            }
            // SAFETY: not NULL, so the caller promises the bytes.
            file.read(unsafe { std::slice::from_raw_parts_mut(lpBuffer, nNumberOfCharsToRead as usize) })
        })?;
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfCharsRead, read as u32) };
        Ok(TRUE)
    })
}

/// No mailslot is a console.
const NO_CONSOLE: OnSlot = OnSlot::both(ERROR_INVALID_HANDLE);

const OUTPUT_MODE: u32 = 7;

const INPUT_MODES: [(u32, u8); 3] = [(1, SIGNALS), (2, LINES), (4, ECHO)];

/// Runs `body` on the terminal that a handle refers to, its descriptor, and whether the handle is one of its input. Terminals are mostly
/// open both ways: standard input is input, and so is what is open for reading alone, as `CONIN$` always is.
fn with_terminal<T>(
    handle: HANDLE,
    body: impl FnOnce(&File, RawFd, bool) -> Result<T, Win32Error>,
) -> Result<T, Win32Error> {
    with_file(handle, NO_CONSOLE, |file, _| {
        let open = file.open()?;
        if !isatty(open.fd()) {
            return Err(Win32Error::INVALID_HANDLE);
        }
        let descriptor = open.fd().as_raw_fd();
        let only_reads = fcntl_getfl(open.fd())?.intersection(OFlags::ACCMODE) == OFlags::RDONLY;
        body(file, descriptor, descriptor == 0 || only_reads)
    })
}
