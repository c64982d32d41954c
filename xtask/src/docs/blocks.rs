//! The code blocks of a Markdown document.
//!
//! The fence says what happens to a block: `rust` is compiled and run, `c` is written to the file that its first line
//! names, `console` and `sh` are run. The other languages below are for reading. A comment
//! `<!-- doc-check: skip REASON -->` before a fence leaves that block out.

use anyhow::{Result, bail};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    C,
    Console,
    Sh,
    /// For reading only.
    Text,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) language: Language,
    pub(super) code: String,
    /// Line of the fence, counted from 1.
    pub(super) line: usize,
}

const SKIP: &str = "<!-- doc-check: skip";

/// The blocks in order, without those that are skipped.
pub(super) fn parse(markdown: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut current: Option<Block> = None;
    let mut skip = false;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let line = markdown[..range.start].matches('\n').count() + 1;
                current = Some(Block { language: language(&kind, line)?, code: String::new(), line });
            }
            Event::Text(text) => {
                if let Some(block) = &mut current {
                    block.code.push_str(&text);
                }
                skip = skip && current.is_some();
            }
            Event::End(TagEnd::CodeBlock) => {
                let block = current.take();
                blocks.extend(block.filter(|_| !skip));
                skip = false;
            }
            Event::Html(html) if html.trim_start().starts_with(SKIP) => {
                let reason = html.trim().trim_start_matches(SKIP).trim_end_matches("-->");
                if reason.trim().is_empty() {
                    let line = markdown[..range.start].matches('\n').count() + 1;
                    bail!("line {line}: a skipped block needs a reason");
                }
                skip = true;
            }
            _ => {}
        }
    }
    Ok(blocks)
}

fn language(kind: &CodeBlockKind<'_>, line: usize) -> Result<Language> {
    let CodeBlockKind::Fenced(info) = kind else {
        return Ok(Language::Text);
    };
    Ok(match info.as_ref() {
        "rust" => Language::Rust,
        "c" => Language::C,
        "console" => Language::Console,
        "sh" => Language::Sh,
        "text" | "toml" | "json" => Language::Text,
        other => bail!(
            "line {line}: the fence says {other:?}; it may say rust, c, console or sh (they run), or text, toml or json"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_language_line_and_code() {
        let blocks = parse("# T\n\n```rust\nfn a() {}\n```\n\n- item\n\n  ```sh\n  ls\n  ```\n").unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!((blocks[0].language, blocks[0].line), (Language::Rust, 3));
        assert_eq!(blocks[0].code, "fn a() {}\n");
        assert_eq!((blocks[1].language, blocks[1].code.as_str()), (Language::Sh, "ls\n"));
    }

    #[test]
    fn skip_holds_for_the_next_block_only() {
        let text = "<!-- doc-check: skip needs a network -->\n```sh\na\n```\n\n```sh\nb\n```\n";
        let blocks = parse(text).unwrap();
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].code, "b\n");
        let far = "<!-- doc-check: skip why -->\n\ntext\n\n```sh\na\n```\n";
        assert_eq!(parse(far).unwrap().len(), 1);
    }

    #[test]
    fn a_skip_without_a_reason_and_an_unknown_language_are_errors() {
        let error = parse("<!-- doc-check: skip -->\n```sh\na\n```\n").unwrap_err();
        assert_eq!(error.to_string(), "line 1: a skipped block needs a reason");
        assert!(parse("\n```bash\na\n```\n").unwrap_err().to_string().starts_with("line 2: "));
        assert!(parse("```\na\n```\n").is_err());
    }
}
