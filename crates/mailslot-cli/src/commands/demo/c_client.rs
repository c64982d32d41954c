//! The C client of the demonstration, compiled on the spot.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::failure::Failure;

const SOURCE: &str = include_str!("client.c");

const LIBRARY: &str = "libmailslot_win32.so";

/// The headers of this source tree.
const SOURCE_TREE_HEADERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../mailslot-win32/include");

/// The compiled program, in a directory that goes with it.
pub(super) struct CClient {
    directory: TempDir,
    /// How it was compiled, for the user.
    pub(super) compiled_by: String,
}

impl CClient {
    /// Compiles the client with `cc`, or what CC names.
    pub(super) fn compile() -> Result<CClient, Failure> {
        let directory = TempDir::new().map_err(Failure::io("a directory for the C client"))?;
        let source = directory.path().join("client.c");
        fs::write(&source, SOURCE).map_err(Failure::io(source.display().to_string()))?;
        let library = find(LIBRARY, &library_places()?)?;
        let headers = find("windows.h", &header_places()?)?;
        let compiler = env::var("CC").ok().filter(|name| !name.trim().is_empty());
        let compiler = compiler.unwrap_or_else(|| "cc".to_owned());
        let client = CClient { directory, compiled_by: compiler };
        client.run_compiler(&source, &headers, &library)?;
        Ok(client)
    }

    pub(super) fn path(&self) -> PathBuf {
        self.directory.path().join("client")
    }

    fn run_compiler(&self, source: &Path, headers: &Path, library: &Path) -> Result<(), Failure> {
        // CC may hold arguments, as it may for make.
        let mut words = self.compiled_by.split_whitespace();
        let program = words.next().unwrap_or("cc");
        let mut run_path = std::ffi::OsString::from("-Wl,-rpath,");
        run_path.push(library);
        let output = Command::new(program)
            .args(words)
            .args(["-O2", "-Wall", "-o"])
            .arg(self.path())
            .arg(source)
            .arg("-I")
            .arg(headers)
            .arg("-L")
            .arg(library)
            .arg("-lmailslot_win32")
            .arg(run_path)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| no_compiler(program, error))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failure::Other(format!(
            "the C client does not compile ({program}: {}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )))
    }
}

fn no_compiler(program: &str, error: io::Error) -> Failure {
    if error.kind() != io::ErrorKind::NotFound {
        return Failure::Io { what: program.to_owned(), source: error };
    }
    Failure::Other(format!(
        "the demonstration needs a C compiler, but there is no program '{program}' \
         (Debian: apt-get install gcc libc6-dev; or name your compiler in CC)"
    ))
}

/// The first of the directories that has the file.
fn find(file: &str, directories: &[PathBuf]) -> Result<PathBuf, Failure> {
    let found = directories.iter().find(|directory| directory.join(file).is_file());
    found.cloned().ok_or_else(|| {
        let places: Vec<String> = directories.iter().map(|path| path.display().to_string()).collect();
        Failure::Other(format!(
            "the demonstration needs {file}, which is in none of {} \
             (cargo run builds it; cargo xtask install installs it)",
            places.join(", ")
        ))
    })
}

/// Cargo leaves the libraries of dependencies in `deps` beside the program; installed, they are in `lib`.
fn library_places() -> Result<Vec<PathBuf>, Failure> {
    let program = program_directory()?;
    Ok(vec![program.join("deps"), program.join("../lib")])
}

fn header_places() -> Result<Vec<PathBuf>, Failure> {
    let include = program_directory()?.join("../include");
    Ok(vec![include.join("mailslot-win32"), include, PathBuf::from(SOURCE_TREE_HEADERS)])
}

fn program_directory() -> Result<PathBuf, Failure> {
    let program = env::current_exe().map_err(Failure::io("the path of this program"))?;
    Ok(program.parent().map(Path::to_owned).unwrap_or_default())
}
