//! The built library as a file: what it exports, what it is called, and that it can be linked in.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::run::{Slots, run};
use crate::toolchain::{Build, Language, library, package, test_source};

#[test]
fn exactly_the_documented_symbols_are_exported() {
    let text = fs::read_to_string(package().join("exports.txt")).unwrap();
    let documented: BTreeSet<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let output = output_of(Command::new("nm").args(["-D", "--defined-only"]).arg(library("libmailslot_win32.so")));
    let exported: BTreeSet<&str> = output.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(exported, documented);
}

#[test]
fn the_library_is_found_by_its_name() {
    let output = output_of(Command::new("readelf").args(["-d", "-W"]).arg(library("libmailslot_win32.so")));
    assert!(output.contains("Library soname: [libmailslot_win32.so]"), "{output}");
}

#[test]
fn programs_link_with_the_static_library() {
    let template = fs::read_to_string(package().join("mailslot-win32.pc.in")).unwrap();
    let private = template.lines().find_map(|line| line.strip_prefix("Libs.private: ")).unwrap();
    let archive = library("libmailslot_win32.a").display().to_string();
    let flags: Vec<String> =
        ["-xnone", &archive].into_iter().chain(private.split_whitespace()).map(str::to_owned).collect();
    let build = Build { language: Language::C, standard: "gnu17", unicode: true, short_wchar: false };
    let program = build.linked(&test_source("create_open.c"), &flags);
    run(&mut Slots::new().command(program.path())).expect_success();
    let needed = output_of(Command::new("readelf").args(["-d", "-W"]).arg(program.path()));
    assert!(!needed.contains("mailslot"), "{needed}");
}

fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
