//! Security identifiers: who.

use std::fmt;
use std::str::FromStr;

use super::well_known;
use crate::Result;
use crate::error::{Error, ErrorKind};

/// A security identifier: a user, a group, or somebody well-known ([MS-DTYP] 2.4.2).
///
/// ```
/// use mailslot::security::Sid;
///
/// assert_eq!(Sid::user(1000).to_string(), "S-1-22-1-1000");
/// assert_eq!("WD".parse::<Sid>()?, Sid::EVERYONE);
/// assert_eq!("S-1-1-0".parse::<Sid>()?, Sid::EVERYONE);
/// # Ok::<(), mailslot::Error>(())
/// ```
///
/// [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sid {
    authority: u64,
    count: u8,
    /// Those beyond `count` are 0.
    sub_authorities: [u32; Sid::MAX_SUB_AUTHORITIES],
}

impl Sid {
    /// More sub-authorities than this no SID has.
    pub const MAX_SUB_AUTHORITIES: usize = 15;
    /// Everyone: `S-1-1-0`.
    pub const EVERYONE: Sid = Sid::known(1, [0]);
    /// Stands for the slot's owner until the slot is created: `S-1-3-0`.
    pub const CREATOR_OWNER: Sid = Sid::known(3, [0]);
    /// Stands for the slot's group until the slot is created: `S-1-3-1`.
    pub const CREATOR_GROUP: Sid = Sid::known(3, [1]);
    /// Whoever owns the slot: `S-1-3-4`. An entry for it takes the place of the rights that an owner has without any.
    pub const OWNER_RIGHTS: Sid = Sid::known(3, [4]);
    /// Every user of this machine: `S-1-5-11`.
    pub const AUTHENTICATED_USERS: Sid = Sid::known(5, [11]);
    /// Root: `S-1-5-18`.
    pub const LOCAL_SYSTEM: Sid = Sid::known(5, [18]);
    /// Root: `S-1-5-32-544`.
    pub const ADMINISTRATORS: Sid = Sid::known(5, [32, 544]);
    /// Every user of this machine: `S-1-5-32-545`.
    pub const USERS: Sid = Sid::known(5, [32, 545]);

    /// The SID of an authority (48 bits) and its sub-authorities (at most 15).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSid`] for more.
    ///
    /// ```
    /// use mailslot::security::Sid;
    ///
    /// assert_eq!(Sid::new(1, &[0])?, Sid::EVERYONE);
    /// assert!(Sid::new(1, &[0; 16]).is_err());
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn new(authority: u64, sub_authorities: &[u32]) -> Result<Sid> {
        if authority >> 48 != 0 {
            return Err(Error::new(ErrorKind::InvalidSid, format!("authority {authority}; 48 bits are accepted")));
        }
        let mut sid = Sid::known(authority, []);
        match sid.sub_authorities.get_mut(..sub_authorities.len()) {
            Some(place) => place.copy_from_slice(sub_authorities),
            None => {
                let why = format!("{} sub-authorities; at most 15 are accepted", sub_authorities.len());
                return Err(Error::new(ErrorKind::InvalidSid, why));
            }
        }
        sid.count = sub_authorities.len() as u8;
        Ok(sid)
    }

    /// The user of that number: `S-1-22-1-uid`.
    ///
    /// ```
    /// assert_eq!(mailslot::security::Sid::user(0).to_string(), "S-1-22-1-0");
    /// ```
    pub const fn user(uid: u32) -> Sid {
        Sid::known(22, [1, uid])
    }

    /// The group of that number: `S-1-22-2-gid`.
    ///
    /// ```
    /// assert_eq!(mailslot::security::Sid::group(100).to_string(), "S-1-22-2-100");
    /// ```
    pub const fn group(gid: u32) -> Sid {
        Sid::known(22, [2, gid])
    }

    /// Who is in charge of the numbers that follow.
    ///
    /// ```
    /// assert_eq!(mailslot::security::Sid::USERS.authority(), 5);
    /// ```
    pub const fn authority(&self) -> u64 {
        self.authority
    }

    /// The numbers that follow.
    ///
    /// ```
    /// assert_eq!(mailslot::security::Sid::USERS.sub_authorities(), [32, 545]);
    /// ```
    pub fn sub_authorities(&self) -> &[u32] {
        &self.sub_authorities[..usize::from(self.count)]
    }

    /// The two letters that SDDL has for it.
    pub(super) fn alias(&self) -> Option<&'static str> {
        well_known::ALIASES.iter().find(|(_, sid)| sid == self).map(|(alias, _)| *alias)
    }

    pub(super) const fn known<const COUNT: usize>(authority: u64, numbers: [u32; COUNT]) -> Sid {
        let mut sub_authorities = [0; Sid::MAX_SUB_AUTHORITIES];
        let mut at = 0;
        while at < COUNT {
            sub_authorities[at] = numbers[at];
            at += 1;
        }
        Sid { authority, count: COUNT as u8, sub_authorities }
    }
}

/// `S-1-authority-…`, never the two letters. An authority above 32 bits is hexadecimal, as on Windows.
impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u32::try_from(self.authority) {
            Ok(authority) => write!(f, "S-1-{authority}")?,
            Err(_) => write!(f, "S-1-{:#014X}", self.authority)?,
        }
        self.sub_authorities().iter().try_for_each(|number| write!(f, "-{number}"))
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// From `S-1-…` or the two letters that SDDL has for well-known ones, in any letter case.
impl FromStr for Sid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Sid> {
        let mut aliases = well_known::ALIASES.iter().chain(well_known::ALSO_READ);
        let alias = aliases.find(|(alias, _)| alias.eq_ignore_ascii_case(text));
        let sid = alias.map(|(_, sid)| *sid).or_else(|| parse_numbers(text));
        sid.ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            let why = format!("{shown:?}; accepted is S-1-authority-…, or two letters such as WD, BA, SY, AU, OW");
            Error::new(ErrorKind::InvalidSid, why)
        })
    }
}

fn parse_numbers(text: &str) -> Option<Sid> {
    let mut parts = text.split('-');
    if !parts.next()?.eq_ignore_ascii_case("S") || parts.next()? != "1" {
        return None;
    }
    let authority = number(parts.next()?)?;
    // One more than there may be is enough to see that there are too many.
    let numbers: Option<Vec<u32>> =
        parts.take(Sid::MAX_SUB_AUTHORITIES + 1).map(|part| u32::try_from(number(part)?).ok()).collect();
    Sid::new(authority, &numbers?).ok()
}

/// A decimal number, or a hexadecimal one after `0x`; no sign.
pub(super) fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.get(..2) {
        Some("0x" | "0X") => (&text[2..], 16),
        _ => (text, 10),
    };
    if digits.starts_with('+') { None } else { u64::from_str_radix(digits, radix).ok() }
}
