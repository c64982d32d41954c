//! Wildcards, by the rules of FindFirstFile.
//!
//! Windows turns a pattern's wildcards into five before it compares; the rules are those that FsRtlIsNameInExpression is documented
//! with:
//!
//! | in the pattern | matches |
//! |---|---|
//! | `*` | any characters, or none |
//! | `*` before a dot | any characters up to the last dot of the name |
//! | `?` | one character; before a dot or the end of the name, none |
//! | `.` before a wildcard | a dot, or the end of the name |
//! | `*.*` | everything |
//! | `*.` | what has no dot |

use mailslot::upcase_utf16;

/// A pattern, ready to be compared with names.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// One unit, upcased.
    Unit(u16),
    /// `*`
    Any,
    /// `*` before a dot.
    AnyToLastDot,
    /// `?`
    OneOrEnd,
    /// `.` before a wildcard.
    DotOrEnd,
}

const DOT: u16 = b'.' as u16;
const STAR: u16 = b'*' as u16;
const QUESTION: u16 = b'?' as u16;

impl Pattern {
    pub(super) fn new(text: &[u16]) -> Pattern {
        if text == [STAR, DOT, STAR] {
            return Pattern(vec![Token::Any]);
        }
        let mut upcased = upcase_utf16(text);
        // Names on Windows do not end in a dot; after a star it asks for names without one.
        let ends_before_dot = upcased.ends_with(&[STAR, DOT]);
        if ends_before_dot {
            upcased.pop();
        }
        let token = |(at, &unit): (usize, &u16)| match (unit, upcased.get(at + 1)) {
            (STAR, Some(&DOT)) => Token::AnyToLastDot,
            (STAR, None) if ends_before_dot => Token::AnyToLastDot,
            (STAR, _) => Token::Any,
            (QUESTION, _) => Token::OneOrEnd,
            (DOT, Some(&(STAR | QUESTION))) => Token::DotOrEnd,
            _ => Token::Unit(unit),
        };
        Pattern(upcased.iter().enumerate().map(token).collect())
    }

    /// Whether the text has wildcards at all.
    pub(super) fn is_wild(text: &[u16]) -> bool {
        text.iter().any(|&unit| unit == STAR || unit == QUESTION)
    }

    /// Whether a name matches. Letter case does not count.
    pub(super) fn matches(&self, name: &[u16]) -> bool {
        let name = upcase_utf16(name);
        let last_dot = name.iter().rposition(|&unit| unit == DOT);
        // The places in the pattern that can be reached with the part of the name that was read: no backtracking, so the
        // time is the product of the lengths at most.
        let mut reached = vec![false; self.0.len() + 1];
        reached[0] = true;
        self.skip(&mut reached, &name, 0);
        for (at, &unit) in name.iter().enumerate() {
            let mut next = vec![false; reached.len()];
            for (place, token) in self.0.iter().enumerate().filter(|(place, _)| reached[*place]) {
                match token {
                    Token::Unit(expected) if *expected == unit => next[place + 1] = true,
                    Token::Any => next[place] = true,
                    // Up to the last dot, which the pattern's own dot takes.
                    Token::AnyToLastDot if last_dot != Some(at) => next[place] = true,
                    Token::OneOrEnd => next[place + 1] = true,
                    Token::DotOrEnd if unit == DOT => next[place + 1] = true,
                    _ => {}
                }
            }
            self.skip(&mut next, &name, at + 1);
            reached = next;
        }
        reached.last() == Some(&true)
    }

    /// Goes on over what can match nothing here.
    fn skip(&self, reached: &mut [bool], name: &[u16], at: usize) {
        let is_end = at == name.len();
        for (place, token) in self.0.iter().enumerate() {
            let matches_nothing = match token {
                Token::Any | Token::AnyToLastDot => true,
                Token::OneOrEnd => is_end || name[at] == DOT,
                Token::DotOrEnd => is_end,
                Token::Unit(_) => false,
            };
            if reached[place] && matches_nothing {
                reached[place + 1] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        Pattern::new(&units(pattern)).matches(&units(name))
    }

    #[test]
    fn what_matches() {
        for (pattern, name) in [
            ("*", ""),
            ("*", "a.b"),
            ("*.*", "no dot"),
            ("*.", "no dot"),
            ("a*", "ABC"),
            ("*.TXT", "a.b.txt"),
            ("*.txt", "a.txt"),
            ("a.*", "a"),
            ("a.*", "a.b.c"),
            ("a?c", "abc"),
            ("ab??", "ab"),
            ("ab??.x", "ab.x"),
            ("???", "ab"),
            ("ж*", "Жук"),
            ("*b*d*", "abcd"),
            (r"taxes\*", r"Taxes\bob"),
            ("mi", "MI"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn what_does_not() {
        for (pattern, name) in [
            ("a", "ab"),
            ("a?c", "ac"),
            ("???", "abcd"),
            ("*.txt", "a.txt.b"),
            ("*.txt", "txt"),
            ("?a", "a"),
            ("", "a"),
            ("a.?", "ab"),
            ("*.", "a.b"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn long_patterns_end() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(199)));
    }
}
