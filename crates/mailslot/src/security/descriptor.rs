//! Security descriptors.

use super::{Acl, Sid};
use crate::permissions::Permissions;

/// Who owns a slot and who may do what with it ([MS-DTYP] 2.4.6).
///
/// What is left out here is filled in when a slot is created: the owner is who creates it.
///
/// ```
/// use mailslot::SecurityDescriptor;
/// use mailslot::security::{Acl, Dacl, Sid, rights};
///
/// let list = Acl::new().allow(rights::GENERIC_WRITE, Sid::group(100));
/// let descriptor = SecurityDescriptor { dacl: Dacl::List(list), ..SecurityDescriptor::default() };
/// assert_eq!(descriptor.to_string(), "D:(A;;GW;;;S-1-22-2-100)");
/// assert_eq!(descriptor.to_string().parse::<SecurityDescriptor>()?, descriptor);
/// assert_eq!(SecurityDescriptor::from_bytes(&descriptor.to_bytes()?)?, descriptor);
/// # Ok::<(), mailslot::Error>(())
/// ```
///
/// [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SecurityDescriptor {
    /// Who owns the slot.
    pub owner: Option<Sid>,
    /// The owner's primary group.
    pub group: Option<Sid>,
    /// Who may do what.
    pub dacl: Dacl,
    /// What is audited, and the integrity level. Kept, without effect.
    pub sacl: Option<Acl>,
    /// Of the Control word, the bits that say where the other parts come from (`SE_DACL_PROTECTED`, `SE_OWNER_DEFAULTED`, …).
    /// Kept, without effect.
    pub control: u16,
}

/// The discretionary access list of a descriptor.
///
/// ```
/// use mailslot::SecurityDescriptor;
/// use mailslot::security::{Acl, Dacl};
///
/// assert_eq!("".parse::<SecurityDescriptor>()?.dacl, Dacl::Absent);
/// assert_eq!("D:NO_ACCESS_CONTROL".parse::<SecurityDescriptor>()?.dacl, Dacl::Null);
/// assert_eq!("D:".parse::<SecurityDescriptor>()?.dacl, Dacl::List(Acl::new()));
/// # Ok::<(), mailslot::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Dacl {
    /// None is given. A slot that is created with it gets the default:
    /// [`quirks::DEFAULT_PERMISSIONS`](crate::quirks::DEFAULT_PERMISSIONS).
    #[default]
    Absent,
    /// A NULL list: everyone may do everything.
    Null,
    /// A list. An empty one lets nobody in.
    List(Acl),
}

/// `SE_DACL_PRESENT`.
pub(super) const DACL_PRESENT: u16 = 0x0004;
/// `SE_SACL_PRESENT`.
pub(super) const SACL_PRESENT: u16 = 0x0010;
/// `SE_SELF_RELATIVE`.
pub(super) const SELF_RELATIVE: u16 = 0x8000;
/// `SE_DACL_AUTO_INHERIT_REQ`; the SACL's is the next bit, as for the two below.
pub(super) const DACL_AUTO_INHERIT_REQ: u16 = 0x0100;
/// `SE_DACL_AUTO_INHERITED`.
pub(super) const DACL_AUTO_INHERITED: u16 = 0x0400;
/// `SE_DACL_PROTECTED`.
pub(super) const DACL_PROTECTED: u16 = 0x1000;

impl SecurityDescriptor {
    /// The largest binary form, in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// The bits that [`SecurityDescriptor::control`] has: all but those that follow from the other fields.
    ///
    /// ```
    /// assert_eq!(mailslot::SecurityDescriptor::CONTROL_BITS, 0x7FEB);
    /// ```
    pub const CONTROL_BITS: u16 = !(DACL_PRESENT | SACL_PRESENT | SELF_RELATIVE);
}

/// The descriptor that says the same: a list for the owner and root, a NULL list, an empty list.
///
/// ```
/// use mailslot::{Permissions, SecurityDescriptor};
///
/// assert_eq!(SecurityDescriptor::from(Permissions::Owner).to_string(), "D:(A;;GA;;;CO)(A;;GA;;;BA)");
/// ```
impl From<Permissions> for SecurityDescriptor {
    fn from(permissions: Permissions) -> SecurityDescriptor {
        let dacl = match permissions {
            Permissions::Owner => Dacl::List(super::creation::owner_list(Sid::CREATOR_OWNER)),
            Permissions::Everyone => Dacl::Null,
            Permissions::Nobody => Dacl::List(Acl::new()),
        };
        SecurityDescriptor { dacl, ..SecurityDescriptor::default() }
    }
}
