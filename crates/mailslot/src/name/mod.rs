//! Names of mailslots.

mod file_name;
mod parse;
#[cfg(test)]
mod tests;
mod upcase;

pub(crate) use file_name::prefixed_file_name;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::Result;
use crate::error::Error;

/// The name of a mailslot on this machine, parsed.
///
/// Two names are equal when they mean the same slot: letter case does not count, for letters of any script that Windows
/// folds. The name keeps the case in which it was given, and shows itself as `\\.\mailslot\[path\]name`.
///
/// ```
/// use mailslot::Name;
///
/// let name = Name::parse(r"\\.\mailslot\Taxes\Bob")?;
/// assert_eq!(name, Name::local("taxes/bob")?);
/// assert_eq!(name.to_string(), r"\\.\mailslot\Taxes\Bob");
/// # Ok::<(), mailslot::Error>(())
/// ```
#[derive(Clone)]
pub struct Name {
    /// The part after `\\.\mailslot\`, as given but normalised.
    path: Box<[u16]>,
    upcased: Box<[u16]>,
    host_form: bool,
}

/// Upper case as Windows folds names: each UTF-16 unit on its own, by the simple mappings that lead back.
///
/// ```
/// let units: Vec<u16> = "Straße-ж".encode_utf16().collect();
/// assert_eq!(String::from_utf16_lossy(&mailslot::upcase_utf16(&units)), "STRAßE-Ж");
/// ```
pub fn upcase_utf16(units: &[u16]) -> Vec<u16> {
    upcase::upcase(units)
}

impl Name {
    /// Parses a full Windows name, by the path rules of Win32.
    ///
    /// Accepted are, in any letter case, `\\.\mailslot\[path\]name` (also with slashes; `.`, `..`, doubled backslashes,
    /// and dots and spaces at the end are normalised away), `\\?\mailslot\[path\]name` (taken as it stands), and
    /// `\\host\mailslot\[path\]name` where the host is `localhost`, `127.0.0.1` or this machine's own name. A name has
    /// at most 32,753 UTF-16 units after `\\.\mailslot\`. Any character but NUL may be in it.
    ///
    /// # Errors
    ///
    /// - [`InvalidName`](crate::ErrorKind::InvalidName) for what is not on the mailslot device, names no slot, ends in
    ///   a backslash or is too long;
    /// - [`PathNotFound`](crate::ErrorKind::PathNotFound) for the empty text and for a path on an unknown device
    ///   (`\\.\mailslotx\a`), [`NotFound`](crate::ErrorKind::NotFound) for that device itself (`\\.\mailslotx`);
    /// - [`RemoteDeprecated`](crate::ErrorKind::RemoteDeprecated) for a slot on another host.
    ///
    /// ```
    /// use mailslot::{ErrorKind, Name};
    ///
    /// assert_eq!(Name::parse(r"\\?\MAILSLOT\orders")?, Name::parse("//./mailslot/x/../orders")?);
    /// assert_eq!(Name::parse("orders").unwrap_err().kind(), ErrorKind::InvalidName);
    /// assert_eq!(Name::parse(r"\\server\mailslot\orders").unwrap_err().kind(), ErrorKind::RemoteDeprecated);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Name> {
        Name::parse_utf16(&text.encode_utf16().collect::<Vec<_>>())
    }

    /// Parses a full Windows name in UTF-16, without an ending NUL. Unpaired surrogates are kept.
    ///
    /// # Errors
    ///
    /// As [`Name::parse`].
    ///
    /// ```
    /// use mailslot::Name;
    ///
    /// let text: Vec<u16> = r"\\.\mailslot\orders".encode_utf16().collect();
    /// assert_eq!(Name::parse_utf16(&text)?, Name::local("orders")?);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn parse_utf16(text: &[u16]) -> Result<Name> {
        match parse::full(text, is_this_machine) {
            Ok(parsed) => Ok(Name::from_parsed(parsed)),
            Err(refusal) => Err(Error::refused_name(refusal.kind, &String::from_utf16_lossy(text), refusal.why)),
        }
    }

    /// Parses the part after `\\.\mailslot\`: `orders`, `taxes/bob` or `taxes\bob`.
    ///
    /// # Errors
    ///
    /// [`InvalidName`](crate::ErrorKind::InvalidName) for an empty path, one that starts or ends with a slash, one that
    /// `..` leads out of the mailslots, or one that is too long.
    ///
    /// ```
    /// use mailslot::Name;
    ///
    /// assert_eq!(Name::local("taxes/bob")?.to_string(), r"\\.\mailslot\taxes\bob");
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn local(path: &str) -> Result<Name> {
        match parse::local(&path.encode_utf16().collect::<Vec<_>>()) {
            Ok(parsed) => Ok(Name::from_parsed(parsed)),
            Err(refusal) => Err(Error::refused_name(refusal.kind, path, refusal.why)),
        }
    }

    /// Whether the name was written with a host (`\\localhost\mailslot\x`). Such a slot can be opened, and not created.
    ///
    /// ```
    /// use mailslot::Name;
    ///
    /// assert!(Name::parse(r"\\localhost\mailslot\orders")?.is_host_form());
    /// assert!(!Name::parse(r"\\.\mailslot\orders")?.is_host_form());
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn is_host_form(&self) -> bool {
        self.host_form
    }

    /// The part after `\\.\mailslot\`, in the case in which it was given. Unpaired surrogates become U+FFFD.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::local("Taxes/Bob")?.path(), r"Taxes\Bob");
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn path(&self) -> String {
        String::from_utf16_lossy(&self.path)
    }

    /// The part after `\\.\mailslot\` in UTF-16, in the case in which it was given.
    ///
    /// ```
    /// assert_eq!(mailslot::Name::local("Bob")?.path_utf16(), [0x42, 0x6f, 0x62]);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn path_utf16(&self) -> &[u16] {
        &self.path
    }

    /// The name of the slot's file in the slot directory. Distinct names have distinct files.
    pub(crate) fn file_name(&self) -> String {
        file_name::file_name(&self.upcased)
    }

    /// What the slot file keeps as its name: the path as given, in UTF-16 little-endian.
    pub(crate) fn stored(&self) -> Vec<u8> {
        self.path.iter().flat_map(|unit| unit.to_le_bytes()).collect()
    }

    /// The name that a slot file keeps, or `None` when no name is stored like this.
    pub(crate) fn from_stored(bytes: &[u8]) -> Option<Name> {
        let (units, rest) = bytes.as_chunks();
        let path: Vec<u16> = units.iter().copied().map(u16::from_le_bytes).collect();
        let is_name = rest.is_empty()
            && (1..=parse::MAX_NAME_UNITS).contains(&path.len())
            && !path.contains(&0)
            && path.last() != Some(&u16::from(b'\\'));
        is_name.then(|| Name::from_parsed(parse::Parsed { path, host_form: false }))
    }

    fn from_parsed(parsed: parse::Parsed) -> Name {
        Name { upcased: upcase::upcase(&parsed.path).into(), path: parsed.path.into(), host_form: parsed.host_form }
    }
}

/// A full Windows name if the text starts with two slashes of either kind, else a [local](Name::local) one.
///
/// ```
/// use mailslot::Name;
///
/// let name: Name = "taxes/bob".parse()?;
/// assert_eq!(name, r"\\.\mailslot\taxes\bob".parse()?);
/// # Ok::<(), mailslot::Error>(())
/// ```
impl FromStr for Name {
    type Err = Error;

    fn from_str(text: &str) -> Result<Name> {
        let is_slash = |byte: &u8| matches!(byte, b'\\' | b'/');
        let is_full = text.bytes().take(2).filter(is_slash).count() == 2;
        if is_full || text.is_empty() { Name::parse(text) } else { Name::local(text) }
    }
}

/// What names a mailslot: a [`Name`], or a text that is parsed as [`Name::from_str`] does.
///
/// ```
/// use mailslot::{IntoName, Name};
///
/// fn shown(name: impl IntoName) -> mailslot::Result<String> {
///     Ok(name.into_name()?.to_string())
/// }
/// assert_eq!(shown("orders")?, shown(Name::local("orders")?)?);
/// # Ok::<(), mailslot::Error>(())
/// ```
pub trait IntoName {
    /// The name.
    ///
    /// # Errors
    ///
    /// As [`Name::parse`] and [`Name::local`].
    ///
    /// ```
    /// use mailslot::IntoName;
    ///
    /// assert!("orders".into_name().is_ok());
    /// assert!("".into_name().is_err());
    /// ```
    fn into_name(self) -> Result<Name>;
}

impl IntoName for Name {
    fn into_name(self) -> Result<Name> {
        Ok(self)
    }
}

impl IntoName for &Name {
    fn into_name(self) -> Result<Name> {
        Ok(self.clone())
    }
}

impl IntoName for &str {
    fn into_name(self) -> Result<Name> {
        self.parse()
    }
}

impl IntoName for String {
    fn into_name(self) -> Result<Name> {
        self.parse()
    }
}

impl IntoName for &String {
    fn into_name(self) -> Result<Name> {
        self.parse()
    }
}

/// A full name that leads back to this one: `\\.\mailslot\…`, or `\\?\mailslot\…` where normalising would change it.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let survives = parse::local(&self.path).is_ok_and(|parsed| *parsed.path == *self.path);
        let prefix = if survives { r"\\.\mailslot\" } else { r"\\?\mailslot\" };
        f.write_str(prefix)?;
        char::decode_utf16(self.path.iter().copied())
            .try_for_each(|decoded| fmt::Write::write_char(f, decoded.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.upcased == other.upcased
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.upcased.hash(state);
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the upcased UTF-16 units, as equality.
impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        self.upcased.cmp(&other.upcased)
    }
}

/// Whether a host name is this machine's: the node name, or its first label.
fn is_this_machine(host: &[u16]) -> bool {
    let own = rustix::system::uname().nodename().to_string_lossy().to_lowercase();
    let first_label = own.split('.').next().unwrap_or_default();
    !own.is_empty() && [own.as_str(), first_label].iter().any(|name| parse::eq_ascii(host, name))
}
