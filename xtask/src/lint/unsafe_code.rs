//! Packages without unsafe code forbid it in every one of their roots.

use std::fs;

use anyhow::{Context, Result};

use crate::workspace::Metadata;

const FORBID: &str = "#![forbid(unsafe_code)]";

/// Shared memory is `mailslot-queue`'s and raw pointers are `mailslot-win32`'s; nobody else has a reason.
const WITHOUT_UNSAFE: &[&str] = &["mailslot", "mailslot-cli", "mailslot-fuzz-targets", "xtask"];

/// The roots of a package that are shipped. Tests, examples and benchmarks are not.
const SHIPPED: &[&str] = &["lib", "rlib", "cdylib", "staticlib", "proc-macro", "bin"];

pub(super) fn check(metadata: &Metadata) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in &metadata.packages {
        if !WITHOUT_UNSAFE.contains(&package.name.as_str()) {
            continue;
        }
        for target in &package.targets {
            if !target.kind.iter().any(|kind| SHIPPED.contains(&kind.as_str())) {
                continue;
            }
            let source = fs::read_to_string(&target.src_path)
                .with_context(|| format!("cannot read {}", target.src_path.display()))?;
            if !source.lines().any(|line| line.trim() == FORBID) {
                problems.push(format!(
                    "{} of package {} does not say {FORBID}",
                    target.src_path.display(),
                    package.name
                ));
            }
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(package: &str, kind: &str, source: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib.rs");
        fs::write(&path, source).unwrap();
        let target = serde_json::json!({ "name": "x", "kind": [kind], "src_path": path });
        let package = serde_json::json!({
            "name": package, "version": "0.1.0", "dependencies": [], "targets": [target],
        });
        let metadata = serde_json::from_value(serde_json::json!({ "packages": [package] }));
        check(&metadata.unwrap()).unwrap()
    }

    #[test]
    fn a_root_that_does_not_forbid_is_named() {
        let commented = "// #![forbid(unsafe_code)]\n#![deny(unsafe_code)]\n";
        assert_eq!(problems("mailslot", "lib", commented).len(), 1);
        assert_eq!(problems("mailslot-cli", "bin", "fn main() {}").len(), 1);
    }

    #[test]
    fn a_root_that_forbids_and_one_that_may_have_unsafe_pass() {
        assert!(problems("mailslot", "lib", "//! Doc.\n\n#![forbid(unsafe_code)]\n").is_empty());
        assert!(problems("mailslot-queue", "lib", "").is_empty());
        assert!(problems("mailslot", "test", "").is_empty());
    }
}
