//! The library as a tool needs it: built with the sanitizer, or as users get it for valgrind.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Tool;
use crate::workspace::Workspace;

/// Rust's standard library is not built with the sanitizer (its source is no part of the toolchain), so rustc has to be told
/// that this is meant. Calls of the system go through the C library, where the sanitizers see them.
const FLAGS: &[&str] =
    &["-Cunsafe-allow-abi-mismatch=sanitizer", "--cfg=rustix_use_libc", "--cfg=mailslot_planted_bug"];

/// gcc's ThreadSanitizer has no __tsan_memcpy; it intercepts memcpy itself.
const TSAN_FLAGS: &[&str] = &["-Cllvm-args=-tsan-instrument-memintrinsics=0"];

/// Without it build scripts, which run on this machine too, would be built with the sanitizer.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Crates of the project that the library holds, as its members' names begin.
const CRATES: &[&str] = &["mailslot_win32.", "mailslot-", "mailslot_queue-"];

/// Functions of Rust's standard library in which threads wait for one another, by the end of their mangled names, and the
/// macro by which tests/sanitizers/std_for_tsan.c learns the whole name.
const WAITS: &[(&str, &str)] = &[
    ("5Mutex14lock_contended", "MUTEX_LOCK"),
    ("6RwLock14read_contended", "RWLOCK_READ"),
    ("6RwLock15write_contended", "RWLOCK_WRITE"),
    ("7Condvar4wait", "CONDVAR_WAIT"),
    ("7Condvar12wait_timeout", "CONDVAR_WAIT_TIMEOUT"),
    ("4Once4call", "ONCE_CALL"),
    ("4Once4wait", "ONCE_WAIT"),
];

/// Others of that module, which order nothing.
const WAKES: &[&str] = &[
    "5Mutex4wake",
    "6RwLock22wake_writer_or_readers",
    "7Condvar10notify_one",
    "7Condvar10notify_all",
    "7Condvar8wake_one",
    "7Condvar8wake_all",
];

/// Where those functions are, as it is spelt in mangled names.
const STD_SYNC: &[&str] = &["3std3sys4sync", "3std4sync4mpmc", "thread_parking"];

pub(super) struct Library {
    pub(super) tool: Tool,
    archive: PathBuf,
    waits: Vec<Wait>,
}

/// A function of Rust's standard library to be explained to ThreadSanitizer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) macro_name: &'static str,
    pub(super) symbol: String,
}

impl Library {
    pub(super) fn build(workspace: &Workspace, tool: Tool) -> Result<Self> {
        let artifacts = match tool {
            Tool::Valgrind => workspace.build_release()?,
            Tool::Asan | Tool::Tsan => build_with(workspace, tool)?,
        };
        let mut paths = artifacts.into_iter().map(|artifact| artifact.path);
        let archive = paths
            .find(|path| path.file_name().is_some_and(|name| name == "libmailslot_win32.a"))
            .context("cargo built no libmailslot_win32.a")?;
        let mut waits = Vec::new();
        if tool != Tool::Valgrind {
            let undefined = undefined_symbols(&archive)?;
            check_instrumented(tool, &undefined)?;
            if tool == Tool::Tsan {
                waits = find_waits(&undefined)?;
            }
        }
        Ok(Self { tool, archive, waits })
    }

    pub(super) fn archive(&self) -> &Path {
        &self.archive
    }

    pub(super) fn waits(&self) -> &[Wait] {
        &self.waits
    }
}

fn build_with(workspace: &Workspace, tool: Tool) -> Result<Vec<crate::workspace::Artifact>> {
    let mut cargo = cargo_with(workspace, tool, "build")?;
    cargo.args(["--package=mailslot-win32", "--lib"]);
    workspace.build(&mut cargo)
}

/// A cargo command that compiles with the tool's sanitizer, to a folder of its own.
pub(super) fn cargo_with(workspace: &Workspace, tool: Tool, command: &str) -> Result<Command> {
    let (sanitizer, more) = match tool {
        Tool::Asan => ("-Zsanitizer=address", [].as_slice()),
        Tool::Tsan => ("-Zsanitizer=thread", TSAN_FLAGS),
        Tool::Valgrind => bail!("valgrind needs no build of its own"),
    };
    let flags: Vec<&str> = [sanitizer].into_iter().chain(FLAGS.iter().copied()).chain(more.iter().copied()).collect();
    let folder = workspace.metadata()?.target_directory.join("sanitize").join(tool.name());
    let mut cargo = workspace.cargo();
    cargo
        .args([command, "--release", "--quiet"])
        .arg(format!("--target={TARGET}"))
        .arg("--target-dir")
        .arg(folder)
        // Sanitizers are not stable, whichever toolchain this is.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        // Objects of their own for std, so that the linker can wrap its functions; and a shorter build.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true");
    Ok(cargo)
}

/// Per member of the archive, what it takes from elsewhere.
fn undefined_symbols(archive: &Path) -> Result<Vec<(String, String)>> {
    let output = Command::new("nm").args(["--undefined-only", "-A"]).arg(archive).output().context("cannot run nm")?;
    if !output.status.success() {
        bail!("nm {}: {}", archive.display(), String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(parse_nm_line).collect())
}

/// `…/libmailslot_win32.a:mailslot_queue-d07692.…rcgu.o:                 U __asan_report_load8`
fn parse_nm_line(line: &str) -> Option<(String, String)> {
    let (place, symbol) = line.rsplit_once(" U ")?;
    let member = place.trim_end().trim_end_matches(':').rsplit_once(':')?.1;
    Some((member.to_owned(), symbol.to_owned()))
}

/// Every crate of the project calls the sanitizer.
fn check_instrumented(tool: Tool, undefined: &[(String, String)]) -> Result<()> {
    let prefix = format!("__{}_", tool.name());
    for name in CRATES {
        let calls = undefined.iter().any(|(member, symbol)| member.starts_with(name) && symbol.starts_with(&prefix));
        if !calls {
            bail!("no object of {name}… calls {prefix}…: it was not built with the sanitizer");
        }
    }
    Ok(())
}

/// What the instrumented objects call of std's synchronisation. One that this file does not know is an error: a race that is none
/// would be reported sooner or later.
fn find_waits(undefined: &[(String, String)]) -> Result<Vec<Wait>> {
    let mut symbols: Vec<&String> = undefined.iter().map(|(_, symbol)| symbol).collect();
    symbols.sort();
    symbols.dedup();
    let mut waits = Vec::new();
    for symbol in symbols.into_iter().filter(|symbol| STD_SYNC.iter().any(|path| symbol.contains(path))) {
        if let Some((_, macro_name)) = WAITS.iter().find(|(name, _)| is_function(symbol, name)) {
            waits.push(Wait { macro_name, symbol: symbol.clone() });
        } else if !WAKES.iter().any(|name| is_function(symbol, name)) && is_from_std(symbol) {
            bail!("{symbol} of Rust's standard library is not explained to ThreadSanitizer: see {}", file!());
        }
    }
    Ok(waits)
}

/// Mangled names end with the function's; older compilers add a hash.
fn is_function(symbol: &str, name: &str) -> bool {
    symbol.ends_with(name) || symbol.contains(&format!("{name}17h"))
}

/// Not one that was made for a crate of ours from a generic one, which has our type in its name and is instrumented.
fn is_from_std(symbol: &str) -> bool {
    !symbol.contains("mailslot") && symbol.starts_with("_RNvM") || symbol.starts_with("_ZN3std")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "_RNvMNtNtNtNtCsjrHSEGnQ3l9_3std3sys4sync5mutex5futexNtB2_5Mutex14lock_contended";

    fn undefined(symbol: &str) -> Vec<(String, String)> {
        vec![("mailslot-1.o".to_owned(), symbol.to_owned())]
    }

    #[test]
    fn lines_of_nm_have_member_and_symbol() {
        let line = "/x/lib.a:mailslot_queue-d0.mailslot_queue.e0-cgu.00.rcgu.o:                 U __asan_report_load8";
        let (member, symbol) = parse_nm_line(line).unwrap();
        assert_eq!(member, "mailslot_queue-d0.mailslot_queue.e0-cgu.00.rcgu.o");
        assert_eq!(symbol, "__asan_report_load8");
        assert_eq!(parse_nm_line("lib.a:x.o:0000000000000000 T main"), None);
    }

    #[test]
    fn a_crate_without_the_sanitizer_is_named() {
        let all =
            |symbol: &str| CRATES.iter().map(|name| (format!("{name}x.o"), symbol.to_owned())).collect::<Vec<_>>();
        assert!(check_instrumented(Tool::Asan, &all("__asan_report_load8")).is_ok());
        let error = check_instrumented(Tool::Tsan, &all("__asan_report_load8")).unwrap_err();
        assert!(error.to_string().starts_with("no object of mailslot_win32.… calls __tsan_"), "{error}");
    }

    #[test]
    fn what_waits_in_std_is_found_and_the_unknown_refused() {
        let waits = find_waits(&undefined(LOCK)).unwrap();
        assert_eq!(waits, [Wait { macro_name: "MUTEX_LOCK", symbol: LOCK.to_owned() }]);
        let legacy = "_ZN3std3sys4sync5mutex5futex5Mutex14lock_contended17h0123456789abcdefE";
        assert_eq!(find_waits(&undefined(legacy)).unwrap().len(), 1);
        assert!(find_waits(&undefined(&LOCK.replace("14lock_contended", "4wake"))).unwrap().is_empty());
        assert!(find_waits(&undefined(&LOCK.replace("14lock_contended", "4nap"))).is_err());
    }
}
