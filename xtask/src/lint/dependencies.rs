//! Dependencies between the project's packages point one way.

use crate::workspace::Metadata;

/// Which packages of the project each package may use. ARCHITECTURE.md says why.
const ALLOWED: &[(&str, &[&str])] = &[
    ("mailslot-queue", &[]),
    ("mailslot", &["mailslot-queue"]),
    ("mailslot-win32", &["mailslot"]),
    // The C library is there to be built with the command, whose demonstration compiles a C program. Its functions
    // are unsafe to call, which the command forbids.
    ("mailslot-cli", &["mailslot", "mailslot-win32"]),
    ("mailslot-bench", &["mailslot", "mailslot-win32"]),
    // The command's parser is compiled in by its path: the command itself is no library.
    ("mailslot-fuzz-targets", &["mailslot-queue", "mailslot"]),
    // Both interfaces, as programs use them.
    ("mailslot-torture", &["mailslot", "mailslot-win32"]),
    ("xtask", &[]),
];

pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut problems = Vec::new();
    for package in &metadata.packages {
        let row = ALLOWED.iter().find(|(name, _)| *name == package.name);
        let Some((_, allowed)) = row else {
            problems.push(format!(
                "package {} has no row in the table of allowed dependencies ({})",
                package.name,
                file!()
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = metadata.packages.iter().any(|other| other.name == dependency.name);
            // Tests may use any package: nobody who uses the package sees it.
            let is_for_tests = dependency.kind.as_deref() == Some("dev");
            if is_ours && !is_for_tests && !allowed.contains(&dependency.name.as_str()) {
                problems.push(format!(
                    "package {} depends on {}, which ARCHITECTURE.md forbids",
                    package.name, dependency.name
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(packages: &[(&str, &str, Option<&str>)]) -> Metadata {
        let package = |(name, dependency, kind): &(&str, &str, Option<&str>)| {
            serde_json::json!({
                "name": name,
                "version": "0.1.0",
                "dependencies": [{ "name": dependency, "kind": kind }],
                "targets": [],
            })
        };
        let packages: Vec<_> = packages.iter().map(package).collect();
        serde_json::from_value(serde_json::json!({ "packages": packages })).unwrap()
    }

    #[test]
    fn the_right_direction_passes() {
        let ours = metadata(&[("mailslot", "mailslot-queue", None), ("mailslot-queue", "libc", None)]);
        assert_eq!(check(&ours), Vec::<String>::new());
    }

    #[test]
    fn the_wrong_direction_is_named() {
        let ours = metadata(&[("mailslot-queue", "mailslot", None), ("mailslot", "libc", None)]);
        assert_eq!(check(&ours), ["package mailslot-queue depends on mailslot, which ARCHITECTURE.md forbids"]);
    }

    #[test]
    fn a_build_dependency_counts_and_a_test_dependency_does_not() {
        let ours =
            metadata(&[("mailslot", "mailslot-win32", Some("dev")), ("mailslot-win32", "mailslot", Some("build"))]);
        assert_eq!(check(&ours), Vec::<String>::new());
        let ours =
            metadata(&[("mailslot", "mailslot-win32", Some("build")), ("mailslot-win32", "mailslot", Some("dev"))]);
        assert_eq!(check(&ours), ["package mailslot depends on mailslot-win32, which ARCHITECTURE.md forbids"]);
    }

    #[test]
    fn an_unknown_package_is_named() {
        let problems = check(&metadata(&[("mailslot-python", "libc", None)]));
        assert!(problems[0].contains("mailslot-python has no row"), "{problems:?}");
    }
}
