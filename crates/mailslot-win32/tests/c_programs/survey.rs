//! The names that surveyed programs use, in `tests/c/survey_names.txt`: each is offered, or says there why it is not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::toolchain::{Build, Language, builds, include_folder, test_source};

/// The headers that programs include for these names.
const HEADERS: &[&str] = &[
    "winsock2.h",
    "windows.h",
    "aclapi.h",
    "tchar.h",
    "conio.h",
    "process.h",
    "strsafe.h",
    "io.h",
    "malloc.h",
    "ntstatus.h",
    "winternl.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "time.h",
];

#[test]
fn every_name_of_the_survey_is_offered() {
    let names = names();
    let offered: Vec<&Name> = names.iter().filter(|name| name.reason.is_none()).collect();
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    fs::write(&source, program(&offered)).unwrap();
    for build in builds(&[Language::C]) {
        build.check(&source);
    }
}

#[test]
fn what_the_survey_calls_absent_is_absent() {
    let names = names();
    let absent: Vec<&Name> = names.iter().filter(|name| name.reason.is_some()).collect();
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source.c");
    fs::write(&source, program(&absent)).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-std=gnu17", "-fsyntax-only", "-fmax-errors=0", "-I"]).arg(include_folder()).arg(&source);
    let messages = compiler.env("LC_ALL", "C").output().unwrap().stderr;
    let messages = String::from_utf8_lossy(&messages);
    let missing: BTreeSet<&str> = messages.lines().filter_map(missing_name).collect();
    for name in absent {
        assert!(missing.contains(name.text.as_str()), "{} is offered now: take its reason away", name.text);
    }
}

struct Name {
    kind: String,
    text: String,
    reason: Option<String>,
}

fn names() -> Vec<Name> {
    let text = fs::read_to_string(test_source("survey_names.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<Name> = lines.map(name).collect();
    assert!(names.len() > 200, "only {} names", names.len());
    names
}

fn name(line: &str) -> Name {
    let (kind, rest) = line.split_once(' ').unwrap();
    let (text, reason) = match rest.split_once(" - ") {
        Some((text, reason)) => (text, Some(reason.to_owned())),
        None => (rest, None),
    };
    Name { kind: kind.to_owned(), text: text.to_owned(), reason }
}

/// A program that takes each name: a header by its presence, a type by naming another, all others by mentioning them. A macro
/// is there if it is defined.
fn program(names: &[&Name]) -> String {
    let mut text: String = HEADERS.iter().map(|header| format!("#include <{header}>\n")).collect();
    for (number, Name { kind, text: name, .. }) in names.iter().enumerate() {
        let use_it = match kind.as_str() {
            "header" => format!("#if !__has_include(<{name}>)\n#error '{name}' is no header\n#endif"),
            "type" => format!("#ifndef {name}\ntypedef {name} type_{number};\n#endif"),
            "function" | "constant" => {
                format!(
                    "#ifndef {name}\nvoid use_{number}(void);\nvoid use_{number}(void) {{ (void)({name}); }}\n#endif"
                )
            }
            other => panic!("{other} is no kind of name"),
        };
        writeln!(text, "{use_it}").unwrap();
    }
    text + "int main(void) { return 0; }\n"
}

/// `…: error: 'NtClose' undeclared (first use …` and the like: the first name in quotes.
fn missing_name(message: &str) -> Option<&str> {
    message.split_once("error: ")?.1.split('\'').nth(1)
}

#[test]
fn a_name_that_is_nowhere_is_noticed() {
    let nowhere = name("function NoSuchFunctionAnywhere");
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    fs::write(&source, program(&[&nowhere])).unwrap();
    let build = Build { language: Language::C, standard: "gnu17", unicode: false, short_wchar: false };
    assert!(std::panic::catch_unwind(|| build.check(&source)).is_err());
}
