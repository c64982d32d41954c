//! What `cargo xtask install` puts down is all that a C or C++ program and a shell need.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Creates a slot, writes to it and reads back. Exits with 0, or with the number of the call that failed.
const PROGRAM: &str = r#"
#include <windows.h>
#include <string.h>

int main(void)
{
    char buffer[16];
    DWORD size = 0, next = 0, count = 0;
    HANDLE client;
    HANDLE server = CreateMailslotA("\\\\.\\mailslot\\installed", 0, MAILSLOT_WAIT_FOREVER, NULL);
    if (server == INVALID_HANDLE_VALUE) return 1;
    client = CreateFileA("\\\\.\\mailslot\\INSTALLED", GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                         FILE_ATTRIBUTE_NORMAL, NULL);
    if (client == INVALID_HANDLE_VALUE) return 2;
    if (!WriteFile(client, "hello", 5, &size, NULL) || size != 5) return 3;
    if (!GetMailslotInfo(server, NULL, &next, &count, NULL) || next != 5 || count != 1) return 4;
    if (!ReadFile(server, buffer, sizeof buffer, &size, NULL) || size != 5) return 5;
    if (memcmp(buffer, "hello", 5) != 0) return 6;
    return CloseHandle(client) && CloseHandle(server) ? 0 : 7;
}
"#;

#[test]
fn an_installed_library_compiles_and_runs_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("prefix");
    install(&["--prefix", prefix.to_str().unwrap()]);

    for (compiler, source) in [("cc", "program.c"), ("c++", "program.cpp")] {
        fs::write(folder.path().join(source), PROGRAM).unwrap();
        // The flags stand before the source, as the documentation writes them.
        let mut compile = Command::new(compiler);
        compile.args(flags(&prefix)).args(["-Wall", "-Wextra", "-Werror", source, "-o", compiler]);
        succeed(compile.current_dir(&folder));
        succeed(&mut in_slots(&folder, &folder.path().join(compiler)));
    }
}

#[test]
fn an_installed_command_has_the_version_of_the_library() {
    let folder = tempfile::tempdir().unwrap();
    install(&["--prefix", folder.path().to_str().unwrap()]);
    let command = folder.path().join("bin/mailslot");
    assert_eq!(fs::metadata(&command).unwrap().permissions().mode() & 0o777, 0o755);
    let output = succeed(in_slots(&folder, &command).arg("--version"));
    let shown = String::from_utf8(output.stdout).unwrap();
    let fields = package_fields(folder.path());
    assert_eq!(shown.trim(), format!("mailslot {}", fields["Version"]));
}

#[test]
fn a_staged_installation_speaks_of_its_final_place() {
    let folder = tempfile::tempdir().unwrap();
    let staging = folder.path().to_str().unwrap();
    install(&["--prefix", "/opt/mailslot", "--destdir", staging]);
    let root = folder.path().join("opt/mailslot");
    for file in [
        "bin/mailslot",
        "lib/libmailslot_win32.so",
        "lib/libmailslot_win32.a",
        "include/mailslot-win32/windows.h",
        "share/doc/mailslot/README.md",
        "share/doc/mailslot/LICENSE-APACHE",
    ] {
        assert!(root.join(file).is_file(), "{file} is missing");
    }
    let fields = package_fields(&root);
    assert!(fields["Libs"].contains("-L/opt/mailslot/lib"), "{fields:?}");
    assert!(fields["Cflags"].contains("-I/opt/mailslot/include/mailslot-win32"), "{fields:?}");
}

fn install(arguments: &[&str]) {
    succeed(Command::new(env!("CARGO_BIN_EXE_xtask")).arg("install").args(arguments));
}

/// The compiler's flags by pkg-config, or by reading its file where there is no pkg-config.
fn flags(prefix: &Path) -> Vec<String> {
    let asked = Command::new("pkg-config")
        .args(["--cflags", "--libs", "mailslot-win32"])
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .output();
    let text = match asked {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        }
        Err(_) => {
            let fields = package_fields(prefix);
            format!("{} {}", fields["Cflags"], fields["Libs"])
        }
    };
    text.split_whitespace().map(str::to_owned).collect()
}

/// The `Name: value` lines of the installed pkg-config file, with its `name=value` variables filled in.
fn package_fields(root: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root.join("lib/pkgconfig/mailslot-win32.pc")).unwrap();
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut fields = BTreeMap::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        for (name, value) in &variables {
            line = line.replace(&format!("${{{name}}}"), value);
        }
        if let Some((name, value)) = line.split_once('=').filter(|(name, _)| !name.contains(':')) {
            variables.push((name.to_owned(), value.to_owned()));
        } else if let Some((name, value)) = line.split_once(": ") {
            fields.insert(name.to_owned(), value.to_owned());
        }
    }
    fields
}

/// A program with a slot directory of its own, and without the library folders that cargo adds for tests.
fn in_slots(folder: &TempDir, program: &PathBuf) -> Command {
    let slots = folder.path().join("slots");
    if !slots.exists() {
        fs::create_dir(&slots).unwrap();
        fs::set_permissions(&slots, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let mut command = Command::new(program);
    command.env("MAILSLOT_DIR", slots).env_remove("LD_LIBRARY_PATH");
    command
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    output
}
