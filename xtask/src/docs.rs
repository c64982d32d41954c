//! `cargo xtask doc-check`: every path that a document names exists, and what a document shows runs.

mod blocks;
mod paths;
mod rust;
mod script;

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::workspace::Workspace;
use crate::{porting, steps};

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let files = workspace.files()?;
    let mut problems = Vec::new();
    let mut ran = 0;
    for path in workspace.files_ending(&["md"])? {
        let text = workspace.read(&path)?;
        problems.extend(paths::check(workspace.root(), &files, &path, &text));
        let blocks = match blocks::parse(&text) {
            Ok(blocks) => blocks,
            Err(problem) => {
                problems.push(format!("{}: {problem}", path.display()));
                continue;
            }
        };
        for outcome in [rust::run(workspace, &blocks), script::run(workspace, &blocks)] {
            match outcome {
                Ok(blocks) => ran += blocks,
                Err(problem) => problems.push(format!("{}: {problem:#}", path.display())),
            }
        }
    }
    problems.extend(porting::update(workspace, false).err().map(|error| format!("{error:#}")));
    for problem in &problems {
        eprintln!("doc-check: {problem}");
    }
    let api = steps::run(
        workspace.cargo().args(["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "--deny=warnings"),
    );
    if !problems.is_empty() {
        bail!("{} problems in the documents", problems.len());
    }
    println!("doc-check: ran {ran} code blocks");
    api
}

/// A folder for the code of one document: a home, a slot directory and a working directory that nothing else uses.
struct Playground {
    folder: TempDir,
}

impl Playground {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for name in ["home", "slots", "files"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        use std::os::unix::fs::PermissionsExt;
        let owner_only = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path().join("slots"), owner_only)?;
        Ok(Self { folder })
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}
