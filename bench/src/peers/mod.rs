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
#[cfg(feature = "peers")]
mod zmq;

use anyhow::Result;

use crate::cases::Case;
use crate::measure::{self, Bench, Outcome};
use crate::transport::Transport;

/// One way to pass messages, as the rounds see it.
pub(crate) struct Peer {
    /// How it is asked for on the command line.
    pub(crate) id: &'static str,
    /// How a reader of the report is told.
    pub(crate) title: &'static str,
    pub(crate) measure: fn(&Bench, Case) -> Result<Outcome>,
}

const fn peer<T: Transport>(id: &'static str, title: &'static str) -> Peer {
    Peer { id, title, measure: measure::measure::<T> }
}

/// All of them, ours first.
pub(crate) const ALL: &[Peer] = &[
    peer::<mailslot::Slot>("ours", "mailslot (Rust)"),
    peer::<c_abi::CFunctions>("c-abi", "mailslot (C)"),
    peer::<ring::Ring>("ring", "bare CAS ring"),
    peer::<dgram::Datagram>("dgram", "unix datagram"),
    peer::<pipe::Pipe>("pipe", "pipe O_DIRECT"),
    peer::<mq::PosixQueue>("mq", "POSIX queue"),
    peer::<futex::Futex>("futex", "bare futex"),
    #[cfg(feature = "peers")]
    peer::<iceoryx2::Iceoryx<false>>("iceoryx2", "iceoryx2, copying"),
    #[cfg(feature = "peers")]
    peer::<iceoryx2::Iceoryx<true>>("iceoryx2-event", "iceoryx2 with events"),
    #[cfg(feature = "peers")]
    peer::<zmq::Zmq>("zmq", "libzmq ipc"),
];
