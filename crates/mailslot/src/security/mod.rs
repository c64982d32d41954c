//! Who may open a slot: security descriptors, as Windows has them.
//!
//! A [`SecurityDescriptor`] says who owns a slot and, in its access list ([`Dacl`]), which [`Sid`]s may do what with it. It is stored
//! with the slot, and every open is checked against it for the rights that it asks for. The structures, their binary form and
//! the check are those of [MS-DTYP] sections 2.4 and 2.5; the text form is SDDL (section 2.5.1).
//!
//! # Users and groups
//!
//! | SID | who |
//! |---|---|
//! | `S-1-22-1-uid`, `S-1-22-2-gid` | the user, the group of that number |
//! | `S-1-1-0` (WD) | everyone |
//! | `S-1-3-4` (OW), `S-1-3-0` (CO), `S-1-3-1` (CG) | the slot's owner; its owner and its group, replaced by their SIDs when the slot is created |
//! | `S-1-5-32-544` (BA), `S-1-5-18` (SY) | root |
//! | `S-1-5-11` (AU), `S-1-5-4` (IU), `S-1-5-32-545` (BU), `S-1-2-0` | every user of this machine |
//!
//! All other SIDs can be named and match nobody. Root does not pass by an access list that leaves it out, as administrators do not on
//! Windows.
//!
//! A slot's file stays private to its user, whatever its descriptor says: processes of other users need a gateway that delivers for
//! them, and none is there yet.
//!
//! ```
//! # let dir = tempfile::tempdir_in("/dev/shm")?;
//! use mailslot::{Client, ErrorKind, Mailslot, SecurityDescriptor};
//!
//! // Everyone but this user.
//! let me = mailslot::security::Token::of_this_process().user();
//! let descriptor: SecurityDescriptor = format!("D:(D;;FW;;;{me})(A;;FA;;;WD)").parse()?;
//! let server = Mailslot::builder("orders").security(descriptor).directory(dir.path()).create()?;
//! let refused = Client::options().directory(dir.path()).open("orders").unwrap_err();
//! assert_eq!(refused.kind(), ErrorKind::AccessDenied);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/

mod acl;
mod binary;
mod check;
mod creation;
mod descriptor;
pub mod rights;
mod sddl;
mod sid;
#[cfg(test)]
mod tests;
mod token;
mod well_known;

pub use acl::{Ace, AceKind, Acl};
pub use descriptor::{Dacl, SecurityDescriptor};
pub use sid::Sid;
pub use token::Token;
