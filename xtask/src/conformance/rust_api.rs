//! The behaviours through the Rust API: the tests of crate `mailslot` whose names begin with their numbers.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The same selection as in `cargo xtask test`, so that nothing is compiled again with other features.
const TESTS: &[&str] =
    &["test", "--profile=optimised", "--workspace", "--exclude=xtask", "--test=behaviours", "--no-fail-fast"];

/// With it in the environment, a test writes `guesses.h` instead of comparing it.
const WRITE_GUESSES: &str = "MAILSLOT_WRITE_GUESSES";

/// Whether the tests of each behaviour passed.
pub(super) fn run(workspace: &Workspace, write: bool) -> Result<BTreeMap<u32, bool>> {
    let mut command = workspace.cargo();
    command.args(TESTS).stderr(Stdio::inherit());
    if write {
        command.env(WRITE_GUESSES, "1");
    }
    let output = command.output().context("cannot run cargo")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let results = parse(&text);
    if !output.status.success() {
        print!("{text}");
    }
    if results.is_empty() {
        bail!("no test of a behaviour ran: {}", output.status);
    }
    if !output.status.success() && results.values().all(|passed| *passed) {
        bail!("a test of the Rust API that has no number failed");
    }
    Ok(results)
}

/// `test read::b39_b40_a_small_buffer … ok` is about 39 and 40.
fn parse(text: &str) -> BTreeMap<u32, bool> {
    let mut results = BTreeMap::new();
    for line in text.lines() {
        let Some((name, result)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... ")) else {
            continue;
        };
        if result == "ignored" {
            continue;
        }
        for number in numbers(name) {
            *results.entry(number).or_insert(true) &= result == "ok";
        }
    }
    results
}

fn numbers(name: &str) -> impl Iterator<Item = u32> {
    let function = name.rsplit("::").next().unwrap_or(name);
    function.split('_').map_while(|word| word.strip_prefix('b')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_at_the_front_of_the_name() {
        let text = "\
            test read::b39_b40_a_small_buffer ... ok\n\
            test read::b39_also_for_b41 ... FAILED\n\
            test read::between ... ok\n\
            test read::b42_x ... ignored\n\
            test result: ok. 3 passed; 0 failed\n";
        assert_eq!(parse(text), BTreeMap::from([(39, false), (40, true)]));
    }
}
