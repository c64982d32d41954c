//! Compiles a C or C++ program for a tool and links it with the tool's library.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Tool;
use super::library::Library;

const INCLUDE: &str = "crates/mailslot-win32/include";

/// Compiled into every program under ThreadSanitizer.
const FOR_TSAN: &[&str] = &[STD_FOR_TSAN, "tests/sanitizers/c11_threads.c"];

const STD_FOR_TSAN: &str = "tests/sanitizers/std_for_tsan.c";

/// What Rust's standard library needs of the system's.
const SYSTEM_LIBRARIES: &[&str] = &["-lm", "-ldl", "-lpthread"];

/// Compiles `sources`, paths below the root, to a program in `folder`, named after the first.
pub(super) fn program(root: &Path, library: &Library, sources: &[PathBuf], folder: &Path) -> Result<PathBuf> {
    let first = sources.first().context("a program needs a source")?;
    let path = folder.join(first.file_stem().context("a source needs a name")?);
    let is_cpp = first.extension().is_some_and(|extension| extension == "cpp");
    let mut objects = Vec::new();
    for source in sources {
        objects.push(object(root, library, source, folder)?);
    }
    if library.tool == Tool::Tsan {
        for helper in FOR_TSAN {
            objects.push(object(root, library, Path::new(helper), folder)?);
        }
    }
    let mut link = Command::new(if is_cpp { "c++" } else { "cc" });
    link.args(sanitizer(library.tool)).args(&objects).arg("-o").arg(&path).arg("-pthread").arg(library.archive());
    if library.tool == Tool::Tsan {
        link.args(wraps(library));
    }
    run(link.args(SYSTEM_LIBRARIES))?;
    check_linked(library.tool, &path)?;
    Ok(path)
}

/// Compiles what explains Rust's standard library to ThreadSanitizer.
pub(super) fn std_for_tsan(root: &Path, library: &Library, folder: &Path) -> Result<PathBuf> {
    object(root, library, Path::new(STD_FOR_TSAN), folder)
}

/// What tells the linker to put that in between.
pub(super) fn wraps(library: &Library) -> impl Iterator<Item = String> {
    let waits = library.waits().iter().map(|wait| wait.symbol.as_str());
    let symbols = waits.chain(["__tsan_atomic64_fetch_sub", "__tsan_atomic_thread_fence"]);
    symbols.map(|symbol| format!("-Wl,--wrap={symbol}"))
}

fn object(root: &Path, library: &Library, source: &Path, folder: &Path) -> Result<PathBuf> {
    let path = folder.join(source.file_name().context("a source needs a name")?).with_extension("o");
    let is_cpp = source.extension().is_some_and(|extension| extension == "cpp");
    let mut compile = Command::new(if is_cpp { "c++" } else { "cc" });
    compile.current_dir(root).arg(if is_cpp { "-std=c++17" } else { "-std=gnu17" });
    compile.args(["-c", "-g", "-O1", "-fno-omit-frame-pointer", "-pthread", "-Wall", "-Wextra", "-Werror"]);
    compile.args(["-D_POSIX_C_SOURCE=200809L", "-DUNICODE", "-D_UNICODE", "-I", INCLUDE]);
    match library.tool {
        Tool::Valgrind => {}
        // They tell the sanitizer what happens; it need not watch them.
        Tool::Tsan if FOR_TSAN.iter().any(|helper| Path::new(helper) == source) => {
            compile.args(library.waits().iter().map(|wait| format!("-D{}=\"{}\"", wait.macro_name, wait.symbol)));
        }
        Tool::Asan | Tool::Tsan => {
            compile.args(sanitizer(library.tool)).arg("-DMAILSLOT_PLANTED_BUG");
        }
    }
    run(compile.arg(source).arg("-o").arg(&path))?;
    Ok(path)
}

fn sanitizer(tool: Tool) -> &'static [&'static str] {
    match tool {
        Tool::Asan => &["-fsanitize=address"],
        // Fences, which gcc warns of, are in the headers for all programs.
        Tool::Tsan => &["-fsanitize=thread", "-Wno-tsan"],
        Tool::Valgrind => &[],
    }
}

/// The program calls the sanitizer's runtime, from the shared library that brings its interceptors along.
fn check_linked(tool: Tool, program: &Path) -> Result<()> {
    if tool == Tool::Valgrind {
        return Ok(());
    }
    let symbols = run(Command::new("nm").args(["-D", "--undefined-only"]).arg(program))?;
    let start = format!("__{}_init", tool.name());
    let needed = run(Command::new("readelf").args(["-d", "-W"]).arg(program))?;
    let runtime = format!("[lib{}.so", tool.name());
    if !symbols.lines().any(|line| line.ends_with(&start)) || !needed.contains(&runtime) {
        bail!("{} is not linked with {runtime}…] or does not call {start}", program.display());
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
