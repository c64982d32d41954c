//! What the benchmark prints.

use std::time::Duration;

use serde::Serialize;

use crate::failure::Failure;
use crate::table::{Align, Column, output_width, render};

/// All that was measured.
#[derive(Default, Serialize)]
pub(super) struct Report {
    pub(super) throughput: Vec<Throughput>,
    pub(super) round_trips: Vec<RoundTrips>,
}

/// Some writers, one reader.
#[derive(Serialize)]
pub(super) struct Throughput {
    pub(super) writers: usize,
    pub(super) message_bytes: usize,
    pub(super) messages: u64,
    /// From the start of the writers to the last message read.
    pub(super) seconds: f64,
    pub(super) messages_per_second: f64,
    pub(super) bytes_per_second: f64,
}

/// There and back between two processes, one message at a time.
#[derive(Serialize)]
pub(super) struct RoundTrips {
    pub(super) message_bytes: usize,
    pub(super) round_trips: usize,
    pub(super) p50_microseconds: f64,
    pub(super) p99_microseconds: f64,
}

impl Throughput {
    #[allow(clippy::cast_precision_loss, reason = "the counts of a few seconds are far below 2^53")]
    pub(super) fn new(writers: usize, message_bytes: usize, messages: u64, elapsed: Duration) -> Throughput {
        let seconds = elapsed.as_secs_f64();
        let messages_per_second = messages as f64 / seconds.max(f64::EPSILON);
        let bytes_per_second = messages_per_second * message_bytes as f64;
        Throughput { writers, message_bytes, messages, seconds, messages_per_second, bytes_per_second }
    }
}

impl Report {
    pub(super) fn json(&self) -> Result<String, Failure> {
        let json = serde_json::to_string_pretty(self);
        json.map(|json| json + "\n").map_err(|error| Failure::output(error.into()))
    }

    pub(super) fn table(&self) -> String {
        let throughput: [Column<Throughput>; 5] = [
            column("WRITERS", 0, |run| run.writers.to_string()),
            column("BYTES", 1, |run| run.message_bytes.to_string()),
            column("MESSAGES", 4, |run| run.messages.to_string()),
            column("MESSAGES/S", 2, |run| format!("{:.0}", run.messages_per_second)),
            column("MB/S", 3, |run| format!("{:.1}", run.bytes_per_second / 1e6)),
        ];
        let round_trips: [Column<RoundTrips>; 4] = [
            column("BYTES", 0, |run| run.message_bytes.to_string()),
            column("ROUND TRIPS", 3, |run| run.round_trips.to_string()),
            column("P50 µs", 1, |run| format!("{:.1}", run.p50_microseconds)),
            column("P99 µs", 2, |run| format!("{:.1}", run.p99_microseconds)),
        ];
        let width = output_width();
        format!("{}\n{}", render(&throughput, &self.throughput, width), render(&round_trips, &self.round_trips, width))
    }
}

fn column<T>(heading: &'static str, expendable: u8, cell: fn(&T) -> String) -> Column<T> {
    Column { heading, align: Align::Right, expendable, cell }
}
