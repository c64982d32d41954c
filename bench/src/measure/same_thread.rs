//! A message is written and read by the same thread: nobody waits, nothing crosses cores.

use std::hint::black_box;

use anyhow::{Result, ensure};

use super::throughput::{stamp, stamp_of};
use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::transport::{Receive as _, Send as _, Transport, Waiting};

pub(super) fn measure<T: Transport>(bench: &Bench, bytes: usize) -> Result<Outcome> {
    let plan = bench.plan(bytes, 1, Waiting::Blocking);
    if let Some(reason) = T::refusal(&plan) {
        return Ok(Outcome::Refused(reason));
    }
    let work = || {
        let link = T::link(&plan)?;
        run::<T>(&link, bytes, bench)
    };
    let mut answers = process::run(vec![Role::new("process", bench.cpus[0], work)], bench.limit)?;
    Ok(Outcome::Measured(answers.swap_remove(0)))
}

fn run<T: Transport>(link: &T::Link, bytes: usize, bench: &Bench) -> Result<Numbers> {
    let mut receiver = T::receiver(link)?;
    let mut sender = T::sender(link)?;
    let (mut message, mut buffer) = (vec![b'x'; bytes], vec![0; bytes]);
    let mut pass = |messages: u64| -> Result<f64> {
        let start = now_ns();
        for number in 0..messages {
            stamp(&mut message, number);
            sender.send(black_box(&message))?;
            let size = receiver.recv(&mut buffer)?;
            ensure!(size == bytes && stamp_of(black_box(&buffer)) == number, "another message came than was sent");
        }
        Ok((now_ns() - start) as f64 / messages as f64)
    };
    // The first messages, in new memory, are not timed; they tell how many fill the time.
    let mut messages = 1000;
    for _ in 0..2 {
        messages = (bench.sample.as_nanos() as f64 / pass(messages)?).max(1000.0) as u64;
    }
    let ns = pass(messages)?;
    Ok(Numbers::from([(number::NS.to_owned(), ns), (number::MESSAGES.to_owned(), messages as f64)]))
}
