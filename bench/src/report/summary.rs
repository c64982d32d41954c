//! Medians over the rounds, and ratios within them.

use crate::measure::number;
use crate::rounds::{Found, Sample};
use crate::stats::median;

/// With so many measurements on near cores, those on far ones do not count.
pub(crate) const ENOUGH: usize = 3;

/// A median and what it lies between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// `None` of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Spread> {
        let min = values.iter().copied().reduce(f64::min)?;
        let max = values.iter().copied().reduce(f64::max)?;
        Some(Spread { median: median(values), min, max })
    }
}

/// Rounds from here on are Wine's: what others do in them is for its ratios only.
pub(crate) const WINE_ROUNDS: u32 = 1000;

/// One number of a peer in a case, over the rounds.
pub(crate) fn value(found: &Found, case: &str, peer: &str, name: &str) -> Option<Spread> {
    let counting = counting(samples(found, case, peer), |sample| sample.far);
    Spread::of(&counting.iter().filter_map(|sample| sample.numbers.get(name).copied()).collect::<Vec<f64>>())
}

/// How many measurements count, and how many were on far cores.
pub(crate) fn count(found: &Found, case: &str, peer: &str) -> (usize, usize) {
    let all = samples(found, case, peer);
    let far = all.iter().filter(|sample| sample.far).count();
    (counting(all, |sample| sample.far).len(), far)
}

fn samples<'a>(found: &'a Found, case: &str, peer: &str) -> Vec<&'a Sample> {
    let is_meant =
        |sample: &&Sample| sample.case == case && sample.peer == peer && (sample.round < WINE_ROUNDS || peer == "wine");
    found.samples.iter().filter(is_meant).collect()
}

/// How many times as long the peer takes as we do, within the rounds; `None` for ourselves.
pub(crate) fn ratio(found: &Found, case: &str, peer: &str) -> Option<Spread> {
    if peer == "ours" {
        return None;
    }
    let of = |peer: &str| {
        let peer = peer.to_owned();
        found.samples.iter().filter(move |sample| sample.case == case && sample.peer == peer)
    };
    let pairs: Vec<(&Sample, &Sample)> = of("ours")
        .flat_map(|ours| of(peer).filter(|other| other.round == ours.round).map(move |other| (ours, other)))
        .collect();
    let ratios: Vec<f64> = counting(pairs, |(ours, other)| ours.far || other.far)
        .into_iter()
        .filter_map(|(ours, other)| Some(other.numbers.get(number::NS)? / ours.numbers.get(number::NS)?))
        .collect();
    Spread::of(&ratios)
}

/// The near ones if there are enough, else all.
fn counting<T: Copy>(all: Vec<T>, is_far: impl Fn(T) -> bool) -> Vec<T> {
    let near: Vec<T> = all.iter().copied().filter(|&item| !is_far(item)).collect();
    if near.len() >= ENOUGH { near } else { all }
}
