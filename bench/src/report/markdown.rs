//! The report that is committed: tables for people.

use std::fmt::Write as _;

use super::json::Run;
use super::summary::{self, Spread};
use super::targets::{C_ABI_AT_MOST, TARGETS};
use crate::cases::{self, Case};
use crate::measure::number;
use crate::peers::{self, Peer};

/// The whole report. `chart` is the file with the picture.
pub(crate) fn report(run: &Run, chart: &str) -> String {
    let report = Report { run };
    let mut text = "# Measured beside others\n\n".to_owned();
    text += "<!-- Made by `cargo xtask bench --out docs/bench` from results.json; the tests compare. -->\n\n";
    text += &report.about();
    text += &report.targets();
    let _ = write!(text, "## Throughput\n\n![Nanoseconds for one message, by case and peer]({chart})\n\n");
    text += &report.throughput();
    text += &report.latency();
    text += &report.rest();
    text += &report.gaps();
    text
}

struct Report<'a> {
    run: &'a Run,
}

impl Report<'_> {
    fn about(&self) -> String {
        let about = &self.run.about;
        let samples = &self.run.found.samples;
        let far = samples.iter().filter(|sample| sample.far).count();
        let measured = samples.iter().filter(|sample| sample.numbers.contains_key(number::LINE_BEFORE));
        let lines: Vec<f64> =
            measured.filter(|sample| !sample.far).map(|sample| sample.numbers[number::LINE_BEFORE]).collect();
        let line = Spread::of(&lines).map_or(f64::NAN, |line| line.median);
        format!(
            "{date}, commit `{commit}`, {processor} ({cores} cores used: {first} for the reader, {second} for the writers), \
             Linux {kernel}; {versions}. {rounds} rounds of {ms} ms for each measurement, in shuffled order (seed {seed}).\n\n\
             Numbers are medians of the rounds, with the smallest and the largest, in nanoseconds unless something else is said. A ratio \
             is how many times as long the peer takes as a mailslot through the Rust API; it is taken within each round, and the median of \
             the rounds is shown: more than 1 means that the mailslot is faster.\n\n\
             A cache line goes from one core to the other and back in {line:.0} ns (median). Where that took more than {limit:.0} ns \
             before or after a measurement, the cores were *far* apart at that moment (the host moves virtual cores about): {far} of {all} \
             measurements. They are left out where at least {enough} others are there for the same case and peer.\n\n",
            date = about.date,
            commit = about.commit,
            processor = about.processor,
            cores = about.cores,
            first = about.cpus[0],
            second = about.cpus[1],
            kernel = about.kernel,
            versions = about.versions.join(", "),
            rounds = about.rounds,
            ms = about.sample_ms,
            seed = about.seed,
            limit = about.far_ns,
            all = samples.len(),
            enough = summary::ENOUGH,
        )
    }

    fn targets(&self) -> String {
        let mut text =
            "## Targets\n\n| case | peer | target | measured (min..max) | |\n|---|---|---|---|---|\n".to_owned();
        let (mut met, mut all) = (0, 0);
        for target in TARGETS {
            let case = case_title(target.case);
            let peer = peer_title(target.peer);
            let (measured, verdict) = match summary::ratio(&self.run.found, target.case, target.peer) {
                Some(ratio) => {
                    all += 1;
                    let is_met = ratio.median >= target.at_least;
                    met += usize::from(is_met);
                    let verdict = if is_met {
                        "met".to_owned()
                    } else {
                        format!("**missed** by {:.0} %", (1.0 - ratio.median / target.at_least) * 100.0)
                    };
                    (spread(ratio, times), verdict)
                }
                None => ("–".to_owned(), "not measured".to_owned()),
            };
            let _ = writeln!(text, "| {case} | {peer} | ≥ {}× | {measured} | {verdict} |", target.at_least);
        }
        let _ = write!(text, "\n{met} of {all} met.\n\n");
        text += "Through the C functions instead of the Rust API (at most 1.1×: 10 % more):\n\n";
        text += "| case | C functions | Rust API | C / Rust (min..max) | |\n|---|---|---|---|---|\n";
        for case in cases::ALL {
            let id = case.id();
            let value = |peer: &str| summary::value(&self.run.found, &id, peer, number::NS);
            if let (Some(c), Some(rust), Some(ratio)) =
                (value("c-abi"), value("ours"), summary::ratio(&self.run.found, &id, "c-abi"))
            {
                let verdict = if ratio.median <= C_ABI_AT_MOST { "met" } else { "**missed**" };
                let (c, rust, ratio) = (time(c.median), time(rust.median), spread(ratio, times));
                let _ = writeln!(text, "| {} | {c} | {rust} | {ratio} | {verdict} |", case.title());
            }
        }
        text + "\n"
    }

    fn throughput(&self) -> String {
        let one = [64, 424, 4096, 65536, 1 << 20].map(|bytes| Case::Throughput { bytes, writers: 1 });
        let four = [64, 424, 4096, 65536].map(|bytes| Case::Throughput { bytes, writers: 4 });
        let same = [64, 4096].map(|bytes| Case::SameThread { bytes });
        let mut text = "One writer, one reader:\n\n".to_owned();
        text += &self.by_peer(&one, number::NS);
        text += "Four writers, on one core, one reader:\n\n";
        text += &self.by_peer(&four, number::NS);
        text += "Write and read by the same thread:\n\n";
        text + &self.by_peer(&same, number::NS)
    }

    fn latency(&self) -> String {
        let mut text =
            "## Latency\n\n| case | peer | median (min..max) | p99 | p99.9 | ratio |\n|---|---|---|---|---|---|\n"
                .to_owned();
        for case in cases::ALL {
            if !matches!(case, Case::PollingRoundTrip { .. } | Case::BlockingRoundTrip { .. }) {
                continue;
            }
            self.rows(&mut text, *case, &[number::NS, number::P99, number::P999]);
        }
        text += "\nA message to a reader that has slept for 0.4 ms:\n\n";
        text += "| case | peer | the write takes | its p99 | read after | its p99 | ratio |\n|---|---|---|---|---|---|---|\n";
        self.rows(
            &mut text,
            Case::Asleep { bytes: 64 },
            &[number::NS, number::P99, number::ONE_WAY, number::ONE_WAY_P99],
        );
        text + "\n"
    }

    fn rest(&self) -> String {
        let mut text = "## Backlog\n\nA million messages of 64 bytes are written while nobody reads, and then read. Memory is that of the slot \
             file, when all was written and 0.2 s after all was read.\n\n\
             | case | peer | one write | one read | peak memory | final memory | ratio |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
        let columns = [number::NS, number::DRAIN, number::PEAK_BYTES, number::FINAL_BYTES];
        self.rows(&mut text, Case::Backlog { bytes: 64 }, &columns);
        text += "\n## Making and opening\n\n| case | peer | median (min..max) | listing all | ratio |\n|---|---|---|---|---|\n";
        self.rows(&mut text, Case::OpenClose, &[number::NS, number::LIST]);
        for slots in [1, 100, 10_000] {
            self.rows(&mut text, Case::Slots { slots }, &[number::NS, number::LIST]);
        }
        text += "\n## Many clients\n\nMessages of 64 bytes from one process that has so many clients, which send in turn:\n\n";
        text + &self.by_peer(&[1, 16, 256].map(|clients| Case::Clients { clients }), number::NS)
    }

    /// What failed. That a pipe takes no more than a page at a time is shown by its dash.
    fn gaps(&self) -> String {
        let failed: Vec<_> = self.run.found.gaps.iter().filter(|gap| gap.failed).collect();
        if failed.is_empty() {
            return "A dash stands for what a peer cannot do; results.json has the reasons.\n".to_owned();
        }
        let mut text = "## Failures\n\n".to_owned();
        for gap in failed {
            let _ = writeln!(text, "- {}, {}: {}", case_title(&gap.case), peer_title(&gap.peer), gap.reason);
        }
        text
    }

    /// A row for each peer, a column for each case.
    fn by_peer(&self, cases: &[Case], name: &str) -> String {
        let mut text = "| peer |".to_owned();
        cases.iter().for_each(|case| text += &format!(" {} |", case.title()));
        text += "\n|---|";
        text += &"---|".repeat(cases.len());
        text += "\n";
        for peer in peers::ALL {
            let cell = |case: &Case| {
                let id = case.id();
                let spread = spread(summary::value(&self.run.found, &id, peer.id, name)?, time);
                let ratio =
                    summary::ratio(&self.run.found, &id, peer.id).map(|ratio| format!(", {}", times(ratio.median)));
                Some(spread + &ratio.unwrap_or_default())
            };
            let cells: Vec<Option<String>> = cases.iter().map(cell).collect();
            if cells.iter().any(Option::is_some) {
                let cells: Vec<String> = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".to_owned())).collect();
                let _ = writeln!(text, "| {} | {} |", peer.title, cells.join(" | "));
            }
        }
        text + "\n"
    }

    /// A row for each peer that did the case.
    fn rows(&self, text: &mut String, case: Case, columns: &[&str]) {
        let id = case.id();
        for Peer { id: peer, title, .. } in peers::ALL {
            let Some(first) = summary::value(&self.run.found, &id, peer, columns[0]) else { continue };
            let mut cells = vec![spread(first, time)];
            for column in &columns[1..] {
                let value = summary::value(&self.run.found, &id, peer, column);
                let form = if column.ends_with("bytes") { mebibytes } else { time };
                cells.push(value.map_or("–".to_owned(), |value| form(value.median)));
            }
            cells.push(summary::ratio(&self.run.found, &id, peer).map_or(String::new(), |ratio| times(ratio.median)));
            let _ = writeln!(text, "| {} | {title} | {} |", case.title(), cells.join(" | "));
        }
    }
}

fn case_title(id: &str) -> String {
    cases::ALL.iter().find(|case| case.id() == id).map_or_else(|| id.to_owned(), |case| case.title())
}

fn peer_title(id: &str) -> &str {
    peers::ALL.iter().find(|peer| peer.id == id).map_or(id, |peer| peer.title)
}

fn spread(spread: Spread, form: fn(f64) -> String) -> String {
    format!("{} ({}..{})", form(spread.median), form(spread.min), form(spread.max))
}

/// Nanoseconds, or a larger unit.
pub(super) fn time(ns: f64) -> String {
    match ns {
        _ if ns < 99.95 => format!("{ns:.1}"),
        _ if ns < 10_000.0 => format!("{ns:.0}"),
        _ if ns < 99_950.0 => format!("{:.1} µs", ns / 1e3),
        _ if ns < 10_000_000.0 => format!("{:.0} µs", ns / 1e3),
        _ => format!("{:.0} ms", ns / 1e6),
    }
}

fn times(ratio: f64) -> String {
    match ratio {
        _ if ratio < 9.95 => format!("{ratio:.2}×"),
        _ if ratio < 99.5 => format!("{ratio:.1}×"),
        _ => format!("{ratio:.0}×"),
    }
}

fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / f64::from(1 << 20))
}
