//! How long a message takes to another process and back.

use std::process::Stdio;
use std::time::{Duration, Instant};

use mailslot::{Client, Mailslot};

use crate::commands::process::{Process, this_program};
use crate::failure::Failure;

use super::report::RoundTrips;
use super::{STALL, slot_name};

/// Round trips before the clock counts.
const WARM_UP: usize = 20;

/// Sends messages of `message_bytes` to and fro for `duration`, one at a time.
pub(super) fn measure(message_bytes: usize, duration: Duration) -> Result<RoundTrips, Failure> {
    let back = Mailslot::builder(slot_name("back")?).read_timeout(STALL).create()?;
    let there = slot_name("there")?;
    let mut command = this_program()?;
    command.arg("bench-echo").arg(there.to_string()).arg(back.name().to_string()).stdin(Stdio::null());
    let mut echo = Process::start("the echo of the benchmark", &mut command)?;
    let mut buffer = vec![0; message_bytes];
    while back.recv_timeout(&mut buffer, Duration::from_millis(100)).is_err() {
        if echo.has_ended()? {
            return Err(Failure::Other("the echo of the benchmark ended early".to_owned()));
        }
    }
    let there = Client::open(&there)?;
    let message = vec![b'x'; message_bytes];
    let mut round_trip = || -> Result<Duration, Failure> {
        let sent = Instant::now();
        there.send(&message)?;
        back.recv(&mut buffer)?;
        Ok(sent.elapsed())
    };
    for _ in 0..WARM_UP {
        round_trip()?;
    }
    let end = Instant::now() + duration;
    let mut times = Vec::new();
    while Instant::now() < end {
        times.push(round_trip()?);
    }
    there.send(b"")?;
    echo.wait()?;
    times.sort_unstable();
    Ok(RoundTrips {
        message_bytes,
        round_trips: times.len(),
        p50_microseconds: microseconds(percentile(&times, 50)),
        p99_microseconds: microseconds(percentile(&times, 99)),
    })
}

/// The smallest of the sorted times that `percent` of them do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_micros).collect();
        assert_eq!(percentile(&times, 50), Duration::from_micros(100));
        assert_eq!(percentile(&times, 99), Duration::from_micros(198));
        assert_eq!(percentile(&times[..1], 99), Duration::from_micros(1));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
