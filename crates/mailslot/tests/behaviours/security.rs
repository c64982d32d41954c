//! Who may open a slot.

use std::fs::{self, File, Permissions as Mode};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use mailslot::security::rights::{FILE_ALL_ACCESS, FILE_GENERIC_READ, GENERIC_READ, GENERIC_WRITE, MAXIMUM_ALLOWED};
use mailslot::security::{Dacl, Sid, Token};
use mailslot::{Client, ErrorKind, Mailslot, SecurityDescriptor};
use proptest::prelude::*;

use crate::child::ROLE;
use crate::support::{Place, Watchdog, failure};

fn create(place: &Place, sddl: &str) -> Mailslot {
    place.builder("orders").security(sddl.parse().unwrap()).create().unwrap()
}

fn open(place: &Place, desired: u32) -> mailslot::Result<Client> {
    Client::options().desired_access(desired).directory(place.path()).open("orders")
}

#[test]
fn the_descriptor_decides_who_opens() {
    let place = Place::new();
    let me = Token::of_this_process().user();
    for (sddl, is_open) in [
        ("".to_owned(), true),
        ("D:NO_ACCESS_CONTROL".to_owned(), true),
        ("D:".to_owned(), false),
        (format!("D:(A;;FA;;;{me})"), true),
        (format!("D:(D;;FW;;;{me})(A;;FA;;;WD)"), false),
        (format!("D:(A;;FA;;;WD)(D;;FW;;;{me})"), true),
        ("D:(A;;FA;;;CO)".to_owned(), true),
        ("D:(A;;FA;;;OW)".to_owned(), true),
        ("D:(A;;FA;;;AU)".to_owned(), true),
        ("D:(A;;FR;;;WD)".to_owned(), false),
        ("D:(A;;FA;;;S-1-22-1-4294967294)".to_owned(), false),
    ] {
        let server = create(&place, &sddl);
        match place.try_open("orders") {
            Ok(client) => {
                assert!(is_open, "{sddl}");
                client.send(b"x").unwrap();
                assert_eq!(client.security().unwrap(), server.security().unwrap());
            }
            Err(error) => {
                assert_eq!((error.kind(), error.win32_code(), is_open), (ErrorKind::AccessDenied, 5, false), "{sddl}");
                assert!(error.to_string().contains("access list"), "{error}");
            }
        }
        assert_eq!(mailslot::list_in(place.path()).unwrap()[0].security, Some(server.security().unwrap()));
    }
}

#[test]
fn a_client_has_the_rights_that_it_asked_for() {
    let place = Place::new();
    let server = create(&place, "D:(A;;FR;;;WD)");
    let reader = open(&place, GENERIC_READ).unwrap();
    assert_eq!(reader.granted_access(), FILE_GENERIC_READ);
    assert_eq!(failure(reader.send(b"x")), (ErrorKind::AccessDenied, 5));
    assert_eq!(failure(reader.try_clone().unwrap().send(b"x")), (ErrorKind::AccessDenied, 5));
    assert_eq!(
        open(&place, MAXIMUM_ALLOWED).unwrap().granted_access(),
        FILE_GENERIC_READ | 0x0006_0000,
        "and the owner's"
    );
    assert_eq!(failure(open(&place, GENERIC_READ | GENERIC_WRITE)), (ErrorKind::AccessDenied, 5));
    assert_eq!(server.info().unwrap().message_count, 0);
    drop(server);
    let _server = create(&place, "D:NO_ACCESS_CONTROL");
    assert_eq!(open(&place, MAXIMUM_ALLOWED).unwrap().granted_access(), FILE_ALL_ACCESS);
}

#[test]
fn a_slot_is_owned_by_its_creator() {
    let place = Place::new();
    let server = place.create("orders");
    let descriptor = server.security().unwrap();
    let token = Token::of_this_process();
    assert_eq!((descriptor.owner, descriptor.group), (Some(token.user()), Some(token.primary_group())));
    let Dacl::List(list) = descriptor.dacl else { panic!("the default is a list") };
    assert_eq!(list.aces.iter().map(|ace| ace.sid).collect::<Vec<_>>(), [token.user(), Sid::ADMINISTRATORS]);
    let others = "O:S-1-22-1-4294967294".parse().unwrap();
    assert_eq!(failure(place.builder("b").security(others).create()), (ErrorKind::InvalidOwner, 1307));
    let long = SecurityDescriptor {
        dacl: Dacl::List((0..4000).fold(mailslot::security::Acl::new(), |list, uid| list.allow(1, Sid::user(uid)))),
        ..Default::default()
    };
    assert_eq!(failure(place.builder("b").security(long).create()), (ErrorKind::InvalidAcl, 1336));
    assert_eq!(place.files(), ["ORDERS"]);
}

#[test]
fn this_process_is_its_user_and_in_all_its_groups() {
    let ids = |option: &str| -> Vec<u32> {
        let output = Command::new("id").arg(option).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split_whitespace().map(|id| id.parse().unwrap()).collect()
    };
    let token = Token::of_this_process();
    assert_eq!((token.user(), token.primary_group()), (Sid::user(ids("-u")[0]), Sid::group(ids("-g")[0])));
    assert!(ids("-G").into_iter().all(|gid| token.contains(Sid::group(gid))));
    assert!(!token.contains(Sid::group(0x7FFF_FFFE)) && !token.contains(Sid::group(ids("-u")[0] + 4711)));
}

/// The slot file of another user is closed to this one, whatever its descriptor says, and the error says why.
#[test]
fn other_users_are_not_served_yet() {
    if Token::of_this_process().user() != Sid::user(0) {
        eprintln!("skipped: only root can become another user");
        return;
    }
    let place = Place::new();
    fs::set_permissions(place.path(), Mode::from_mode(0o1777)).unwrap();
    let _server = create(&place, "D:NO_ACCESS_CONTROL");
    // Of a place that every user can reach, and start programs from.
    let programs = tempfile::tempdir().unwrap();
    fs::set_permissions(programs.path(), Mode::from_mode(0o755)).unwrap();
    let program = programs.path().join("stranger");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut stranger = Command::new(program);
    stranger.uid(65534).gid(65534).args(["--exact", "child::a_child_plays_its_role"]).current_dir("/");
    let ended = stranger.env(ROLE, "stranger").env("MAILSLOT_DIR", place.path()).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

/// What the stranger sees.
pub(crate) fn a_stranger_s_view() {
    for error in [Client::open("orders").unwrap_err(), Mailslot::create("orders").unwrap_err()] {
        assert_eq!((error.kind(), error.win32_code()), (ErrorKind::AccessDenied, 5));
        let text = error.to_string();
        assert!(text.contains("user 0") && text.contains("65534") && text.contains("not served yet"), "{text}");
    }
    assert!(mailslot::list().unwrap().is_empty());
    let own = Mailslot::create("own").unwrap();
    Client::open("own").unwrap().send(b"x").unwrap();
    assert_eq!(own.recv_vec().unwrap().data, b"x");
}

/// Where the descriptor lies in the slot file: its length, and its bytes.
const LENGTH: u64 = 20;
const BYTES: u64 = 84 * 1024;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_descriptor_lets_nobody_in_that_it_does_not_name(
        damage in prop::collection::vec((0u64..120, any::<u8>()), 1..6),
        length in prop::option::of(prop_oneof![0u32..200, any::<u32>()]),
    ) {
        let _watchdog = Watchdog::start();
        let place = Place::new();
        let server = create(&place, "D:P(D;;FR;;;AN)(A;;FA;;;WD)(A;;FA;;;BA)S:(ML;;NW;;;LW)");
        let file = File::options().write(true).open(place.path().join("ORDERS")).unwrap();
        for (at, value) in damage {
            file.write_all_at(&[value], BYTES + at).unwrap();
        }
        if let Some(length) = length {
            file.write_all_at(&length.to_ne_bytes(), LENGTH).unwrap();
        }
        match place.try_open("orders") {
            Ok(client) => prop_assert_ne!(client.granted_access() & 2, 0),
            Err(error) => {
                prop_assert!([ErrorKind::Corrupt, ErrorKind::AccessDenied].contains(&error.kind()), "{}", error);
            }
        }
        let _ = mailslot::list_in(place.path()).unwrap();
        // The server knows its own.
        prop_assert!(server.security().is_ok());
    }
}

#[test]
fn no_descriptor_at_all_is_damage() {
    let place = Place::new();
    let _server = place.create("orders");
    let file = File::options().write(true).open(place.path().join("ORDERS")).unwrap();
    file.write_all_at(&0u32.to_ne_bytes(), LENGTH).unwrap();
    let error = place.try_open("orders").unwrap_err();
    assert_eq!((error.kind(), error.win32_code()), (ErrorKind::Corrupt, 1392));
    assert!(error.to_string().contains("security descriptor"), "{error}");
    assert_eq!(mailslot::list_in(place.path()).unwrap()[0].security, None);
}
