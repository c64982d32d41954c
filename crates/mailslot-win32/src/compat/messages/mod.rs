//! FormatMessage: texts for error codes, and texts with inserts.

mod inserts;
mod layout;
mod texts;

use std::ffi::CStr;

use windows_sys::Win32::Foundation::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, ERROR_MR_MID_NOT_FOUND, ERROR_NOT_ENOUGH_MEMORY,
};

use crate::boundary::boundary;
use crate::last_error::Win32Error;
use inserts::Arguments;

/// Makes a text, of a code (`FORMAT_MESSAGE_FROM_SYSTEM`, 0x1000) or of the text `lpSource` (`FORMAT_MESSAGE_FROM_STRING`, 0x400).
///
/// - `dwFlags`: besides these, 0x100 `FORMAT_MESSAGE_ALLOCATE_BUFFER`: `lpBuffer` points to a pointer, which receives new memory, to
///   be freed with `free` (LocalFree); 0x200 `FORMAT_MESSAGE_IGNORE_INSERTS`: `%1` stays as it is; 0x2000
///   `FORMAT_MESSAGE_ARGUMENT_ARRAY`; 0x800 `FORMAT_MESSAGE_FROM_HMODULE`: no module has texts, so it adds nothing. The lowest
///   byte: 0 keeps the text's line breaks, 0xFF `FORMAT_MESSAGE_MAX_WIDTH_MASK` makes spaces of them, any other number breaks
///   lines at that width.
/// - `dwLanguageId`: ignored; the texts are English.
/// - `nSize`: the room in `lpBuffer` in bytes, or the least to allocate.
/// - `Arguments`: NULL, or with `FORMAT_MESSAGE_ARGUMENT_ARRAY` an array of as many values as there are inserts. Programs in C
///   may pass a `va_list`, of which the header makes an array.
///
/// Returns the number of bytes without the NUL. Fails with 0: 8 no memory, 87 no source, no buffer, or inserts without arguments,
/// 122 the buffer is too small, 317 there is no text for the code.
///
/// # Safety
///
/// With `FORMAT_MESSAGE_FROM_STRING`, `lpSource` is NULL or points to bytes up to and including a NUL. `lpBuffer` is NULL or
/// points to `nSize` bytes, or to a pointer. `Arguments` is NULL or points to a value for each insert, and a value for a text
/// is NULL or points to bytes up to and including a NUL, or to as many as its precision says.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FormatMessageA(
    dwFlags: u32,
    lpSource: *const u8,
    dwMessageId: u32,
    _dwLanguageId: u32,
    lpBuffer: *mut u8,
    nSize: u32,
    Arguments: *const usize,
) -> u32 {
    boundary(0, || {
        if !Arguments.is_null() && dwFlags & (ARGUMENT_ARRAY | IGNORE_INSERTS) == 0 {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: the caller's promise.
        unsafe { format(dwFlags, lpSource, dwMessageId, lpBuffer, nSize, Arguments, 1) }
    })
}

/// For the headers' FormatMessageA and FormatMessageW: as [`FormatMessageA`], with UTF-8 for source and result, and texts among the
/// arguments of units of `unit_bytes` (1, 2 or 4).
///
/// # Safety
///
/// As for [`FormatMessageA`], with such units in the texts among the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mailslot_format_message(
    flags: u32,
    source: *const u8,
    code: u32,
    buffer: *mut u8,
    size: u32,
    arguments: *const usize,
    unit_bytes: u32,
) -> u32 {
    // SAFETY: the caller's promise.
    boundary(0, || unsafe { format(flags, source, code, buffer, size, arguments, unit_bytes) })
}

const ALLOCATE_BUFFER: u32 = 0x100;
const IGNORE_INSERTS: u32 = 0x200;
const FROM_STRING: u32 = 0x400;
const FROM_SYSTEM: u32 = 0x1000;
const ARGUMENT_ARRAY: u32 = 0x2000;

/// # Safety
///
/// As for [`mailslot_format_message`].
unsafe fn format(
    flags: u32,
    source: *const u8,
    code: u32,
    buffer: *mut u8,
    size: u32,
    arguments: *const usize,
    unit_bytes: u32,
) -> Result<u32, Win32Error> {
    if buffer.is_null() {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    }
    if flags & ALLOCATE_BUFFER != 0 {
        // SAFETY: not NULL, so the caller promises a pointer.
        unsafe { buffer.cast::<*mut u8>().write_unaligned(std::ptr::null_mut()) };
    }
    let template: Vec<u8> = if flags & FROM_STRING != 0 {
        if source.is_null() {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: not NULL, so the caller promises a text.
        unsafe { CStr::from_ptr(source.cast()) }.to_bytes().to_vec()
    } else if flags & FROM_SYSTEM != 0 {
        let text = texts::of(code).ok_or(Win32Error(ERROR_MR_MID_NOT_FOUND))?;
        format!("{text}\r\n").into_bytes()
    } else {
        return Err(Win32Error(ERROR_INVALID_PARAMETER));
    };
    let template = layout::with_width(&template, flags & 0xFF);
    let text = if flags & IGNORE_INSERTS != 0 {
        inserts::ignored(&template)
    } else {
        // SAFETY: the caller's promise.
        unsafe { inserts::filled(&template, Arguments::new(arguments, unit_bytes)) }?
    };
    let text = layout::broken_at(text, flags & 0xFF);
    let length = u32::try_from(text.len()).map_err(|_| Win32Error(ERROR_NOT_ENOUGH_MEMORY))?;
    let place = if flags & ALLOCATE_BUFFER != 0 {
        let room = text.len().saturating_add(1).max(size as usize);
        // SAFETY: any size may be asked for.
        let memory = unsafe { libc::malloc(room) }.cast::<u8>();
        if memory.is_null() {
            return Err(Win32Error(ERROR_NOT_ENOUGH_MEMORY));
        }
        // SAFETY: the caller promises a pointer.
        unsafe { buffer.cast::<*mut u8>().write_unaligned(memory) };
        memory
    } else if text.len() < size as usize {
        buffer
    } else {
        return Err(Win32Error(ERROR_INSUFFICIENT_BUFFER));
    };
    // SAFETY: there is room for the text and its NUL: it was just compared, or allocated.
    unsafe { place.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
    // SAFETY: as above.
    unsafe { place.wrapping_add(text.len()).write(0) };
    Ok(length)
}
