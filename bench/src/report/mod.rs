//! What a run found, for people.

mod summary;

use std::fmt::Write as _;

use crate::rounds::{Found, Schedule};

use self::summary::Summary;

/// A table for the terminal: one row per case and peer.
pub(crate) fn table(schedule: &Schedule<'_>, found: &Found) -> String {
    let mut text = format!(
        "{:16} {:10} {:>10} {:>10} {:>10} {:>9} {:>9} {:>17} {:>5} {:>5}\n",
        "case", "peer", "median ns", "min", "max", "p99", "p99.9", "ours is faster", "k", "far"
    );
    for case in &schedule.cases {
        for peer in &schedule.peers {
            let Some(summary) = Summary::of(found, &case.id(), peer.id) else { continue };
            let ratio = summary::ratio(found, &case.id(), peer.id).map_or(String::new(), |ratio| {
                format!("{:.2} ({:.2}..{:.2})", ratio.median, ratio.min, ratio.max)
            });
            let other = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.1}"));
            let _ = writeln!(
                text,
                "{:16} {:10} {:>10.1} {:>10.1} {:>10.1} {:>9} {:>9} {:>17} {:>5} {:>5}",
                case.id(),
                peer.id,
                summary.ns.median,
                summary.ns.min,
                summary.ns.max,
                other(summary.p99),
                other(summary.p999),
                ratio,
                summary.counted,
                summary.far
            );
        }
    }
    for gap in found.gaps.iter().filter(|gap| gap.failed) {
        let _ = writeln!(text, "{} {}: {}", gap.case, gap.peer, gap.reason);
    }
    text
}
