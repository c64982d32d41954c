//! Who is measured.

mod c_abi;
mod dgram;
mod futex;
#[cfg(feature = "peers")]
mod iceoryx2;
mod mailslot;
mod mq;
mod pipe;
mod ring;
mod wine;
#[cfg(feature = "peers")]
mod zmq;

use anyhow::Result;

pub(crate) use self::wine::Wine;

use crate::cases::Case;
use crate::costs;
use crate::measure::{self, Bench, Outcome};
use crate::transport::{Plan, Transport};

/// Measures one way to pass messages in a case.
pub(crate) type Measure = fn(&Bench, Case) -> Result<Outcome>;

/// One way to pass messages, as the rounds see it.
pub(crate) struct Peer {
    /// How it is asked for on the command line.
    pub(crate) id: &'static str,
    /// How a reader of the report is told.
    pub(crate) title: &'static str,
    /// `None` if this program was built without it.
    pub(crate) measure: Option<Measure>,
    /// Writes and reads so many messages in one thread, for those who count what that costs.
    pub(crate) walk: Option<Walk>,
}

pub(crate) type Walk = fn(&Plan, u64) -> Result<()>;

const fn peer<T: Transport>(id: &'static str, title: &'static str) -> Peer {
    Peer { id, title, measure: Some(measure::measure::<T>), walk: Some(costs::walk_with::<T>) }
}

/// One that takes long to build.
const fn heavy(id: &'static str, title: &'static str, measure: Option<Measure>) -> Peer {
    Peer { id, title, measure, walk: None }
}

#[cfg(not(feature = "peers"))]
const HEAVY: [Option<Measure>; 3] = [None; 3];
#[cfg(feature = "peers")]
const HEAVY: [Option<Measure>; 3] = [
    Some(measure::measure::<iceoryx2::Iceoryx<false>>),
    Some(measure::measure::<iceoryx2::Iceoryx<true>>),
    Some(measure::measure::<zmq::Zmq>),
];

/// All of them, ours first.
pub(crate) const ALL: &[Peer] = &[
    peer::<mailslot::Slot>("ours", "mailslot (Rust)"),
    peer::<c_abi::CFunctions>("c-abi", "mailslot (C)"),
    peer::<ring::Ring>("ring", "bare CAS ring"),
    peer::<dgram::Datagram>("dgram", "unix datagram"),
    peer::<pipe::Pipe>("pipe", "pipe O_DIRECT"),
    peer::<mq::PosixQueue>("mq", "POSIX queue"),
    peer::<futex::Futex>("futex", "bare futex"),
    heavy("iceoryx2", "iceoryx2, copying", HEAVY[0]),
    heavy("iceoryx2-event", "iceoryx2 with events", HEAVY[1]),
    heavy("zmq", "libzmq ipc", HEAVY[2]),
    Peer { id: WINE, title: "Wine mailslot", measure: Some(wine::measure), walk: None },
];

/// It has rounds of its own.
pub(crate) const WINE: &str = "wine";

/// Whether it is measured in that case.
pub(crate) fn wine_does(case: Case) -> bool {
    wine::does(case)
}

/// Of what is not the project's own.
pub(crate) fn versions() -> Vec<String> {
    let mut versions = Vec::new();
    #[cfg(feature = "peers")]
    {
        let (major, minor, patch) = ::zmq::version();
        versions.push(format!("iceoryx2 {}", iceoryx2::VERSION));
        versions.push(format!("libzmq {major}.{minor}.{patch}"));
    }
    versions.extend(wine::version());
    versions
}
