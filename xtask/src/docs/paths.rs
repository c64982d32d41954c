//! Paths in documents: links, code spans and plain words that begin with a folder of the project.

use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Top folders of the project, there or not: a word that begins with one is meant as a path.
const FOLDERS: &[&str] = &[".cargo/", ".ci/", "bench/", "crates/", "docs/", "examples/", "fuzz/", "tests/", "xtask/"];

/// Endings by which a code span without a slash is a file of the project.
const FILE_ENDINGS: &[&str] = &[".rs", ".md", ".toml"];

/// The problems of one document, each with its line.
pub(super) fn check(root: &Path, files: &[PathBuf], document: &Path, text: &str) -> Vec<String> {
    let place = Place { root, files, document };
    let mut problems = Vec::new();
    let mut report = |offset: usize, what: String| {
        let line = text[..offset].matches('\n').count() + 1;
        problems.push(format!("{}:{line}: {what}", document.display()));
    };
    let mut in_code_block = false;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                if let Some(problem) = place.check_link(&dest_url, text) {
                    report(range.start, problem);
                }
            }
            Event::Code(code) if place.is_missing_file(&code) => {
                report(range.start, format!("no file of the project is named {code}"));
            }
            Event::Start(Tag::CodeBlock(_)) => in_code_block = true,
            Event::End(TagEnd::CodeBlock) => in_code_block = false,
            Event::Code(ref words) | Event::Text(ref words) => {
                let is_prose = !in_code_block && matches!(event, Event::Text(_));
                let lines = words.lines().filter(|line| is_prose || !is_mailslot_command(line));
                for path in lines.flat_map(str::split_whitespace).filter_map(|word| place.missing_path(word)) {
                    report(range.start, format!("{path} does not exist"));
                }
            }
            _ => {}
        }
    }
    problems
}

/// The command's arguments are names of slots, which may look like paths.
fn is_mailslot_command(line: &str) -> bool {
    line.trim_start().trim_start_matches("$ ").starts_with("mailslot ")
}

struct Place<'a> {
    root: &'a Path,
    files: &'a [PathBuf],
    document: &'a Path,
}

impl Place<'_> {
    fn check_link(&self, link: &str, text: &str) -> Option<String> {
        if link.contains("://") || link.starts_with("mailto:") {
            return None;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = self.folder().join(path);
        if !path.is_empty() && !self.root.join(&target).exists() {
            return Some(format!("link to {path}, which does not exist"));
        }
        let other;
        let headings = if path.is_empty() {
            text
        } else if path.ends_with(".md") {
            other = std::fs::read_to_string(self.root.join(&target)).unwrap_or_default();
            &other
        } else {
            return None;
        };
        (!anchor.is_empty() && !anchors(headings).iter().any(|known| known == anchor))
            .then(|| format!("link to {link}: no such heading"))
    }

    fn folder(&self) -> &Path {
        self.document.parent().unwrap_or(Path::new(""))
    }

    fn is_missing_file(&self, code: &str) -> bool {
        let is_name =
            FILE_ENDINGS.iter().any(|ending| code.ends_with(ending)) && !code.contains(['/', '*', ' ', '<', '…']);
        is_name && !self.files.iter().any(|file| file.file_name().is_some_and(|name| name == code))
    }

    /// The path that a word names, if it names one that is not there.
    fn missing_path<'w>(&self, word: &'w str) -> Option<&'w str> {
        let is_edge = |edge: char| !edge.is_alphanumeric() && !"/_-*".contains(edge);
        let path = word.trim_start_matches(|edge| edge != '.' && is_edge(edge)).trim_end_matches(is_edge);
        if !FOLDERS.iter().any(|folder| path.starts_with(folder)) {
            return None;
        }
        // A pattern names the folder that it searches.
        let plain = match path.find(['*', '{', '<', '…', '$']) {
            Some(pattern) => path[..pattern].rsplit_once('/')?.0,
            None => path,
        };
        let exists = |folder: &Path| {
            let stays_inside = !Path::new(plain).components().any(|part| part == Component::ParentDir);
            stays_inside && self.root.join(folder).join(plain).exists()
        };
        // From the root, or from the document's folder or one above it.
        (!self.document.ancestors().skip(1).any(exists)).then_some(path)
    }
}

/// The anchors that a reader of the rendered document can jump to.
fn anchors(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut heading: Option<(HeadingLevel, String)> = None;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                found.extend(heading.take().map(|(_, title)| slug(&title)));
            }
            _ => {}
        }
    }
    found
}

fn slug(title: &str) -> String {
    let kept = title.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("docs/adr")).unwrap();
        fs::create_dir_all(root.path().join("crates/queue/src")).unwrap();
        fs::write(root.path().join("docs/a.md"), "# Exit statuses: `0`\n").unwrap();
        fs::write(root.path().join("crates/queue/src/lib.rs"), "").unwrap();
        let files = [PathBuf::from("crates/queue/src/lib.rs"), PathBuf::from("docs/a.md")];
        check(root.path(), &files, Path::new("docs/b.md"), text)
    }

    #[test]
    fn what_exists_passes() {
        let text = "See [a](a.md#exit-statuses-0), [root](../crates/queue), [web](https://example.org/x.md),\n\
            `crates/queue/src/lib.rs`, `lib.rs`, docs/adr/*.md, (docs/a.md). Not a path: `a/b`.\n\n\
            ```text\ncrates/queue/   the queue\n```\n";
        assert_eq!(problems(text), Vec::<String>::new());
    }

    #[test]
    fn a_broken_link_is_named_with_its_line() {
        assert_eq!(problems("\n\n[x](missing.md)\n"), ["docs/b.md:3: link to missing.md, which does not exist"]);
        assert_eq!(problems("[x](a.md#nowhere)"), ["docs/b.md:1: link to a.md#nowhere: no such heading"]);
        assert_eq!(problems("[x](#nowhere)"), ["docs/b.md:1: link to #nowhere: no such heading"]);
    }

    #[test]
    fn a_path_in_words_code_and_maps_must_exist() {
        assert_eq!(problems("see crates/gone."), ["docs/b.md:1: crates/gone does not exist"]);
        assert_eq!(problems("`fuzz/x`"), ["docs/b.md:1: fuzz/x does not exist"]);
        assert_eq!(problems("`crates/gone/*.rs`").len(), 1);
        assert_eq!(problems("```text\ncrates/gone/ text\n```\n").len(), 1);
        assert_eq!(problems("`gone.rs`"), ["docs/b.md:1: no file of the project is named gone.rs"]);
        assert_eq!(problems("crates/../../x").len(), 1);
    }

    #[test]
    fn names_of_slots_are_no_paths() {
        let text = "`mailslot send examples/orders x`\n\n```console\n$ mailslot send tests/x\n```\n";
        assert_eq!(problems(text), Vec::<String>::new());
        assert_eq!(problems("mailslot tests/x").len(), 1);
        assert_eq!(problems("`cat tests/x`").len(), 1);
    }
}
