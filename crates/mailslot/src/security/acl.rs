//! Access lists.

use super::Sid;

/// An access list: entries that are looked at in their order ([MS-DTYP] 2.4.5). An empty one lets nobody in.
///
/// ```
/// use mailslot::security::{Acl, Sid, rights};
///
/// let list = Acl::new().deny(rights::GENERIC_WRITE, Sid::user(1001)).allow(rights::GENERIC_ALL, Sid::EVERYONE);
/// assert_eq!(list.aces.len(), 2);
/// ```
///
/// [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Acl {
    /// The entries, first to last.
    pub aces: Vec<Ace>,
}

impl Acl {
    /// An empty list.
    ///
    /// ```
    /// assert!(mailslot::security::Acl::new().aces.is_empty());
    /// ```
    pub fn new() -> Acl {
        Acl::default()
    }

    /// The list with one more entry, which gives rights.
    ///
    /// ```
    /// use mailslot::security::{AceKind, Acl, Sid, rights};
    ///
    /// assert_eq!(Acl::new().allow(rights::GENERIC_ALL, Sid::EVERYONE).aces[0].kind, AceKind::Allow);
    /// ```
    #[must_use]
    pub fn allow(self, mask: u32, sid: Sid) -> Acl {
        self.with(AceKind::Allow, mask, sid)
    }

    /// The list with one more entry, which refuses rights.
    ///
    /// ```
    /// use mailslot::security::{AceKind, Acl, Sid, rights};
    ///
    /// assert_eq!(Acl::new().deny(rights::GENERIC_ALL, Sid::EVERYONE).aces[0].kind, AceKind::Deny);
    /// ```
    #[must_use]
    pub fn deny(self, mask: u32, sid: Sid) -> Acl {
        self.with(AceKind::Deny, mask, sid)
    }

    fn with(mut self, kind: AceKind, mask: u32, sid: Sid) -> Acl {
        self.aces.push(Ace { kind, flags: 0, mask, sid });
        self
    }
}

/// An entry of an access list ([MS-DTYP] 2.4.4).
///
/// ```
/// use mailslot::security::{Ace, AceKind, Sid, rights};
///
/// let entry = Ace { kind: AceKind::Allow, flags: 0, mask: rights::GENERIC_WRITE, sid: Sid::EVERYONE };
/// assert!(entry.applies());
/// ```
///
/// [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ace {
    /// What it does.
    pub kind: AceKind,
    /// The AceFlags: how it is inherited, which accesses are audited.
    pub flags: u8,
    /// The rights that it is about; see [`rights`](super::rights).
    pub mask: u32,
    /// Whom it is about.
    pub sid: Sid,
}

impl Ace {
    /// `INHERIT_ONLY_ACE`: the entry is there for objects below this one, which a mailslot does not have.
    pub const INHERIT_ONLY: u8 = 0x08;

    /// Whether it counts for the object that has it.
    ///
    /// ```
    /// use mailslot::security::{Ace, AceKind, Sid};
    ///
    /// let entry = Ace { kind: AceKind::Deny, flags: Ace::INHERIT_ONLY, mask: 1, sid: Sid::EVERYONE };
    /// assert!(!entry.applies());
    /// ```
    pub fn applies(&self) -> bool {
        self.flags & Ace::INHERIT_ONLY == 0
    }
}

/// What an entry of an access list does. The entry types that concern objects within directory services, and those with
/// conditions, have no meaning for a mailslot and are refused.
///
/// ```
/// use mailslot::security::{AceKind, SecurityDescriptor};
///
/// assert!("D:(OA;;FA;;;WD)".parse::<SecurityDescriptor>().is_err());
/// assert_eq!(AceKind::Deny as u8, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum AceKind {
    /// `ACCESS_ALLOWED_ACE`: gives rights.
    Allow = 0x00,
    /// `ACCESS_DENIED_ACE`: refuses rights.
    Deny = 0x01,
    /// `SYSTEM_AUDIT_ACE`: accesses are logged. Kept, without effect.
    Audit = 0x02,
    /// `SYSTEM_MANDATORY_LABEL_ACE`: the integrity level. Kept, without effect.
    MandatoryLabel = 0x11,
}

impl AceKind {
    pub(super) const ALL: [(AceKind, &str); 4] =
        [(AceKind::Allow, "A"), (AceKind::Deny, "D"), (AceKind::Audit, "AU"), (AceKind::MandatoryLabel, "ML")];
}
