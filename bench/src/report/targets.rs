//! What the project wants to reach beside others.

/// In this case, the peer shall take at least so many times as long as we do.
pub(crate) struct Target {
    pub(crate) case: &'static str,
    pub(crate) peer: &'static str,
    pub(crate) at_least: f64,
}

const fn target(case: &'static str, peer: &'static str, at_least: f64) -> Target {
    Target { case, peer, at_least }
}

pub(crate) const TARGETS: &[Target] = &[
    target("64b-1to1", "dgram", 25.0),
    target("64b-1to1", "pipe", 8.0),
    target("64b-1to1", "iceoryx2", 5.0),
    target("64b-1to1", "ring", 0.7),
    target("64b-4to1", "dgram", 15.0),
    target("64b-4to1", "pipe", 5.0),
    target("64b-4to1", "iceoryx2", 4.0),
    target("64b-4to1", "ring", 0.7),
    target("64b-same", "dgram", 50.0),
    target("64b-same", "pipe", 18.0),
    target("64b-same", "iceoryx2", 5.0),
    target("64b-same", "ring", 0.5),
    target("4k-1to1", "dgram", 8.0),
    target("4k-1to1", "pipe", 4.0),
    target("4k-1to1", "iceoryx2", 2.5),
    target("4k-1to1", "ring", 0.7),
    target("64k-1to1", "dgram", 4.0),
    target("64k-1to1", "iceoryx2", 3.0),
    target("64k-1to1", "ring", 0.8),
    target("64b-rtt-poll", "dgram", 15.0),
    target("64b-rtt-poll", "pipe", 4.0),
    target("64b-rtt-poll", "iceoryx2", 2.5),
    target("64b-rtt-poll", "ring", 0.6),
    target("64b-rtt-block", "dgram", 1.0),
    target("64b-rtt-block", "pipe", 1.0),
    target("64b-rtt-block", "iceoryx2-event", 1.2),
    target("64b-rtt-block", "futex", 0.95),
    target("64b-1to1", "wine", 150.0),
];

/// The C functions may take at most so many times as long as the Rust API.
pub(crate) const C_ABI_AT_MOST: f64 = 1.1;
