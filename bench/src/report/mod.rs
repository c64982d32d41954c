//! What a run found, for people.

mod about;
mod chart;
mod json;
mod markdown;
mod summary;
mod targets;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::cases;
use crate::measure::number;
use crate::peers;

pub(crate) use self::about::About;
pub(crate) use self::json::Run;
pub(crate) use self::summary::WINE_ROUNDS;

/// The files of a report.
pub(crate) const RESULTS: &str = "results.json";
const REPORT: &str = "README.md";
const CHART: &str = "chart.svg";

/// Writes all of a report into a folder.
pub(crate) fn write(run: &Run, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    let json = run.to_json()?;
    // What is shown is made of the numbers as they are written, which have fewer digits.
    let run = Run::from_json(&json)?;
    write(RESULTS, json)?;
    write(REPORT, markdown::report(&run, CHART))?;
    write(CHART, chart::chart(&run)?)
}

/// A table for the terminal: one row per case and peer.
pub(crate) fn table(run: &Run) -> String {
    let found = &run.found;
    let mut text = format!(
        "{:16} {:14} {:>10} {:>10} {:>10} {:>9} {:>9} {:>21} {:>4} {:>4}\n",
        "case", "peer", "median ns", "min", "max", "p99", "p99.9", "ratio", "k", "far"
    );
    for case in cases::ALL.iter().map(|case| case.id()) {
        for peer in peers::ALL {
            let value = |name| summary::value(found, &case, peer.id, name);
            let Some(ns) = value(number::NS) else { continue };
            let ratio = summary::ratio(found, &case, peer.id)
                .map_or(String::new(), |ratio| format!("{:.2} ({:.2}..{:.2})", ratio.median, ratio.min, ratio.max));
            let other = |name| value(name).map_or(String::new(), |value| format!("{:.0}", value.median));
            let (counted, far) = summary::count(found, &case, peer.id);
            let _ = writeln!(
                text,
                "{case:16} {:14} {:>10.1} {:>10.1} {:>10.1} {:>9} {:>9} {ratio:>21} {counted:>4} {far:>4}",
                peer.id,
                ns.median,
                ns.min,
                ns.max,
                other(number::P99),
                other(number::P999),
            );
        }
    }
    for gap in found.gaps.iter().filter(|gap| gap.failed) {
        let _ = writeln!(text, "{} {}: {}", gap.case, gap.peer, gap.reason);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the committed report is.
    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/bench");

    #[test]
    fn the_committed_report_is_made_of_its_numbers() {
        let read = |name: &str| fs::read_to_string(Path::new(COMMITTED).join(name)).unwrap();
        let run = Run::from_json(&read(RESULTS)).unwrap();
        assert_eq!(run.to_json().unwrap(), read(RESULTS));
        assert_eq!(
            markdown::report(&run, CHART),
            read(REPORT),
            "run: cargo xtask bench --from docs/bench/results.json --out docs/bench"
        );
        assert_eq!(chart::chart(&run).unwrap(), read(CHART));
    }
}
