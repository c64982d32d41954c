//! Wine's mailslots, through a C program that is compiled with MinGW and run by Wine.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::cases::Case;
use crate::measure::{Bench, Outcome, number};
use crate::process::{self, Numbers, Role};

const PROGRAM: &str = include_str!("../../wine/bench.c");

const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// Where Debian's package puts it: in no folder of PATH.
const LOADER: &str = "/usr/lib/wine/wine64";
const SERVER: &str = "/usr/lib/wine/wineserver64";
/// Windows' own libraries, as Debian's package has them.
const LIBRARIES: &str = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

/// What a message takes, roughly; the more, the less the start of the programs counts.
const NS_GUESS: u128 = 4_000;

/// The largest message: beyond it, Wine takes half a second for one.
const LARGEST: usize = 64 * 1024;

/// Which cases the program knows.
pub(super) fn does(case: Case) -> bool {
    match case {
        Case::Throughput { bytes, .. } | Case::SameThread { bytes } | Case::BlockingRoundTrip { bytes } => {
            bytes <= LARGEST
        }
        Case::OpenClose => true,
        _ => false,
    }
}

/// What Debian's Wine says of itself.
pub(super) fn version() -> Option<String> {
    let output = Command::new(LOADER).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().next().map(str::to_owned)
}

pub(super) fn measure(bench: &Bench, case: Case) -> Result<Outcome> {
    for program in [LOADER, SERVER] {
        if !Path::new(program).is_file() {
            return Ok(Outcome::Refused(format!("{program} is not here (Debian: wine64)")));
        }
    }
    if Command::new(COMPILER).arg("--version").stdout(Stdio::null()).status().is_err() {
        return Ok(Outcome::Refused(format!("{COMPILER} is not here (Debian: gcc-mingw-w64-x86-64)")));
    }
    let wine = match bench.wine.get() {
        Some(wine) => wine,
        None => {
            let wine = Wine::new()?;
            bench.wine.get_or_init(|| wine)
        }
    };
    let messages = (bench.sample.as_nanos() / NS_GUESS).max(1000) as usize;
    let [reader, writer] = bench.cpus;
    let name = bench.name();
    let line_before = bench.line()?;
    let mut numbers = match case {
        Case::Throughput { bytes, writers } => {
            let messages = messages / writers;
            let role = |role| wine.role(role, writer, &name, bytes, messages);
            let mut roles = vec![wine.role("reader", reader, &name, bytes, messages * writers)];
            roles.extend((0..writers).map(|_| role("writer")));
            wine.run(bench, roles)?
        }
        Case::SameThread { bytes } => wine.run(bench, vec![wine.role("same", reader, &name, bytes, messages)])?,
        Case::BlockingRoundTrip { bytes } => {
            let roles = [("ask", reader), ("answer", writer)];
            wine.run(bench, roles.map(|(role, cpu)| wine.role(role, cpu, &name, bytes, messages / 10)).into())?
        }
        Case::OpenClose => wine.run(bench, vec![wine.role("open-close", reader, &name, 8, messages / 10)])?,
        _ => return Ok(Outcome::Refused("not measured under Wine".to_owned())),
    };
    numbers.insert(number::LINE_BEFORE.to_owned(), line_before);
    numbers.insert(number::LINE_AFTER.to_owned(), bench.line()?);
    Ok(Outcome::Measured(numbers))
}

/// A Windows of its own, with its server and the program. The server ends with the value.
///
/// Wine would set one up by itself, in a quarter of a minute and with 700 megabytes of copies. A program of kernel32 alone runs with the
/// libraries in place, and the word that nothing is to be set up.
pub(crate) struct Wine {
    folder: TempDir,
    program: PathBuf,
}

impl Wine {
    fn new() -> Result<Wine> {
        let folder = tempfile::Builder::new().prefix("mailslot-wine-").tempdir()?;
        let system = folder.path().join("drive_c/windows/system32");
        let drives = folder.path().join("dosdevices");
        fs::create_dir_all(&system)?;
        fs::create_dir(&drives)?;
        symlink("../drive_c", drives.join("c:"))?;
        symlink("/", drives.join("z:"))?;
        for library in fs::read_dir(LIBRARIES).with_context(|| format!("cannot list {LIBRARIES}"))? {
            let library = library?;
            symlink(library.path(), system.join(library.file_name()))?;
        }
        fs::write(folder.path().join("system.reg"), "WINE REGISTRY Version 2\n\n#arch=win64\n")?;
        fs::write(folder.path().join(".update-timestamp"), "disable\n")?;
        let (source, program) = (folder.path().join("bench.c"), folder.path().join("bench.exe"));
        fs::write(&source, PROGRAM)?;
        let compiled = Command::new(COMPILER).args(["-O2", "-o"]).arg(&program).arg(&source).status()?;
        ensure!(compiled.success(), "{COMPILER}: {compiled}");
        let wine = Wine { folder, program };
        // It stays, on no core in particular: else the first program would start it, on that program's core.
        let started = wine.command(Path::new(SERVER)).arg("--persistent").status()?;
        ensure!(started.success(), "{SERVER}: {started}");
        let mut nothing = wine.command(Path::new(LOADER));
        let status = nothing.arg(&wine.program).args(["nothing", "-", "8", "1"]).stdout(Stdio::null()).status()?;
        ensure!(status.success(), "a program does not start under Wine: {status}");
        Ok(wine)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("WINEPREFIX", self.folder.path()).env("WINEDEBUG", "-all").env("WINEARCH", "win64");
        command.env_remove("DISPLAY").env("WINEDLLOVERRIDES", "mscoree,mshtml=").stdin(Stdio::null());
        command
    }

    fn role(&self, role: &'static str, cpu: usize, name: &str, bytes: usize, messages: usize) -> Role<'static> {
        let mut command = self.command(Path::new(LOADER));
        command.arg(&self.program).arg(role).arg(format!(r"\\.\mailslot\{}", name));
        command.args([bytes.to_string(), messages.to_string()]).stderr(Stdio::piped());
        // What the process starts stays on its core.
        Role::new(role, cpu, move || {
            let output = command.output()?;
            if !output.status.success() {
                bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
            }
            numbers(&String::from_utf8(output.stdout)?)
        })
    }

    fn run(&self, bench: &Bench, roles: Vec<Role<'_>>) -> Result<Numbers> {
        Ok(process::run(roles, bench.limit)?.into_iter().flatten().collect())
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        for action in ["--kill", "--wait"] {
            // There is nothing to do on failure.
            let _ = self.command(Path::new(SERVER)).arg(action).stderr(Stdio::null()).status();
        }
    }
}

/// What the program printed.
fn numbers(text: &str) -> Result<Numbers> {
    let mut numbers = Numbers::new();
    for line in text.lines() {
        let (name, value) = line.trim().split_once(' ').with_context(|| format!("no number: {line}"))?;
        numbers.insert(name.to_owned(), value.parse()?);
    }
    Ok(numbers)
}
