//! The run: rounds of measurements in shuffled order.

use std::time::Instant;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::measure::{Bench, Outcome, number};
use crate::peers::Peer;
use crate::process::Numbers;

/// One measurement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) round: u32,
    pub(crate) case: String,
    pub(crate) peer: String,
    /// Whether the cores were far apart before or after it.
    pub(crate) far: bool,
    pub(crate) numbers: Numbers,
}

/// What was not measured, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Gap {
    pub(crate) case: String,
    pub(crate) peer: String,
    pub(crate) reason: String,
    /// It should have been measured.
    pub(crate) failed: bool,
}

/// All that a run has to do.
pub(crate) struct Schedule<'a> {
    pub(crate) peers: Vec<&'a Peer>,
    pub(crate) cases: Vec<Case>,
    pub(crate) rounds: std::ops::Range<u32>,
    /// A cache line's round trip of more nanoseconds means far cores.
    pub(crate) far_ns: f64,
    pub(crate) seed: u64,
    /// Say what was measured, and how long that took.
    pub(crate) progress: bool,
}

/// What came of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) samples: Vec<Sample>,
    pub(crate) gaps: Vec<Gap>,
}

impl Schedule<'_> {
    /// Adds what comes of it to what was found before.
    pub(crate) fn run(&self, bench: &Bench, found: &mut Found) {
        let mut random = fastrand::Rng::with_seed(self.seed);
        for round in self.rounds.clone() {
            let is_due = |case: &&Case| (round - self.rounds.start).is_multiple_of(case.every());
            let mut cases: Vec<Case> = self.cases.iter().filter(is_due).copied().collect();
            random.shuffle(&mut cases);
            for case in cases {
                // The peers of a case follow each other, so that what changes in the machine changes for all of them.
                let mut peers = self.peers.clone();
                random.shuffle(&mut peers);
                for peer in peers {
                    if let Some(measure) = peer.measure
                        && !found.has_gap(peer, case)
                    {
                        let start = Instant::now();
                        let outcome = measure(bench, case);
                        if self.progress {
                            eprintln!("{} {}: {:.2} s", case.id(), peer.id, start.elapsed().as_secs_f64());
                        }
                        found.add(round, peer, case, self.far_ns, outcome);
                    }
                }
            }
            eprintln!("round {round} of {}", self.rounds.end - 1);
        }
    }
}

impl Found {
    fn has_gap(&self, peer: &Peer, case: Case) -> bool {
        let id = case.id();
        self.gaps.iter().any(|gap| gap.peer == peer.id && gap.case == id)
    }

    fn add(&mut self, round: u32, peer: &Peer, case: Case, far_ns: f64, outcome: Result<Outcome>) {
        let (case, peer) = (case.id(), peer.id.to_owned());
        match outcome {
            Ok(Outcome::Measured(numbers)) => {
                let line = |name| numbers.get(name).is_some_and(|&ns| ns > far_ns);
                let far = line(number::LINE_BEFORE) || line(number::LINE_AFTER);
                self.samples.push(Sample { round, case, peer, far, numbers });
            }
            Ok(Outcome::Refused(reason)) => self.gaps.push(Gap { case, peer, reason, failed: false }),
            Err(error) => {
                eprintln!("{case} {peer}: {error:#}");
                self.gaps.push(Gap { case, peer, reason: format!("{error:#}"), failed: true });
            }
        }
    }
}
