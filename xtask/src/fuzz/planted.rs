//! The proof that a breach is seen: bugs of `crates/mailslot-queue/src/planted.rs`, and who must report them.

use anyhow::{Result, bail};

use super::HOSTILE;
use super::run::Fuzzers;

pub(super) struct Bug {
    /// As `fuzz/src/lib.rs` has it.
    pub(super) name: &'static str,
    pub(super) target: &'static str,
    /// What must be in the report.
    report: &'static [&'static str],
}

const fn bug(name: &'static str, target: &'static str, report: &'static [&'static str]) -> Bug {
    Bug { name, target, report }
}

pub(super) const BUGS: &[Bug] = &[
    bug("size-read-twice", HOSTILE, &["ERROR: AddressSanitizer: "]),
    bug("chunk-limit", "slot_file", &["word outside the mapping", "deadly signal"]),
    bug("endless-walk", "slot_file", &["libFuzzer: timeout"]),
    bug("endless-peek", "slot_file", &["libFuzzer: timeout"]),
];

/// Fails unless the bug is reported.
pub(super) fn check(fuzzers: &Fuzzers, bug: &Bug) -> Result<String> {
    let (status, report) = if bug.target == HOSTILE {
        fuzzers.oppose_with(bug.name)?
    } else {
        fuzzers.run_seeds_with(bug.target, bug.name)?
    };
    if status.success() {
        bail!("the planted bug is not reported");
    }
    if let Some(missing) = bug.report.iter().find(|word| !report.contains(**word)) {
        bail!("it ends with {status}, but there is no {missing:?} in\n{report}");
    }
    Ok(String::new())
}
