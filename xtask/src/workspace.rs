//! Where the project's files are, and what cargo says about its packages.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The checkout that this xtask belongs to.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the checkout: cargo names it when it runs xtask; a copied binary falls back on where it was built.
    pub(crate) fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package).parent().context("xtask's package has no parent folder")?;
        if !root.join("Cargo.toml").is_file() {
            bail!("{} is not the project's checkout", root.display());
        }
        Ok(Self { root: root.into() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The project's files, relative to the root and sorted: everything but build output and git's own.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let absolute = self.root.join(&folder);
            let entries = fs::read_dir(&absolute).with_context(|| format!("cannot list {}", absolute.display()))?;
            for entry in entries {
                let entry = entry?;
                let kind = entry.file_type()?;
                let path = folder.join(entry.file_name());
                if kind.is_file() {
                    found.push(path);
                } else if kind.is_dir() && entry.file_name() != "target" && entry.file_name() != ".git" {
                    folders.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    pub(crate) fn files_ending(&self, extensions: &[&str]) -> Result<Vec<PathBuf>> {
        let mut files = self.files()?;
        files.retain(|path| {
            path.extension().and_then(OsStr::to_str).is_some_and(|extension| extensions.contains(&extension))
        });
        Ok(files)
    }

    pub(crate) fn read(&self, relative: &Path) -> Result<String> {
        let absolute = self.root.join(relative);
        fs::read_to_string(&absolute).with_context(|| format!("cannot read {}", absolute.display()))
    }

    /// A cargo command in the root, without what `cargo run` set for xtask alone.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).stdin(Stdio::null()).env_remove("LD_LIBRARY_PATH");
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }

    pub(crate) fn metadata(&self) -> Result<Metadata> {
        let output = self
            .cargo()
            .args(["metadata", "--no-deps", "--format-version=1"])
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run cargo")?;
        if !output.status.success() {
            bail!("cargo metadata failed");
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Builds what is released and returns the files that cargo made.
    ///
    /// All of it in one build, whatever is wanted: other selections give the dependencies other features, and so would
    /// compile them once more.
    pub(crate) fn build_release(&self) -> Result<Vec<Artifact>> {
        let mut cargo = self.cargo();
        cargo.args(["build", "--release", "--package=mailslot", "--package=mailslot-win32", "--package=mailslot-cli"]);
        self.build(&mut cargo).context("the release does not build")
    }

    /// Runs a `cargo build …` and returns the files that cargo made.
    pub(crate) fn build(&self, command: &mut Command) -> Result<Vec<Artifact>> {
        self.run_build(command.arg("--message-format=json-render-diagnostics"))
    }

    /// The same for a command that has arguments for rustc at its end, and in front of them those that make it print JSON.
    pub(crate) fn run_build(&self, command: &mut Command) -> Result<Vec<Artifact>> {
        let output = command.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
        if !output.status.success() {
            bail!("cargo build: {}", output.status);
        }
        let text = String::from_utf8(output.stdout)?;
        let mut artifacts = Vec::new();
        for line in text.lines() {
            let message: Message = serde_json::from_str(line)?;
            if let Some(target) = message.target {
                artifacts
                    .extend(message.filenames.into_iter().map(|path| Artifact { target: target.name.clone(), path }));
            }
        }
        Ok(artifacts)
    }
}

/// One file that cargo built.
pub(crate) struct Artifact {
    pub(crate) target: String,
    pub(crate) path: PathBuf,
}

#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The part of `cargo metadata` that the checks look at.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    #[serde(default)]
    pub(crate) target_directory: PathBuf,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// None for a normal one, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: Vec<String>,
    #[serde(default)]
    pub(crate) src_path: PathBuf,
}
