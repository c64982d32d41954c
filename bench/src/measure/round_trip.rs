//! A message goes to another process, which answers with the same bytes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::meeting::Meeting;
use super::throughput::{stamp, stamp_of};
use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::stats::{percentile, sorted};
use crate::transport::{Receive, Send as _, Transport, Waiting};

/// Round trips before the clock counts.
const WARM_UP: u64 = 200;

/// The number of the message that ends the other side.
const END: u64 = u64::MAX;

const RECEIVERS_ARE_THERE: usize = 0;
const SENDERS_ARE_THERE: usize = 1;

pub(super) fn measure<T: Transport>(bench: &Bench, bytes: usize, waiting: Waiting) -> Result<Outcome> {
    let plans = [bench.plan(bytes, 1, waiting), bench.plan(bytes, 1, waiting)];
    if let Some(reason) = T::refusal(&plans[0]) {
        return Ok(Outcome::Refused(reason));
    }
    let links = [T::link(&plans[0])?, T::link(&plans[1])?];
    let meeting = Meeting::new()?;
    let sample = bench.sample;
    let roles = vec![
        Role::new("asking side", bench.cpus[0], || ask::<T>(&links, &meeting, bytes, waiting, sample)),
        Role::new("answering side", bench.cpus[1], || answer::<T>(&links, &meeting, bytes, waiting)),
    ];
    Ok(Outcome::Measured(process::run(roles, bench.limit)?.swap_remove(0)))
}

fn ask<T: Transport>(
    [there, back]: &[T::Link; 2],
    meeting: &Meeting,
    bytes: usize,
    waiting: Waiting,
    sample: Duration,
) -> Result<Numbers> {
    let mut receiver = T::receiver(back)?;
    prepare(&mut receiver, waiting)?;
    meeting.arrive(RECEIVERS_ARE_THERE);
    meeting.wait_for(RECEIVERS_ARE_THERE, 2);
    let mut sender = T::sender(there)?;
    meeting.arrive(SENDERS_ARE_THERE);
    meeting.wait_for(SENDERS_ARE_THERE, 2);
    let line_before = meeting.line.ask();
    let (mut message, mut buffer) = (vec![b'x'; bytes], vec![0; bytes]);
    let mut round_trip = |number: u64| -> Result<f64> {
        stamp(&mut message, number);
        let start = now_ns();
        sender.send(&message)?;
        let size = receive(&mut receiver, &mut buffer, waiting)?;
        let ns = now_ns() - start;
        ensure!(size == bytes && stamp_of(&buffer) == number, "another answer came than was due");
        Ok(ns as f64)
    };
    for number in 0..WARM_UP {
        round_trip(number)?;
    }
    let end = Instant::now() + sample;
    let mut times = Vec::new();
    while Instant::now() < end {
        times.push(round_trip(times.len() as u64)?);
    }
    round_trip(END)?;
    let line_after = meeting.line.ask();
    let times = sorted(&times);
    Ok(Numbers::from([
        (number::NS.to_owned(), percentile(&times, 0.5)),
        (number::P99.to_owned(), percentile(&times, 0.99)),
        (number::P999.to_owned(), percentile(&times, 0.999)),
        (number::MESSAGES.to_owned(), times.len() as f64),
        (number::LINE_BEFORE.to_owned(), line_before),
        (number::LINE_AFTER.to_owned(), line_after),
    ]))
}

fn answer<T: Transport>(
    [there, back]: &[T::Link; 2],
    meeting: &Meeting,
    bytes: usize,
    waiting: Waiting,
) -> Result<Numbers> {
    let mut receiver = T::receiver(there)?;
    prepare(&mut receiver, waiting)?;
    meeting.arrive(RECEIVERS_ARE_THERE);
    meeting.wait_for(RECEIVERS_ARE_THERE, 2);
    let mut sender = T::sender(back)?;
    meeting.arrive(SENDERS_ARE_THERE);
    meeting.wait_for(SENDERS_ARE_THERE, 2);
    meeting.line.answer();
    let mut buffer = vec![0; bytes];
    loop {
        let size = receive(&mut receiver, &mut buffer, waiting)?;
        sender.send(&buffer[..size])?;
        if stamp_of(&buffer) == END {
            meeting.line.answer();
            return Ok(Numbers::new());
        }
    }
}

fn prepare(receiver: &mut impl Receive, waiting: Waiting) -> Result<()> {
    if waiting == Waiting::Polling { receiver.never_wait() } else { Ok(()) }
}

/// One message, waited for as the case says.
#[inline]
fn receive(receiver: &mut impl Receive, buffer: &mut [u8], waiting: Waiting) -> Result<usize> {
    if waiting == Waiting::Blocking {
        return receiver.recv(buffer);
    }
    loop {
        if let Some(size) = receiver.try_recv(buffer)? {
            return Ok(size);
        }
    }
}
