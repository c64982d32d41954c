//! Names of slots: parsed, printed, stored, and as names of files.

use mailslot::{Client, Mailslot, Name, list_in, upcase_utf16};

use crate::place::Place;
use crate::script::Script;

/// The most UTF-16 units behind `\\.\mailslot\`.
const MAX_UNITS: usize = 32_753;

/// The first byte says where a second name begins and whether the rest is UTF-8 or UTF-16.
pub fn names(data: &[u8]) {
    let mut script = Script::new(data);
    let (is_wide, cut) = (script.u8() & 1 == 1, usize::from(script.u8()));
    let (first, second) = (script.bytes(cut), script.bytes(usize::MAX));
    let parsed: Vec<Name> =
        [first, second].into_iter().flat_map(|text| if is_wide { wide(text) } else { narrow(text) }).collect();
    for name in &parsed {
        check(name);
    }
    let local = |name: &&Name| !name.is_host_form();
    let mut local = parsed.iter().filter(local);
    if let Some(first) = local.next() {
        as_files(first, local.next_back().unwrap_or(first));
    }
}

fn wide(bytes: &[u8]) -> Vec<Name> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let full: Vec<u16> = r"\\?\mailslot\".encode_utf16().chain(units.iter().copied()).collect();
    [Name::parse_utf16(&units), Name::parse_utf16(&full)].into_iter().flatten().collect()
}

fn narrow(bytes: &[u8]) -> Vec<Name> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    let all = [Name::parse(text), Name::local(text), text.parse(), Name::parse(&format!(r"\\.\mailslot\{text}"))];
    all.into_iter().flatten().collect()
}

/// What holds for every name.
fn check(name: &Name) {
    let path = name.path_utf16();
    assert!((1..=MAX_UNITS).contains(&path.len()), "{} units", path.len());
    assert!(!path.contains(&0), "a NUL in {name:?}");
    let upcased = upcase_utf16(path);
    assert_eq!(upcase_utf16(&upcased), upcased, "{name:?}");
    let again: Vec<u16> = r"\\?\MailSlot\".encode_utf16().chain(upcased).collect();
    assert_eq!(Name::parse_utf16(&again).unwrap(), *name, "letter case must not count");
    // Unpaired surrogates cannot be printed.
    if String::from_utf16(path).is_ok() {
        let printed: Name = name.to_string().parse().unwrap();
        assert_eq!(printed.path_utf16(), path, "{name}");
    }
}

/// Two names are one slot, one file and one entry of a list exactly if they are equal.
fn as_files(first: &Name, second: &Name) {
    let place = Place::new();
    let create = |name| Mailslot::builder(name).quota(1).directory(place.path()).create();
    let server = create(first).unwrap();
    let files = place.files();
    let [file] = files.as_slice() else { panic!("{first:?} is the files {files:?}") };
    check_file_name(file, &upcase_utf16(first.path_utf16()));
    let listed = list_in(place.path()).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name.path_utf16(), first.path_utf16());
    let open = |name| Client::options().directory(place.path()).open(name);
    assert_eq!(open(second).is_ok(), first == second, "{first:?} {second:?}");
    let other = create(second);
    assert_eq!(other.is_ok(), first != second, "{first:?} {second:?}");
    assert_eq!(place.files().len(), 1 + usize::from(other.is_ok()));
    drop((server, other));
    assert!(place.files().is_empty(), "the files are not gone with their slots");
}

/// The file's name tells the slot's, unless it is too long for that.
fn check_file_name(file: &str, upcased: &[u16]) {
    assert!((1..=255).contains(&file.len()) && !file.starts_with('.'), "{file:?}");
    assert!(file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.%~".contains(&byte)), "{file:?}");
    if let Some((_, hash)) = file.split_once('~') {
        assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{file:?}");
    } else {
        assert_eq!(units_of(&percent_decode(file)), upcased, "{file:?}");
    }
}

fn percent_decode(file: &str) -> Vec<u8> {
    let mut bytes = file.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits: String = bytes.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).unwrap()
            }
            other => other,
        });
    }
    decoded
}

/// UTF-16 from UTF-8 in which surrogates may be encoded on their own.
fn units_of(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::new();
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let length = match first {
            0..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let (character, behind) = rest.split_at(length);
        rest = behind;
        let lead = u32::from(first) & if length == 1 { 0x7f } else { 0x7f >> length };
        let value = character[1..].iter().fold(lead, |value, byte| value << 6 | u32::from(byte & 0x3f));
        match u16::try_from(value) {
            Ok(unit) => units.push(unit),
            Err(_) => units.extend_from_slice(char::from_u32(value).unwrap().encode_utf16(&mut [0; 2])),
        }
    }
    units
}
