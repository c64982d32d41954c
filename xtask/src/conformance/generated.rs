//! Files that the command writes, and otherwise compares.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

pub(super) struct Generated<'a> {
    workspace: &'a Workspace,
    write: bool,
}

impl<'a> Generated<'a> {
    pub(super) fn new(workspace: &'a Workspace, write: bool) -> Self {
        Self { workspace, write }
    }

    /// Writes the file, or says how it differs.
    pub(super) fn file(&mut self, relative: &Path, text: &str) -> Result<Option<String>> {
        let absolute = self.workspace.root().join(relative);
        if self.write {
            fs::write(&absolute, text).with_context(|| format!("cannot write {}", relative.display()))?;
            return Ok(None);
        }
        let found = fs::read_to_string(&absolute).unwrap_or_default();
        Ok(difference(&found, text).map(|lines| {
            format!("{} is not what `cargo xtask conformance --write` writes:\n{lines}", relative.display())
        }))
    }
}

/// The first lines that are in one text and not at the same place of the other.
fn difference(found: &str, expected: &str) -> Option<String> {
    if found == expected {
        return None;
    }
    let (mut found, mut expected) = (found.lines(), expected.lines());
    let mut shown = Vec::new();
    loop {
        let pair = (found.next(), expected.next());
        if pair == (None, None) || shown.len() >= 10 {
            return Some(if shown.is_empty() { "the ends of lines differ".to_owned() } else { shown.join("\n") });
        }
        if pair.0 != pair.1 {
            shown.extend(pair.0.map(|line| format!("  file: {line}")));
            shown.extend(pair.1.map(|line| format!("  run:  {line}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_from_both_sides() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nb\n", "a\nc\nd\n").unwrap(), "  file: b\n  run:  c\n  run:  d");
        assert!(difference("a", "a\n").is_some());
    }
}
