//! Compiling the suite and the probe: with cc against this build's library, and with MinGW for Windows.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::workspace::Workspace;

const SUITE: &str = "tests/conformance";

const PROBE: &str = "tests/conformance/probe/probe.c";

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
    let folder = library.and_then(Path::parent).context("cargo built no libmailslot_win32.so")?;
    let mut link = vec![format!("-L{}", folder.display()), "-lmailslot_win32".to_owned()];
    link.push(format!("-Wl,-rpath,{}", folder.display()));
    let headers = workspace.root().join("crates/mailslot-win32/include");
    build(workspace, "", |language| {
        let mut command = Command::new("cc");
        command.args([language, "-pthread", "-I"]).arg(&headers);
        (command, link.clone())
    })
}

/// For Windows and Wine.
pub(super) fn windows(workspace: &Workspace) -> Result<Programs> {
    build(workspace, ".exe", |language| {
        let mut command = Command::new(MINGW);
        command.arg(language);
        (command, Vec::new())
    })
}

fn build(
    workspace: &Workspace,
    extension: &str,
    compiler: impl Fn(&str) -> (Command, Vec<String>),
) -> Result<Programs> {
    let folder = tempfile::tempdir()?;
    let suite = folder.path().join(format!("conformance{extension}"));
    let probe = folder.path().join(format!("probe{extension}"));
    let (mut command, link) = compiler("-std=c99");
    command.args(SUITE_FLAGS).args(suite_sources(workspace)?).arg("-o").arg(&suite).args(link);
    compile(&mut command, SUITE)?;
    let (mut command, link) = compiler("-std=gnu17");
    command.args(["-O1", "-w"]).arg(workspace.root().join(PROBE)).arg("-o").arg(&probe).args(link);
    compile(&mut command, PROBE)?;
    Ok(Programs { suite, probe, _folder: folder })
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
