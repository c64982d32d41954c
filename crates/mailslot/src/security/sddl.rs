//! SDDL, the text form of security descriptors ([MS-DTYP] 2.5.1): `O:owner G:group D:flags(entry)… S:flags(entry)…`, where an entry
//! is `(type;flags;rights;;;who)`.
//!
//! [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/

use std::fmt::{self, Write};
use std::str::FromStr;

use super::descriptor::{DACL_AUTO_INHERIT_REQ, DACL_AUTO_INHERITED, DACL_PROTECTED};
use super::rights::{self, FILE_ALL_ACCESS, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ, FILE_GENERIC_WRITE};
use super::sid::number;
use super::{Ace, AceKind, Acl, Dacl, SecurityDescriptor, Sid};
use crate::Result;
use crate::error::{Error, ErrorKind};

const NULL_LIST: &str = "NO_ACCESS_CONTROL";

/// What may stand between `D:` and the first entry. The SACL's bits are the next ones.
const LIST_FLAGS: [(&str, u16); 3] =
    [("P", DACL_PROTECTED), ("AR", DACL_AUTO_INHERIT_REQ), ("AI", DACL_AUTO_INHERITED)];

const ACE_FLAGS: [(&str, u8); 7] =
    [("OI", 0x01), ("CI", 0x02), ("NP", 0x04), ("IO", 0x08), ("ID", 0x10), ("SA", 0x40), ("FA", 0x80)];

/// Names of whole masks. The first four are only written for exactly that mask, the others never.
const WHOLE_RIGHTS: [(&str, u32); 8] = [
    ("FA", FILE_ALL_ACCESS),
    ("FR", FILE_GENERIC_READ),
    ("FW", FILE_GENERIC_WRITE),
    ("FX", FILE_GENERIC_EXECUTE),
    ("KA", 0x000F_003F),
    ("KR", 0x0002_0019),
    ("KW", 0x0002_0006),
    ("KX", 0x0002_0019),
];

/// Names of the bits of an integrity label.
const LABEL_RIGHTS: [(&str, u32); 3] = [("NW", 0x1), ("NR", 0x2), ("NX", 0x4)];

/// Names of single bits, in the order in which they are written.
const BIT_RIGHTS: [(&str, u32); 17] = [
    ("GA", rights::GENERIC_ALL),
    ("GX", rights::GENERIC_EXECUTE),
    ("GW", rights::GENERIC_WRITE),
    ("GR", rights::GENERIC_READ),
    ("CC", 0x0001),
    ("DC", 0x0002),
    ("LC", 0x0004),
    ("SW", 0x0008),
    ("RP", 0x0010),
    ("WP", 0x0020),
    ("DT", 0x0040),
    ("LO", 0x0080),
    ("CR", 0x0100),
    ("SD", 0x0001_0000),
    ("RC", rights::READ_CONTROL),
    ("WD", rights::WRITE_DAC),
    ("WO", 0x0008_0000),
];

/// Each part at most once, in any order, letters in any case, and white space between any two of its tokens.
impl FromStr for SecurityDescriptor {
    type Err = Error;

    fn from_str(text: &str) -> Result<SecurityDescriptor> {
        let mut descriptor = SecurityDescriptor::default();
        let mut seen = [false; 4];
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let letter = rest.as_bytes()[0].to_ascii_uppercase();
            let part = b"OGDS".iter().position(|known| *known == letter);
            let (Some(part), Some(body)) = (part, rest.get(1..).and_then(|rest| rest.trim_start().strip_prefix(':')))
            else {
                return Err(malformed(rest, "a part begins with O:, G:, D: or S:"));
            };
            if std::mem::replace(&mut seen[part], true) {
                return Err(malformed(rest, "a part is there at most once"));
            }
            let (body, behind) = body.split_at(end_of_part(body));
            let body = body.trim();
            match part {
                0 => descriptor.owner = Some(body.parse()?),
                1 => descriptor.group = Some(body.parse()?),
                2 => {
                    let (list, control) = parse_list(body)?;
                    descriptor.dacl = list.map_or(Dacl::Null, Dacl::List);
                    descriptor.control |= control;
                }
                _ => {
                    let (list, control) = parse_list(body)?;
                    descriptor.sacl = list;
                    descriptor.control |= control << 1;
                }
            }
            rest = behind;
        }
        // What is too large to be stored is refused here rather than later.
        descriptor.to_bytes()?;
        Ok(descriptor)
    }
}

/// Where the next part begins: one letter before the next colon outside of parentheses, else at the end.
fn end_of_part(body: &str) -> usize {
    let mut is_inside = false;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'(' => is_inside = true,
            b')' => is_inside = false,
            b':' if !is_inside => {
                let before = body[..at].trim_end();
                return before.char_indices().next_back().map_or(at, |(start, _)| start);
            }
            _ => {}
        }
    }
    body.len()
}

/// The list, or `None` for a NULL list; and the control bits, as the DACL's.
fn parse_list(body: &str) -> Result<(Option<Acl>, u16)> {
    let (flags, mut entries) = body.split_at(body.find('(').unwrap_or(body.len()));
    let mut flags = flags.trim();
    let mut control = 0;
    let mut is_null = false;
    while !flags.is_empty() {
        if let Some(rest) = strip(flags, NULL_LIST) {
            (is_null, flags) = (true, rest.trim_start());
            continue;
        }
        let found = LIST_FLAGS.iter().find_map(|(name, bit)| Some((strip(flags, name)?, *bit)));
        let (rest, bit) = found.ok_or_else(|| malformed(flags, "accepted are P, AR, AI and NO_ACCESS_CONTROL"))?;
        control |= bit;
        flags = rest.trim_start();
    }
    let mut list = Acl::new();
    while let Some(entry) = entries.strip_prefix('(') {
        let (entry, rest) = entry.split_once(')').ok_or_else(|| bad_entry(entry, "it has no end"))?;
        list.aces.push(parse_entry(entry)?);
        entries = rest.trim_start();
    }
    match (entries.is_empty(), is_null) {
        (true, true) if list.aces.is_empty() => Ok((None, control)),
        (true, false) => Ok((Some(list), control)),
        _ => Err(bad_entry(entries, "an entry is (type;flags;rights;;;who), and a NULL list has none")),
    }
}

fn parse_entry(text: &str) -> Result<Ace> {
    let mut fields = text.split(';').map(str::trim);
    let mut field = || fields.next().ok_or_else(|| bad_entry(text, "an entry is (type;flags;rights;;;who)"));
    let (kind, flags, mask, object, inherited, sid) = (field()?, field()?, field()?, field()?, field()?, field()?);
    if fields.next().is_some() || !object.is_empty() || !inherited.is_empty() {
        return Err(bad_entry(text, "entries for kinds of objects and with conditions are not supported"));
    }
    let known = AceKind::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(kind));
    let (kind, _) = *known.ok_or_else(|| bad_entry(text, "accepted types are A, D, AU and ML"))?;
    let sid = sid.parse::<Sid>().map_err(|error| bad_entry(text, &error.to_string()))?;
    let flags = sum(flags, &ACE_FLAGS).ok_or_else(|| bad_entry(text, "accepted flags are OI CI NP IO ID SA FA"))?;
    let mask =
        parse_rights(mask).ok_or_else(|| bad_entry(text, "rights are a number, or letters such as FA FR FW GA"))?;
    Ok(Ace { kind, flags, mask, sid })
}

fn parse_rights(text: &str) -> Option<u32> {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        let is_octal = text.len() > 1 && text.starts_with('0') && text.bytes().all(|digit| digit.is_ascii_digit());
        return if is_octal { u32::from_str_radix(text, 8).ok() } else { u32::try_from(number(text)?).ok() };
    }
    let names: Vec<(&str, u32)> = WHOLE_RIGHTS.into_iter().chain(BIT_RIGHTS).chain(LABEL_RIGHTS).collect();
    sum(text, &names)
}

/// The bits of a sequence of names; `None` if it is none.
fn sum<T: Copy + Default + std::ops::BitOr<Output = T>>(mut text: &str, names: &[(&str, T)]) -> Option<T> {
    let mut bits = T::default();
    while !text.is_empty() {
        let (rest, bit) = names.iter().find_map(|(name, bit)| Some((strip(text, name)?, *bit)))?;
        bits = bits | bit;
        text = rest.trim_start();
    }
    Some(bits)
}

/// What follows a name, in any letter case.
fn strip<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.get(..name.len())?;
    start.eq_ignore_ascii_case(name).then(|| &text[name.len()..])
}

fn malformed(text: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidParameter, format!("security descriptor at {:?}: {why}", shown(text)))
}

fn bad_entry(text: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidAcl, format!("{:?}: {why}", shown(text)))
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

impl fmt::Display for SecurityDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, sid) in [("O:", &self.owner), ("G:", &self.group)] {
            if let Some(sid) = sid {
                f.write_str(part)?;
                write_sid(f, sid)?;
            }
        }
        match &self.dacl {
            Dacl::Absent => {}
            Dacl::Null => {
                f.write_str("D:")?;
                write_list_flags(f, self.control)?;
                f.write_str(NULL_LIST)?;
            }
            Dacl::List(list) => write_list(f, "D:", self.control, list)?,
        }
        match &self.sacl {
            None => Ok(()),
            Some(list) => write_list(f, "S:", self.control >> 1, list),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, part: &str, control: u16, list: &Acl) -> fmt::Result {
    f.write_str(part)?;
    write_list_flags(f, control)?;
    for ace in &list.aces {
        write_entry(f, ace)?;
    }
    Ok(())
}

fn write_list_flags(f: &mut fmt::Formatter<'_>, control: u16) -> fmt::Result {
    write_names(f, control, &LIST_FLAGS)
}

fn write_entry(f: &mut fmt::Formatter<'_>, ace: &Ace) -> fmt::Result {
    let kind = AceKind::ALL.iter().find(|(kind, _)| *kind == ace.kind).map_or("", |(_, name)| name);
    write!(f, "({kind};")?;
    write_names(f, ace.flags, &ACE_FLAGS)?;
    f.write_char(';')?;
    let names: &[(&str, u32)] = if ace.kind == AceKind::MandatoryLabel { &LABEL_RIGHTS } else { &BIT_RIGHTS };
    let known_bits = names.iter().fold(0, |bits, (_, bit)| bits | bit);
    match WHOLE_RIGHTS[..4].iter().find(|(_, mask)| *mask == ace.mask) {
        Some((name, _)) => f.write_str(name)?,
        None if ace.mask & !known_bits == 0 => write_names(f, ace.mask, names)?,
        None => write!(f, "{:#x}", ace.mask)?,
    }
    f.write_str(";;;")?;
    write_sid(f, &ace.sid)?;
    f.write_char(')')
}

fn write_names<T: Copy + Default + PartialEq + std::ops::BitAnd<Output = T>>(
    f: &mut fmt::Formatter<'_>,
    bits: T,
    names: &[(&str, T)],
) -> fmt::Result {
    let mut set = names.iter().filter(|(_, bit)| bits & *bit != T::default());
    set.try_for_each(|(name, _)| f.write_str(name))
}

fn write_sid(f: &mut fmt::Formatter<'_>, sid: &Sid) -> fmt::Result {
    match sid.alias() {
        Some(alias) => f.write_str(alias),
        None => write!(f, "{sid}"),
    }
}
