//! The self-relative binary form ([MS-DTYP] 2.4.2.2, 2.4.4.1, 2.4.5 and 2.4.6), little-endian:
//!
//! ```text
//! descriptor  0 Revision = 1 │ 1 Sbz1 │ 2 Control │ 4 OffsetOwner │ 8 OffsetGroup │ 12 OffsetSacl │ 16 OffsetDacl │ 20 …
//! ACL         0 AclRevision  │ 1 Sbz1 │ 2 AclSize │ 4 AceCount    │ 6 Sbz2        │ 8 ACEs
//! ACE         0 AceType │ 1 AceFlags  │ 2 AceSize │ 4 Mask        │ 8 SID
//! SID         0 Revision = 1 │ 1 SubAuthorityCount │ 2 IdentifierAuthority (6, big-endian) │ 8 SubAuthority, 4 each
//! ```
//!
//! What is read here may come from anybody: from a slot file that peers can write to, or from a C program's memory. Every size is
//! checked against the bytes that are there, and each loop is bounded by them.
//!
//! [MS-DTYP]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/

use super::descriptor::{DACL_PRESENT, SACL_PRESENT, SELF_RELATIVE};
use super::{Ace, AceKind, Acl, Dacl, SecurityDescriptor, Sid};
use crate::Result;
use crate::error::{Error, ErrorKind};

const DESCRIPTOR_HEADER_BYTES: usize = 20;
const ACL_HEADER_BYTES: usize = 8;
const ACE_HEADER_BYTES: usize = 8;
const SID_HEADER_BYTES: usize = 8;
const REVISION: u8 = 1;
/// `ACL_REVISION`; 3 and 4 exist for entries of other types, and Windows takes all three.
const ACL_REVISION: u8 = 2;
const ACL_REVISIONS: std::ops::RangeInclusive<u8> = ACL_REVISION..=4;

impl SecurityDescriptor {
    /// The descriptor in self-relative form. What follows its last part is ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSecurityDescriptor`], [`ErrorKind::InvalidAcl`] and [`ErrorKind::InvalidSid`] for what is malformed,
    /// each for its part; and for an access list with entries of a type that mailslots have no use for.
    ///
    /// ```
    /// use mailslot::{ErrorKind, SecurityDescriptor};
    ///
    /// let error = SecurityDescriptor::from_bytes(&[1, 0, 4]).unwrap_err();
    /// assert_eq!((error.kind(), error.win32_code()), (ErrorKind::InvalidSecurityDescriptor, 1338));
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<SecurityDescriptor> {
        let invalid = |why: String| Error::new(ErrorKind::InvalidSecurityDescriptor, why);
        if bytes.len() < DESCRIPTOR_HEADER_BYTES || bytes.len() > SecurityDescriptor::MAX_BYTES {
            let (least, most) = (DESCRIPTOR_HEADER_BYTES, SecurityDescriptor::MAX_BYTES);
            return Err(invalid(format!("{} bytes; {least} to {most} are accepted", bytes.len())));
        }
        let control = u16_at(bytes, 2);
        if bytes[0] != REVISION || control & SELF_RELATIVE == 0 {
            return Err(invalid(format!("revision {}, control {control:#06x}; revision 1 is accepted", bytes[0])));
        }
        let part = |field: usize| match u32_at(bytes, field) as usize {
            0 => Ok(None),
            offset if offset < DESCRIPTOR_HEADER_BYTES => Err(invalid(format!("offset {offset} is within the header"))),
            offset => {
                bytes.get(offset..).map(Some).ok_or_else(|| invalid(format!("offset {offset} is beyond the end")))
            }
        };
        let sacl = if control & SACL_PRESENT == 0 { None } else { part(12)?.map(Acl::from_bytes).transpose()? };
        let dacl = match (control & DACL_PRESENT, part(16)?) {
            (0, _) => Dacl::Absent,
            (_, None) => Dacl::Null,
            (_, Some(list)) => Dacl::List(Acl::from_bytes(list)?),
        };
        Ok(SecurityDescriptor {
            owner: part(4)?.map(Sid::from_bytes).transpose()?,
            group: part(8)?.map(Sid::from_bytes).transpose()?,
            dacl,
            sacl,
            control: control & SecurityDescriptor::CONTROL_BITS,
        })
    }

    /// The self-relative form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAcl`] and [`ErrorKind::InvalidSecurityDescriptor`] if an access list, or all, would be larger than
    /// 64 KiB.
    ///
    /// ```
    /// use mailslot::{Permissions, SecurityDescriptor};
    ///
    /// let bytes = SecurityDescriptor::from(Permissions::Everyone).to_bytes()?;
    /// assert_eq!(&bytes[..4], [1, 0, 0x04, 0x80]); // Revision, Sbz1, SE_SELF_RELATIVE | SE_DACL_PRESENT
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let dacl = if let Dacl::List(list) = &self.dacl { Some(list) } else { None };
        let mut control = self.control & SecurityDescriptor::CONTROL_BITS | SELF_RELATIVE;
        if self.dacl != Dacl::Absent {
            control |= DACL_PRESENT;
        }
        if self.sacl.is_some() {
            control |= SACL_PRESENT;
        }
        let mut bytes = vec![0; DESCRIPTOR_HEADER_BYTES];
        bytes[0] = REVISION;
        bytes[2..4].copy_from_slice(&control.to_le_bytes());
        let parts = [
            (12, self.sacl.as_ref().map(Acl::to_bytes).transpose()?),
            (16, dacl.map(Acl::to_bytes).transpose()?),
            (4, self.owner.as_ref().map(Sid::to_bytes)),
            (8, self.group.as_ref().map(Sid::to_bytes)),
        ];
        for (field, part) in parts {
            if let Some(part) = part {
                let offset = bytes.len() as u32;
                bytes[field..field + 4].copy_from_slice(&offset.to_le_bytes());
                bytes.extend(part);
            }
        }
        if bytes.len() > SecurityDescriptor::MAX_BYTES {
            let why = format!("{} bytes; at most {} are accepted", bytes.len(), SecurityDescriptor::MAX_BYTES);
            return Err(Error::new(ErrorKind::InvalidSecurityDescriptor, why));
        }
        Ok(bytes)
    }
}

impl Acl {
    /// The list in binary form. What follows it is ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAcl`] and [`ErrorKind::InvalidSid`] for what is malformed, and for entries of a type that mailslots
    /// have no use for.
    ///
    /// ```
    /// use mailslot::security::Acl;
    ///
    /// assert_eq!(Acl::from_bytes(&[2, 0, 8, 0, 0, 0, 0, 0])?, Acl::new());
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Acl> {
        let invalid = |why: &str| Error::new(ErrorKind::InvalidAcl, why);
        if bytes.len() < ACL_HEADER_BYTES {
            return Err(invalid("it is shorter than its header"));
        }
        if !ACL_REVISIONS.contains(&bytes[0]) {
            return Err(invalid("its revision is none of 2, 3, 4"));
        }
        let bytes = bytes.get(..usize::from(u16_at(bytes, 2))).ok_or_else(|| invalid("its size is beyond the end"))?;
        let mut rest = bytes.get(ACL_HEADER_BYTES..).ok_or_else(|| invalid("its size is less than its header's"))?;
        let mut aces = Vec::new();
        for _ in 0..u16_at(bytes, 4) {
            if rest.len() < ACE_HEADER_BYTES {
                return Err(invalid("it has fewer entries than it says"));
            }
            let size = usize::from(u16_at(rest, 2));
            let (ace, behind) = rest.split_at_checked(size).ok_or_else(|| invalid("an entry is beyond the end"))?;
            let sid = ace.get(ACE_HEADER_BYTES..).ok_or_else(|| invalid("an entry is smaller than its header"))?;
            let kind = AceKind::ALL.iter().find(|(kind, _)| *kind as u8 == ace[0]);
            let (kind, _) = *kind.ok_or_else(|| invalid("an entry has a type that is not supported"))?;
            aces.push(Ace { kind, flags: ace[1], mask: u32_at(ace, 4), sid: Sid::from_bytes(sid)? });
            rest = behind;
        }
        Ok(Acl { aces })
    }

    /// The binary form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAcl`] if it would be larger than 65,535 bytes.
    ///
    /// ```
    /// use mailslot::security::Acl;
    ///
    /// assert_eq!(Acl::new().to_bytes()?, [2, 0, 8, 0, 0, 0, 0, 0]);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; ACL_HEADER_BYTES];
        for ace in &self.aces {
            let sid = ace.sid.to_bytes();
            bytes.extend([ace.kind as u8, ace.flags]);
            bytes.extend(((ACE_HEADER_BYTES + sid.len()) as u16).to_le_bytes());
            bytes.extend(ace.mask.to_le_bytes());
            bytes.extend(sid);
        }
        let Ok(size) = u16::try_from(bytes.len()) else {
            let why = format!("{} bytes; at most {} are accepted", bytes.len(), u16::MAX);
            return Err(Error::new(ErrorKind::InvalidAcl, why));
        };
        bytes[0] = ACL_REVISION;
        bytes[2..4].copy_from_slice(&size.to_le_bytes());
        // Fewer than there are bytes, which are no more than this number holds.
        bytes[4..6].copy_from_slice(&(self.aces.len() as u16).to_le_bytes());
        Ok(bytes)
    }
}

impl Sid {
    /// The SID in binary form. What follows it is ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSid`] for another revision than 1, more than 15 sub-authorities, or less bytes than it says.
    ///
    /// ```
    /// use mailslot::security::Sid;
    ///
    /// assert_eq!(Sid::from_bytes(&[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])?, Sid::EVERYONE);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Sid> {
        let invalid = |why: &str| Error::new(ErrorKind::InvalidSid, why);
        let Some((header, rest)) = bytes.split_at_checked(SID_HEADER_BYTES) else {
            return Err(invalid("it is shorter than its header"));
        };
        if header[0] != REVISION {
            return Err(invalid("its revision is not 1"));
        }
        let authority = header[2..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let numbers = rest.get(..4 * usize::from(header[1])).ok_or_else(|| invalid("it is beyond the end"))?;
        let numbers: Vec<u32> = numbers.chunks_exact(4).map(|number| u32_at(number, 0)).collect();
        Sid::new(authority, &numbers)
    }

    /// The binary form: 8 bytes, and 4 for each sub-authority.
    ///
    /// ```
    /// assert_eq!(mailslot::security::Sid::EVERYONE.to_bytes(), [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.sub_authorities();
        let mut bytes = vec![REVISION, numbers.len() as u8];
        bytes.extend(&self.authority().to_be_bytes()[2..]);
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    }
}

/// The number at a place that the caller knows to be there.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// The number at a place that the caller knows to be there.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
