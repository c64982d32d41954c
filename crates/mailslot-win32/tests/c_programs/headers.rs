//! The headers by themselves: each alone, in any company, and the forms of `_tmain`.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::run::{Slots, run};
use crate::toolchain::{Build, Language, builds, include_folder, short_wchar_builds};

/// By the strictest standard of each language, with the default compiler. What else a build may differ in, and the other compiler,
/// meet the headers together.
#[test]
fn every_header_compiles_alone_and_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut builds = builds(&BOTH);
    builds.retain(|build| ["c99", "c++11"].contains(&build.standard) && build.unicode);
    for header in headers() {
        // Most are another spelling of another header: for these it is enough that there is one.
        let builds = if is_alias(&header) { &builds[..1] } else { &builds[..] };
        let text = format!("#include <{0}>\n#include <{0}>\nint nothing_else;\n", header.display());
        let source = write_source(&folder, &text);
        for build in builds {
            build.check_by_default_compiler(&source);
        }
    }
}

#[test]
fn all_headers_compile_together_in_every_build() {
    let folder = tempfile::tempdir().unwrap();
    let mut headers = headers();
    // Those that programs name: they include the parts.
    headers.retain(|header| !header.starts_with("mailslot") && !is_alias(header));
    headers.sort();
    let mut text: String = headers.iter().map(|header| format!("#include <{}>\n", header.display())).collect();
    text.push_str("int nothing_else;\n");
    let source = write_source(&folder, &text);
    for build in [builds(&BOTH), short_wchar_builds(&BOTH)].concat() {
        build.check(&source);
    }
}

#[test]
fn standard_headers_may_come_before_and_after() {
    const OURS: &str = "#include <windows.h>\n#include <tchar.h>\n#include <strsafe.h>\n";
    const C: &str = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n#include <time.h>\n\
                     #include <wchar.h>\n#include <math.h>\n#include <limits.h>\n#include <sys/socket.h>\n";
    const CPP: &str = "#include <iostream>\n#include <string>\n#include <thread>\n#include <algorithm>\n#include <limits>\n\
                       #include <mutex>\n#include <condition_variable>\n#include <fstream>\n#include <sstream>\n\
                       #include <vector>\n#include <map>\n#include <regex>\n#include <chrono>\n#include <random>\n";
    let folder = tempfile::tempdir().unwrap();
    // Where ANSI and UNICODE differ, nothing of these headers does.
    for build in builds(&BOTH).into_iter().filter(|build| build.unicode) {
        let theirs = if build.language == Language::C { C.to_owned() } else { format!("{C}{CPP}") };
        for text in [format!("{OURS}{theirs}"), format!("{theirs}{OURS}")] {
            build.check(&write_source(&folder, &format!("{text}int nothing_else;\n")));
        }
    }
}

/// Programs for Windows call their own functions by names that Linux has in headers that windows.h must not pull in.
#[test]
fn names_of_other_headers_stay_free() {
    let text = "#include <windows.h>\n\
                static int read(int a) { return a; }\n\
                static int write(int a) { return read(a); }\n\
                static int pipe(int a) { return write(a); }\n\
                static int clock(void) { return pipe(1); }\n\
                static int time(void) { return clock(); }\n\
                static int random(int a) { return a + time(); }\n\
                static int sleep(int a) { return random(a); }\n\
                int main(void) { return sleep(0) - 1; }\n";
    let folder = tempfile::tempdir().unwrap();
    for build in builds(&[Language::C]) {
        build.check(&write_source(&folder, text));
    }
}

#[test]
fn every_form_of_tmain_gets_its_arguments() {
    let forms = [
        ("int _tmain(int argc, _TCHAR* argv[])", "argc == 2 && _tcscmp(argv[1], _T(\"Äü\")) == 0 && argv[2] == NULL"),
        ("int _tmain(int argc, TCHAR **argv, TCHAR **envp)", "argc == 2 && envp != NULL && argv[0] != NULL"),
        ("int _tmain(int argc, const TCHAR **argv)", "argc == 2 && argv[1][0] != 0"),
        ("int __cdecl _tmain(void)", "1"),
        ("int _tmain()", "1"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (signature, condition) in forms {
        let text = format!(
            "#include <windows.h>\n#include <tchar.h>\n{signature}\n{{\n    if ({condition})\n        \
             _tprintf(_T(\"%s\\n\"), _T(\"good\"));\n    return 0;\n}}\n"
        );
        let source = write_source(&folder, &text);
        for build in one_old_and_one_new() {
            let program = build.program(&source);
            let output = run(Slots::new().command(program.path()).arg("Äü")).expect_success();
            assert_eq!(output, "good\n", "{signature} as {build:?}");
        }
    }
}

/// Programs print with `printf`, `_tprintf` and `wprintf`; on Linux a stream takes only one kind of character.
#[test]
fn both_kinds_of_output_come_in_order() {
    let forms = [
        ("printf(\"a \"); _tprintf(_T(\"b \")); printf(\"c \"); _putts(_T(\"ü\"));", "a b c ü\n"),
        ("_tprintf(_T(\"a \")); printf(\"b \"); _fputts(_T(\"c\\n\"), stdout);", "a b c\n"),
        ("_tprintf(_T(\"a \")); wprintf(L\"b \"); _tprintf(_T(\"c\\n\"));", "a b c\n"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let build = Build { language: Language::C, standard: "gnu17", unicode: true, short_wchar: false };
    for (statements, expected) in forms {
        let text = format!("#include <tchar.h>\nint _tmain(void)\n{{\n    {statements}\n    return 0;\n}}\n");
        let program = build.program(&write_source(&folder, &text));
        assert_eq!(run(&mut Slots::new().command(program.path())).expect_success(), expected, "{statements}");
    }
}

const BOTH: [Language; 2] = [Language::C, Language::Cpp];

/// Of each language ANSI and UNICODE, one by the old standard and one by the new.
fn one_old_and_one_new() -> Vec<Build> {
    let mut picked = builds(&BOTH);
    picked.retain(|build| {
        matches!((build.standard, build.unicode), ("c99" | "c++17", true) | ("gnu17" | "c++11", false))
    });
    picked
}

/// The headers as programs name them.
fn headers() -> Vec<PathBuf> {
    let folder = include_folder();
    let mut found = Vec::new();
    for folder in [folder.clone(), folder.join("mailslot")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("h")) {
                found.push(path.strip_prefix(include_folder()).unwrap().to_owned());
            }
        }
    }
    assert!(found.contains(&PathBuf::from("windows.h")) && found.contains(&PathBuf::from("mailslot/types.h")));
    found
}

/// Whether it only includes another.
fn is_alias(header: &Path) -> bool {
    fs::read_to_string(include_folder().join(header)).unwrap().lines().count() <= 2
}

fn write_source(folder: &TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("source");
    fs::write(&path, text).unwrap();
    Path::new(&path).to_owned()
}
