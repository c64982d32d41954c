//! The picture: nanoseconds for one message, by case and peer, on a logarithmic scale.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use super::json::Run;
use super::summary;
use crate::cases::Case;
use crate::measure::number;
use crate::peers::{self, Peer};

const SIZE: (u32, u32) = (1200, 560);

const CASES: [Case; 6] = [
    Case::SameThread { bytes: 64 },
    Case::Throughput { bytes: 64, writers: 1 },
    Case::Throughput { bytes: 64, writers: 4 },
    Case::Throughput { bytes: 424, writers: 1 },
    Case::Throughput { bytes: 4096, writers: 1 },
    Case::Throughput { bytes: 65536, writers: 1 },
];

/// How much room the legend takes beside the bars, in groups of them.
const LEGEND: f64 = 1.1;

/// Ours, the limit, then the others.
const COLOURS: [RGBColor; 11] = [
    RGBColor(0, 90, 181),
    RGBColor(102, 166, 230),
    RGBColor(120, 120, 120),
    RGBColor(220, 50, 32),
    RGBColor(240, 140, 90),
    RGBColor(250, 190, 60),
    RGBColor(60, 60, 60),
    RGBColor(30, 136, 80),
    RGBColor(130, 190, 110),
    RGBColor(150, 80, 170),
    RGBColor(200, 150, 200),
];

/// The picture as SVG text.
pub(crate) fn chart(run: &Run) -> Result<String> {
    let mut text = String::new();
    draw(run, &mut text).map_err(|error| anyhow!("cannot draw the chart: {error}"))?;
    Ok(text + "\n")
}

fn draw(run: &Run, text: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let value =
        |case: Case, peer: &Peer| summary::value(&run.found, &case.id(), peer.id, number::NS).map(|ns| ns.median);
    let peers: Vec<(&Peer, RGBColor)> = peers::ALL
        .iter()
        .zip(COLOURS)
        .filter(|(peer, _)| CASES.iter().any(|&case| value(case, peer).is_some()))
        .collect();
    let all: Vec<f64> =
        CASES.iter().flat_map(|&case| peers.iter().filter_map(move |(peer, _)| value(case, peer))).collect();
    let top = all.iter().copied().fold(100.0, f64::max) * 2.0;
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("One message, in nanoseconds (less is better)", ("sans-serif", 22))
        .margin(12)
        .x_label_area_size(34)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..CASES.len() as f64 + LEGEND, (5.0..top).log_scale())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_label_formatter(&|ns| super::markdown::time(*ns).trim_end_matches(".0").to_owned())
        .label_style(("sans-serif", 14))
        .draw()?;
    let width = 0.86 / peers.len().max(1) as f64;
    for (place, (peer, colour)) in peers.iter().enumerate() {
        let bars = CASES.iter().enumerate().filter_map(|(group, &case)| {
            let left = group as f64 + 0.07 + place as f64 * width;
            value(case, peer).map(|ns| Rectangle::new([(left, 5.0), (left + width * 0.9, ns)], colour.filled()))
        });
        chart
            .draw_series(bars)?
            .label(peer.title)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 14))
        .draw()?;
    for (group, case) in CASES.iter().enumerate() {
        let (x, y) = chart.backend_coord(&(group as f64 + 0.5, 5.0));
        let title = case.title().replace(" write and read", "");
        let style = TextStyle::from(("sans-serif", 15)).pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Center,
            plotters::style::text_anchor::VPos::Top,
        ));
        area.draw(&Text::new(title, (x, y + 10), style))?;
    }
    area.present()?;
    Ok(())
}
