use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::ErrorKind;

fn parsed(text: &str) -> String {
    Name::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).path()
}

fn refused(text: &str) -> ErrorKind {
    let error = Name::parse(text).expect_err(text);
    assert!(error.to_string().contains("accepted") || text.is_empty() || text.contains('\0'), "{error}");
    error.kind()
}

#[test]
fn b1_b14_what_is_not_on_the_device_is_an_invalid_name() {
    for text in [
        "blah",
        r"C:\blah",
        r"mailslot\x",
        r"\mailslot\x",
        r"\\.\pipe\x",
        r"\\.\PIPE",
        r"\\.\C:\x",
        r"\\?\pipe\x",
        r"\\.\nul",
        r"\\",
        r"\\.",
        r"\\.\",
        r"\\.\..",
        r"\\?\",
        r"\\localhost",
        r"\\localhost\x",
        r"\\localhost\share\x",
        r"\\?\UNC",
        r"\\.\unc\localhost",
        "/",
        "//",
        "mailslot",
    ] {
        assert_eq!(refused(text), ErrorKind::InvalidName, "{text}");
    }
}

#[test]
fn b2_the_empty_name_is_a_missing_path() {
    assert_eq!(refused(""), ErrorKind::PathNotFound);
    assert_eq!(Name::parse("").unwrap_err().win32_code(), 3);
}

#[test]
fn names_of_no_slot_are_invalid() {
    for text in [
        r"\\.\mailslot",
        r"\\.\mailslot\",
        r"\\.\mailslot\\",
        r"\\?\mailslot",
        r"\\?\mailslot\",
        r"\\.\mailslot\..",
        r"\\.\mailslot\.",
        r"\\.\mailslot\a\..",
        r"\\.\mailslot\a\",
        r"\\?\mailslot\a\",
        r"\\.\mailslot\a/",
        r"\\.\mailslot\...",
        r"\\.\mailslot\a\ ",
        r"\\localhost\mailslot",
        r"\\localhost\mailslot\",
        r"\\nohost\mailslot\",
        "\\\\.\\mailslot\\a\0b",
    ] {
        assert_eq!(refused(text), ErrorKind::InvalidName, "{text}");
    }
}

#[test]
fn an_unknown_device_is_not_found() {
    assert_eq!(refused(r"\\.\mailslotx\a"), ErrorKind::PathNotFound);
    assert_eq!(refused(r"\\?\mailslotx\a"), ErrorKind::PathNotFound);
    assert_eq!(refused(r"\\.\mailslotx\"), ErrorKind::PathNotFound);
    assert_eq!(refused(r"\\.\mailslotx"), ErrorKind::NotFound);
}

#[test]
fn b6_any_case_is_the_same_slot() {
    let name = Name::parse(r"\\.\mailslot\x").unwrap();
    for text in [r"\\.\MAILSLOT\X", r"\\.\MaIlSlOt\x", r"\\?\mailslot\X", "//./mailslot/x", r"\\LOCALHOST\mailslot\x"] {
        assert_eq!(Name::parse(text).unwrap(), name, "{text}");
        assert_eq!(Name::parse(text).unwrap().file_name(), "X");
    }
    assert_eq!(Name::local("ÄЖ").unwrap(), Name::local("äж").unwrap());
    assert_ne!(Name::local("straße").unwrap(), Name::local("strasse").unwrap());
}

#[test]
fn b7_the_literal_form_is_not_normalised() {
    assert_eq!(parsed(r"\\?\mailslot\x"), "x");
    for path in ["a/b", ".", "..", r"a\..\b", "a.", "a ", r"\a", r"a\\b", r"a\.\b"] {
        assert_eq!(parsed(&format!(r"\\?\mailslot\{path}")), path);
    }
}

#[test]
fn the_usual_form_is_normalised() {
    for (text, path) in [
        (r"\\.\mailslot\a/b", r"a\b"),
        ("//./mailslot/a/b", r"a\b"),
        ("//?/mailslot/a/b", r"a\b"),
        (r"\\.\mailslot\\a", "a"),
        (r"\\.\\mailslot\a\\\b", r"a\b"),
        (r"\\.\mailslot\a\..\b", "b"),
        (r"\\.\mailslot\a\.\b", r"a\b"),
        (r"\\.\mailslot\a\.", "a"),
        (r"\\.\mailslot\..\mailslot\x", "x"),
        (r"\\.\..\..\mailslot\x", "x"),
        (r"\\.\mailslot\a. .", "a"),
        (r"\\.\mailslot\a.\b", r"a.\b"),
        (r"\\.\mailslot\ a", " a"),
        (r"\\.\mailslot\...\b", r"...\b"),
        (r"\\localhost\mailslot\..\..\a", "a"),
        (r"\\.\UNC\localhost\mailslot\a", "a"),
    ] {
        assert_eq!(parsed(text), path, "{text}");
    }
}

#[test]
fn b8_b13_paths_spaces_dots_and_letters_of_all_kinds() {
    for path in [
        r"a\b\c",
        "two words",
        "v1.2.3",
        "Заказы",
        "注文",
        "😀",
        "{9F3C}",
        "$Channel1$",
        "Global",
        "a:b*?<>|\"",
        "tab\tand\u{1}",
    ] {
        assert_eq!(parsed(&format!(r"\\.\mailslot\{path}")), path);
        assert_eq!(Name::local(path).unwrap().path(), path);
    }
}

#[test]
fn b12_long_names_end_at_the_documented_length() {
    for length in [300, 20_000, 32_753] {
        assert_eq!(parsed(&format!(r"\\.\mailslot\{}", "a".repeat(length))).len(), length);
    }
    let error = Name::local(&"a".repeat(32_754)).unwrap_err();
    assert_eq!((error.kind(), error.win32_code()), (ErrorKind::InvalidName, 123));
    assert!(error.to_string().contains("32754") && error.to_string().len() < 500, "{error}");
    // Two units a character; and the length counts after normalising.
    assert!(Name::local(&"😀".repeat(16_377)).is_err());
    assert!(Name::parse(&format!(r"\\.\mailslot\{}x", r".\".repeat(40_000))).is_ok());
}

#[test]
fn hosts_are_remote_except_this_machine() {
    for text in [
        r"\\host\mailslot\x",
        r"\\*\mailslot\x",
        "//host/mailslot/x",
        r"\\?\UNC\host\mailslot\x",
        r"\\127.0.0.2\mailslot\x",
    ] {
        assert_eq!(refused(text), ErrorKind::RemoteDeprecated, "{text}");
    }
    let own = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let first_label = own.split('.').next().unwrap();
    for host in ["localhost", "LocalHost", "127.0.0.1", &own, &own.to_uppercase(), first_label] {
        let name = Name::parse(&format!(r"\\{host}\mailslot\x")).unwrap();
        assert!(name.is_host_form());
        assert_eq!(name, Name::local("x").unwrap());
    }
    assert!(!Name::parse(r"\\.\mailslot\x").unwrap().is_host_form());
}

#[test]
fn local_names_and_from_str() {
    assert_eq!(Name::local("taxes/bob").unwrap(), Name::local(r"taxes\bob").unwrap());
    assert_eq!("taxes/bob".parse::<Name>().unwrap(), r"\\.\mailslot\taxes\bob".parse().unwrap());
    assert_eq!("//./mailslot/x".parse::<Name>().unwrap().path(), "x");
    for path in ["", "/orders", r"\.\mailslot\orders", "../pipe/x", "a/../../b", "a/", ".", "a\0"] {
        assert_eq!(Name::local(path).unwrap_err().kind(), ErrorKind::InvalidName, "{path}");
    }
    assert_eq!("".parse::<Name>().unwrap_err().kind(), ErrorKind::PathNotFound);
}

#[test]
fn unpaired_surrogates_are_kept_apart() {
    let prefix: Vec<u16> = r"\\.\mailslot\".encode_utf16().collect();
    let files: HashSet<String> = [0xd800, 0xdbff, 0xdc00, 0xfffd]
        .into_iter()
        .map(|unit| Name::parse_utf16(&[prefix.as_slice(), &[unit]].concat()).unwrap().file_name())
        .collect();
    assert_eq!(files.len(), 4);
}

#[test]
fn what_a_slot_file_holds_is_checked() {
    let name = Name::local(r"Taxes\Bob").unwrap();
    let stored = Name::from_stored(&name.stored()).unwrap();
    assert_eq!((stored.path(), stored.clone()), (name.path(), name));
    for bytes in [&b""[..], b"a", b"a\0\0\0", b"a\0\\\0", &[b'a'; 2 * 32_754]] {
        assert_eq!(Name::from_stored(bytes), None);
    }
}

fn path_units() -> impl Strategy<Value = Vec<u16>> {
    let unit = prop_oneof![
        4 => proptest::sample::select(r"\/. aB%?".encode_utf16().collect::<Vec<_>>()),
        1 => any::<u16>(),
    ];
    proptest::collection::vec(unit, 0..24)
}

fn with_prefix(prefix: &str, path: &[u16]) -> Vec<u16> {
    prefix.encode_utf16().chain(path.iter().copied()).collect()
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in path_units()) {
        for prefix in ["", r"\\", r"\\.\", r"\\?\", r"\\.\mailslot\", r"\\?\mailslot\", r"\\localhost\mailslot\"] {
            let _ = Name::parse_utf16(&with_prefix(prefix, &text)).map(|name| name.file_name());
        }
    }

    #[test]
    fn the_shown_name_leads_back(path in path_units()) {
        for prefix in [r"\\.\mailslot\", r"\\?\mailslot\"] {
            if let Ok(name) = Name::parse_utf16(&with_prefix(prefix, &path)) {
                if String::from_utf16(name.path_utf16()).is_ok() {
                    let again = Name::parse(&name.to_string()).unwrap();
                    prop_assert_eq!(again.path_utf16(), name.path_utf16());
                }
                prop_assert_eq!(Name::from_stored(&name.stored()), Some(name));
            }
        }
    }

    #[test]
    fn equal_names_have_equal_files_and_hashes(path in path_units()) {
        if let Ok(name) = Name::parse_utf16(&with_prefix(r"\\?\mailslot\", &path)) {
            let upper = Name::parse_utf16(&with_prefix(r"\\?\mailslot\", &upcase::upcase(&path))).unwrap();
            prop_assert_eq!(&upper, &name);
            prop_assert_eq!(upper.file_name(), name.file_name());
            prop_assert_eq!(HashSet::from([upper, name]).len(), 1);
        }
    }
}
