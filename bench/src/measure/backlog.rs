//! A million messages that nobody reads, and then somebody does.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::meeting::Meeting;
use super::throughput::{stamp, stamp_of};
use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::transport::{Receive as _, Send as _, Transport};

const MESSAGES: u64 = 1_000_000;

/// So long the reader waits for more before the memory is looked at: a slot gives memory back when it has been short for a while.
const REST: Duration = Duration::from_millis(200);

const RECEIVER_IS_THERE: usize = 0;
const ALL_IS_SENT: usize = 1;
const DONE: usize = 2;

pub(super) fn measure<T: Transport>(bench: &Bench, bytes: usize) -> Result<Outcome> {
    if !T::KEEPS_BACKLOG {
        return Ok(Outcome::Refused("a million messages do not fit: the writer waits".to_owned()));
    }
    let plan = bench.plan_without_limit(bytes);
    let (link, meeting) = (T::link(&plan)?, Meeting::new()?);
    let folder = plan.directory.as_path();
    let roles = vec![
        Role::new("reader", bench.cpus[0], || read::<T>(&link, &meeting, bytes, folder)),
        Role::new("writer", bench.cpus[1], || write::<T>(&link, &meeting, bytes)),
    ];
    let both = process::run(roles, bench.limit)?;
    Ok(Outcome::Measured(both.into_iter().flatten().collect()))
}

fn write<T: Transport>(link: &T::Link, meeting: &Meeting, bytes: usize) -> Result<Numbers> {
    meeting.wait_for(RECEIVER_IS_THERE, 1);
    let mut sender = T::sender(link)?;
    let mut message = vec![b'x'; bytes];
    let start = now_ns();
    for number in 0..MESSAGES {
        stamp(&mut message, number);
        sender.send(&message)?;
    }
    let ns = (now_ns() - start) as f64 / MESSAGES as f64;
    meeting.arrive(ALL_IS_SENT);
    meeting.wait_for(DONE, 1);
    Ok(Numbers::from([(number::NS.to_owned(), ns), (number::MESSAGES.to_owned(), MESSAGES as f64)]))
}

fn read<T: Transport>(link: &T::Link, meeting: &Meeting, bytes: usize, folder: &Path) -> Result<Numbers> {
    let mut receiver = T::receiver(link)?;
    let mut buffer = vec![0; bytes];
    meeting.arrive(RECEIVER_IS_THERE);
    meeting.wait_for(ALL_IS_SENT, 1);
    let peak = memory(folder)?;
    let start = now_ns();
    for number in 0..MESSAGES {
        let size = receiver.recv(&mut buffer)?;
        ensure!(size == bytes && stamp_of(&buffer) == number, "another message came than was due");
    }
    let drain = (now_ns() - start) as f64 / MESSAGES as f64;
    receiver.never_wait()?;
    let end = now_ns() + REST.as_nanos() as u64;
    while now_ns() < end {
        ensure!(receiver.try_recv(&mut buffer)?.is_none(), "more messages came than were sent");
        std::thread::sleep(Duration::from_millis(10));
    }
    let rest = memory(folder)?;
    meeting.arrive(DONE);
    let mut numbers = Numbers::from([(number::DRAIN.to_owned(), drain)]);
    // Others keep their messages elsewhere.
    if peak > 0 {
        numbers.extend([(number::PEAK_BYTES.to_owned(), peak as f64), (number::FINAL_BYTES.to_owned(), rest as f64)]);
    }
    Ok(numbers)
}

/// What the files of a folder take, which has this measurement's slot only.
fn memory(folder: &Path) -> Result<u64> {
    let mut blocks = 0;
    for entry in std::fs::read_dir(folder)? {
        blocks += entry?.metadata()?.blocks();
    }
    Ok(blocks * 512)
}
