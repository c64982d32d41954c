//! The programs that the tests call, and how to get them on Debian.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::steps;
use crate::workspace::Workspace;

/// A program, or a file by its path, and the Debian package that has it.
struct Tool {
    program: &'static str,
    package: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool { program: "cc", package: "gcc" },
    Tool { program: "c++", package: "g++" },
    // A second compiler for the headers.
    Tool { program: "clang", package: "clang" },
    Tool { program: "readelf", package: "binutils" },
    Tool { program: "pkg-config", package: "pkg-config" },
    Tool { program: "strace", package: "strace" },
    Tool { program: "setarch", package: "util-linux" },
    Tool { program: "valgrind", package: "valgrind" },
    Tool { program: "x86_64-w64-mingw32-gcc", package: "gcc-mingw-w64-x86-64" },
    // For the benchmark's libzmq: a header, which is in no folder of PATH.
    Tool { program: "/usr/include/zmq.h", package: "libzmq3-dev" },
    // In no folder of PATH.
    Tool { program: "/usr/lib/wine/wine64", package: "wine64" },
];

/// Installs the tools that are missing when root may; otherwise says which command would.
pub(crate) fn provide(workspace: &Workspace) -> Result<()> {
    provide_component(workspace, "rustfmt", &["fmt", "--version"])?;
    provide_component(workspace, "clippy", &["clippy", "--version"])?;
    let path = env::var("PATH").unwrap_or_default();
    let packages = missing_packages(TOOLS, &path);
    if packages.is_empty() {
        println!("all there");
        return Ok(());
    }
    let command = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !is_root() || missing(&path, "apt-get") {
        bail!("some tests need programs that are not here; install them as root:\n    {command}");
    }
    println!("{command}");
    if apt_get(&packages).is_err() {
        // A fresh system has no package lists yet.
        steps::run(Command::new("apt-get").arg("update").stdin(Stdio::null()))?;
        apt_get(&packages)?;
    }
    let packages = missing_packages(TOOLS, &path);
    if !packages.is_empty() {
        bail!("still missing after the installation: {}", packages.join(" "));
    }
    Ok(())
}

fn apt_get(packages: &[&str]) -> Result<()> {
    steps::run(
        Command::new("apt-get")
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null()),
    )
}

fn provide_component(workspace: &Workspace, component: &str, probe: &[&str]) -> Result<()> {
    let is_there = || {
        let status = workspace.cargo().args(probe).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if is_there() {
        return Ok(());
    }
    let added = steps::run(Command::new("rustup").args(["component", "add", component]));
    if added.is_err() || !is_there() {
        bail!("{component} is missing; install it with: rustup component add {component}");
    }
    Ok(())
}

fn missing_packages<'a>(tools: &'a [Tool], path: &str) -> Vec<&'a str> {
    let absent = tools.iter().filter(|tool| missing(path, tool.program));
    absent.map(|tool| tool.package).collect()
}

fn missing(path: &str, program: &str) -> bool {
    if program.starts_with('/') {
        return !Path::new(program).is_file();
    }
    !env::split_paths(path).any(|folder| is_executable(&folder.join(program)))
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Whether there is no such program, by name in PATH or by its path.
pub(crate) fn is_missing(program: &str) -> bool {
    missing(&env::var("PATH").unwrap_or_default(), program)
}

pub(crate) fn is_root() -> bool {
    // The owner of a process's folder in /proc is its effective user.
    fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        for (name, mode) in [("cc", 0o755), ("strace", 0o644)] {
            let path = folder.path().join("bin").join(name);
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "").unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o755)).unwrap();
        let tool = |program, package| Tool { program, package };
        let by_path: &'static str = String::leak(elsewhere.to_str().unwrap().to_owned());
        let tools =
            [tool("cc", "gcc"), tool("c++", "g++"), tool("strace", "strace"), tool(by_path, "x"), tool("/none/y", "y")];
        let packages = missing_packages(&tools, folder.path().join("bin").to_str().unwrap());
        assert_eq!(packages, ["g++", "strace", "y"]);
    }
}
