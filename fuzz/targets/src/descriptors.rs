//! Self-relative security descriptors, as they come from a slot file or a C program's memory.

use mailslot::security::{Acl, Dacl, Sid, Token, rights};
use mailslot::{Client, ErrorKind, Mailslot, SecurityDescriptor};

use crate::access;
use crate::place::Place;
use crate::script::Script;

/// The bits of an entry that have a name in SDDL.
const NAMED_ACE_FLAGS: u8 = 0xdf;
/// The bits of the Control word that have one: AR, AI and P of either list.
const NAMED_CONTROL: u16 = 0x3f00;

/// The first four bytes are the rights that are asked for.
pub fn descriptors(data: &[u8]) {
    let mut script = Script::new(data);
    let desired = script.u32();
    let bytes = script.bytes(usize::MAX);
    if let Ok(sid) = Sid::from_bytes(bytes) {
        let again = sid.to_bytes();
        // The revision stands before the number of sub-authorities; what follows the SID is not its own.
        assert_eq!(again, bytes[..again.len()]);
        assert_eq!(sid.to_string().parse::<Sid>().unwrap(), sid);
    }
    if let Ok(list) = Acl::from_bytes(bytes)
        && let Ok(again) = list.to_bytes()
    {
        assert_eq!(Acl::from_bytes(&again).unwrap(), list);
    }
    let descriptor = match SecurityDescriptor::from_bytes(bytes) {
        Ok(descriptor) => descriptor,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    access::check(&descriptor, desired);
    // Parts may lie over one another: apart they can be too large.
    if let Ok(again) = descriptor.to_bytes() {
        assert_eq!(SecurityDescriptor::from_bytes(&again).unwrap(), descriptor);
        let printed = descriptor.to_string();
        assert_eq!(printed.parse::<SecurityDescriptor>().unwrap(), as_text_has_it(descriptor.clone()), "{printed}");
    }
    with_a_slot(descriptor);
}

/// Without what SDDL has no word for.
fn as_text_has_it(mut descriptor: SecurityDescriptor) -> SecurityDescriptor {
    let in_text = |list: &mut Acl| list.aces.iter_mut().for_each(|ace| ace.flags &= NAMED_ACE_FLAGS);
    let mut named = 0;
    match &mut descriptor.dacl {
        Dacl::Absent => {}
        Dacl::Null => named |= 0x1500,
        Dacl::List(list) => {
            in_text(list);
            named |= 0x1500;
        }
    }
    if let Some(list) = &mut descriptor.sacl {
        in_text(list);
        named |= 0x2a00;
    }
    descriptor.control &= named & NAMED_CONTROL;
    descriptor
}

/// A slot that is made with it is either refused, or lets in whom its descriptor lets in.
fn with_a_slot(descriptor: SecurityDescriptor) {
    let place = Place::new();
    let me = Token::of_this_process();
    let server = match Mailslot::builder("s").security(descriptor).quota(1).directory(place.path()).create() {
        Ok(server) => server,
        Err(error) => {
            let refusals = [ErrorKind::InvalidOwner, ErrorKind::InvalidAcl, ErrorKind::InvalidSecurityDescriptor];
            return assert!(refusals.contains(&error.kind()), "{error}");
        }
    };
    let stored = server.security().unwrap();
    let desired = rights::GENERIC_WRITE | rights::SYNCHRONIZE | rights::FILE_READ_ATTRIBUTES;
    let expected = stored.access_check(&me, desired).is_some();
    match Client::options().directory(place.path()).open("s") {
        Ok(_) => assert!(expected, "let in by {stored}"),
        Err(error) => assert!(!expected && error.kind() == ErrorKind::AccessDenied, "{error} by {stored}"),
    }
}
