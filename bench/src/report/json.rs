//! A run as a file: what it was, and all of its numbers, a line for each case and peer.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::about::About;
use crate::rounds::{Found, Gap, Sample};

/// All that is known of a run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) about: About,
    pub(crate) found: Found,
}

/// How it is written.
#[derive(Deserialize)]
struct File {
    about: About,
    series: Vec<Series>,
    gaps: Vec<Gap>,
}

/// The measurements of one peer in one case. All lists are as long as `rounds`.
#[derive(Serialize, Deserialize)]
struct Series {
    case: String,
    peer: String,
    rounds: Vec<u32>,
    /// Whether the cores were far apart: 0 or 1.
    far: Vec<u8>,
    numbers: BTreeMap<String, Vec<f64>>,
}

impl Run {
    pub(crate) fn to_json(&self) -> Result<String> {
        let about = serde_json::to_string_pretty(&self.about)?;
        let series = lines(&series_of(&self.found.samples))?;
        let gaps = lines(&self.found.gaps)?;
        Ok(format!("{{\n\"about\": {about},\n\"series\": [\n{series}\n],\n\"gaps\": [\n{gaps}\n]\n}}\n"))
    }

    pub(crate) fn from_json(text: &str) -> Result<Run> {
        let file: File = serde_json::from_str(text)?;
        let samples = file.series.into_iter().flat_map(samples_of).collect();
        Ok(Run { about: file.about, found: Found { samples, gaps: file.gaps } })
    }
}

fn lines<T: Serialize>(items: &[T]) -> Result<String> {
    let lines = items.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    Ok(lines.join(",\n"))
}

fn series_of(samples: &[Sample]) -> Vec<Series> {
    let mut all: BTreeMap<(&str, &str), Series> = BTreeMap::new();
    for sample in samples {
        let series = all.entry((&sample.case, &sample.peer)).or_insert_with(|| Series {
            case: sample.case.clone(),
            peer: sample.peer.clone(),
            rounds: Vec::new(),
            far: Vec::new(),
            numbers: BTreeMap::new(),
        });
        series.rounds.push(sample.round);
        series.far.push(u8::from(sample.far));
        for (name, value) in &sample.numbers {
            // More digits would not mean anything.
            series.numbers.entry(name.clone()).or_default().push((value * 10.0).round() / 10.0);
        }
    }
    all.into_values().collect()
}

fn samples_of(series: Series) -> Vec<Sample> {
    let sample = |index: usize| Sample {
        round: series.rounds[index],
        case: series.case.clone(),
        peer: series.peer.clone(),
        far: series.far.get(index) == Some(&1),
        numbers: series.numbers.iter().filter_map(|(name, values)| Some((name.clone(), *values.get(index)?))).collect(),
    };
    (0..series.rounds.len()).map(sample).collect()
}
