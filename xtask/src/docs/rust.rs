//! Runs the Rust blocks of a document as a user's program would run: against the built `mailslot` crate.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Playground;
use super::blocks::{Block, Language};
use crate::workspace::Workspace;

/// Returns how many blocks ran.
pub(super) fn run(workspace: &Workspace, blocks: &[Block]) -> Result<usize> {
    let blocks: Vec<_> = blocks.iter().filter(|block| block.language == Language::Rust).collect();
    if blocks.is_empty() {
        return Ok(0);
    }
    let artifacts = workspace.build_release()?;
    let library = artifacts
        .iter()
        .find(|file| file.target == "mailslot" && file.path.extension().is_some_and(|e| e == "rlib"))
        .context("cargo built no mailslot library")?;
    let dependencies = library.path.parent().context("the library is in no folder")?.join("deps");
    let playground = Playground::new()?;
    let document = playground.path("document.md");
    fs::write(&document, at_their_lines(&blocks))?;
    let output = Command::new(env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
        .args(["--test", "--edition=2024", "--extern"])
        .arg(format!("mailslot={}", library.path.display()))
        .arg(format!("-Ldependency={}", dependencies.display()))
        .arg(&document)
        .current_dir(playground.path("files"))
        .env("MAILSLOT_DIR", playground.path("slots"))
        .stdin(Stdio::null())
        .output()
        .context("cannot run rustdoc")?;
    if !output.status.success() {
        bail!(
            "a Rust block fails (lines are the document's):\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(blocks.len())
}

/// A document of these blocks alone, each at the line where it was, so that messages name the right one.
fn at_their_lines(blocks: &[&Block]) -> String {
    let mut document = String::new();
    let mut line = 1;
    for block in blocks {
        document.push_str(&"\n".repeat(block.line.saturating_sub(line)));
        document.push_str(&format!("```rust\n{}```\n", block.code));
        line = line.max(block.line) + block.code.lines().count() + 2;
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::blocks;

    #[test]
    fn blocks_keep_their_lines() {
        let text = "# T\n\n```rust\nlet a = 1;\n```\n\ntext\n```text\nx\n```\n```rust\nlet b = 2;\n```\n";
        let blocks = blocks::parse(text).unwrap();
        let rust: Vec<_> = blocks.iter().filter(|block| block.language == Language::Rust).collect();
        let document = at_their_lines(&rust);
        let line = |text: &str, what: &str| text.lines().position(|line| line == what);
        assert_eq!(line(&document, "let a = 1;"), line(text, "let a = 1;"));
        assert_eq!(line(&document, "let b = 2;"), line(text, "let b = 2;"));
        assert!(!document.contains("text"));
    }
}
