//! `cargo xtask conformance`: the documented behaviours B1 to B115, through the C ABI, through the Rust API and under Wine.
//!
//! The list and its tests are the C program in `tests/conformance`, whose source is the same for Windows. What is known about each
//! behaviour ends up in `docs/conformance.md`; a run that finds something else than that file says, fails.

mod build;
mod generated;
mod list;
mod probe;
mod reasons;
mod report;
mod run;
mod rust_api;
mod wine;

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use anyhow::{Result, anyhow};

use self::generated::Generated;
use self::list::Behaviour;
use self::reasons::{NotInRust, WineExpected};
use self::run::Verdict;
use crate::steps::Count;
use crate::workspace::Workspace;

/// What one subject answered to each behaviour, by number.
type Verdicts = BTreeMap<u32, Verdict>;

/// Runs everything. With `write`, generated files are written; without, they must be as they would be written.
pub(crate) fn check(workspace: &Workspace, write: bool) -> Result<Count> {
    let expected = WineExpected::read(workspace)?;
    let not_in_rust = NotInRust::read(workspace)?;
    let mut generated = Generated::new(workspace, write);
    let mut tally = Tally::default();

    // Wine takes a while to set itself up, and then mostly waits.
    let (native, wine) = thread::scope(|scope| {
        let wine = scope.spawn(|| wine::run(workspace, &expected));
        // First, because it writes the guesses that the C program is compiled with.
        let native = rust_api::run(workspace, write).and_then(|tests| Ok((tests, run_natively(workspace)?)));
        (native, wine.join().unwrap_or_else(|_| Err(anyhow!("the thread for Wine panicked"))))
    });
    let (tests, (behaviours, native)) = native?;
    let wine = wine?;

    tally.native(&behaviours, &native.verdicts);
    tally.rust(&behaviours, &tests, &not_in_rust);
    tally.wine(&behaviours, wine.as_ref().map(|wine| &wine.verdicts), &expected);
    tally.generated(generated.file(
        Path::new("docs/conformance.md"),
        &report::document(&behaviours, &native.verdicts, &tests, &not_in_rust, &expected),
    )?);
    tally.generated(generated.file(Path::new(probe::NATIVE_OUTPUT), &native.probe)?);
    if let Some(wine) = &wine {
        tally.generated(generated.file(Path::new(probe::WINE_OUTPUT), &wine.probe)?);
    }
    Ok(tally.count)
}

/// What the library of this build does.
struct Native {
    verdicts: Verdicts,
    probe: String,
}

fn run_natively(workspace: &Workspace) -> Result<(Vec<Behaviour>, Native)> {
    let programs = build::native(workspace)?;
    let behaviours = list::read(&programs.suite)?;
    let verdicts = run::all(&behaviours, run::native(&programs.suite))?;
    let probe = probe::native(&programs.probe)?;
    Ok((behaviours, Native { verdicts, probe }))
}

/// Adds up and prints.
#[derive(Default)]
struct Tally {
    count: Count,
}

impl Tally {
    fn native(&mut self, behaviours: &[Behaviour], verdicts: &Verdicts) {
        println!("C ABI:");
        for behaviour in behaviours {
            match verdicts.get(&behaviour.number) {
                Some(Verdict::Held) => self.passed(),
                Some(Verdict::Skipped(reason)) => println!("  {behaviour}: not covered: {reason}"),
                Some(Verdict::Failed(details)) => self.failed(&format!("{behaviour}: does not hold\n{details}")),
                Some(Verdict::TimedOut) => self.failed(&format!("{behaviour}: timed out")),
                None => self.failed(&format!("{behaviour}: was not run")),
            }
        }
    }

    fn rust(&mut self, behaviours: &[Behaviour], tests: &BTreeMap<u32, bool>, not_in_rust: &NotInRust) {
        println!("Rust API:");
        for behaviour in behaviours {
            match (tests.get(&behaviour.number), not_in_rust.reason(behaviour.number)) {
                (Some(true), None) => self.passed(),
                (Some(false), None) => self.failed(&format!("{behaviour}: its test failed")),
                (None, Some(_)) => {}
                (Some(_), Some(_)) => self.failed(&format!("{behaviour}: has a test, and a reason to have none")),
                (None, None) => self.failed(&format!(
                    "{behaviour}: no test b{}_… in crates/mailslot/tests/behaviours, and no reason in {}",
                    behaviour.number,
                    reasons::NOT_IN_RUST
                )),
            }
        }
    }

    fn wine(&mut self, behaviours: &[Behaviour], verdicts: Option<&Verdicts>, expected: &WineExpected) {
        let Some(verdicts) = verdicts else {
            return;
        };
        println!("Wine:");
        for behaviour in behaviours {
            let is_expected_to_fail = expected.failure(behaviour.number).is_some();
            match (verdicts.get(&behaviour.number), is_expected_to_fail) {
                (Some(Verdict::Held), false) => self.passed(),
                (Some(Verdict::Failed(_) | Verdict::TimedOut), true) => self.passed(),
                (Some(Verdict::Held), true) => {
                    self.failed(&format!("{behaviour}: holds; take it out of {}", reasons::WINE_EXPECTED));
                }
                (Some(Verdict::Skipped(reason)), _) => println!("  {behaviour}: not covered: {reason}"),
                (Some(Verdict::Failed(details)), false) => {
                    self.failed(&format!(
                        "{behaviour}: does not hold, and {} does not say why\n{details}",
                        reasons::WINE_EXPECTED
                    ));
                }
                (Some(Verdict::TimedOut), false) => self.failed(&format!("{behaviour}: timed out")),
                (None, _) => self.failed(&format!("{behaviour}: was not run")),
            }
        }
    }

    fn generated(&mut self, problem: Option<String>) {
        match problem {
            None => self.passed(),
            Some(problem) => self.failed(&problem),
        }
    }

    fn passed(&mut self) {
        self.count.passed += 1;
    }

    fn failed(&mut self, what: &str) {
        println!("  {what}");
        self.count.failed += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behaviours() -> Vec<Behaviour> {
        (1..=4).map(|number| Behaviour { number, source: String::new(), text: String::new() }).collect()
    }

    #[test]
    fn wine_must_fail_where_it_is_expected_to_and_nowhere_else() {
        let expected = WineExpected::parse("version wine-8.0\nB2 fails: x\nB3 hangs: x\n").unwrap();
        let failed = || Verdict::Failed(String::new());
        let counts = |verdicts: [Verdict; 4]| {
            let mut tally = Tally::default();
            tally.wine(&behaviours(), Some(&(1..=4).zip(verdicts).collect()), &expected);
            (tally.count.passed, tally.count.failed)
        };
        assert_eq!(counts([Verdict::Held, failed(), Verdict::TimedOut, Verdict::Skipped("x".into())]), (3, 0));
        assert_eq!(counts([failed(), Verdict::Held, Verdict::Held, Verdict::TimedOut]), (0, 4));
    }

    #[test]
    fn every_behaviour_has_a_test_in_rust_or_a_reason() {
        let reasons = NotInRust::parse("B3 B4: x\n").unwrap();
        let mut tally = Tally::default();
        tally.rust(&behaviours(), &BTreeMap::from([(1, true), (2, false), (4, true)]), &reasons);
        // B2 failed, and B4 has both.
        assert_eq!((tally.count.passed, tally.count.failed), (1, 2));
    }

    #[test]
    fn a_behaviour_that_was_not_run_has_failed() {
        let mut tally = Tally::default();
        tally.native(&behaviours(), &Verdicts::from([(1, Verdict::Held), (2, Verdict::Skipped("x".into()))]));
        assert_eq!((tally.count.passed, tally.count.failed), (1, 2));
    }
}
