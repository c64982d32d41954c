//! What is expected not to hold under Wine, and what the Rust API has no counterpart of, with the reason of each.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::list;
use crate::workspace::Workspace;

pub(super) const WINE_EXPECTED: &str = "tests/conformance/wine-expected.txt";

pub(super) const NOT_IN_RUST: &str = "tests/conformance/not-in-rust.txt";

/// The Wine that `WINE_EXPECTED` is about, and its behaviours that do not hold.
pub(super) struct WineExpected {
    /// As `wine64 --version` says it, up to the first blank.
    pub(super) version: String,
    failures: BTreeMap<u32, WineFailure>,
}

/// Why a behaviour does not hold under Wine.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WineFailure {
    /// It blocks, and so has not much time.
    pub(super) hangs: bool,
    pub(super) reason: String,
}

impl WineExpected {
    pub(super) fn read(workspace: &Workspace) -> Result<Self> {
        Self::parse(&workspace.read(Path::new(WINE_EXPECTED))?).context(WINE_EXPECTED)
    }

    /// `version wine-8.0`, then `B12 fails: reason` or `B19 hangs: reason` on each line.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut version = None;
        let mut failures = BTreeMap::new();
        for line in lines(text) {
            if let Some(found) = line.strip_prefix("version ") {
                version = Some(found.to_owned());
                continue;
            }
            let (what, reason) = line.split_once(": ").with_context(|| format!("no reason in {line:?}"))?;
            let (name, hangs) = match what.split_once(' ') {
                Some((name, "fails")) => (name, false),
                Some((name, "hangs")) => (name, true),
                _ => bail!("neither fails nor hangs: {line:?}"),
            };
            let failure = WineFailure { hangs, reason: reason.trim().to_owned() };
            insert(&mut failures, name, failure)?;
        }
        Ok(Self { version: version.context("no version of Wine")?, failures })
    }

    pub(super) fn failure(&self, number: u32) -> Option<&WineFailure> {
        self.failures.get(&number)
    }
}

/// The behaviours that the Rust API has no counterpart of.
pub(super) struct NotInRust(BTreeMap<u32, String>);

impl NotInRust {
    pub(super) fn read(workspace: &Workspace) -> Result<Self> {
        Self::parse(&workspace.read(Path::new(NOT_IN_RUST))?).context(NOT_IN_RUST)
    }

    /// `B16: reason`, or `B46 B47 B48: reason`, on each line.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut reasons = BTreeMap::new();
        for line in lines(text) {
            let (names, reason) = line.split_once(": ").with_context(|| format!("no reason in {line:?}"))?;
            for name in names.split(' ') {
                insert(&mut reasons, name, reason.trim().to_owned())?;
            }
        }
        Ok(Self(reasons))
    }

    pub(super) fn reason(&self, number: u32) -> Option<&str> {
        self.0.get(&number).map(String::as_str)
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn insert<T>(table: &mut BTreeMap<u32, T>, name: &str, value: T) -> Result<()> {
    let number = list::number(name).with_context(|| format!("{name:?} is no behaviour"))?;
    if table.insert(number, value).is_some() {
        bail!("{name} is listed twice");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_failures_have_a_kind_and_a_reason() {
        let expected =
            WineExpected::parse("# why\nversion wine-8.0\nB2 fails: because: x\n\nB3 hangs: waits\n").unwrap();
        assert_eq!(expected.version, "wine-8.0");
        assert_eq!(expected.failure(2), Some(&WineFailure { hangs: false, reason: "because: x".into() }));
        assert!(expected.failure(3).unwrap().hangs);
        assert_eq!(expected.failure(4), None);
        for wrong in ["B2 fails: x", "version 8\nB2: x", "version 8\nB2 fails", "version 8\nB2 fails: x\nB2 hangs: x"] {
            assert!(WineExpected::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn one_reason_may_be_that_of_several() {
        let reasons = NotInRust::parse("B1 B3: no such call\n").unwrap();
        assert_eq!(
            (reasons.reason(1), reasons.reason(2), reasons.reason(3)),
            (Some("no such call"), None, Some("no such call"))
        );
        assert!(NotInRust::parse("C1: x").is_err());
    }
}
