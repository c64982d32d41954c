//! What a slot gets that is created with a descriptor.

use super::rights::{self, GENERIC_ALL};
use super::{Acl, Dacl, SecurityDescriptor, Sid, Token};
use crate::Result;
use crate::error::{Error, ErrorKind};
use crate::quirks;

/// Full rights for the owner, and for root, which serves the slots of others.
pub(super) fn owner_list(owner: Sid) -> Acl {
    Acl::new().allow(GENERIC_ALL, owner).allow(GENERIC_ALL, Sid::ADMINISTRATORS)
}

impl SecurityDescriptor {
    /// The descriptor of a slot that this user creates with this one: complete, with file rights in place of generic ones.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOwner`] for an owner that this user is not; for root, an owner may also be the Administrators or
    /// the system.
    pub(crate) fn of_new_slot(&self, creator: &Token) -> Result<SecurityDescriptor> {
        let owner = self.owner.unwrap_or(creator.user());
        let may_own = owner == creator.user()
            || [Sid::ADMINISTRATORS, Sid::LOCAL_SYSTEM].contains(&owner) && creator.contains(owner);
        if !may_own {
            let why = format!("{owner}; a slot of this user is owned by {}", creator.user());
            return Err(Error::new(ErrorKind::InvalidOwner, why));
        }
        let group = self.group.unwrap_or(creator.primary_group());
        let dacl = match &self.dacl {
            Dacl::Absent => SecurityDescriptor::from(quirks::DEFAULT_PERMISSIONS).dacl,
            given => given.clone(),
        };
        let dacl = match dacl {
            Dacl::List(list) => Dacl::List(resolve(list, owner, group)),
            none => none,
        };
        Ok(SecurityDescriptor { owner: Some(owner), group: Some(group), dacl, ..self.clone() })
    }
}

fn resolve(mut list: Acl, owner: Sid, group: Sid) -> Acl {
    for ace in &mut list.aces {
        ace.mask = rights::of_file(ace.mask);
        if quirks::CREATOR_OWNER_IS_RESOLVED && ace.applies() {
            ace.sid = match ace.sid {
                Sid::CREATOR_OWNER => owner,
                Sid::CREATOR_GROUP => group,
                other => other,
            };
        }
    }
    list
}
