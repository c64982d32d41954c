//! One measurement: one peer, one case, fresh processes.

mod asleep;
mod backlog;
mod meeting;
mod open;
mod round_trip;
mod same_thread;
mod slots;
mod throughput;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::cases::Case;
use crate::line::Line;
use crate::peers::Wine;
use crate::process::{self, Numbers, Role};
use crate::transport::{NO_LIMIT, Plan, Transport, Waiting};

/// What all measurements of a run have in common.
pub(crate) struct Bench {
    /// The reader's core and the writers'.
    pub(crate) cpus: [usize; 2],
    /// How long one measurement should take.
    pub(crate) sample: Duration,
    /// After so long, something hangs.
    pub(crate) limit: Duration,
    /// On tmpfs, empty.
    pub(crate) directory: PathBuf,
    /// For names.
    measured: AtomicU64,
    /// What a message took last, in nanoseconds, by what was measured: from it follows how many fill the time.
    known: RefCell<HashMap<String, f64>>,
    /// Made when it is first needed.
    pub(crate) wine: OnceCell<Wine>,
}

/// What came of a measurement.
pub(crate) enum Outcome {
    Measured(Numbers),
    /// The peer cannot do that, and why.
    Refused(String),
}

/// Names of numbers that several cases have.
pub(crate) mod number {
    /// Nanoseconds: of one message, of a round trip's median.
    pub(crate) const NS: &str = "ns";
    /// The cache line's round trip before and after, in nanoseconds.
    pub(crate) const LINE_BEFORE: &str = "line before";
    pub(crate) const LINE_AFTER: &str = "line after";
    /// Nanoseconds from a write to the return of the read: median and 99th percentile.
    pub(crate) const ONE_WAY: &str = "one way";
    pub(crate) const ONE_WAY_P99: &str = "one way p99";
    /// Nanoseconds to read a message of a backlog.
    pub(crate) const DRAIN: &str = "drain";
    /// Bytes of memory in the slot file: at most, and when all was read.
    pub(crate) const PEAK_BYTES: &str = "peak bytes";
    pub(crate) const FINAL_BYTES: &str = "final bytes";
    /// Nanoseconds to list all.
    pub(crate) const LIST: &str = "list";
    pub(crate) const P99: &str = "p99";
    pub(crate) const P999: &str = "p99.9";
    /// Messages that were timed.
    pub(crate) const MESSAGES: &str = "messages";
}

impl Bench {
    pub(crate) fn new(cpus: [usize; 2], sample: Duration, directory: PathBuf) -> Bench {
        Bench {
            cpus,
            sample,
            limit: Duration::from_secs(30),
            directory,
            measured: AtomicU64::new(0),
            known: RefCell::default(),
            wine: OnceCell::new(),
        }
    }

    /// A cache line's round trip between the two cores at this moment, in nanoseconds.
    pub(crate) fn line(&self) -> Result<f64> {
        let line = Line::new()?;
        let answer = || -> Result<Numbers> {
            line.answer();
            Ok(Numbers::new())
        };
        let roles = vec![
            Role::new("asking side", self.cpus[0], || Ok(Numbers::from([(number::NS.to_owned(), line.ask())]))),
            Role::new("answering side", self.cpus[1], answer),
        ];
        Ok(process::run(roles, self.limit)?[0][number::NS])
    }

    /// A name that nothing has had before.
    pub(crate) fn name(&self) -> String {
        let number = self.measured.fetch_add(1, Ordering::Relaxed);
        format!("mailslot-bench-{}-{number}", std::process::id())
    }

    /// As `plan`, with as much room as there can be.
    fn plan_without_limit(&self, message_bytes: usize) -> Plan {
        Plan { window_bytes: NO_LIMIT, ..self.plan(message_bytes, 1, Waiting::Polling) }
    }

    fn plan(&self, message_bytes: usize, senders: usize, waiting: Waiting) -> Plan {
        let name = self.name();
        // Room for eight of the largest messages.
        let window_bytes = (1 << 20).max(message_bytes * 8);
        Plan { name, directory: self.directory.clone(), message_bytes, window_bytes, senders, waiting }
    }
}

/// Measures a peer in a case.
pub(crate) fn measure<T: Transport>(bench: &Bench, case: Case) -> Result<Outcome> {
    if !T::IS_QUEUE
        && !matches!(case, Case::BlockingRoundTrip { .. } | Case::PollingRoundTrip { .. } | Case::Asleep { .. })
    {
        return Ok(Outcome::Refused("no more than one message can wait".to_owned()));
    }
    if !T::SLEEPS && matches!(case, Case::BlockingRoundTrip { .. } | Case::Asleep { .. }) {
        return Ok(Outcome::Refused("its receiver never sleeps".to_owned()));
    }
    match case {
        Case::Throughput { bytes, writers } => throughput::measure::<T>(bench, bytes, writers, 1),
        Case::Clients { clients } => throughput::measure::<T>(bench, 64, 1, clients),
        Case::Asleep { bytes } => asleep::measure::<T>(bench, bytes),
        Case::Backlog { bytes } => backlog::measure::<T>(bench, bytes),
        Case::OpenClose => open::measure::<T>(bench),
        Case::Slots { slots } => slots::measure::<T>(bench, slots),
        Case::SameThread { bytes } => same_thread::measure::<T>(bench, bytes),
        Case::PollingRoundTrip { bytes } => round_trip::measure::<T>(bench, bytes, Waiting::Polling),
        Case::BlockingRoundTrip { bytes } => round_trip::measure::<T>(bench, bytes, Waiting::Blocking),
    }
}
