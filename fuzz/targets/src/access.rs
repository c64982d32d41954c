//! What the targets for security descriptors share: who asks, and the access check, right by right, as [MS-DTYP] 2.5.3.2 puts it.
//!
//! [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/

use mailslot::SecurityDescriptor;
use mailslot::security::{AceKind, Dacl, Sid, Token, rights};

/// Checks the answers for some users and requests against the definition.
pub(crate) fn check(descriptor: &SecurityDescriptor, desired: u32) {
    let mut users = vec![Token::new(0, 0, &[]), Token::new(1000, 100, &[27]), Token::of_this_process()];
    // The owner, if it is a user.
    if let Some([1, uid]) = descriptor.owner.as_ref().filter(|owner| owner.authority() == 22).map(Sid::sub_authorities)
    {
        users.push(Token::new(*uid, 100, &[]));
    }
    for user in &users {
        let given = given_to(descriptor, user);
        let wanted = rights::of_file(desired) & rights::FILE_ALL_ACCESS;
        let expected = match (wanted & !given, desired & rights::MAXIMUM_ALLOWED) {
            (0, 0) => Some(wanted),
            (0, _) => (given != 0).then_some(given),
            _ => None,
        };
        assert_eq!(descriptor.access_check(user, desired), expected, "{desired:#x} for {user:?} by {descriptor}");
    }
}

/// The first entry that names a right and its holder decides about it.
fn given_to(descriptor: &SecurityDescriptor, user: &Token) -> u32 {
    let Dacl::List(list) = &descriptor.dacl else { return rights::FILE_ALL_ACCESS };
    let is_owner = descriptor.owner.is_some_and(|owner| user.contains(owner));
    let counts = |sid: Sid| user.contains(sid) || sid == Sid::OWNER_RIGHTS && is_owner;
    let entries: Vec<_> = list.aces.iter().filter(|ace| ace.applies()).collect();
    let names_owner_rights = entries.iter().any(|ace| ace.sid == Sid::OWNER_RIGHTS);
    let mut given = 0;
    for bit in (0..32).map(|bit| 1 << bit).filter(|bit| rights::FILE_ALL_ACCESS & bit != 0) {
        let decides = |kind| matches!(kind, AceKind::Allow | AceKind::Deny);
        let first =
            entries.iter().find(|ace| decides(ace.kind) && counts(ace.sid) && rights::of_file(ace.mask) & bit != 0);
        let is_the_owners = is_owner && !names_owner_rights && (rights::READ_CONTROL | rights::WRITE_DAC) & bit != 0;
        if is_the_owners || first.is_some_and(|ace| ace.kind == AceKind::Allow) {
            given |= bit;
        }
    }
    given
}
