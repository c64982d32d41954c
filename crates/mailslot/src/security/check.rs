//! The access check.

use super::rights::{FILE_ALL_ACCESS, MAXIMUM_ALLOWED, READ_CONTROL, WRITE_DAC, of_file};
use super::{Ace, AceKind, Dacl, SecurityDescriptor, Sid, Token};

impl SecurityDescriptor {
    /// The rights that a handle gets which a user asks for with `desired`, in file bits; `None` if any of them is refused.
    ///
    /// As [MS-DTYP] 2.5.3.2 says: entries count in their order, and the first that mentions a right decides about it. The owner
    /// may read the descriptor and change the list even if no entry says so, unless one is for [`Sid::OWNER_RIGHTS`]. For
    /// `MAXIMUM_ALLOWED` all is granted that the list gives, and that must be something. Bits that files do not have do not count.
    ///
    /// ```
    /// use mailslot::SecurityDescriptor;
    /// use mailslot::security::{Token, rights};
    ///
    /// let descriptor: SecurityDescriptor = "O:S-1-22-1-1000D:(A;;FW;;;S-1-22-1-1000)".parse()?;
    /// let (owner, other) = (Token::new(1000, 100, &[]), Token::new(1001, 100, &[]));
    /// assert_eq!(descriptor.access_check(&owner, rights::GENERIC_WRITE), Some(rights::FILE_GENERIC_WRITE));
    /// assert_eq!(descriptor.access_check(&other, rights::GENERIC_WRITE), None);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    ///
    /// [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/
    pub fn access_check(&self, token: &Token, desired: u32) -> Option<u32> {
        let wanted = of_file(desired) & FILE_ALL_ACCESS;
        let given = self.given_to(token);
        if wanted & !given != 0 {
            return None;
        }
        if desired & MAXIMUM_ALLOWED == 0 {
            return Some(wanted);
        }
        (given != 0).then_some(given)
    }

    /// All rights that the descriptor gives to a user. An entry decides about those of its rights that none before it has
    /// decided about, so what is given for one request is given for all.
    fn given_to(&self, token: &Token) -> u32 {
        let Dacl::List(list) = &self.dacl else { return FILE_ALL_ACCESS };
        let is_owner = self.owner.is_some_and(|owner| token.contains(owner));
        let entries = || list.aces.iter().filter(|ace| ace.applies());
        let implicit = is_owner && !entries().any(|ace| ace.sid == Sid::OWNER_RIGHTS);
        let mut given = if implicit { READ_CONTROL | WRITE_DAC } else { 0 };
        let mut refused = 0;
        for &Ace { kind, mask, sid, .. } in entries() {
            if !(token.contains(sid) || sid == Sid::OWNER_RIGHTS && is_owner) {
                continue;
            }
            match kind {
                AceKind::Allow => given |= of_file(mask) & FILE_ALL_ACCESS & !refused,
                AceKind::Deny => refused |= of_file(mask),
                AceKind::Audit | AceKind::MandatoryLabel => {}
            }
        }
        given
    }
}
