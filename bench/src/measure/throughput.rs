//! How many messages arrive in a while.

use std::any::type_name;
use std::hint::black_box;

use anyhow::{Result, ensure};

use super::meeting::Meeting;
use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::transport::{Receive as _, Send as _, Transport, Waiting};

/// Steps of a meeting.
const RECEIVER_IS_THERE: usize = 0;
const SENDERS_ARE_THERE: usize = 1;
const GO: usize = 2;
const DONE: usize = 3;
const ALL_IS_READ: usize = 4;

/// Messages of one measurement. The first and the last eighth are not timed: memory is new then, and not all writers write.
#[derive(Debug, Clone, Copy)]
struct Load {
    writers: u64,
    messages_of_each: u64,
    /// Of each writer; they send in turn.
    clients: usize,
}

impl Load {
    fn new(messages: u64, writers: usize, clients: usize) -> Load {
        let writers = writers as u64;
        Load { writers, messages_of_each: (messages / writers).max(8), clients }
    }

    fn senders(self) -> usize {
        self.writers as usize * self.clients
    }

    fn all(self) -> u64 {
        self.writers * self.messages_of_each
    }

    fn untimed(self) -> u64 {
        self.all() / 8
    }
}

pub(super) fn measure<T: Transport>(bench: &Bench, bytes: usize, writers: usize, clients: usize) -> Result<Outcome> {
    if let Some(reason) = T::refusal(&bench.plan(bytes, writers * clients, Waiting::Blocking)) {
        return Ok(Outcome::Refused(reason));
    }
    let fewest = 400.max(64 * clients as u64);
    let load = |ns: f64| {
        let messages = (bench.sample.as_nanos() as f64 / ns) as u64;
        Load::new(messages.max(fewest), writers, clients)
    };
    let key = format!("{} {bytes} {writers} {clients}", type_name::<T>());
    let known = bench.known.borrow().get(&key).copied();
    // The first few messages are slower than the rest: they tell nearly nothing, and how many are enough is found out twice.
    let mut ns = known.unwrap_or(f64::INFINITY);
    if known.is_none() {
        ns = run::<T>(bench, bytes, load(ns))?[number::NS];
        ns = run::<T>(bench, bytes, load(ns))?[number::NS];
    }
    let numbers = run::<T>(bench, bytes, load(ns))?;
    bench.known.borrow_mut().insert(key, numbers[number::NS]);
    Ok(Outcome::Measured(numbers))
}

fn run<T: Transport>(bench: &Bench, bytes: usize, load: Load) -> Result<Numbers> {
    let link = T::link(&bench.plan(bytes, load.senders(), Waiting::Blocking))?;
    let meeting = Meeting::new()?;
    let mut roles = vec![Role::new("reader", bench.cpus[0], || read::<T>(&link, &meeting, bytes, load))];
    for writer in 0..load.writers {
        let (link, meeting) = (&link, &meeting);
        let work = move || write::<T>(link, meeting, bytes, load, writer);
        roles.push(Role::new("writer", bench.cpus[1], work));
    }
    let mut answers = process::run(roles, bench.limit)?;
    Ok(answers.swap_remove(0))
}

fn read<T: Transport>(link: &T::Link, meeting: &Meeting, bytes: usize, load: Load) -> Result<Numbers> {
    let mut receiver = T::receiver(link)?;
    let mut buffer = vec![0; bytes];
    meeting.arrive(RECEIVER_IS_THERE);
    meeting.wait_for(SENDERS_ARE_THERE, load.writers as usize);
    let line_before = meeting.line.ask();
    meeting.arrive(GO);
    let mut sum = 0u64;
    let mut take = |messages: u64| -> Result<()> {
        for _ in 0..messages {
            let size = receiver.recv(&mut buffer)?;
            ensure!(size == bytes, "a message of {size} bytes came instead of {bytes}");
            sum = sum.wrapping_add(stamp_of(black_box(&buffer)));
        }
        Ok(())
    };
    take(load.untimed())?;
    let start = now_ns();
    let timed = load.all() - 2 * load.untimed();
    take(timed)?;
    let ns = (now_ns() - start) as f64 / timed as f64;
    take(load.untimed())?;
    // Each writer counts from 1.
    let expected = load.writers * (load.messages_of_each * (load.messages_of_each + 1) / 2);
    ensure!(sum == expected, "messages were lost, doubled or damaged");
    meeting.wait_for(DONE, load.writers as usize);
    meeting.arrive(ALL_IS_READ);
    let line_after = meeting.line.ask();
    Ok(Numbers::from([
        (number::NS.to_owned(), ns),
        (number::MESSAGES.to_owned(), timed as f64),
        (number::LINE_BEFORE.to_owned(), line_before),
        (number::LINE_AFTER.to_owned(), line_after),
    ]))
}

fn write<T: Transport>(link: &T::Link, meeting: &Meeting, bytes: usize, load: Load, writer: u64) -> Result<Numbers> {
    meeting.wait_for(RECEIVER_IS_THERE, 1);
    let mut senders = Vec::new();
    for _ in 0..load.clients {
        senders.push(T::sender(link)?);
    }
    let mut message = vec![b'x'; bytes];
    meeting.arrive(SENDERS_ARE_THERE);
    if writer == 0 {
        meeting.wait_for(SENDERS_ARE_THERE, load.writers as usize);
        meeting.line.answer();
    }
    meeting.wait_for(GO, 1);
    let mut next = 0;
    for number in 1..=load.messages_of_each {
        stamp(&mut message, number);
        senders[next].send(black_box(&message))?;
        next = if next + 1 == load.clients { 0 } else { next + 1 };
    }
    meeting.arrive(DONE);
    if writer == 0 {
        meeting.line.answer();
    }
    // Some transports lose what was not read when the sender is closed.
    meeting.wait_for(ALL_IS_READ, 1);
    Ok(Numbers::new())
}

/// Numbers a message, so that the reader can tell whether all came.
#[inline]
pub(super) fn stamp(message: &mut [u8], number: u64) {
    message[..8].copy_from_slice(&number.to_ne_bytes());
}

#[inline]
pub(super) fn stamp_of(message: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&message[..8]);
    u64::from_ne_bytes(bytes)
}
