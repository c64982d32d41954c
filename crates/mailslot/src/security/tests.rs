//! Text, binary form and access check.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;

use super::rights::{
    self, FILE_ALL_ACCESS, FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_READ_DATA, FILE_WRITE_DATA, GENERIC_WRITE,
    MAXIMUM_ALLOWED, READ_CONTROL, WRITE_DAC,
};
use super::*;
use crate::{ErrorKind, Permissions};

fn sddl(text: &str) -> SecurityDescriptor {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn kind_of(text: &str) -> ErrorKind {
    text.parse::<SecurityDescriptor>().expect_err(text).kind()
}

/// What the tests of other implementations assert on Windows.
#[test]
fn text_is_written_as_on_windows() {
    for text in [
        "",
        "O:S-1-2-0",
        "O:SY",
        "O:SYG:S-1-5-21-93476-23408-4576",
        "G:S-1-5-21-93476-23408-4576",
        "O:SYG:S-1-5-21-93476-23408-4576D:",
        "D:(A;NP;GAGXGWGR;;;SU)(A;IOID;CCDC;;;SU)(D;OICI;0xffffffff;;;S-1-5-21-93476-23408-4576)",
        "O:SYG:S-1-5-21-93476-23408-4576D:NO_ACCESS_CONTROLS:(AU;OICINPIOIDSAFA;CCDCLCSWRPRC;;;SU)(AU;NPSA;0x12019f;;;SU)",
        "D:S:",
        "O:BAG:SYD:(A;;GXGWGR;;;WD)(A;;FA;;;SY)(A;;GXGR;;;RC)(A;;GXGWGR;;;S-1-15-2-2)S:(ML;;NW;;;LW)",
        "D:PAI(A;;FA;;;BA)S:AI",
    ] {
        assert_eq!(sddl(text).to_string(), text);
    }
}

#[test]
fn text_is_read_in_all_its_forms() {
    let plain = sddl("O:BAG:BUD:P(A;OI;FW;;;WD)(D;;FR;;;AN)");
    for text in [
        "o:bag:bud:p(a;oi;fw;;;wd)(d;;fr;;;an)",
        " D: P ( A ; OI ; FW ; ; ; WD ) ( D ;; FR ;;; AN ) G: BU O: BA ",
        "O:S-1-5-32-544G:S-1-5-0x20-545D:P(A;OI;0x120116;;;S-1-0x1-0)(D;;1179785;;;s-1-5-7)",
        "O:BAG:BUD:P(A;OI;04400426;;;WD)(D;;FR;;;AN)",
    ] {
        assert_eq!(sddl(text), plain, "{text}");
    }
    assert_eq!(sddl("O:LA").owner, Some(Sid::user(0)));
    assert_eq!(sddl("D:(A;;RPWPCCDCLCSWLODTCR;;;WD)").to_string(), "D:(A;;CCDCLCSWRPWPDTLOCR;;;WD)");
}

#[test]
fn what_is_no_sddl_has_its_code() {
    for text in ["ERROR:(D;;GA;;;WD)", "x", "D", "O:SYO:SY", "D:X(A;;GA;;;WD)", ":", "é:", "D:NO_ACCESS_CONTROLX"] {
        assert_eq!(kind_of(text), ErrorKind::InvalidParameter, "{text}");
    }
    for text in [
        "D:(A;;ROB;;;WD)",
        "D:(D;;GA;;;Nonexistent account)",
        "D:(A;;GA;;;DA)",
        "D:(A;;GA;;;WD",
        "D:(A;;GA;;)",
        "D:(A;;GA;;;WD;x)",
        "D:(OA;;GA;;;WD)",
        "D:(A;;GA;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)",
        "D:(Z;;GA;;;WD)",
        "D:(A;XX;GA;;;WD)",
        "D:(A;;0x100000000;;;WD)",
        "D:(A;;+1;;;WD)",
        "D:(A;;GA;;;WD)x",
        "D:NO_ACCESS_CONTROL(A;;GA;;;WD)",
        "D:(A;;GA;;;S-1-1-0-)",
    ] {
        assert_eq!(kind_of(text), ErrorKind::InvalidAcl, "{text}");
    }
    for text in ["O:", "G:XX", "O:S-2-1-0", "O:S-1-281474976710656-0", "O:S-1-1-4294967296", "O:S-1-1--1"] {
        assert_eq!(kind_of(text), ErrorKind::InvalidSid, "{text}");
    }
    assert!(format!("O:S-1-5{}", "-1".repeat(15)).parse::<SecurityDescriptor>().is_ok());
    assert_eq!(kind_of(&format!("O:S-1-5{}", "-1".repeat(16))), ErrorKind::InvalidSid);
    assert_eq!(kind_of(&format!("D:{}", "(A;;GA;;;WD)".repeat(4000))), ErrorKind::InvalidAcl, "larger than 64 KiB");
}

#[test]
fn errors_show_little_of_a_long_text() {
    let error = format!("D:(A;;GA;;;{})", "\u{1b}".repeat(100_000)).parse::<SecurityDescriptor>().unwrap_err();
    assert!(error.to_string().len() < 2000 && !error.to_string().contains('\u{1b}'));
}

#[test]
fn large_authorities_are_hexadecimal() {
    let sid = Sid::new(173_495_281_736, &[12, 72]).unwrap();
    assert_eq!(sid.to_string(), "S-1-0x0028651FE848-12-72");
    assert_eq!("S-1-0x0028651FE848-12-72".parse::<Sid>().unwrap(), sid);
}

/// Every field at its place.
#[test]
fn binary_form_is_the_documented_one() {
    #[rustfmt::skip]
    let bytes = [
        1, 0, 0x04, 0x90,               // Revision, Sbz1, SE_SELF_RELATIVE | SE_DACL_PROTECTED | SE_DACL_PRESENT
        48, 0, 0, 0,                    // OffsetOwner
        0, 0, 0, 0,                     // OffsetGroup
        0, 0, 0, 0,                     // OffsetSacl
        20, 0, 0, 0,                    // OffsetDacl
        2, 0, 28, 0, 1, 0, 0, 0,        // AclRevision, Sbz1, AclSize, AceCount, Sbz2
        1, 2, 20, 0,                    // ACCESS_DENIED_ACE_TYPE, CONTAINER_INHERIT_ACE, AceSize
        0x16, 0x01, 0x12, 0,            // Mask: FILE_GENERIC_WRITE
        1, 1, 0, 0, 0, 0, 0, 1,         // SID: Revision, SubAuthorityCount, IdentifierAuthority 1
        0, 0, 0, 0,                     // SubAuthority 0
        1, 2, 0, 0, 0, 0, 0, 22,        // SID of the owner
        1, 0, 0, 0, 0xE8, 3, 0, 0,
    ];
    let descriptor = sddl("O:S-1-22-1-1000D:P(D;CI;FW;;;WD)");
    assert_eq!(descriptor.to_bytes().unwrap(), bytes);
    assert_eq!(SecurityDescriptor::from_bytes(&bytes).unwrap(), descriptor);
    // Each part cut short, or saying more than there is.
    for (at, value, kind) in [
        (0, 2, ErrorKind::InvalidSecurityDescriptor),
        (3, 0x10, ErrorKind::InvalidSecurityDescriptor),
        (4, 19, ErrorKind::InvalidSecurityDescriptor),
        (4, 200, ErrorKind::InvalidSecurityDescriptor),
        (4, 60, ErrorKind::InvalidSid),
        (16, 60, ErrorKind::InvalidAcl),
        (20, 1, ErrorKind::InvalidAcl),
        (22, 200, ErrorKind::InvalidAcl),
        (22, 7, ErrorKind::InvalidAcl),
        (22, 24, ErrorKind::InvalidAcl),
        (24, 2, ErrorKind::InvalidAcl),
        (28, 5, ErrorKind::InvalidAcl),
        (30, 7, ErrorKind::InvalidAcl),
        (30, 16, ErrorKind::InvalidSid),
        (36, 2, ErrorKind::InvalidSid),
        (37, 16, ErrorKind::InvalidSid),
    ] {
        let mut damaged = bytes;
        damaged[at] = value;
        let error = SecurityDescriptor::from_bytes(&damaged).expect_err(&format!("byte {at} = {value}"));
        assert_eq!(error.kind(), kind, "byte {at} = {value}: {error}");
    }
    for length in 0..bytes.len() {
        assert!(SecurityDescriptor::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn generic_rights_are_those_of_files() {
    for (generic, file) in [
        (rights::GENERIC_READ, FILE_GENERIC_READ),
        (GENERIC_WRITE, FILE_GENERIC_WRITE),
        (rights::GENERIC_EXECUTE, rights::FILE_GENERIC_EXECUTE),
        (rights::GENERIC_ALL, FILE_ALL_ACCESS),
    ] {
        assert_eq!(rights::of_file(generic), file);
    }
    let read_or_write = FILE_GENERIC_READ | FILE_GENERIC_WRITE;
    assert_eq!(
        rights::of_file(rights::GENERIC_READ | GENERIC_WRITE | MAXIMUM_ALLOWED),
        read_or_write | MAXIMUM_ALLOWED
    );
}

#[test]
fn the_first_entry_that_mentions_a_right_decides_about_it() {
    let bob = Token::new(1001, 100, &[27]);
    let grants = |text: &str, desired: u32| sddl(text).access_check(&bob, desired);
    for (text, is_granted) in [
        ("D:(A;;FW;;;WD)", true),
        ("D:(A;;FR;;;WD)", false),
        ("D:(A;;GW;;;WD)", true),
        ("D:(A;;GA;;;WD)", true),
        ("D:", false),
        ("D:NO_ACCESS_CONTROL", true),
        ("", true),
        ("D:(A;;FW;;;S-1-22-1-1001)", true),
        ("D:(A;;FW;;;S-1-22-1-1002)", false),
        ("D:(A;;FW;;;S-1-22-2-100)", true),
        ("D:(A;;FW;;;S-1-22-2-27)", true),
        ("D:(A;;FW;;;S-1-22-2-28)", false),
        ("D:(A;;FW;;;AU)", true),
        ("D:(A;;FW;;;IU)", true),
        ("D:(A;;FW;;;BU)", true),
        ("D:(A;;FW;;;BA)(A;;FW;;;SY)(A;;FW;;;AN)", false),
        ("D:(D;;FW;;;S-1-22-1-1001)(A;;FA;;;WD)", false),
        ("D:(A;;FA;;;WD)(D;;FW;;;S-1-22-1-1001)", true),
        ("D:(D;;DC;;;WD)(A;;FA;;;WD)", false),
        ("D:(D;;CC;;;WD)(A;;FA;;;WD)", true),
        ("D:(A;;DC;;;WD)(D;;DC;;;WD)(A;;FA;;;WD)", true),
        ("D:(D;IO;FW;;;WD)(A;;FA;;;WD)", true),
        ("D:(A;IO;FA;;;WD)", false),
        ("D:(A;;0x120016;;;WD)(A;;0x100;;;S-1-22-2-27)", true),
        ("D:S:(AU;SA;FA;;;WD)", false),
        ("O:S-1-22-1-1001D:(A;;FW;;;OW)", true),
        ("O:S-1-22-1-1002D:(A;;FW;;;OW)", false),
        ("O:S-1-22-1-1001D:(A;;FW;;;CO)", false),
    ] {
        let expected = is_granted.then_some(FILE_GENERIC_WRITE);
        assert_eq!(grants(text, GENERIC_WRITE), expected, "{text}");
    }
}

#[test]
fn the_owner_may_always_read_and_change_the_list() {
    let token = Token::new(1001, 100, &[]);
    let check = |text: &str, desired: u32| sddl(text).access_check(&token, desired);
    let both = READ_CONTROL | WRITE_DAC;
    assert_eq!(check("O:S-1-22-1-1001D:", both), Some(both));
    assert_eq!(check("O:S-1-22-1-1001D:(D;;FA;;;WD)", both), Some(both));
    assert_eq!(check("O:S-1-22-1-1001D:", MAXIMUM_ALLOWED), Some(both));
    assert_eq!(check("O:S-1-22-1-1002D:", READ_CONTROL), None);
    assert_eq!(check("O:S-1-22-1-1001D:(A;;CC;;;OW)", READ_CONTROL), None, "OWNER RIGHTS takes their place");
    assert_eq!(check("O:S-1-22-1-1001D:(A;IO;CC;;;OW)", READ_CONTROL), Some(READ_CONTROL));
}

#[test]
fn maximum_allowed_is_what_the_list_gives() {
    let token = Token::new(1001, 100, &[]);
    let check = |text: &str, desired: u32| sddl(text).access_check(&token, desired);
    assert_eq!(check("D:", MAXIMUM_ALLOWED), None);
    assert_eq!(check("D:NO_ACCESS_CONTROL", MAXIMUM_ALLOWED), Some(FILE_ALL_ACCESS));
    assert_eq!(check("D:(A;;FR;;;WD)", MAXIMUM_ALLOWED), Some(FILE_GENERIC_READ));
    assert_eq!(check("D:(D;;CC;;;WD)(A;;FR;;;WD)", MAXIMUM_ALLOWED), Some(FILE_GENERIC_READ & !FILE_READ_DATA));
    assert_eq!(check("D:(A;;FR;;;WD)", MAXIMUM_ALLOWED | FILE_READ_DATA), Some(FILE_GENERIC_READ));
    assert_eq!(check("D:(A;;FR;;;WD)", MAXIMUM_ALLOWED | FILE_WRITE_DATA), None);
    assert_eq!(check("D:(A;;0xffffffff;;;WD)", MAXIMUM_ALLOWED), Some(FILE_ALL_ACCESS));
}

#[test]
fn root_is_the_administrators_and_passes_by_no_list() {
    let root = Token::new(0, 0, &[]);
    for (text, is_granted) in
        [("D:(A;;FA;;;BA)", true), ("D:(A;;FA;;;SY)", true), ("D:(A;;FA;;;S-1-22-1-5)", false), ("D:", false)]
    {
        assert_eq!(sddl(text).access_check(&root, GENERIC_WRITE).is_some(), is_granted, "{text}");
    }
}

#[test]
fn a_new_slot_s_descriptor_is_complete() {
    let (bob, root) = (Token::new(1001, 100, &[]), Token::new(0, 0, &[]));
    let made = |text: &str, token: &Token| sddl(text).of_new_slot(token).map(|slot| slot.to_string());
    let by_default = "O:S-1-22-1-1001G:S-1-22-2-100D:(A;;FA;;;S-1-22-1-1001)(A;;FA;;;BA)";
    assert_eq!(made("", &bob).unwrap(), by_default);
    assert_eq!(SecurityDescriptor::from(Permissions::Owner).of_new_slot(&bob).unwrap().to_string(), by_default);
    let mapped =
        "O:S-1-22-1-1001G:S-1-5-21-1D:(A;;FW;;;S-1-22-1-1001)(A;;FR;;;S-1-5-21-1)(D;IO;FA;;;CO)S:(ML;;NW;;;LW)";
    assert_eq!(made("G:S-1-5-21-1D:(A;;GW;;;CO)(A;;GR;;;CG)(D;IO;GA;;;CO)S:(ML;;NW;;;LW)", &bob).unwrap(), mapped);
    assert_eq!(made("O:S-1-22-1-1001D:", &bob).unwrap(), "O:S-1-22-1-1001G:S-1-22-2-100D:");
    assert_eq!(made("O:BAD:NO_ACCESS_CONTROL", &root).unwrap(), "O:BAG:S-1-22-2-0D:NO_ACCESS_CONTROL");
    for text in ["O:BA", "O:S-1-22-1-1002", "O:WD"] {
        assert_eq!(made(text, &bob).unwrap_err().kind(), ErrorKind::InvalidOwner, "{text}");
    }
    assert_eq!(made("O:S-1-22-1-1001", &root).unwrap_err().win32_code(), 1307);
}

fn any_sid() -> impl Strategy<Value = Sid> {
    let known: Vec<Sid> = well_known::ALIASES.iter().map(|(_, sid)| *sid).collect();
    prop_oneof![
        prop::sample::select(known),
        any::<u32>().prop_map(Sid::user),
        (0u64..1 << 48, prop::collection::vec(any::<u32>(), 0..=15))
            .prop_map(|(authority, numbers)| Sid::new(authority, &numbers).unwrap()),
    ]
}

fn any_list() -> impl Strategy<Value = Acl> {
    let kind = prop::sample::select(AceKind::ALL.map(|(kind, _)| kind).to_vec());
    let ace = (kind, any::<u8>().prop_map(|flags| flags & !0x20), any::<u32>(), any_sid());
    let ace = ace.prop_map(|(kind, flags, mask, sid)| Ace { kind, flags, mask, sid });
    prop::collection::vec(ace, 0..20).prop_map(|aces| Acl { aces })
}

/// Lists in which entries meet: few people, few rights.
fn any_busy_list() -> impl Strategy<Value = Acl> {
    let kind = prop::sample::select(vec![AceKind::Allow, AceKind::Deny, AceKind::Allow, AceKind::Deny, AceKind::Audit]);
    let flags = prop::sample::select(vec![0, 0, 0, 0, Ace::INHERIT_ONLY]);
    let people = vec![Sid::EVERYONE, Sid::user(1001), Sid::group(27), Sid::OWNER_RIGHTS, Sid::user(7)];
    let ace = (kind, flags, few_rights(), prop::sample::select(people));
    let ace = ace.prop_map(|(kind, flags, mask, sid)| Ace { kind, flags, mask, sid });
    prop::collection::vec(ace, 0..8).prop_map(|aces| Acl { aces })
}

fn few_rights() -> impl Strategy<Value = u32> {
    let rights = vec![FILE_READ_DATA, FILE_WRITE_DATA, READ_CONTROL, rights::GENERIC_READ];
    prop::sample::subsequence(rights, 1..3).prop_map(|rights| rights.into_iter().fold(0, |mask, right| mask | right))
}

fn any_descriptor() -> impl Strategy<Value = SecurityDescriptor> {
    let dacl = prop_oneof![Just(Dacl::Absent), Just(Dacl::Null), any_list().prop_map(Dacl::List)];
    let parts = (prop::option::of(any_sid()), prop::option::of(any_sid()), dacl, prop::option::of(any_list()));
    parts.prop_map(|(owner, group, dacl, sacl)| SecurityDescriptor { owner, group, dacl, sacl, control: 0 })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_and_bytes_round_trip(descriptor in any_descriptor(), control in any::<u16>()) {
        prop_assert_eq!(&sddl(&descriptor.to_string()), &descriptor);
        let descriptor = SecurityDescriptor { control: control & SecurityDescriptor::CONTROL_BITS, ..descriptor };
        prop_assert_eq!(&SecurityDescriptor::from_bytes(&descriptor.to_bytes().unwrap()).unwrap(), &descriptor);
    }

    #[test]
    fn any_bytes_are_an_error_at_worst(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = SecurityDescriptor::from_bytes(&bytes);
        let _ = Acl::from_bytes(&bytes);
        let _ = Sid::from_bytes(&bytes);
    }

    /// Bytes that are nearly right get further in.
    #[test]
    fn damaged_bytes_are_an_error_at_worst(
        descriptor in any_descriptor(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = descriptor.to_bytes().unwrap();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        for bytes in [&bytes[..], &bytes[..length.index(bytes.len())]] {
            if let Ok(found) = SecurityDescriptor::from_bytes(bytes) {
                // What can be read can be used, written and read again.
                let _ = found.access_check(&Token::new(1, 2, &[3]), MAXIMUM_ALLOWED);
                prop_assert_eq!(&SecurityDescriptor::from_bytes(&found.to_bytes().unwrap()).unwrap(), &found);
            }
        }
    }

    #[test]
    fn any_text_is_an_error_at_worst(text in "[OGDS]?:?[A-Za-z0-9();:_ é-]{0,60}", other in ".{0,40}") {
        let _ = text.parse::<SecurityDescriptor>();
        let _ = other.parse::<SecurityDescriptor>();
        let _ = other.parse::<Sid>();
        let _ = format!("D:(A;;{text};;;{other})").parse::<SecurityDescriptor>();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The check agrees with the documented one, which walks the list anew for each request.
    #[test]
    fn the_check_is_the_documented_one(list in any_busy_list(), desired in few_rights(), is_owner in any::<bool>()) {
        let token = Token::new(1001, 100, &[27]);
        let owner = if is_owner { token.user() } else { Sid::user(7) };
        let mut remaining = rights::of_file(desired) & FILE_ALL_ACCESS;
        let wanted = remaining;
        if is_owner && !list.aces.iter().any(|ace| ace.applies() && ace.sid == Sid::OWNER_RIGHTS) {
            remaining &= !(READ_CONTROL | WRITE_DAC);
        }
        let mut is_denied = false;
        for ace in list.aces.iter().filter(|ace| ace.applies()) {
            let matches = token.contains(ace.sid) || ace.sid == Sid::OWNER_RIGHTS && is_owner;
            match ace.kind {
                AceKind::Allow if matches => remaining &= !rights::of_file(ace.mask),
                AceKind::Deny if matches && rights::of_file(ace.mask) & remaining != 0 => is_denied = true,
                _ => {}
            }
            if is_denied {
                break;
            }
        }
        let expected = (!is_denied && remaining == 0).then_some(wanted);
        let descriptor = SecurityDescriptor { owner: Some(owner), dacl: Dacl::List(list), ..Default::default() };
        prop_assert_eq!(descriptor.access_check(&token, desired), expected);
    }
}
