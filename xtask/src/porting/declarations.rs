//! The functions and function-like macros that the headers offer, read from what the preprocessor makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

const INCLUDE: &str = "crates/mailslot-win32/include";

/// Words that annotate a program and do nothing.
const ANNOTATIONS: &[&str] = &["sal.h", "mailslot/language.h"];

/// Both, because a name may be a macro in one build and a function in the other.
const BUILDS: &[&[&str]] = &[&[], &["-DUNICODE", "-D_UNICODE"]];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Exported by libmailslot_win32.
    Library,
    /// Defined in the header.
    Inline,
    /// Declared in the header, to be found in the library.
    External,
    /// Declared in the header under another name of the C library.
    Libc,
    /// A macro with parameters, or one that names a function.
    Macro,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    /// Relative to the include folder.
    pub(super) header: String,
    pub(super) kind: Kind,
}

pub(super) struct Declarations {
    pub(super) functions: BTreeMap<String, Declaration>,
}

impl Declarations {
    pub(super) fn find(workspace: &Workspace) -> Result<Self> {
        let include = workspace.root().join(INCLUDE);
        let folder = tempfile::tempdir()?;
        let source = folder.path().join("all.c");
        let mut text = String::new();
        for header in headers(workspace)? {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "#include <{header}>");
        }
        std::fs::write(&source, text)?;
        let mut functions = BTreeMap::new();
        for build in BUILDS {
            let mut compiler = Command::new("cc");
            compiler.args(["-E", "-dD", "-std=gnu17", "-D_POSIX_C_SOURCE=200809L", "-I"]).arg(&include).args(*build);
            let output = compiler.arg(&source).output().context("cannot run cc")?;
            if !output.status.success() {
                bail!("the headers do not compile:\n{}", String::from_utf8_lossy(&output.stderr));
            }
            let preprocessed = String::from_utf8_lossy(&output.stdout);
            let place = format!("{}/", include.display());
            for (name, declaration) in parse(&preprocessed, &place) {
                functions.entry(name).or_insert(declaration);
            }
        }
        Ok(Self { functions })
    }
}

/// Every header of C, those in lower case first: the others are aliases for them.
fn headers(workspace: &Workspace) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in workspace.files()? {
        // Those without an ending are C++.
        let is_header = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("h"));
        if let (true, Ok(header)) = (is_header, path.strip_prefix(INCLUDE)) {
            found.push(header.display().to_string());
        }
    }
    found.sort_by_key(|header| (header.chars().any(char::is_uppercase), header.clone()));
    Ok(found)
}

/// The names that the files below `place` define, with the marks of the preprocessor (`# 12 "file"`) telling the files.
fn parse(preprocessed: &str, place: &str) -> Vec<(String, Declaration)> {
    let mut parser = Parser::default();
    for line in preprocessed.lines() {
        if let Some(mark) = line.strip_prefix("# ") {
            parser.header = mark.split('"').nth(1).and_then(|file| file.strip_prefix(place)).unwrap_or("").to_owned();
            if ANNOTATIONS.contains(&parser.header.as_str()) {
                parser.header.clear();
            }
        } else if let Some(definition) = line.strip_prefix("#define ") {
            parser.define(definition);
        } else if !line.starts_with('#') {
            parser.code(line);
        }
    }
    parser.finish()
}

#[derive(Default)]
struct Parser {
    /// Empty in files of others.
    header: String,
    /// The declaration so far, without bodies.
    chunk: String,
    depth: usize,
    has_function_body: bool,
    quote: Option<char>,
    found: Vec<(String, Declaration)>,
    /// Macros that stand for one name: (macro, that name, header).
    aliases: Vec<(String, String, String)>,
    /// Every function, of other files too: macros may name one.
    all: BTreeSet<String>,
}

impl Parser {
    fn define(&mut self, definition: &str) {
        let end = definition.find(|c: char| !is_word(c)).unwrap_or(definition.len());
        let (name, value) = definition.split_at(end);
        if self.header.is_empty() || is_ours(name) {
            return;
        }
        if value.starts_with('(') {
            self.found(name, Kind::Macro);
        } else if !value.trim().is_empty() && value.trim().chars().all(is_word) {
            self.aliases.push((name.to_owned(), value.trim().to_owned(), self.header.clone()));
        }
    }

    fn code(&mut self, line: &str) {
        let mut before = ' ';
        for c in line.chars() {
            match (self.quote, c) {
                (Some(quote), _) if c == quote && before != '\\' => self.quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => self.quote = Some(c),
                (None, '{') => {
                    self.has_function_body |= self.depth == 0 && function_name(&self.chunk).is_some();
                    self.depth += 1;
                }
                (None, '}') => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 && self.has_function_body {
                        self.end_of_declaration();
                    }
                }
                (None, ';') if self.depth == 0 => self.end_of_declaration(),
                (None, _) if self.depth == 0 => self.chunk.push(c),
                (None, _) => {}
            }
            // A backslash that is itself escaped escapes nothing.
            before = if before == '\\' && c == '\\' { ' ' } else { c };
        }
        self.chunk.push(' ');
    }

    fn end_of_declaration(&mut self) {
        let chunk = std::mem::take(&mut self.chunk);
        self.has_function_body = false;
        let Some(name) = function_name(&chunk) else {
            return;
        };
        self.all.insert(name.to_owned());
        if !self.header.is_empty() && !is_ours(name) {
            let has = |wanted: &str| chunk.split(|c| !is_word(c)).any(|word| word == wanted);
            self.found(
                name,
                if has("static") || has("inline") {
                    Kind::Inline
                } else if has("__asm__") {
                    Kind::Libc
                } else {
                    Kind::External
                },
            );
        }
    }

    fn found(&mut self, name: &str, kind: Kind) {
        let header = self.header.clone();
        self.found.push((name.to_owned(), Declaration { header, kind }));
    }

    fn finish(self) -> Vec<(String, Declaration)> {
        let mut found = self.found;
        let macros: BTreeSet<String> = found.iter().map(|(name, _)| name.clone()).collect();
        for (name, target, header) in self.aliases {
            if self.all.contains(&target) || macros.contains(&target) {
                found.push((name, Declaration { header, kind: Kind::Macro }));
            }
        }
        found
    }
}

/// The name before the first parenthesis of a declaration, if it declares a function.
fn function_name(chunk: &str) -> Option<&str> {
    let mut words = chunk.split_whitespace();
    if words.next() == Some("typedef") {
        return None;
    }
    let mut rest = chunk;
    loop {
        let (before, after) = rest.split_once('(')?;
        let name = before.trim_end();
        let start = name.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
        let (head, name) = name.split_at(start);
        if ["__attribute__", "__asm__", "__extension__", "_Static_assert"].contains(&name) {
            rest = after_parenthesis(after)?;
            continue;
        }
        // A type stands before it; `=` or nothing before the parenthesis is no function.
        let has_type = head.chars().any(is_word);
        return (!name.is_empty()
            && has_type
            && !head.contains('=')
            && !name.starts_with(|c: char| c.is_ascii_digit()))
        .then_some(name);
    }
}

/// What follows the parenthesis that closes the one just opened.
fn after_parenthesis(text: &str) -> Option<&str> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(at + 1..);
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The headers' own helpers, which programs do not call.
fn is_ours(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("mailslot_") || name.starts_with("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &str) -> Vec<(String, String, Kind)> {
        let preprocessed = format!("# 1 \"/usr/include/x.h\"\nint theirs(int);\n# 1 \"/i/a.h\"\n{code}");
        let found = parse(&preprocessed, "/i/");
        found.into_iter().map(|(name, declaration)| (name, declaration.header, declaration.kind)).collect()
    }

    fn one(name: &str, kind: Kind) -> Vec<(String, String, Kind)> {
        vec![(name.to_owned(), "a.h".to_owned(), kind)]
    }

    #[test]
    fn declarations_and_definitions_are_told_apart() {
        assert_eq!(names("BOOL CloseHandle(void *h) __asm__(\"x\");\n"), one("CloseHandle", Kind::Libc));
        assert_eq!(names("BOOL CloseHandle(void *h);\n"), one("CloseHandle", Kind::External));
        let inline =
            "static inline int\nlength(const char *t)\n{\n    if (t) { return '{'; }\n    return \"\\\"}\"[0];\n}\n";
        assert_eq!(names(inline), one("length", Kind::Inline));
        let attribute = "__attribute__((__noreturn__)) static inline void Exit(unsigned c)\n{\n    for (;;) {}\n}\n";
        assert_eq!(names(attribute), one("Exit", Kind::Inline));
    }

    #[test]
    fn what_is_no_function_is_left_out() {
        assert_eq!(names("typedef int (*CALLBACK)(int);\nstruct s {\n    int (*f)(int);\n};\n"), []);
        assert_eq!(
            names("static int x = sizeof(int);\nenum { A = (1) };\n#define LIMIT 7\n#define WORD_A_NAME int\n"),
            []
        );
        assert_eq!(names("static inline int mailslot_helper(void) { return 0; }\n#define MAILSLOT_X(a) a\n"), []);
    }

    #[test]
    fn macros_count_if_they_are_called() {
        assert_eq!(names("#define Zero(p,n) memset(p,0,n)\n"), one("Zero", Kind::Macro));
        assert_eq!(names("#define _tcslen theirs\n"), one("_tcslen", Kind::Macro));
    }

    #[test]
    fn the_headers_offer_what_they_should() {
        let found = Declarations::find(&Workspace::find().unwrap()).unwrap().functions;
        for (name, header, kind) in [
            ("CreateMailslotA", "mailslot/functions.h", Kind::External),
            ("GlobalAlloc", "mailslot/compat.h", Kind::Inline),
            ("StringCchCopyW", "strsafe.h", Kind::Inline),
            ("CreateMailslot", "mailslot/functions.h", Kind::Macro),
        ] {
            let declaration = found.get(name).unwrap_or_else(|| panic!("{name} is not found"));
            assert_eq!((declaration.header.as_str(), declaration.kind), (header, kind), "{name}");
        }
    }
}
