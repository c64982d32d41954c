use mailslot::{ErrorKind, Name, Permissions, Timeout};

use crate::support::{Place, failure};

#[test]
fn b1_b2_b14_wrong_names_create_nothing() {
    let place = Place::new();
    for (text, code) in [
        ("blah", 123),
        (r"C:\blah", 123),
        (r"mailslot\x", 123),
        (r"\\.\pipe\x", 123),
        (r"\\.\mailslot", 123),
        (r"\\.\mailslot\", 123),
        (r"\\.\mailslot\a\", 123),
        (r"\\.\mailslot\..", 123),
        ("", 3),
        (r"\\.\mailslotx\a", 3),
    ] {
        let error = Name::parse(text).and_then(|name| place.builder(name).create()).unwrap_err();
        assert_eq!(error.win32_code(), code, "{text}");
        assert_eq!(error.name(), Some(text));
    }
    assert!(place.files().is_empty());
}

#[test]
fn b3_b4_b5_one_creator_of_a_name() {
    let place = Place::new();
    let server = place.create("orders");
    for name in ["orders", "ORDERS", r"\\.\mailslot\Orders", r"\\?\MAILSLOT\orders"] {
        let error = place.builder(name).create().unwrap_err();
        assert_eq!((error.kind(), error.win32_code()), (ErrorKind::AlreadyExists, 183), "{name}");
        assert!(error.to_string().to_lowercase().contains(r"\mailslot\orders"), "{error}");
    }
    place.open("orders").send(b"x").unwrap();
    assert_eq!(server.recv_vec().unwrap().data, b"x", "the first server is untouched");
}

#[test]
fn b5_letters_beyond_ascii_fold_too() {
    let place = Place::new();
    let _server = place.create("жар-Ä");
    assert_eq!(failure(place.builder("ЖАР-ä").create()), (ErrorKind::AlreadyExists, 183));
    assert!(place.try_open("Жар-ä").is_ok());
}

#[test]
fn b6_b7_all_spellings_reach_the_slot() {
    let place = Place::new();
    let server = place.create(r"\\?\mailslot\x\Y");
    let spellings =
        [r"\\.\mailslot\x\y", r"\\.\MAILSLOT\X\Y", "//./mailslot/x//y", "x/y", r"x\y", r"\\localhost\mailslot\x\y"];
    for (count, name) in spellings.into_iter().enumerate() {
        place.open(name).send(name.as_bytes()).unwrap();
        assert_eq!(server.info().unwrap().message_count as usize, count + 1, "{name}");
    }
}

#[test]
fn b8_b9_paths_need_no_parents_and_are_apart() {
    let place = Place::new();
    let deep = place.create(r"\\.\mailslot\a\b\c");
    let (p, pq) = (place.create("p"), place.create("p/q"));
    place.open("p/q").send(b"q").unwrap();
    assert_eq!([&deep, &p, &pq].map(|slot| slot.info().unwrap().message_count), [0, 0, 1]);
    assert_eq!(failure(place.try_open("a/b")), (ErrorKind::NotFound, 2));
}

#[test]
fn b10_b11_what_was_asked_for_is_reported() {
    let place = Place::new();
    let largest = place.builder("a").max_message_size(u32::MAX).read_timeout(Timeout::FOREVER).create().unwrap();
    let info = largest.info().unwrap();
    assert_eq!((info.max_message_size, info.read_timeout.as_millis()), (u32::MAX, u32::MAX));

    let some = place.builder("b").max_message_size(256).read_timeout(Timeout::from_millis(1000)).create().unwrap();
    let info = some.info().unwrap();
    assert_eq!((info.max_message_size, info.read_timeout.as_millis()), (256, 1000));
    assert_eq!((info.next_size, info.message_count), (None, 0));

    let default = place.create("c").info().unwrap();
    assert_eq!((default.max_message_size, default.read_timeout), (0, Timeout::FOREVER));
}

#[test]
fn b12_long_names_are_slots() {
    let place = Place::new();
    for length in [300, 20_000, 32_753] {
        let name = "n".repeat(length);
        let server = place.create(&name);
        place.open(name.to_uppercase()).send(b"x").unwrap();
        assert_eq!(server.info().unwrap().message_count, 1);
        assert_eq!(server.name().path(), name);
        let other = format!("{}m", &name[1..]);
        assert_eq!(failure(place.try_open(&other)), (ErrorKind::NotFound, 2), "only the end differs");
    }
    assert_eq!(failure(place.builder("n".repeat(32_754)).create()), (ErrorKind::InvalidName, 123));
}

#[test]
fn b13_names_of_all_kinds_are_slots() {
    let place = Place::new();
    let names = ["two words", "v1.2", "Заказы", "注文", "😀", "{9F3C}", "a*?:<>|\"", "tab\t\u{1}", ".", "100%", "~"];
    let servers: Vec<_> = names.iter().map(|name| place.create(format!(r"\\?\mailslot\{name}"))).collect();
    for (at, name) in names.iter().enumerate() {
        place.open(format!(r"\\?\mailslot\{name}")).send(&[0; 3][..at % 4]).unwrap();
        assert_eq!(servers[at].recv_vec().unwrap().data.len(), at % 4, "{name}");
    }
    assert_eq!(place.files().len(), names.len());
}

#[test]
fn b15_no_slot_is_created_on_a_host() {
    let place = Place::new();
    for name in [r"\\host\mailslot\x", r"\\*\mailslot\x", r"\\localhost\mailslot\x"] {
        let error = place.builder(name).create().unwrap_err();
        assert_eq!((error.kind(), error.win32_code()), (ErrorKind::InvalidName, 123), "{name}");
    }
    assert!(place.files().is_empty());
}

#[test]
fn permissions_decide_who_opens() {
    let place = Place::new();
    let _closed = place.builder("closed").permissions(Permissions::Nobody).create().unwrap();
    assert_eq!(failure(place.try_open("closed")), (ErrorKind::AccessDenied, 5));
    for (name, permissions) in [("own", Permissions::Owner), ("wide", Permissions::Everyone)] {
        let server = place.builder(name).permissions(permissions).create().unwrap();
        place.open(name).send(b"x").unwrap();
        assert_eq!(server.recv_vec().unwrap().data, b"x");
    }
    assert_eq!(Permissions::default(), Permissions::Owner);
}

#[test]
fn a_quota_of_nothing_is_refused() {
    let error = Place::new().builder("a").quota(0).create().unwrap_err();
    assert_eq!((error.kind(), error.win32_code()), (ErrorKind::InvalidParameter, 87));
}
