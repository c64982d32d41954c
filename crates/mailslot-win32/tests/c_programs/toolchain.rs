//! Compiling a program against the headers and the library of this build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// One way to compile a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Build {
    pub(crate) language: Language,
    /// The language's standard, as the compiler calls it.
    pub(crate) standard: &'static str,
    pub(crate) unicode: bool,
    /// `wchar_t` of 16 bits.
    pub(crate) short_wchar: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    C,
    Cpp,
}

impl Language {
    /// The compilers for it on this machine: the default one, and clang where it is installed.
    pub(crate) fn compilers(self) -> &'static [&'static str] {
        // Asked for each program, and to start a compiler takes as long as to compile a small one.
        static C: OnceLock<Vec<&str>> = OnceLock::new();
        static CPP: OnceLock<Vec<&str>> = OnceLock::new();
        let (found, known) = match self {
            Language::C => (&C, ["cc", "clang"]),
            Language::Cpp => (&CPP, ["c++", "clang++"]),
        };
        found.get_or_init(|| known.into_iter().filter(|compiler| is_installed(compiler)).collect())
    }

    /// Whether programs in it can be compiled here. Only C++ may be missing.
    pub(crate) fn is_available(self) -> bool {
        let available = !self.compilers().is_empty();
        assert!(available || self == Language::Cpp, "no C compiler: install cc");
        if !available {
            eprintln!("skipped: no C++ compiler; install c++ to run the C++ half");
        }
        available
    }

    fn name(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::Cpp => "c++",
        }
    }
}

/// The oldest and the newest standard of each language, ANSI and UNICODE, with `wchar_t` of 32 bits.
pub(crate) fn builds(languages: &[Language]) -> Vec<Build> {
    let standards = [(Language::C, "c99"), (Language::C, "gnu17"), (Language::Cpp, "c++11"), (Language::Cpp, "c++17")];
    let mut builds = Vec::new();
    for (language, standard) in standards {
        if languages.contains(&language) && language.is_available() {
            for unicode in [false, true] {
                builds.push(Build { language, standard, unicode, short_wchar: false });
            }
        }
    }
    builds
}

/// The same with `wchar_t` of 16 bits: for programs that use the mailslot functions and no C library on wide text.
pub(crate) fn short_wchar_builds(languages: &[Language]) -> Vec<Build> {
    builds(languages).into_iter().map(|build| Build { short_wchar: true, ..build }).collect()
}

impl Build {
    /// Compiles and links a program, with every warning an error.
    pub(crate) fn program(self, source: &Path) -> Program {
        self.linked(source, &shared_library_flags())
    }

    /// Compiles and links a program as its users do: it was written for another system, and may give warnings.
    pub(crate) fn unmodified_program(self, source: &Path) -> Program {
        let mut flags = vec!["-w".to_owned(), "-Wno-error".to_owned()];
        flags.extend(shared_library_flags());
        self.linked(source, &flags)
    }

    /// Compiles a program and links it with these flags.
    pub(crate) fn linked(self, source: &Path, link_flags: &[String]) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        let compiler = self.language.compilers()[0];
        compile(self.command(compiler).arg(source).args(link_flags).arg("-o").arg(&path), source, self);
        Program { path, _folder: folder }
    }

    /// Has every compiler of the machine check a source, with every warning an error.
    pub(crate) fn check(self, source: &Path) {
        for compiler in self.language.compilers() {
            self.check_by(compiler, source);
        }
    }

    pub(crate) fn check_by_default_compiler(self, source: &Path) {
        self.check_by(self.language.compilers()[0], source);
    }

    fn check_by(self, compiler: &str, source: &Path) {
        compile(self.command(compiler).arg("-fsyntax-only").arg(source), source, self);
    }

    fn command(self, compiler: &str) -> Command {
        let mut command = Command::new(compiler);
        command.args(["-g", "-O1", "-pthread", "-Wall", "-Wextra", "-Werror", "-D_POSIX_C_SOURCE=200809L"]);
        command.arg(format!("-std={}", self.standard)).args(["-x", self.language.name()]);
        if self.unicode {
            command.args(["-DUNICODE", "-D_UNICODE"]);
        }
        if self.short_wchar {
            command.arg("-fshort-wchar");
        }
        command.arg("-I").arg(include_folder());
        command
    }
}

/// A compiled program. Its file is gone with it.
#[derive(Debug)]
pub(crate) struct Program {
    path: PathBuf,
    _folder: TempDir,
}

impl Program {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The source of a test program.
pub(crate) fn test_source(name: &str) -> PathBuf {
    workspace().join("tests/c").join(name)
}

/// The source of a program as somebody wrote it for Windows.
pub(crate) fn ported_source(name: &str) -> PathBuf {
    test_source("programs").join(name)
}

/// The source of an example.
pub(crate) fn example_source(name: &str) -> PathBuf {
    workspace().join("examples/c").join(name)
}

pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn include_folder() -> PathBuf {
    package().join("include")
}

/// A file that cargo built of this package's library, for this test and beside it. (One folder up there may be another, of the
/// time when the library itself was last asked for.)
pub(crate) fn library(file: &str) -> PathBuf {
    let path = std::env::current_exe().unwrap().with_file_name(file);
    assert!(path.exists(), "cargo has not built {}", path.display());
    path
}

pub(crate) fn shared_library_flags() -> Vec<String> {
    let path = library("libmailslot_win32.so");
    let folder = path.parent().unwrap().display();
    // After `-x LANGUAGE` even libraries would be taken for sources.
    vec!["-xnone".into(), format!("-L{folder}"), "-lmailslot_win32".into(), format!("-Wl,-rpath,{folder}")]
}

pub(crate) fn is_installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn workspace() -> PathBuf {
    package().join("../..")
}

fn compile(command: &mut Command, source: &Path, build: Build) {
    let output = command.output().unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} does not compile as {build:?}:\n{command:?}\n{messages}", source.display());
    assert!(messages.is_empty(), "{} as {build:?}:\n{messages}", source.display());
}
