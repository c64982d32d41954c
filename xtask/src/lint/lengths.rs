//! No source file is too long to be read in one go.

use std::path::Path;

use anyhow::Result;

use crate::workspace::Workspace;

const MAX_LINES: usize = 800;

const SOURCES: &[&str] = &["rs", "c", "cpp", "h"];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in workspace.files_ending(SOURCES)? {
        // Windows programs in other encodings are test data: count bytes, do not decode.
        let text = std::fs::read(workspace.root().join(&path))?;
        problems.extend(too_long(&path, &text));
    }
    Ok(problems)
}

fn too_long(path: &Path, text: &[u8]) -> Option<String> {
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    (lines > MAX_LINES).then(|| format!("{} has {lines} lines; split it below {MAX_LINES}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_the_last_length_that_passes() {
        let path = Path::new("crates/a.rs");
        assert_eq!(too_long(path, "\n".repeat(MAX_LINES).as_bytes()), None);
        let problem = too_long(path, "\n".repeat(MAX_LINES + 1).as_bytes());
        assert_eq!(problem.unwrap(), "crates/a.rs has 801 lines; split it below 800");
    }
}
