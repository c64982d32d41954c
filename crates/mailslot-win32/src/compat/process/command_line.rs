//! A command line split into arguments, by the rules of Microsoft's C run-time library.
//!
//! Source: "Parsing C command-line arguments", learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments.

/// The arguments of a command line, the program's name first. An empty command line has one empty argument.
///
/// - The first argument ends at white space outside quotes. Quotes are dropped, backslashes are nothing special in it.
/// - In all others, 2n backslashes before a quote are n backslashes, and the quote begins or ends a quoted part; 2n+1 are n
///   backslashes and a quote; elsewhere backslashes stand for themselves. Two quotes in a quoted part are one quote.
pub(super) fn split(command_line: &[u8]) -> Vec<Vec<u8>> {
    let (program, mut rest) = split_program(command_line);
    let mut arguments = vec![program];
    while let Some((argument, after)) = split_argument(rest) {
        arguments.push(argument);
        rest = after;
    }
    arguments
}

/// What a command line without an application name may name as the program, in the order in which Windows looks: the first
/// quoted text; or, without quotes, the text before each of the spaces, so that paths with spaces in them are found.
pub(super) fn program_names(command_line: &[u8]) -> Vec<&[u8]> {
    if let Some(quoted) = command_line.strip_prefix(b"\"") {
        let end = quoted.iter().position(|&byte| byte == b'"').unwrap_or(quoted.len());
        return vec![&quoted[..end]];
    }
    let ends = (0..=command_line.len()).filter(|&at| command_line.get(at).is_none_or(|&byte| is_space(byte)));
    ends.map(|end| &command_line[..end]).filter(|name| name.last().is_some_and(|&last| !is_space(last))).collect()
}

fn split_program(command_line: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut program = Vec::new();
    let mut is_quoted = false;
    for (at, &byte) in command_line.iter().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            _ if is_space(byte) && !is_quoted => return (program, &command_line[at..]),
            _ => program.push(byte),
        }
    }
    (program, &[])
}

fn split_argument(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let start = text.iter().position(|&byte| !is_space(byte))?;
    let mut rest = &text[start..];
    let mut argument = Vec::new();
    let mut is_quoted = false;
    loop {
        let backslashes = rest.iter().take_while(|&&byte| byte == b'\\').count();
        rest = &rest[backslashes..];
        let Some((&byte, after)) = rest.split_first() else {
            argument.resize(argument.len() + backslashes, b'\\');
            return Some((argument, rest));
        };
        let kept = if byte == b'"' { backslashes / 2 } else { backslashes };
        argument.resize(argument.len() + kept, b'\\');
        match byte {
            b'"' if backslashes % 2 == 1 => argument.push(b'"'),
            b'"' if is_quoted && after.first() == Some(&b'"') => {
                argument.push(b'"');
                rest = &after[1..];
                continue;
            }
            b'"' => is_quoted = !is_quoted,
            _ if is_space(byte) && !is_quoted => return Some((argument, rest)),
            _ => argument.push(byte),
        }
        rest = after;
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(command_line: &str) -> Vec<String> {
        split(command_line.as_bytes()).into_iter().map(|argument| String::from_utf8(argument).unwrap()).collect()
    }

    /// The table of the documentation, and what its rules say of the edges.
    #[test]
    fn the_documented_examples() {
        let table: &[(&str, &[&str])] = &[
            (r#""a b c" d e"#, &["a b c", "d", "e"]),
            (r#""ab\"c" "\\" d"#, &["ab\"c", "\\", "d"]),
            (r#"a\\\b d"e f"g h"#, &[r"a\\\b", "de fg", "h"]),
            (r#"a\\\"b c d"#, &[r#"a\"b"#, "c", "d"]),
            (r#"a\\\\"b c" d e"#, &[r"a\\b c", "d", "e"]),
            (r#"a"b"" c d"#, &[r#"ab" c d"#]),
            (r#""""#, &[""]),
            (r#""" """#, &["", ""]),
            (r#""a""b""#, &[r#"a"b"#]),
            (r#"a""b"#, &["ab"]),
            ("a\tb", &["a", "b"]),
            (r"a\ b\", &[r"a\", r"b\"]),
            (r#""unterminated text"#, &["unterminated text"]),
            (r#""C:\some folder\\""#, &[r"C:\some folder\"]),
            (r#"\"one two\""#, &["\"one", "two\""]),
            ("", &[]),
        ];
        for (text, expected) in table {
            for blanks in ["", " ", " \t "] {
                let found =
                    arguments(&format!("program {blanks}{text}{}", if text.ends_with('\\') { "" } else { blanks }));
                if text.starts_with("\"unterminated") || text.ends_with("c d") && text.contains("\"\"") {
                    // The blanks at the end belong to the argument.
                    assert_eq!(found[1].trim_end(), expected[0]);
                } else {
                    assert_eq!(found[1..], **expected, "{text}");
                }
            }
        }
    }

    #[test]
    fn the_program_s_name_has_rules_of_its_own() {
        let table = [
            (r#""C:\Program Files\x.exe" "y""#, [r"C:\Program Files\x.exe", "y"]),
            (r#"C:\"Program Files"\x y"#, [r"C:\Program Files\x", "y"]),
            (r#""a\" b"#, [r"a\", "b"]),
            (r#" a"#, ["", "a"]),
        ];
        for (text, expected) in table {
            assert_eq!(arguments(text), expected, "{text}");
        }
        assert_eq!(arguments(""), [""]);
    }

    #[test]
    fn programs_are_looked_for_from_the_shortest_name_on() {
        let names = |text: &'static str| -> Vec<&str> {
            program_names(text.as_bytes()).into_iter().map(|name| std::str::from_utf8(name).unwrap()).collect()
        };
        assert_eq!(
            names(r"c:\program files\sub dir\name"),
            [r"c:\program", r"c:\program files\sub", r"c:\program files\sub dir\name"]
        );
        assert_eq!(names(r#""c:\program files\x" a b"#), [r"c:\program files\x"]);
        assert_eq!(names(r#""a b"#), ["a b"]);
        assert_eq!(names("a  b"), ["a", "a  b"]);
        assert_eq!(names("a "), ["a"]);
        assert_eq!(names(""), [""; 0]);
    }
}
