//! A message to a reader that has been asleep for a while: what the writer pays, and when the reader has it.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::meeting::Meeting;
use super::throughput::{stamp, stamp_of};
use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::stats::{percentile, sorted};
use crate::transport::{Receive as _, Send as _, Transport, Waiting};

/// Between two messages. Long enough for every reader to be asleep.
const GAP: Duration = Duration::from_micros(400);

/// Fewer would tell little of the slowest hundredth.
const FEWEST_MESSAGES: u64 = 300;

/// They end the warming up, which is not counted.
const WARM_UP: usize = 20;

const RECEIVER_IS_THERE: usize = 0;
const SENDER_IS_THERE: usize = 1;

pub(super) fn measure<T: Transport>(bench: &Bench, bytes: usize) -> Result<Outcome> {
    let plan = bench.plan(bytes, 1, Waiting::Blocking);
    if let Some(reason) = T::refusal(&plan) {
        return Ok(Outcome::Refused(reason));
    }
    let messages = (bench.sample.as_nanos() / GAP.as_nanos()) as u64;
    let messages = messages.max(FEWEST_MESSAGES) as usize + WARM_UP;
    let (link, meeting) = (T::link(&plan)?, Meeting::new()?);
    let roles = vec![
        Role::new("reader", bench.cpus[0], || read::<T>(&link, &meeting, bytes, messages)),
        Role::new("writer", bench.cpus[1], || write::<T>(&link, &meeting, bytes, messages)),
    ];
    let both = process::run(roles, bench.limit)?;
    Ok(Outcome::Measured(both.into_iter().flatten().collect()))
}

fn read<T: Transport>(link: &T::Link, meeting: &Meeting, bytes: usize, messages: usize) -> Result<Numbers> {
    let mut receiver = T::receiver(link)?;
    let mut buffer = vec![0; bytes];
    meeting.arrive(RECEIVER_IS_THERE);
    meeting.wait_for(SENDER_IS_THERE, 1);
    let line_before = meeting.line.ask();
    let mut times = Vec::with_capacity(messages);
    for _ in 0..messages {
        let size = receiver.recv(&mut buffer)?;
        let now = now_ns();
        ensure!(size == bytes, "a message of {size} bytes came instead of {bytes}");
        times.push(now.saturating_sub(stamp_of(&buffer)) as f64);
    }
    let line_after = meeting.line.ask();
    let times = sorted(&times[WARM_UP..]);
    Ok(Numbers::from([
        (number::ONE_WAY.to_owned(), percentile(&times, 0.5)),
        (number::ONE_WAY_P99.to_owned(), percentile(&times, 0.99)),
        (number::LINE_BEFORE.to_owned(), line_before),
        (number::LINE_AFTER.to_owned(), line_after),
    ]))
}

fn write<T: Transport>(link: &T::Link, meeting: &Meeting, bytes: usize, messages: usize) -> Result<Numbers> {
    meeting.wait_for(RECEIVER_IS_THERE, 1);
    let mut sender = T::sender(link)?;
    let mut message = vec![b'x'; bytes];
    meeting.arrive(SENDER_IS_THERE);
    meeting.line.answer();
    let mut times = Vec::with_capacity(messages);
    for _ in 0..messages {
        // The writer's core stays awake: its own waking is not what is measured.
        let due = now_ns() + GAP.as_nanos() as u64;
        while now_ns() < due {}
        let start = now_ns();
        stamp(&mut message, start);
        sender.send(&message)?;
        times.push((now_ns() - start) as f64);
    }
    meeting.line.answer();
    let times = sorted(&times[WARM_UP..]);
    Ok(Numbers::from([
        (number::NS.to_owned(), percentile(&times, 0.5)),
        (number::P99.to_owned(), percentile(&times, 0.99)),
        (number::MESSAGES.to_owned(), times.len() as f64),
    ]))
}
