//! Terminals as consoles.

use std::os::fd::AsRawFd;

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use windows_sys::Win32::Foundation::{ERROR_INVALID_HANDLE, ERROR_NOACCESS, FALSE, HANDLE, TRUE};
use windows_sys::core::BOOL;

use super::file::Open;
use super::{OnSlot, with_file};
use crate::boundary::boundary;
use crate::last_error::Win32Error;
use crate::object::KernelObject;

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
        let mode = with_file(hConsoleHandle, NO_CONSOLE, |file, access| {
            let open = file.open()?;
            let modes = tcgetattr(open.fd()).map_err(|_| Win32Error::INVALID_HANDLE)?.local_modes;
            if !is_input(&open, access.allows_reading() && !access.allows_writing()) {
                return Ok(OUTPUT_MODE);
            }
            Ok(INPUT_MODES.iter().filter(|(_, local)| modes.contains(*local)).map(|(bit, _)| bit).sum())
        })?;
        if lpMode.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises a DWORD.
        unsafe { lpMode.write_unaligned(mode) };
        Ok(TRUE)
    })
}

/// Sets the mode of a terminal's input, see [`GetConsoleMode`]: for the terminal, and for all programs on it. Modes of its output
/// are accepted and mean nothing.
///
/// Fails with `FALSE`: 6 no terminal.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn SetConsoleMode(hConsoleHandle: HANDLE, dwMode: u32) -> BOOL {
    boundary(FALSE, || {
        with_file(hConsoleHandle, NO_CONSOLE, |file, access| {
            let open = file.open()?;
            let mut attributes = tcgetattr(open.fd()).map_err(|_| Win32Error::INVALID_HANDLE)?;
            if is_input(&open, access.allows_reading() && !access.allows_writing()) {
                for (bit, local) in INPUT_MODES {
                    attributes.local_modes.set(local, dwMode & bit != 0);
                }
                tcsetattr(open.fd(), OptionalActions::Now, &attributes)?;
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
        let written = with_file(hConsoleOutput, NO_CONSOLE, |file, _| {
            tcgetattr(file.open()?.fd()).map_err(|_| Win32Error::INVALID_HANDLE)?;
            if lpBuffer.is_null() || nNumberOfCharsToWrite == 0 {
                return Ok(0);
            }
            // SAFETY: not NULL, so the caller promises the bytes.
            file.write(unsafe { std::slice::from_raw_parts(lpBuffer, nNumberOfCharsToWrite as usize) })
        })?;
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfCharsWritten, written) };
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
        let read = with_file(hConsoleInput, NO_CONSOLE, |file, _| {
            tcgetattr(file.open()?.fd()).map_err(|_| Win32Error::INVALID_HANDLE)?;
            if lpBuffer.is_null() || nNumberOfCharsToRead == 0 {
                return Ok(0);
            }
            // SAFETY: not NULL, so the caller promises the bytes.
            file.read(unsafe { std::slice::from_raw_parts_mut(lpBuffer, nNumberOfCharsToRead as usize) })
        })?;
        // SAFETY: the caller's promise.
        unsafe { store(lpNumberOfCharsRead, read) };
        Ok(TRUE)
    })
}

/// No mailslot is a console.
const NO_CONSOLE: OnSlot = OnSlot::both(ERROR_INVALID_HANDLE);

const OUTPUT_MODE: u32 = 7;

const INPUT_MODES: [(u32, LocalModes); 3] = [(1, LocalModes::ISIG), (2, LocalModes::ICANON), (4, LocalModes::ECHO)];

/// Terminals are open both ways; which one is meant is what the descriptor stands for.
fn is_input(open: &Open, only_reads: bool) -> bool {
    open.fd().as_raw_fd() == 0 || only_reads
}

/// Writes an optional output.
///
/// # Safety
///
/// `place` is NULL or points to a DWORD.
unsafe fn store(place: *mut u32, value: usize) {
    if !place.is_null() {
        // SAFETY: not NULL, so the caller promises a DWORD.
        unsafe { place.write_unaligned(value as u32) };
    }
}
