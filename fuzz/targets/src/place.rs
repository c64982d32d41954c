//! A slot directory for one input.

use std::path::{Path, PathBuf};

/// A directory in memory that goes with the value. In the one that the environment names, if it names one: what a crash leaves is
/// found there.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Place {
        let parent = std::env::var_os("MAILSLOT_FUZZ_DIR").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
        Place(tempfile::Builder::new().prefix("mailslot-fuzz-").tempdir_in(parent).unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The names of the files in it.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}
