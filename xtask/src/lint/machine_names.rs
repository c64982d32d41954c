//! The project's files speak of the project: no folder of a developer's machine, no registry or mirror.

use std::path::Path;

use anyhow::Result;

use crate::workspace::Workspace;

/// First folders of paths that mean something on one machine only.
const PRIVATE_ROOTS: &[&str] = &["home", "root", "work", "Users"];

/// Hosts that packages come from: whoever builds has set up their own.
const REGISTRY_HOSTS: &[&str] = &["crates.io", "npmjs.org", "pypi.org", "debian.org"];

/// What a registry's package looks like in Cargo.lock whatever mirror it was fetched through.
const LOCK_SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in workspace.files()? {
        let bytes = std::fs::read(workspace.root().join(&path))?;
        // What is not UTF-8 is a picture, a capture or a program in another encoding.
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        problems.extend(check_text(&path, &text));
    }
    Ok(problems)
}

fn check_text(path: &Path, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let found = if path.file_name().is_some_and(|name| name == "Cargo.lock") {
            foreign_lock_source(line)
        } else {
            private_path(line).or_else(|| registry_url(line))
        };
        if let Some(found) = found {
            problems.push(format!("{}:{}: names {found}", path.display(), index + 1));
        }
    }
    problems
}

/// A path such as `/`, then a private root, then `/`, unless it continues a longer path.
fn private_path(line: &str) -> Option<String> {
    PRIVATE_ROOTS.iter().find_map(|root| {
        let needle = format!("/{root}/");
        let start = line.match_indices(&needle).map(|(start, _)| start).find(|start| {
            let before = line[..*start].chars().next_back();
            !before.is_some_and(|before| before.is_alphanumeric() || "_-.}$)~".contains(before))
        })?;
        let word = line[start..].split(|end: char| end.is_whitespace() || "\"'`)<>".contains(end));
        word.into_iter().next().map(str::to_owned)
    })
}

fn registry_url(line: &str) -> Option<String> {
    line.match_indices("://").find_map(|(start, separator)| {
        let rest = &line[start + separator.len()..];
        let end = rest.find(|end: char| !end.is_ascii_alphanumeric() && end != '.' && end != '-');
        let host = &rest[..end.unwrap_or(rest.len())];
        let is_registry = REGISTRY_HOSTS.iter().any(|known| host == *known || host.ends_with(&format!(".{known}")));
        is_registry.then(|| host.to_owned())
    })
}

fn foreign_lock_source(line: &str) -> Option<String> {
    let source = line.strip_prefix("source = ")?.trim_matches('"');
    (source != LOCK_SOURCE).then(|| source.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(file: &str, line: &str) -> Vec<String> {
        check_text(Path::new(file), line)
    }

    #[test]
    fn a_machine_path_is_named_with_its_line() {
        let path = ["", "home", "bob", "notes.md"].join("/");
        let text = format!("first\nsee `{path}` there\n");
        assert_eq!(problems("docs/a.md", &text), [format!("docs/a.md:2: names {path}")]);
        let path = ["", "work", "main"].join("/");
        assert_eq!(problems("a.rs", &format!("let x = \"{path}\";")).len(), 1);
    }

    #[test]
    fn a_path_of_the_project_and_a_variable_are_fine() {
        assert!(problems("a.sh", "ls docs/work/x $HOME/root/y ~/work/z").is_empty());
        assert!(problems("a.md", "the root / of the work").is_empty());
    }

    #[test]
    fn a_registry_is_named() {
        let url = format!("see {}{}/crates/x", "https:/", "/static.crates.io");
        assert_eq!(problems("a.md", &url), ["a.md:1: names static.crates.io"]);
        assert!(problems("a.md", "https://example.org/pypi.org").is_empty());
    }

    #[test]
    fn the_lock_file_names_the_public_index_only() {
        let public = format!("source = \"{LOCK_SOURCE}\"");
        assert!(problems("Cargo.lock", &public).is_empty());
        let mirror = "source = \"sparse+http://mirror.example/index/\"";
        assert_eq!(problems("Cargo.lock", mirror).len(), 1);
    }
}
