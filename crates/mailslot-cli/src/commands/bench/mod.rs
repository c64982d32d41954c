//! `mailslot bench`: how fast is it here? A first impression in a few seconds.

pub(crate) mod echo;
mod latency;
mod report;
mod throughput;
pub(crate) mod writer;

use std::io::{self, Write as _};
use std::process;
use std::time::Duration;

use mailslot::Name;

use crate::cli::BenchArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;

use self::report::Report;

/// Writers × message bytes of the throughput runs.
const WRITERS: [usize; 2] = [1, 4];
const MESSAGE_BYTES: [usize; 2] = [64, 4096];

/// Bytes that may wait in a slot of the benchmark. Writers that are faster than the reader wait at this mark, so that the
/// numbers are those of a slot whose reader keeps up: a long backlog costs fresh memory for each message.
const QUOTA_BYTES: u64 = 1 << 20;

/// A benchmark in which nothing moves for so long has failed.
const STALL: Duration = Duration::from_secs(20);

pub(crate) fn run(arguments: &BenchArguments) -> Result<ExitStatus, Failure> {
    let duration = Duration::from_millis(if arguments.quick { 60 } else { 600 });
    let mut report = Report::default();
    for message_bytes in MESSAGE_BYTES {
        for writers in WRITERS {
            report.throughput.push(throughput::measure(writers, message_bytes, duration)?);
        }
    }
    for message_bytes in MESSAGE_BYTES {
        report.round_trips.push(latency::measure(message_bytes, duration)?);
    }
    let text = if arguments.json { report.json()? } else { report.table() };
    io::stdout().write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(ExitStatus::Success)
}

/// A name that no other benchmark uses at the same time.
fn slot_name(purpose: &str) -> Result<Name, Failure> {
    Ok(Name::local(&format!("bench/{}/{purpose}", process::id()))?)
}
