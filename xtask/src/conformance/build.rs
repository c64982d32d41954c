//! Compiling the suite and the probe: with cc against this build's library, and with MinGW for Windows.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::workspace::Workspace;

const SUITE: &str = "tests/conformance";

const PROBE: &str = "tests/conformance/probe/probe.c";

/// The probe counts two bytes for a WCHAR.
const SHORT_WCHAR: &str = "tests/conformance/probe/short_wchar.h";

/// The suite's sources are C for every compiler, and warn of nothing. The probe is as its author left it.
const SUITE_FLAGS: &[&str] = &["-g", "-O1", "-Wall", "-Wextra", "-Werror"];

pub(super) const MINGW: &str = "x86_64-w64-mingw32-gcc";

/// Compiled programs. Their files are gone with the value.
pub(super) struct Programs {
    pub(super) suite: PathBuf,
    pub(super) probe: PathBuf,
    _folder: TempDir,
}

/// For this machine, with the library that this builds.
pub(super) fn native(workspace: &Workspace) -> Result<Programs> {
    let artifacts = workspace.build_release()?;
    let mut files = artifacts.iter().map(|artifact| artifact.path.as_path());
    let library = files.find(|path| path.file_name().is_some_and(|name| name == "libmailslot_win32.so"));
    let folder = library.and_then(Path::parent).context("cargo built no libmailslot_win32.so")?.display();
    let path = |relative: &str| workspace.root().join(relative).display().to_string();
    let toolchain = Toolchain {
        compiler: "cc",
        extension: "",
        flags: vec!["-pthread".to_owned(), "-I".to_owned(), path("crates/mailslot-win32/include")],
        probe_flags: vec!["-fshort-wchar".to_owned(), "-include".to_owned(), path(SHORT_WCHAR)],
        link: vec![format!("-L{folder}"), "-lmailslot_win32".to_owned(), format!("-Wl,-rpath,{folder}")],
    };
    toolchain.build(workspace)
}

/// For Windows and Wine.
pub(super) fn windows(workspace: &Workspace) -> Result<Programs> {
    let none = Vec::new;
    Toolchain { compiler: MINGW, extension: ".exe", flags: none(), probe_flags: none(), link: none() }.build(workspace)
}

struct Toolchain {
    compiler: &'static str,
    /// Of programs.
    extension: &'static str,
    flags: Vec<String>,
    probe_flags: Vec<String>,
    link: Vec<String>,
}

impl Toolchain {
    fn build(&self, workspace: &Workspace) -> Result<Programs> {
        let folder = tempfile::tempdir()?;
        let program = |name: &str| folder.path().join(format!("{name}{}", self.extension));
        let (suite, probe) = (program("conformance"), program("probe"));
        let mut command = self.command("-std=c99");
        command.args(SUITE_FLAGS).args(suite_sources(workspace)?).arg("-o").arg(&suite).args(&self.link);
        compile(&mut command, SUITE)?;
        let mut command = self.command("-std=gnu17");
        command.args(["-O1", "-w"]).args(&self.probe_flags).arg(workspace.root().join(PROBE));
        compile(command.arg("-o").arg(&probe).args(&self.link), PROBE)?;
        Ok(Programs { suite, probe, _folder: folder })
    }

    fn command(&self, language: &str) -> Command {
        let mut command = Command::new(self.compiler);
        command.arg(language).args(&self.flags);
        command
    }
}

fn suite_sources(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let sources = workspace.files_ending(&["c"])?;
    let of_suite = sources.into_iter().filter(|path| path.parent() == Some(Path::new(SUITE)));
    Ok(of_suite.map(|path| workspace.root().join(path)).collect())
}

fn compile(command: &mut Command, what: &str) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if !output.status.success() {
        bail!("{what} does not compile:\n{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
