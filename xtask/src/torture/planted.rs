//! Bugs that the torture must find. Each is one place of the queue's source changed in a copy of the tree, so that nothing of them is
//! in the queue itself. A place that is not there any more is an error: whoever changed it plants the bug anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::Workspace;

struct Bug {
    name: &'static str,
    file: &'static str,
    /// Occurs once in the file …
    right: &'static str,
    /// … and becomes this.
    wrong: &'static str,
    /// What finds it.
    by: &'static [&'static str],
}

const STORM: &[&str] = &["storm", "--minutes=2"];
const SINGLE_STEP: &[&str] = &["single-step", "--only=a write, 40"];
const SLEEPER: &[&str] = &["single-step", "--only=a write while a reader sleeps, 40"];

const BUGS: &[Bug] = &[
    Bug {
        name: "a reader takes a message before it has copied it",
        file: "crates/mailslot-queue/src/reader.rs",
        right: "        if !slot.map.copy_out(",
        wrong: "        slot.map.u64_at(layout::READ_SEQUENCE).store(read.wrapping_add(1), layout::CONSUMED);\n        \
                if !slot.map.copy_out(",
        by: STORM,
    },
    Bug {
        name: "a dead writer's chunk is used again although it holds messages",
        file: "crates/mailslot-queue/src/chunks.rs",
        right: "used_units: CHUNK_UNITS, last_sequence: self.head_sequence() }",
        wrong: "used_units: CHUNK_UNITS, last_sequence: self.read_sequence() }",
        by: STORM,
    },
    Bug {
        name: "a writer wakes nobody",
        file: "crates/mailslot-queue/src/doorbell.rs",
        right: "        futex::wake_all(self.doorbell());",
        wrong: "",
        by: STORM,
    },
    Bug {
        name: "the lock of a reader that was killed is waited for",
        file: "crates/mailslot-queue/src/reader.rs",
        right: "                    holder != me && !kernel::is_locked",
        wrong: "                    holder == me && !kernel::is_locked",
        by: STORM,
    },
    Bug {
        name: "chunks of the dead are never taken back",
        file: "crates/mailslot-queue/src/chunks.rs",
        right: "if kernel::is_locked_by_another(self.file(), LockByte::Participant(owner))?",
        wrong: "if owner != me",
        by: STORM,
    },
    Bug {
        name: "a mapping keeps the locks of a parent that was killed",
        file: "crates/mailslot-queue/src/memory/region.rs",
        right: "let file = fork::open_again(file.as_raw_fd(), OFlags::RDWR | OFlags::CLOEXEC)?;",
        wrong: "let _ = (fork::open_again, file.as_raw_fd(), OFlags::RDWR);",
        by: STORM,
    },
    Bug {
        name: "bytes that a dead writer has counted are never taken back",
        file: "crates/mailslot-queue/src/reader.rs",
        right: "read.fetch_add(surplus, Ordering::Relaxed);",
        wrong: "",
        by: SINGLE_STEP,
    },
    Bug {
        name: "the kernel is not told whom to wake for a dead writer",
        file: "crates/mailslot-queue/src/kernel/system/wake_duty.rs",
        right: "        if !self.head.is_null() {\n            // SAFETY: the C library keeps",
        wrong: "        if false {\n            // SAFETY: the C library keeps",
        by: SLEEPER,
    },
];

/// Plants each bug and runs what has to find it.
pub(super) fn check_all(workspace: &Workspace, text: &str) -> Result<()> {
    let folder = workspace.metadata()?.target_directory.join("torture");
    let tree = folder.join("tree");
    let mut missed = Vec::new();
    let bugs: Vec<&Bug> = BUGS.iter().filter(|bug| bug.name.contains(text)).collect();
    for bug in &bugs {
        copy_tree(workspace, &tree)?;
        plant(&tree, bug)?;
        let program = build(workspace, &tree, &folder.join("target"))?;
        let start = Instant::now();
        let mut torture = Command::new(program);
        torture.args(bug.by).stdin(Stdio::null());
        let output = torture.output().context("cannot run the torture")?;
        let seconds = start.elapsed().as_secs_f64();
        let text = String::from_utf8_lossy(&output.stderr);
        let violation = text.lines().find(|line| line.contains("VIOLATION"));
        match violation {
            Some(violation) if !output.status.success() => {
                println!("found after {seconds:.0} s: {} ({})\n    {violation}", bug.name, bug.file);
            }
            _ => {
                println!("NOT FOUND in {seconds:.0} s: {} ({})", bug.name, bug.file);
                missed.push(bug.name);
            }
        }
    }
    ensure!(missed.is_empty(), "{} planted bugs were not found: {}", missed.len(), missed.join("; "));
    println!("all {} planted bugs were found", bugs.len());
    Ok(())
}

/// Files that have not changed keep their time, so that little is compiled.
fn copy_tree(workspace: &Workspace, tree: &Path) -> Result<()> {
    for path in workspace.files()? {
        let (from, to) = (workspace.root().join(&path), tree.join(&path));
        let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&to, bytes).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

fn plant(tree: &Path, bug: &Bug) -> Result<()> {
    let path = tree.join(bug.file);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let planted = with_bug(&text, bug).with_context(|| format!("planting {:?} in {}", bug.name, bug.file))?;
    Ok(fs::write(&path, planted)?)
}

fn with_bug(text: &str, bug: &Bug) -> Result<String> {
    match text.matches(bug.right).count() {
        1 => Ok(text.replace(bug.right, bug.wrong)),
        count => bail!("its place occurs {count} times; plant it anew in {}", file!()),
    }
}

fn build(workspace: &Workspace, tree: &Path, target: &Path) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo.current_dir(tree).args(["build", "--release", "--quiet", "--package=mailslot-torture", "--target-dir"]);
    cargo.arg(target);
    // A shorter build.
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    // Bugs leave things unused.
    cargo.env("RUSTFLAGS", "--cap-lints=warn -Awarnings").env("CARGO_INCREMENTAL", "1");
    super::program_of(workspace, &mut cargo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_can_be_planted() {
        let workspace = Workspace::find().unwrap();
        for bug in BUGS {
            let text = workspace.read(Path::new(bug.file)).unwrap();
            assert_ne!(with_bug(&text, bug).unwrap(), text, "{}", bug.name);
        }
    }
}
