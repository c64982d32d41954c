//! SDDL, the text form of security descriptors, and SIDs as text.

use mailslot::SecurityDescriptor;
use mailslot::security::Sid;

use crate::access;
use crate::script::Script;

/// The first four bytes are the rights that are asked for.
pub fn sddl(data: &[u8]) {
    let mut script = Script::new(data);
    let desired = script.u32();
    let text = String::from_utf8_lossy(script.bytes(usize::MAX));
    if let Ok(sid) = text.parse::<Sid>() {
        assert_eq!(sid.to_string().parse::<Sid>().unwrap(), sid, "{text:?}");
        assert_eq!(Sid::from_bytes(&sid.to_bytes()).unwrap(), sid, "{text:?}");
    }
    let descriptor = match text.parse::<SecurityDescriptor>() {
        Ok(descriptor) => descriptor,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let printed = descriptor.to_string();
    assert_eq!(printed.parse::<SecurityDescriptor>().unwrap(), descriptor, "{text:?} as {printed:?}");
    let bytes = descriptor.to_bytes().unwrap();
    assert_eq!(SecurityDescriptor::from_bytes(&bytes).unwrap(), descriptor, "{text:?}");
    access::check(&descriptor, desired);
}
