//! `docs/conformance.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Verdicts;
use super::list::Behaviour;
use super::reasons::{NotInRust, WineExpected};
use super::run::Verdict;

const HEAD: &str = "\
# Conformance

<!-- Written by `cargo xtask conformance --write`. -->

What is known about how mailslots behave on Windows, and whether it holds here. The list, its numbers and its tests are the C program
in [tests/conformance](../tests/conformance/README.md), which also runs on Windows. `cargo xtask conformance` checks each behaviour

- through the C ABI: the program, compiled here against the library;
- through the Rust API: the tests `bNN_…` in [crates/mailslot/tests/behaviours](../crates/mailslot/tests/behaviours/main.rs);
- under Wine, as a second opinion: the program, compiled for Windows.

A run that finds something else than this table says, fails.

The source says how sure a behaviour is. **TEST**: a test that its authors run on Windows asserts it. **DOC**: Microsoft's
documentation says it. **OBS**: a program that ran on Windows relies on it. **IMPL**: seen in other implementations. **DERIVED**: it
follows from others of these. **GUESS**: nobody has said; the value is one constant in
[quirks.rs](../crates/mailslot/src/quirks.rs), and a run on Windows that shows another one is settled by changing that constant.

";

/// The whole document.
pub(super) fn document(
    behaviours: &[Behaviour],
    native: &Verdicts,
    rust: &BTreeMap<u32, bool>,
    not_in_rust: &NotInRust,
    wine: &WineExpected,
) -> String {
    let holding = |verdict: &&Verdict| **verdict == Verdict::Held;
    let mut text = HEAD.to_owned();
    let _ = writeln!(
        text,
        "Of {} behaviours {} hold through the C ABI, {} have a test of the Rust API, and {} hold in {}.\n",
        behaviours.len(),
        native.values().filter(holding).count(),
        rust.values().filter(|passed| **passed).count(),
        behaviours.iter().filter(|behaviour| wine.failure(behaviour.number).is_none()).count(),
        wine.version,
    );
    text.push_str("| | behaviour | source | C ABI | Rust API | Wine | notes |\n|---|---|---|---|---|---|---|\n");
    for behaviour in behaviours {
        let mut notes = Vec::new();
        let number = behaviour.number;
        let c_abi = match native.get(&number) {
            Some(Verdict::Held) => "yes",
            Some(Verdict::Skipped(reason)) => {
                notes.push(format!("Not covered: {reason}."));
                "not covered"
            }
            _ => "**no**",
        };
        let rust = match (rust.get(&number), not_in_rust.reason(number)) {
            (Some(true), _) => "yes",
            (Some(false), _) => "**no**",
            (None, reason) => {
                notes.extend(reason.map(|reason| format!("Rust: {reason}.")));
                "–"
            }
        };
        let wine = match wine.failure(number) {
            None => "yes",
            Some(failure) => {
                notes.push(format!("Wine: {}.", failure.reason));
                if failure.hangs { "hangs" } else { "no" }
            }
        };
        let (name, source) = (escaped(&behaviour.text), &behaviour.source);
        let notes = escaped(&notes.join(" "));
        let _ = writeln!(text, "| B{number} | {name} | {source} | {c_abi} | {rust} | {wine} | {notes} |");
    }
    text
}

/// Characters that mean something in a table.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '\\' | '|' | '*' | '<' | '_') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_out_as_they_are() {
        assert_eq!(escaped(r"\\.\mailslot\*"), r"\\\\.\\mailslot\\\*");
    }
}
