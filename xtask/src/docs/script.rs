//! Runs the C, `sh` and `console` blocks of a document, in order, in one shell.
//!
//! - A `c` block is a file; its first line names it (`// hello.c` or `/* hello.c */`), and a later command builds it.
//! - A `sh` block is commands. They must succeed.
//! - A `console` block is commands after `$ `, and below them what they print, standard error included. The lines must be
//!   those of the document; `…` stands for anything within a line, and alone on a line for any lines.
//!
//! The shell's home, slot directory and working directory are the document's own. `cargo` runs in the checkout. After a
//! command that ends in `&` the script goes on when the list of slots has changed or the command is done, as a person
//! would; a block ends when what it left in the background has.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Playground;
use super::blocks::{Block, Language};
use crate::workspace::Workspace;

/// Longer than any document needs to build the release; then whatever hangs is ended.
const TIMEOUT_SECONDS: &str = "900";

const PRELUDE: &str = r#"set -eu -o pipefail
exec 3>&2 2>&1
cargo() { (cd "$DOC_CHECKOUT" && command cargo "$@" 2>&3); }
doc_slots() { { mailslot list | wc -l; } 2>/dev/null || true; }
doc_settle() {
    for _ in $(seq 200); do
        if [ "$(doc_slots)" != "$1" ] || [ -z "$(jobs -pr)" ]; then return; fi
        sleep 0.05
    done
}
doc_join() { for job in $(jobs -p); do wait "$job"; done; }
"#;

const MARK: &str = "@@doc-check block";

/// Returns how many blocks ran.
pub(super) fn run(workspace: &Workspace, blocks: &[Block]) -> Result<usize> {
    let parts: Vec<_> = blocks.iter().filter_map(|block| Part::new(block).transpose()).collect::<Result<_>>()?;
    if parts.is_empty() {
        return Ok(0);
    }
    let playground = Playground::new()?;
    write_sources(&parts, &playground.path("files"))?;
    let script = playground.path("script");
    fs::write(&script, shell_script(&parts))?;
    let output = playground.path("output");
    let status =
        shell(workspace, &playground, &script).stdout(File::create(&output)?).status().context("cannot run bash")?;
    let output = String::from_utf8_lossy(&fs::read(&output)?).into_owned();
    let printed = split_output(&output);
    for part in &parts {
        let (Content::Commands { expected, .. }, Some(lines)) = (&part.content, printed.get(&part.line)) else {
            continue;
        };
        let is_last = printed.keys().max() == Some(&part.line);
        if is_last && !status.success() {
            bail!("line {}: a command fails ({status}); it printed:\n{}", part.line, lines.join("\n"));
        }
        let Some(expected) = expected else { continue };
        let expected: Vec<_> = expected.iter().map(String::as_str).collect();
        if !lines_match(&expected, lines) {
            bail!("line {}: shows\n{}\nbut the commands print\n{}", part.line, expected.join("\n"), lines.join("\n"));
        }
    }
    if !status.success() {
        bail!("the shell failed: {status}\n{output}");
    }
    Ok(parts.len())
}

struct Part {
    line: usize,
    content: Content,
}

enum Content {
    Source {
        name: String,
        code: String,
    },
    /// `expected` is None where the document shows no output.
    Commands {
        commands: Vec<String>,
        expected: Option<Vec<String>>,
    },
}

impl Part {
    fn new(block: &Block) -> Result<Option<Self>> {
        let content = match block.language {
            Language::C => Content::Source {
                name: source_name(&block.code).with_context(|| {
                    format!("line {}: the first line must name the file, as // hello.c does", block.line)
                })?,
                code: block.code.clone(),
            },
            Language::Sh => Content::Commands { commands: vec![block.code.clone()], expected: None },
            Language::Console => {
                let (commands, expected) = session(&block.code);
                if commands.is_empty() {
                    bail!("line {}: a console block needs a command after \"$ \"", block.line);
                }
                Content::Commands { commands, expected: Some(expected) }
            }
            Language::Rust | Language::Text => return Ok(None),
        };
        Ok(Some(Self { line: block.line, content }))
    }
}

fn source_name(code: &str) -> Option<String> {
    let comment = code.lines().next()?.trim();
    let inner = comment.strip_prefix("//").or_else(|| comment.strip_prefix("/*")?.strip_suffix("*/"))?.trim();
    let is_name = inner.ends_with(".c") && inner.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    is_name.then(|| inner.to_owned())
}

/// The commands of a console block and, below one another, what they are to print.
fn session(code: &str) -> (Vec<String>, Vec<String>) {
    let mut commands: Vec<String> = Vec::new();
    let mut expected = Vec::new();
    let mut continues = false;
    for line in code.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push(command.to_owned());
            continues = command.ends_with('\\');
        } else if let (true, Some(command)) = (continues, commands.last_mut()) {
            command.push('\n');
            command.push_str(line);
            continues = line.ends_with('\\');
        } else {
            expected.push(line.trim_end().to_owned());
        }
    }
    (commands, expected)
}

fn write_sources(parts: &[Part], folder: &Path) -> Result<()> {
    for part in parts {
        let Content::Source { name, code } = &part.content else {
            continue;
        };
        let is_built = parts.iter().any(|other| match &other.content {
            Content::Commands { commands, .. } => commands.iter().any(|command| command.contains(name.as_str())),
            Content::Source { .. } => false,
        });
        if !is_built {
            bail!("line {}: no command of the document builds {name}", part.line);
        }
        fs::write(folder.join(name), code)?;
    }
    Ok(())
}

fn shell_script(parts: &[Part]) -> String {
    let mut script = PRELUDE.to_owned();
    for part in parts {
        let Content::Commands { commands, .. } = &part.content else {
            continue;
        };
        // Writing to a String cannot fail.
        let _ = writeln!(script, "echo; echo '{MARK} {}'", part.line);
        for command in commands {
            let _ = if command.trim_end().ends_with('&') {
                writeln!(script, "doc_before=$(doc_slots)\n{command}\ndoc_settle \"$doc_before\"")
            } else {
                writeln!(script, "{command}")
            };
        }
        script.push_str("doc_join\n");
    }
    script
}

fn shell(workspace: &Workspace, playground: &Playground, script: &Path) -> Command {
    // timeout puts the shell in a group of its own and ends the whole group, background jobs too.
    let mut command = Command::new("timeout");
    command
        .args(["--kill-after=5", TIMEOUT_SECONDS, "bash"])
        .arg(script)
        .current_dir(playground.path("files"))
        .stdin(Stdio::null())
        .env("DOC_CHECKOUT", workspace.root())
        .env("MAILSLOT_DIR", playground.path("slots"))
        .env("COLUMNS", "80")
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "dumb")
        .env("NO_COLOR", "1")
        // cargo run sets it for xtask: with it a program would find a library that its user's would not.
        .env_remove("LD_LIBRARY_PATH")
        .env_remove("PKG_CONFIG_PATH");
    // Cargo and rustup keep their own folders, though the shell has another home.
    if let Some(home) = env::var_os("HOME").map(PathBuf::from) {
        for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            if env::var_os(variable).is_none() && home.join(folder).is_dir() {
                command.env(variable, home.join(folder));
            }
        }
    }
    command.env("HOME", playground.path("home"));
    command
}

/// What each block printed, by the block's line, without blank lines at the ends.
fn split_output(output: &str) -> std::collections::BTreeMap<usize, Vec<&str>> {
    let mut blocks = std::collections::BTreeMap::new();
    let mut lines: Option<&mut Vec<&str>> = None;
    for line in output.lines() {
        let marked = line.strip_prefix(MARK).and_then(|rest| rest.trim().parse().ok());
        if let Some(number) = marked {
            lines = Some(blocks.entry(number).or_default());
        } else if let Some(lines) = &mut lines {
            lines.push(line.trim_end());
        }
    }
    for lines in blocks.values_mut() {
        let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        lines.truncate(end);
    }
    blocks
}

/// Whether the lines are those expected, where `…` alone stands for any lines.
fn lines_match(expected: &[&str], lines: &[&str]) -> bool {
    match expected {
        [] => lines.is_empty(),
        ["…", rest @ ..] => (0..=lines.len()).any(|skipped| lines_match(rest, &lines[skipped..])),
        [first, rest @ ..] => match lines {
            [line, others @ ..] => line_matches(first, line) && lines_match(rest, others),
            [] => false,
        },
    }
}

/// Whether a line is the one expected, where `…` stands for any text.
fn line_matches(expected: &str, line: &str) -> bool {
    match expected.split_once('…') {
        None => expected == line,
        Some((before, after)) => line.strip_prefix(before).is_some_and(|rest| {
            let mut ends = rest.char_indices().map(|(start, _)| start).chain([rest.len()]);
            ends.any(|start| line_matches(after, &rest[start..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::blocks;

    fn run_text(text: &str) -> Result<usize> {
        run(&Workspace::find()?, &blocks::parse(text)?)
    }

    #[test]
    fn what_the_document_shows_is_compared() {
        assert_eq!(run_text("```console\n$ echo a; echo b >&2\na\nb\n```\n").unwrap(), 1);
        let error = run_text("\n```console\n$ echo a\nb\n```\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2: shows\nb\nbut the commands print\na"), "{error}");
        assert!(run_text("```console\n$ echo a\n```\n").is_err());
    }

    #[test]
    fn a_failing_command_names_its_block() {
        let text = "```sh\ntrue\n```\n\n```sh\necho before\nfalse\necho after\n```\n\n```sh\ntrue\n```\n";
        let error = run_text(text).unwrap_err().to_string();
        assert!(error.starts_with("line 5: a command fails"), "{error}");
        assert!(error.contains("before") && !error.contains("after"), "{error}");
    }

    #[test]
    fn a_failing_background_job_fails_its_block() {
        let error = run_text("```sh\n(sleep 0.1; exit 3) &\n```\n").unwrap_err().to_string();
        assert!(error.contains("exit status: 3"), "{error}");
    }

    #[test]
    fn the_shell_goes_on_from_block_to_block() {
        let text = "```sh\nexport A=1; cd ~\n```\n\n```console\n$ echo \"$A\" \\\n  two\n1 two\n$ basename \"$PWD\"\nhome\n```\n";
        assert_eq!(run_text(text).unwrap(), 2);
    }

    #[test]
    fn c_blocks_are_files_that_a_command_builds() {
        let source = "```c\n/* seven.c */\nint main(void) { return 7; }\n```\n";
        let build = "```console\n$ cc seven.c -o seven\n$ ./seven || echo $?\n7\n```\n";
        assert_eq!(run_text(&format!("{source}\n{build}")).unwrap(), 2);
        let error = run_text(source).unwrap_err().to_string();
        assert_eq!(error, "line 1: no command of the document builds seven.c");
        assert!(run_text("```c\nint main(void) { return 7; }\n```\n").is_err());
    }

    #[test]
    fn an_ellipsis_stands_for_text_or_lines() {
        assert!(line_matches("pid …, 3 bytes", "pid 4711, 3 bytes"));
        assert!(!line_matches("pid …, 3 bytes", "pid 4711, 4 bytes"));
        assert!(lines_match(&["a", "…", "z"], &["a", "b", "c", "z"]));
        assert!(lines_match(&["a", "…"], &["a"]));
        assert!(!lines_match(&["a", "…", "z"], &["a", "b"]));
    }
}
