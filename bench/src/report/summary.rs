//! Medians over the rounds, and ratios within them.

use crate::measure::number;
use crate::rounds::{Found, Sample};
use crate::stats::median;

/// With so many measurements on near cores, those on far ones do not count.
const ENOUGH: usize = 3;

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

/// One peer in one case.
pub(crate) struct Summary {
    pub(crate) ns: Spread,
    pub(crate) p99: Option<f64>,
    pub(crate) p999: Option<f64>,
    /// Measurements that count.
    pub(crate) counted: usize,
    /// Measurements on far cores.
    pub(crate) far: usize,
}

impl Summary {
    pub(crate) fn of(found: &Found, case: &str, peer: &str) -> Option<Summary> {
        let all: Vec<&Sample> =
            found.samples.iter().filter(|sample| sample.case == case && sample.peer == peer).collect();
        let far = all.iter().filter(|sample| sample.far).count();
        let counting = counting(all, |sample| sample.far);
        let values = |name| counting.iter().filter_map(|sample| sample.numbers.get(name).copied()).collect::<Vec<f64>>();
        let middle = |name| Spread::of(&values(name)).map(|spread| spread.median);
        let ns = Spread::of(&values(number::NS))?;
        Some(Summary { ns, p99: middle(number::P99), p999: middle(number::P999), counted: counting.len(), far })
    }
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
    let pairs: Vec<(&Sample, &Sample)> =
        of("ours").flat_map(|ours| of(peer).filter(|other| other.round == ours.round).map(move |other| (ours, other))).collect();
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
