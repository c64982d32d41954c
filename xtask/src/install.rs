//! `cargo xtask install`: what a user of the release gets, and where.
//!
//! ```text
//! PREFIX/bin/mailslot                      the command
//! PREFIX/lib/libmailslot_win32.{so,a}      the C library
//! PREFIX/lib/pkgconfig/mailslot-win32.pc   how to compile and link with it
//! PREFIX/include/mailslot-win32/           the headers
//! PREFIX/share/doc/mailslot/               documents and licences
//! ```

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{steps, tools};

/// The pkg-config file before its `@…@` places are filled in.
const PKG_CONFIG: &str = "crates/mailslot-win32/mailslot-win32.pc.in";

const HEADERS: &str = "crates/mailslot-win32/include";

const DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Prefixes whose `lib` the dynamic linker searches by itself.
const SEARCHED_PREFIXES: &[&str] = &["/usr", "/usr/local"];

/// What an installation wrote.
pub(crate) struct Installed {
    /// The prefix, below the staging folder if there is one.
    pub(crate) root: PathBuf,
    /// The files, relative to `root`.
    pub(crate) files: Vec<PathBuf>,
}

/// Builds the release and installs it. `prefix` is where programs will find it; with `destdir` the files are put below
/// that folder instead, to be moved later.
pub(crate) fn install(workspace: &Workspace, prefix: &Path, destdir: Option<&Path>) -> Result<Installed> {
    let prefix = std::path::absolute(prefix)?;
    let root = match destdir {
        Some(staging) => std::path::absolute(staging)?.join(prefix.strip_prefix("/")?),
        None => prefix.clone(),
    };
    let artifacts = workspace.build_release()?;
    let built = |name: &str| {
        let mut files = artifacts.iter().map(|artifact| artifact.path.as_path());
        files
            .find(|path| path.file_name().is_some_and(|file| file == name))
            .with_context(|| format!("cargo built no {name}"))
    };
    let mut tree = Tree { installed: Installed { root, files: Vec::new() } };
    tree.copy(built("mailslot")?, "bin/mailslot", 0o755)?;
    tree.copy(built("libmailslot_win32.so")?, "lib/libmailslot_win32.so", 0o755)?;
    tree.copy(built("libmailslot_win32.a")?, "lib/libmailslot_win32.a", 0o644)?;
    let template = workspace.read(Path::new(PKG_CONFIG))?;
    let text = fill_in(&template, &prefix, &version(workspace)?)?;
    tree.write(text.as_bytes(), "lib/pkgconfig/mailslot-win32.pc", 0o644)?;
    for file in workspace.files()? {
        if let Ok(header) = file.strip_prefix(HEADERS) {
            let place = Path::new("include/mailslot-win32").join(header);
            tree.copy(&workspace.root().join(&file), place, 0o644)?;
        }
    }
    for document in DOCUMENTS {
        let place = Path::new("share/doc/mailslot").join(document);
        tree.copy(&workspace.root().join(document), place, 0o644)?;
    }
    if destdir.is_none() && is_searched(&prefix) && tools::is_root() {
        // The dynamic linker looks in its cache, not in the folder.
        steps::run(&mut Command::new("/sbin/ldconfig"))?;
    }
    Ok(tree.installed)
}

struct Tree {
    installed: Installed,
}

impl Tree {
    fn copy(&mut self, from: &Path, to: impl AsRef<Path>, mode: u32) -> Result<()> {
        let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
        self.write(&bytes, to, mode)
    }

    /// Replaces the file in one step: a program that runs or maps the old one keeps it.
    fn write(&mut self, bytes: &[u8], to: impl AsRef<Path>, mode: u32) -> Result<()> {
        let target = self.installed.root.join(&to);
        let folder = target.parent().context("a file needs a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut file =
            tempfile::NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
        std::io::Write::write_all(&mut file, bytes)?;
        fs::set_permissions(file.path(), Permissions::from_mode(mode))?;
        file.persist(&target).with_context(|| format!("cannot write {}", target.display()))?;
        self.installed.files.push(to.as_ref().to_owned());
        Ok(())
    }
}

fn version(workspace: &Workspace) -> Result<String> {
    let packages = workspace.metadata()?.packages;
    let library = packages.into_iter().find(|package| package.name == "mailslot-win32");
    Ok(library.context("the workspace has no package mailslot-win32")?.version)
}

fn fill_in(template: &str, prefix: &Path, version: &str) -> Result<String> {
    let prefix_text = prefix.to_str().context("pkg-config files hold UTF-8 only")?;
    if prefix_text.contains(|c: char| c.is_whitespace() || "'\"\\$#".contains(c)) {
        bail!("pkg-config cannot name {prefix_text:?}: choose a prefix without blanks, quotes, $, # and backslashes");
    }
    // Elsewhere a program finds the library only if it is told where.
    let rpath = if is_searched(prefix) { "" } else { "-Wl,-rpath,${libdir}" };
    let text = template.replace("@PREFIX@", prefix_text).replace("@VERSION@", version).replace("@RPATH@", rpath);
    let mut statements = text.lines().filter(|line| !line.starts_with('#'));
    match statements.find(|line| line.matches('@').count() >= 2) {
        Some(line) => bail!("{PKG_CONFIG} has a place that install does not know: {line}"),
        None => Ok(text),
    }
}

fn is_searched(prefix: &Path) -> bool {
    SEARCHED_PREFIXES.iter().any(|searched| Path::new(searched) == prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled_in() {
        let template = "# @…@ places\nprefix=@PREFIX@\nVersion: @VERSION@\nLibs: -L${libdir} @RPATH@ -lx\n";
        let filled = |prefix| fill_in(template, Path::new(prefix), "1.2.3").unwrap();
        assert_eq!(
            filled("/opt/mailslot"),
            "# @…@ places\nprefix=/opt/mailslot\nVersion: 1.2.3\nLibs: -L${libdir} -Wl,-rpath,${libdir} -lx\n"
        );
        assert!(filled("/usr/local").ends_with("Libs: -L${libdir}  -lx\n"));
    }

    #[test]
    fn an_unknown_place_and_an_unspeakable_prefix_are_errors() {
        let error = fill_in("Libs: @LIBS@\n", Path::new("/usr"), "1").unwrap_err();
        assert!(error.to_string().contains("Libs: @LIBS@"), "{error}");
        assert!(fill_in("", Path::new("/opt/my programs"), "1").is_err());
    }

    #[test]
    fn a_file_is_replaced_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let mut tree = Tree { installed: Installed { root, files: Vec::new() } };
        tree.write(b"old", "bin/x", 0o755).unwrap();
        let mut old = fs::File::open(folder.path().join("bin/x")).unwrap();
        tree.write(b"new", "bin/x", 0o644).unwrap();
        let mut kept = String::new();
        std::io::Read::read_to_string(&mut old, &mut kept).unwrap();
        assert_eq!(kept, "old");
        let path = folder.path().join("bin/x");
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(fs::read_dir(folder.path().join("bin")).unwrap().count(), 1);
    }
}
