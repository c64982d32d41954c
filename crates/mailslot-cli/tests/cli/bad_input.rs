//! Wrong arguments and wrong directories: a clear error and the documented exit status.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::World;

#[test]
fn wrong_arguments_give_2() {
    let world = World::new();
    for arguments in [
        &[][..],
        &["nonsense"],
        &["listen"],
        &["send"],
        &["info"],
        &["listen", "a", "b"],
        &["listen", "a", "--nonsense"],
        &["listen", "a", "--max-size", "-1"],
        &["listen", "a", "--max-size", "4294967296"],
        &["listen", "a", "--max-size", "ten"],
        &["listen", "a", "--timeout", "4294967296"],
        &["listen", "a", "--timeout", "1.5"],
        &["listen", "a", "--count", "0"],
        &["listen", "a", "--quota", "0"],
        &["listen", "a", "--format", "xml"],
        &["list", "a"],
    ] {
        let ended = world.run(arguments);
        assert_eq!(ended.code(), 2, "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains("Usage:") || ended.stderr.contains("--help"), "{ended:?}");
    }
}

#[test]
fn a_name_that_cannot_be_a_local_slots_gives_2() {
    let world = World::new();
    for name in [
        "",
        r"\\.\mailslot",
        r"\\.\mailslot\",
        r"\\.\pipe\x",
        r"\\.\mailslotx\a",
        r"\\somewhere\mailslot\x",
        r"\\*\mailslot\x",
    ] {
        for command in ["listen", "send", "info"] {
            let ended = world.run([command, name]);
            assert_eq!(ended.code(), 2, "{command} {name:?}: {ended:?}");
            assert!(!ended.stderr.is_empty());
        }
    }
}

#[test]
fn a_name_must_be_utf8() {
    let world = World::new();
    for command in ["listen", "send", "info"] {
        let ended = world.run([OsStr::new(command), OsStr::from_bytes(b"a\xff")]);
        ended.failed(2, "UTF-8");
    }
}

#[test]
fn help_and_version_give_0() {
    let world = World::new();
    let help = world.run(["--help"]).ok();
    for (status, word) in [(0, "SIGINT"), (3, "no such slot"), (4, "exists already"), (5, "--timeout")] {
        let line = help.text().lines().find(|line| line.trim_start().starts_with(&format!("{status}  ")));
        assert!(line.is_some_and(|line| line.contains(word)), "{help:?}");
    }
    for command in ["listen", "send", "info", "list", "demo", "bench"] {
        let help = world.run([command, "--help"]).ok();
        assert!(help.text().contains(&format!("Usage: mailslot {command}")), "{help:?}");
    }
    for command in ["listen", "send"] {
        assert!(world.run([command, "--help"]).ok().text().contains("Examples:"));
    }
    assert!(world.run(["--version"]).ok().text().starts_with("mailslot "));
}

#[test]
fn a_directory_that_others_may_write_gives_6() {
    let world = World::new();
    let open = world.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    for arguments in [&["listen", "a"][..], &["send", "a", "m"], &["info", "a"], &["list"]] {
        let mut command = world.command(arguments);
        command.env("MAILSLOT_DIR", &open);
        crate::support::run(&mut command, b"").failed(6, "open");
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let world = World::new();
    let missing = world.path().join("missing");
    for arguments in [&["listen", "a"][..], &["send", "a", "m"], &["info", "a"], &["list"]] {
        let mut command = world.command(arguments);
        command.env("MAILSLOT_DIR", &missing);
        let ended = crate::support::run(&mut command, b"");
        assert!(!ended.status.success() && ended.stderr.contains("missing"), "{arguments:?}: {ended:?}");
    }
}
