//! The committed inputs, through the code that the fuzzers run: seeds in `fuzz/corpus`, and in `fuzz/crashes` what once was wrong.
#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use mailslot_fuzz_targets::{TARGETS, Target};

/// Ten times what one input may take at worst.
const PATIENCE: Duration = Duration::from_secs(300);

/// The files of a folder beside this package, sorted; none if there is no such folder.
fn inputs(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join(target);
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Runs a target's inputs on a thread of its own; one that hangs is named, and ends the test.
fn replay(name: &str) {
    let &(_, run): &Target = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let seeds = inputs("corpus", name);
    assert!(seeds.len() >= 5, "{} seeds of {name}", seeds.len());
    for path in seeds.into_iter().chain(inputs("crashes", name)) {
        let data = std::fs::read(&path).unwrap();
        let (done, is_done) = mpsc::channel();
        let worker = std::thread::spawn(move || {
            run(&data);
            let _ = done.send(());
        });
        match is_done.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("{} hangs", path.display()),
            Err(mpsc::RecvTimeoutError::Disconnected) => {}
        }
        assert!(worker.join().is_ok(), "{} fails", path.display());
    }
}

#[test]
fn slot_file() {
    replay("slot_file");
}

#[test]
fn names() {
    replay("names");
}

#[test]
fn sddl() {
    replay("sddl");
}

#[test]
fn descriptors() {
    replay("descriptors");
}

#[test]
fn arguments() {
    replay("arguments");
}

/// Each target has its test here, and each folder of inputs its target.
#[test]
fn no_folder_is_left_out() {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["slot_file", "names", "sddl", "descriptors", "arguments"]);
    for folder in ["corpus", "crashes"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        for entry in folder.read_dir().into_iter().flatten() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            assert!(!entry.file_type().unwrap().is_dir() || names.contains(&name.as_str()), "no target {name}");
        }
    }
}
