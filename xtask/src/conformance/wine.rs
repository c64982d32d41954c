//! The behaviours under Wine: a second opinion, wrong where `wine-expected.txt` says so.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::list::Behaviour;
use super::reasons::WineExpected;
use super::run::{self, Prepared};
use super::{Verdicts, build, list, probe};
use crate::tools;
use crate::workspace::Workspace;

/// Where Debian's package puts it: in no folder of PATH.
const LOADER: &str = "/usr/lib/wine/wine64";

const SERVER: &str = "/usr/lib/wine/wineserver64";

/// Windows' own libraries, as Debian's package has them.
const LIBRARIES: &str = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

/// What makes drives letters: without it, paths that are on no drive are other errors.
const REGISTRY: &str = r#"WINE REGISTRY Version 2

#arch=win64

[System\\CurrentControlSet\\Services\\MountMgr]
"DisplayName"="Mount Manager"
"ErrorControl"=dword:00000001
"ImagePath"="C:\\windows\\system32\\drivers\\mountmgr.sys"
"ObjectName"="LocalSystem"
"Start"=dword:00000002
"Type"=dword:00000001
"#;

const PATIENCE: Duration = Duration::from_secs(60);

/// For what is known to block: long enough for everything that does not.
const HANG_PATIENCE: Duration = Duration::from_secs(3);

const PROBE_PATIENCE: Duration = Duration::from_secs(120);

/// What Wine does.
pub(super) struct Wine {
    pub(super) verdicts: Verdicts,
    /// What the probe printed.
    pub(super) probe: String,
}

/// Runs suite and probe; None, with a line that says why, where the Wine of `expected` or MinGW is missing.
pub(super) fn run(workspace: &Workspace, expected: &WineExpected) -> Result<Option<Wine>> {
    if let Err(why) = is_usable(expected) {
        println!("Wine: not run: {why}");
        return Ok(None);
    }
    let programs = build::windows(workspace)?;
    let prefix = Prefix::new()?;
    let behaviours = list_with(&prefix, &programs.suite)?;
    let verdicts = run::all(&behaviours, |behaviour: &Behaviour| {
        let mut command = prefix.wine();
        command.arg(&programs.suite).args(["--in-process", &format!("B{}", behaviour.number)]);
        let hangs = expected.failure(behaviour.number).is_some_and(|failure| failure.hangs);
        Ok(Prepared { command, patience: if hangs { HANG_PATIENCE } else { PATIENCE }, _folder: None })
    })?;
    let (printed, status) = run::output(prefix.wine().arg(&programs.probe), PROBE_PATIENCE)?;
    if !status.is_some_and(|status| status.success()) {
        bail!("the probe did not end well under Wine ({status:?}):\n{printed}");
    }
    Ok(Some(Wine { verdicts, probe: probe::normalised(&printed) }))
}

fn is_usable(expected: &WineExpected) -> Result<()> {
    if tools::is_missing(build::MINGW) || tools::is_missing(LOADER) {
        bail!("it needs {} and {LOADER} (Debian: gcc-mingw-w64-x86-64, wine64)", build::MINGW);
    }
    let output = Command::new(LOADER).arg("--version").env("WINEDEBUG", "-all").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().next().unwrap_or_default();
    if version != expected.version {
        bail!("{} is about {}, and this is {version}", super::reasons::WINE_EXPECTED, expected.version);
    }
    Ok(())
}

fn list_with(prefix: &Prefix, suite: &Path) -> Result<Vec<Behaviour>> {
    let (printed, status) = run::output(prefix.wine().arg(suite).arg("--list"), PATIENCE)?;
    if !status.is_some_and(|status| status.success()) {
        bail!("the suite does not start under Wine: {printed}");
    }
    list::parse(&printed)
}

/// A Windows of its own, with its server and services. They end with the value.
///
/// Wine would set one up by itself, in a quarter of a minute and with 700 megabytes of copies and a registry that nothing here asks
/// for. Programs of kernel32 alone run with the libraries and one service in place, and the word that nothing is to be set up.
struct Prefix {
    folder: TempDir,
}

impl Prefix {
    fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("mailslot-wine-").tempdir()?;
        let system = folder.path().join("drive_c/windows/system32");
        let drives = folder.path().join("dosdevices");
        fs::create_dir_all(system.join("drivers"))?;
        fs::create_dir(&drives)?;
        symlink("../drive_c", drives.join("c:"))?;
        symlink("/", drives.join("z:"))?;
        for library in fs::read_dir(LIBRARIES).with_context(|| format!("cannot list {LIBRARIES}"))? {
            let library = library?;
            let is_driver = library.path().extension().is_some_and(|extension| extension == "sys");
            let folder = if is_driver { system.join("drivers") } else { system.clone() };
            symlink(library.path(), folder.join(library.file_name()))?;
        }
        fs::write(folder.path().join("system.reg"), REGISTRY)?;
        fs::write(folder.path().join(".update-timestamp"), "disable\n")?;
        Ok(Self { folder })
    }

    fn wine(&self) -> Command {
        self.command(Path::new(LOADER))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("WINEPREFIX", self.folder.path()).env("WINEDEBUG", "-all").env("WINEARCH", "win64");
        // Neither a display nor what asks whether to install .NET and a browser.
        command.env_remove("DISPLAY").env("WINEDLLOVERRIDES", "mscoree,mshtml=");
        command
    }
}

impl Drop for Prefix {
    fn drop(&mut self) {
        for action in ["--kill", "--wait"] {
            let mut server = self.command(Path::new(SERVER));
            let _ = server.arg(action).stdin(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
}
