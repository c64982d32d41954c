//! From the text of a name to the slot that it means, by the path rules of Win32.
//!
//! | text | meaning |
//! |---|---|
//! | `\\?\mailslot\x` | taken as it stands |
//! | `\\.\mailslot\x`, `//./mailslot/x`, `//?/…` | normalised: slashes, `.`, `..`, `\\`, dots and spaces at the end |
//! | `\\host\mailslot\x`, `\\.\UNC\host\mailslot\x` | normalised; local when the host is this machine |

use crate::error::ErrorKind;
use crate::quirks;

/// The most UTF-16 units in a name after `\\.\mailslot\`. NT names end at 32,766 units, of which the prefix takes 13.
pub(crate) const MAX_NAME_UNITS: usize = 32_753;

const BACKSLASH: u16 = b'\\' as u16;

/// What a name's text was found to mean: a slot on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// The part after `\\.\mailslot\`, not empty, at most [`MAX_NAME_UNITS`].
    pub(crate) path: Vec<u16>,
    /// Whether the text named a host.
    pub(crate) host_form: bool,
}

/// Why a text names no slot on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    /// What is wrong, and what is accepted.
    pub(crate) why: String,
}

/// Parses a full Windows name. `is_this_machine` judges host names other than `localhost`.
pub(crate) fn full(text: &[u16], is_this_machine: impl Fn(&[u16]) -> bool) -> Result<Parsed, Refusal> {
    if text.is_empty() {
        return Err(refuse(ErrorKind::PathNotFound, "the name is empty"));
    }
    refuse_nul(text)?;
    match text {
        [a, b, mark, c, rest @ ..] if is_separator(*a) && is_separator(*b) && is_mark(*mark) && is_separator(*c) => {
            let literal = text.starts_with(&[BACKSLASH, BACKSLASH, u16::from(b'?'), BACKSLASH]);
            if literal { literal_device(rest, is_this_machine) } else { device(rest, is_this_machine) }
        }
        [a, b, rest @ ..] if is_separator(*a) && is_separator(*b) => host(rest, is_this_machine),
        _ => Err(wrong_prefix()),
    }
}

/// Parses the part after `\\.\mailslot\`, by the same rules; `..` must not lead out.
pub(crate) fn local(path: &[u16]) -> Result<Parsed, Refusal> {
    refuse_nul(path)?;
    match path {
        [] => return Err(no_slot_named()),
        [first, ..] if is_separator(*first) => {
            return Err(refuse(
                ErrorKind::InvalidName,
                "it starts with one slash; accepted are `orders`, `taxes/bob`, and full names, which start with two \
                 (in a shell, put `\\\\.\\mailslot\\orders` in single quotes)",
            ));
        }
        _ => {}
    }
    let path = Normalised::of(path, 0);
    if path.climbed_out {
        return Err(refuse(ErrorKind::InvalidName, "`..` leads out of the mailslots"));
    }
    slot(path.joined(0), path.ends_open, false)
}

/// `rest` of `\\?\rest`: nothing is normalised, and only the backslash separates.
fn literal_device(rest: &[u16], is_this_machine: impl Fn(&[u16]) -> bool) -> Result<Parsed, Refusal> {
    let (device, path) = match rest.iter().position(|&unit| unit == BACKSLASH) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    if eq_ascii(device, "mailslot") {
        let path = path.unwrap_or_default();
        return slot(path.to_vec(), path.last() == Some(&BACKSLASH), false);
    }
    match path {
        Some(path) if eq_ascii(device, "unc") => host(path, is_this_machine),
        _ => Err(other_device(device, path.is_some())),
    }
}

/// `rest` of `\\.\rest`.
fn device(rest: &[u16], is_this_machine: impl Fn(&[u16]) -> bool) -> Result<Parsed, Refusal> {
    let path = Normalised::of(rest, 0);
    let Some(&device) = path.components.first() else {
        return Err(wrong_prefix());
    };
    if eq_ascii(device, "mailslot") {
        return slot(path.joined(1), path.ends_open, false);
    }
    let more = path.components.len() > 1;
    if eq_ascii(device, "unc") && more {
        return host(&path.joined(1), is_this_machine);
    }
    Err(other_device(device, more || path.ends_open))
}

/// `rest` of `\\rest`: a host, then `mailslot`, then the slot.
fn host(rest: &[u16], is_this_machine: impl Fn(&[u16]) -> bool) -> Result<Parsed, Refusal> {
    let path = Normalised::of(rest, 2);
    match path.components.as_slice() {
        [_, share, ..] if eq_ascii(share, "mailslot") => {}
        _ => return Err(wrong_prefix()),
    }
    let host = path.components[0];
    let slot = slot(path.joined(2), path.ends_open, true)?;
    let loopback = quirks::LOOPBACK_ADDRESS_IS_LOCAL && eq_ascii(host, "127.0.0.1");
    if eq_ascii(host, "localhost") || loopback || is_this_machine(host) {
        return Ok(slot);
    }
    Err(refuse(
        ErrorKind::RemoteDeprecated,
        &format!(
            "`{}` is not this machine; accepted are `\\\\.`, `\\\\localhost` and this machine's own name",
            String::from_utf16_lossy(host)
        ),
    ))
}

/// The last step of every form: is there a slot's name, and is it one that can be?
fn slot(path: Vec<u16>, ends_open: bool, host_form: bool) -> Result<Parsed, Refusal> {
    if path.is_empty() {
        return Err(no_slot_named());
    }
    if ends_open {
        return Err(refuse(
            quirks::TRAILING_BACKSLASH,
            "it ends in a backslash; accepted are names that end in a slot's own name",
        ));
    }
    if path.len() > MAX_NAME_UNITS {
        let why = format!("{} UTF-16 units follow `mailslot\\`; accepted are at most {MAX_NAME_UNITS}", path.len());
        return Err(refuse(ErrorKind::InvalidName, &why));
    }
    let is_special = |unit: &u16| *unit < 0x20 || b"*?:<>|\"".iter().any(|special| *unit == u16::from(*special));
    if !quirks::ANY_CHARACTER_IN_NAMES && path.iter().any(is_special) {
        return Err(refuse(ErrorKind::InvalidName, "it holds a wildcard, a colon or a control character"));
    }
    Ok(Parsed { path, host_form })
}

/// The components of a path as Win32 normalises it.
struct Normalised<'a> {
    components: Vec<&'a [u16]>,
    /// Whether the path ends in a separator.
    ends_open: bool,
    /// Whether a `..` had nothing left to take away. Win32 then stays where it is.
    climbed_out: bool,
}

impl<'a> Normalised<'a> {
    /// Normalises `path`, of which `..` takes away all components but the first `floor`.
    fn of(path: &'a [u16], floor: usize) -> Normalised<'a> {
        let mut components: Vec<&[u16]> = Vec::new();
        let mut climbed_out = false;
        for component in path.split(|&unit| is_separator(unit)) {
            match component {
                _ if is_dots(component, 0) || is_dots(component, 1) => {}
                _ if is_dots(component, 2) => {
                    if components.len() > floor {
                        components.pop();
                    } else {
                        climbed_out = true;
                    }
                }
                _ => components.push(component),
            }
        }
        let mut ends_open = path.last().copied().is_some_and(is_separator);
        match components.pop() {
            Some(last) if !ends_open => match strip_dots_and_spaces(last) {
                [] => ends_open = true,
                stripped => components.push(stripped),
            },
            last => components.extend(last),
        }
        Normalised { components, ends_open, climbed_out }
    }

    /// The components from the one numbered `first`, with single backslashes between.
    fn joined(&self, first: usize) -> Vec<u16> {
        self.components.get(first..).unwrap_or_default().join(&BACKSLASH)
    }
}

fn strip_dots_and_spaces(component: &[u16]) -> &[u16] {
    let end = component.iter().rposition(|&unit| unit != u16::from(b'.') && unit != u16::from(b' '));
    &component[..end.map_or(0, |last| last + 1)]
}

fn is_dots(component: &[u16], count: usize) -> bool {
    component.len() == count && component.iter().all(|&unit| unit == u16::from(b'.'))
}

fn is_separator(unit: u16) -> bool {
    unit == BACKSLASH || unit == u16::from(b'/')
}

fn is_mark(unit: u16) -> bool {
    unit == u16::from(b'.') || unit == u16::from(b'?')
}

/// Whether `units` spell the lower-case ASCII word in any case.
pub(crate) fn eq_ascii(units: &[u16], word: &str) -> bool {
    units.len() == word.len()
        && units
            .iter()
            .zip(word.bytes())
            .all(|(&unit, byte)| u8::try_from(unit).is_ok_and(|u| u.eq_ignore_ascii_case(&byte)))
}

/// Devices that every Windows machine has: a path on them is found, and is no mailslot.
fn is_known_device(device: &[u16]) -> bool {
    const NAMES: [&str; 9] = ["pipe", "nul", "con", "conin$", "conout$", "aux", "prn", "unc", "globalroot"];
    let is_letter = |unit: u16| u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_alphabetic());
    let is_drive = matches!(device, [letter, colon] if is_letter(*letter) && *colon == u16::from(b':'));
    is_drive || NAMES.iter().any(|name| eq_ascii(device, name))
}

/// A device other than the mailslots. NT reports a missing last component in another way than a missing one before it.
fn other_device(device: &[u16], has_path: bool) -> Refusal {
    if is_known_device(device) || device.is_empty() {
        return wrong_prefix();
    }
    let kind = if has_path { ErrorKind::PathNotFound } else { ErrorKind::NotFound };
    let why = format!("there is no device `{}`; accepted is `\\\\.\\mailslot\\…`", String::from_utf16_lossy(device));
    refuse(kind, &why)
}

fn wrong_prefix() -> Refusal {
    refuse(ErrorKind::InvalidName, "it is not on the mailslot device; accepted is `\\\\.\\mailslot\\[path\\]name`")
}

fn no_slot_named() -> Refusal {
    refuse(quirks::NAME_WITHOUT_SLOT, "it names no slot; accepted is `\\\\.\\mailslot\\[path\\]name`")
}

fn refuse_nul(text: &[u16]) -> Result<(), Refusal> {
    match text.iter().position(|&unit| unit == 0) {
        Some(at) => Err(refuse(ErrorKind::InvalidName, &format!("it holds a NUL at position {at}"))),
        None => Ok(()),
    }
}

fn refuse(kind: ErrorKind, why: &str) -> Refusal {
    Refusal { kind, why: why.to_owned() }
}
