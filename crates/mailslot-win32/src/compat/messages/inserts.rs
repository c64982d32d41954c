//! `%1`, `%1!08x!`, `%n` and the other escapes of FormatMessage.

use windows_sys::Win32::Foundation::ERROR_INVALID_PARAMETER;

use crate::compat::files::narrow;
use crate::last_error::Win32Error;

/// The values of a program's inserts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arguments {
    values: *const usize,
    /// How wide a unit of the texts among them is.
    unit_bytes: u32,
}

impl Arguments {
    pub(super) fn new(values: *const usize, unit_bytes: u32) -> Arguments {
        Arguments { values, unit_bytes }
    }

    /// The value with this number, from 1 on.
    ///
    /// # Safety
    ///
    /// The program gave NULL or at least so many.
    unsafe fn value(self, number: usize) -> Result<usize, Win32Error> {
        if self.values.is_null() || number == 0 {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { self.values.wrapping_add(number - 1).read_unaligned() })
    }
}

/// The template with everything done but its inserts, which stay as they are.
pub(super) fn ignored(template: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(template.len());
    let mut rest = template;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_first()) {
            (b'%', Some((b'0', _))) => return text,
            (b'%', Some((digit @ b'1'..=b'9', after))) => {
                text.extend([b'%', *digit]);
                rest = after;
            }
            (b'%', Some((escape, after))) => {
                push_escape(&mut text, *escape);
                rest = after;
            }
            _ => text.push(byte),
        }
    }
    text
}

/// The template with its inserts replaced by values.
///
/// # Errors
///
/// 87 for an insert without a value, and for a malformed one.
///
/// # Safety
///
/// The arguments have a value for each insert and each `*` in one, and those for texts are NULL or point to texts.
pub(super) unsafe fn filled(template: &[u8], arguments: Arguments) -> Result<Vec<u8>, Win32Error> {
    let mut text = Vec::with_capacity(template.len());
    let mut rest = template;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_first()) {
            (b'%', Some((b'0', _))) => return Ok(text),
            (b'%', Some((b'1'..=b'9', _))) => {
                let insert = Insert::parse(after)?;
                rest = &after[insert.length..];
                // SAFETY: the caller's promise.
                unsafe { insert.write(&mut text, arguments) }?;
            }
            (b'%', Some((escape, after))) => {
                push_escape(&mut text, *escape);
                rest = after;
            }
            _ => text.push(byte),
        }
    }
    Ok(text)
}

fn push_escape(text: &mut Vec<u8>, escape: u8) {
    match escape {
        b'n' => text.extend_from_slice(b"\r\n"),
        b'r' => text.push(b'\r'),
        b't' => text.push(b'\t'),
        b'b' => text.push(b' '),
        // A space, a full stop, an exclamation mark, a percent sign: itself, where it would mean something else or be cut off.
        other => text.push(other),
    }
}

/// One insert: `1`, `12`, `1!5.3s!`.
#[derive(Debug, PartialEq, Eq)]
struct Insert {
    number: usize,
    left: bool,
    zeros: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: Size,
    precision: Size,
    /// Bytes of an integer; texts: narrow (1), wide (2), or the program's own (0).
    bytes: u32,
    conversion: u8,
    /// How much of the template it takes.
    length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    None,
    Given(usize),
    /// `*`: a value of its own.
    Value,
}

/// No field is longer, whatever a program asks for.
const LONGEST_FIELD: usize = 1 << 16;

impl Insert {
    fn parse(text: &[u8]) -> Result<Insert, Win32Error> {
        let digits = text.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let number = text[..digits].iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
        let mut insert = Insert {
            number,
            left: false,
            zeros: false,
            plus: false,
            space: false,
            alternate: false,
            width: Size::None,
            precision: Size::None,
            bytes: 0,
            conversion: b's',
            length: digits,
        };
        if text.get(digits) != Some(&b'!') {
            return Ok(insert);
        }
        let inside = &text[digits + 1..];
        let end = inside.iter().position(|&byte| byte == b'!').ok_or(MALFORMED)?;
        insert.length = digits + end + 2;
        insert.parse_format(&inside[..end])?;
        Ok(insert)
    }

    fn parse_format(&mut self, mut format: &[u8]) -> Result<(), Win32Error> {
        while let Some((&flag, rest)) = format.split_first() {
            match flag {
                b'-' => self.left = true,
                b'0' => self.zeros = true,
                b'+' => self.plus = true,
                b' ' => self.space = true,
                b'#' => self.alternate = true,
                _ => break,
            }
            format = rest;
        }
        (self.width, format) = size(format);
        if let Some(rest) = format.strip_prefix(b".") {
            (self.precision, format) = size(rest);
            if self.precision == Size::None {
                self.precision = Size::Given(0);
            }
        }
        let lengths: [(&[u8], u32); 9] =
            [(b"I64", 8), (b"I32", 4), (b"ll", 8), (b"hh", 1), (b"l", 4), (b"h", 2), (b"w", 4), (b"I", 8), (b"z", 8)];
        let mut length: &[u8] = b"";
        for (prefix, bytes) in lengths {
            if let Some(rest) = format.strip_prefix(prefix) {
                (length, self.bytes, format) = (prefix, bytes, rest);
                break;
            }
        }
        let &[conversion] = format else { return Err(MALFORMED) };
        self.conversion = conversion;
        // `h` and `l` say how wide a text is, whatever the program's own is; a capital turns it round.
        match conversion {
            b's' | b'c' => {
                self.bytes = match length {
                    b"h" | b"hh" => 1,
                    b"l" | b"ll" | b"w" => 2,
                    _ => 0,
                };
            }
            b'S' | b'C' => self.bytes = OTHER_WIDTH,
            b'p' => self.bytes = 8,
            b'd' | b'i' | b'u' | b'x' | b'X' | b'o' => self.bytes = if self.bytes == 0 { 4 } else { self.bytes },
            _ => return Err(MALFORMED),
        }
        Ok(())
    }

    /// # Safety
    ///
    /// As for [`filled`].
    unsafe fn write(&self, text: &mut Vec<u8>, arguments: Arguments) -> Result<(), Win32Error> {
        let mut next = self.number;
        let mut sizes = [self.width, self.precision];
        for size in &mut sizes {
            if *size == Size::Value {
                // SAFETY: the caller's promise.
                *size = Size::Given(unsafe { arguments.value(next) }? as u32 as usize);
                next += 1;
            }
        }
        // SAFETY: the caller's promise.
        let value = unsafe { arguments.value(next) }?;
        let precision = match sizes[1] {
            Size::Given(precision) => Some(precision.min(LONGEST_FIELD)),
            _ => None,
        };
        let (sign, body) = match self.conversion {
            b's' | b'S' => {
                let unit = self.unit_bytes(arguments.unit_bytes);
                // SAFETY: the caller's promise.
                (String::new(), unsafe { text_at(value, unit, precision) })
            }
            b'c' | b'C' => {
                let unit = self.unit_bytes(arguments.unit_bytes);
                (String::new(), character(value, unit))
            }
            _ => self.number(value, precision),
        };
        self.pad(text, sizes[0], &sign, &body, precision.is_some());
        Ok(())
    }

    fn unit_bytes(&self, own: u32) -> u32 {
        let wide = if own == 1 { WCHAR_BYTES } else { own };
        match self.bytes {
            0 => own,
            1 => 1,
            OTHER_WIDTH if own != 1 => 1,
            _ => wide,
        }
    }

    fn number(&self, value: usize, precision: Option<usize>) -> (String, Vec<u8>) {
        let bits = 8 * self.bytes.clamp(1, 8);
        let unsigned = if bits == 64 { value as u64 } else { value as u64 & ((1 << bits) - 1) };
        let signed = (unsigned << (64 - bits)) as i64 >> (64 - bits);
        let (sign, digits) = match self.conversion {
            b'd' | b'i' => {
                let sign = match signed {
                    ..0 => "-",
                    _ if self.plus => "+",
                    _ if self.space => " ",
                    _ => "",
                };
                (sign, signed.unsigned_abs().to_string())
            }
            b'u' => ("", unsigned.to_string()),
            b'o' => (if self.alternate { "0" } else { "" }, format!("{unsigned:o}")),
            b'x' => (if self.alternate && unsigned != 0 { "0x" } else { "" }, format!("{unsigned:x}")),
            b'X' => (if self.alternate && unsigned != 0 { "0X" } else { "" }, format!("{unsigned:X}")),
            _ => ("", format!("{unsigned:016X}")),
        };
        let zeros = precision.unwrap_or(1).saturating_sub(digits.len());
        (sign.to_owned(), ["0".repeat(zeros), digits].concat().into_bytes())
    }

    fn pad(&self, text: &mut Vec<u8>, width: Size, sign: &str, body: &[u8], has_precision: bool) {
        let width = match width {
            Size::Given(width) => width.min(LONGEST_FIELD),
            _ => 0,
        };
        let length = sign.len() + String::from_utf8_lossy(body).chars().count();
        let missing = width.saturating_sub(length);
        let is_number = !matches!(self.conversion, b's' | b'S' | b'c' | b'C');
        let (spaces, zeros) =
            if self.zeros && !self.left && !(is_number && has_precision) { (0, missing) } else { (missing, 0) };
        if !self.left {
            text.extend(std::iter::repeat_n(b' ', spaces));
        }
        text.extend_from_slice(sign.as_bytes());
        text.extend(std::iter::repeat_n(b'0', zeros));
        text.extend_from_slice(body);
        if self.left {
            text.extend(std::iter::repeat_n(b' ', spaces));
        }
    }
}

const MALFORMED: Win32Error = Win32Error(ERROR_INVALID_PARAMETER);

/// Narrow in a wide program, and wide in a narrow one.
const OTHER_WIDTH: u32 = u32::MAX;

/// What a wide text is in a narrow program: Linux's `wchar_t`.
const WCHAR_BYTES: u32 = 4;

fn size(format: &[u8]) -> (Size, &[u8]) {
    if let Some(rest) = format.strip_prefix(b"*") {
        return (Size::Value, rest);
    }
    let digits = format.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = format[..digits]
        .iter()
        .fold(0_usize, |number, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    (if digits == 0 { Size::None } else { Size::Given(number) }, &format[digits..])
}

/// The text at an address, as UTF-8; `(null)` for NULL. At most `precision` units of it are read.
///
/// # Safety
///
/// The address is 0 or that of units up to and including a NUL, or of `precision` units.
unsafe fn text_at(address: usize, unit_bytes: u32, precision: Option<usize>) -> Vec<u8> {
    if address == 0 {
        return b"(null)".to_vec();
    }
    match unit_bytes {
        1 => {
            // SAFETY: the caller's promise.
            unsafe { units_at(address as *const u8, precision) }
        }
        2 => {
            // SAFETY: the caller's promise.
            narrow(&unsafe { units_at(address as *const u16, precision) })
        }
        _ => {
            // SAFETY: the caller's promise.
            let values = unsafe { units_at(address as *const u32, precision) };
            values.into_iter().flat_map(utf8_of).collect()
        }
    }
}

/// # Safety
///
/// As for [`text_at`].
unsafe fn units_at<T: Copy + Default + PartialEq>(text: *const T, limit: Option<usize>) -> Vec<T> {
    let mut units = Vec::new();
    while limit.is_none_or(|limit| units.len() < limit) {
        // SAFETY: the caller promises that every unit up to the NUL, or the limit, can be read.
        let unit = unsafe { text.wrapping_add(units.len()).read_unaligned() };
        if unit == T::default() {
            break;
        }
        units.push(unit);
    }
    units
}

fn character(value: usize, unit_bytes: u32) -> Vec<u8> {
    match unit_bytes {
        1 => vec![value as u8],
        2 => narrow(&[value as u16]),
        _ => utf8_of(value as u32),
    }
}

fn utf8_of(value: u32) -> Vec<u8> {
    match (char::from_u32(value), u16::try_from(value)) {
        (Some(character), _) => character.encode_utf8(&mut [0; 4]).as_bytes().to_vec(),
        (None, Ok(surrogate)) => narrow(&[surrogate]),
        (None, Err(_)) => "\u{FFFD}".as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(template: &str, values: &[usize]) -> Result<String, Win32Error> {
        // SAFETY: the tests give a value for each insert.
        let text = unsafe { filled(template.as_bytes(), Arguments::new(values.as_ptr(), 1)) };
        text.map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn inserts_and_escapes() {
        let name = c"bob".as_ptr() as usize;
        for (template, values, expected) in [
            ("%1 has %2!d!", vec![name, 3], "bob has 3"),
            ("%2!s!-%1!s!", vec![name, c"x".as_ptr() as usize], "x-bob"),
            ("[%1!5s!|%1!-5s!|%1!.2s!]", vec![name], "[  bob|bob  |bo]"),
            ("[%1!*.*s!]", vec![4, 1, name], "[   b]"),
            ("%1!d! %1!u! %1!x! %1!#X!", vec![0xFFFF_FFFF], "-1 4294967295 ffffffff 0XFFFFFFFF"),
            ("%1!04d! %1!+d! %1!.3d!", vec![7], "0007 +7 007"),
            ("%1!I64d! %1!lld!", vec![(-5_isize) as usize], "-5 -5"),
            ("%1!hd!", vec![0x1_FFFF], "-1"),
            ("%1!c!%%%.% %!", vec![0x41], "A%. !"),
            ("a%nb%0c", vec![0], "a\r\nb"),
            ("%1", vec![0], "(null)"),
            ("100%", vec![0], "100%"),
        ] {
            assert_eq!(text(template, &values), Ok(expected.to_owned()), "{template}");
        }
    }

    #[test]
    fn malformed_inserts_are_87() {
        for template in ["%1!d", "%1!!", "%1!5!", "%1!f!", "%1!dd!"] {
            assert_eq!(text(template, &[1]), Err(MALFORMED), "{template}");
        }
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { filled(b"%1", Arguments::new(std::ptr::null(), 1)) }, Err(MALFORMED));
    }

    #[test]
    fn ignored_inserts_stay() {
        assert_eq!(ignored(b"%1 %2!d! %% %n%0x"), b"%1 %2!d! % \r\n");
    }
}
