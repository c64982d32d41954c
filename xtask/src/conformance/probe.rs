//! The probe: what it prints here and under Wine, without what changes from run to run.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::run;

pub(super) const NATIVE_OUTPUT: &str = "tests/conformance/probe/native.txt";

pub(super) const WINE_OUTPUT: &str = "tests/conformance/probe/wine.txt";

const PATIENCE: Duration = Duration::from_secs(120);

/// Fields whose value is how long something took.
const DURATIONS: &[&str] = &["ms"];

/// Fields with times, unless they hold what the probe itself has set.
const TIMES: &[&str] = &["c", "a", "w"];

const SET_BY_PROBE: &str = "1d0000012340000";

/// Observations that may end one way or the other: of two threads that wait, one gets the message.
const UNDECIDED: &[&str] = &["two blocking readers", "   r2 "];

/// Runs the probe with the library of this build.
pub(super) fn native(probe: &Path) -> Result<String> {
    let slots = run::slot_directory()?;
    let files = tempfile::tempdir()?;
    let mut command = Command::new(probe);
    command.env("MAILSLOT_DIR", slots.path()).current_dir(files.path());
    let (printed, status) = run::output(&mut command, PATIENCE)?;
    if !status.is_some_and(|status| status.success()) {
        bail!("the probe did not end well ({status:?}):\n{printed}");
    }
    Ok(normalised(&printed))
}

/// The same text for every run: values that measure time, and what is not decided, become `#`.
pub(super) fn normalised(printed: &str) -> String {
    let mut text = String::new();
    for line in printed.lines() {
        if let Some((label, _)) = line.split_once('|').filter(|(label, _)| is_undecided(label)) {
            text.push_str(&format!("{label}| #\n"));
            continue;
        }
        let words: Vec<String> = line.trim_end().split(' ').map(normalised_word).collect();
        text.push_str(&words.join(" "));
        text.push('\n');
    }
    text
}

fn is_undecided(label: &str) -> bool {
    UNDECIDED.iter().any(|start| label.starts_with(start))
}

fn normalised_word(word: &str) -> String {
    let Some((field, value)) = word.split_once('=') else {
        return word.to_owned();
    };
    let is_time = TIMES.contains(&field) && value != SET_BY_PROBE && is_number(value);
    if DURATIONS.contains(&field) || is_time { format!("{field}=#") } else { word.to_owned() }
}

/// Whether it is a time or a difference of times.
fn is_number(value: &str) -> bool {
    value.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_left_out_and_facts_are_kept() {
        let line = "read empty to=300 | ret=0      | err=121 | n=0 ms=301 \n";
        assert_eq!(normalised(line), "read empty to=300 | ret=0      | err=121 | n=0 ms=#\n");
        let undecided = "two blocking readers, 1 msg: r1  | ret=1 | err=0 | n=3 e=0 ms=99";
        assert_eq!(normalised(undecided), "two blocking readers, 1 msg: r1  | #\n");
        let times = "GFT | c=1d0000012340000 a=-12 w=1dc5e0d1b2f3a40";
        assert_eq!(normalised(times), "GFT | c=1d0000012340000 a=# w=#\n");
    }
}
