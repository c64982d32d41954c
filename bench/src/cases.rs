//! What is measured.

/// One thing to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// Messages of `bytes` from `writers` processes to one reader.
    Throughput { bytes: usize, writers: usize },
    /// Each message is written and read by the same thread.
    SameThread { bytes: usize },
    /// There and back; both sides poll.
    PollingRoundTrip { bytes: usize },
    /// There and back; both sides sleep while they wait.
    BlockingRoundTrip { bytes: usize },
}

const KIB: usize = 1024;

/// All cases, in the order in which they are reported.
pub(crate) const ALL: &[Case] = &[
    Case::Throughput { bytes: 64, writers: 1 },
    Case::Throughput { bytes: 424, writers: 1 },
    Case::Throughput { bytes: 4 * KIB, writers: 1 },
    Case::Throughput { bytes: 64 * KIB, writers: 1 },
    Case::Throughput { bytes: KIB * KIB, writers: 1 },
    Case::Throughput { bytes: 64, writers: 4 },
    Case::Throughput { bytes: 424, writers: 4 },
    Case::Throughput { bytes: 4 * KIB, writers: 4 },
    Case::Throughput { bytes: 64 * KIB, writers: 4 },
    Case::SameThread { bytes: 64 },
    Case::SameThread { bytes: 4 * KIB },
    Case::PollingRoundTrip { bytes: 64 },
    Case::PollingRoundTrip { bytes: 4 * KIB },
    Case::BlockingRoundTrip { bytes: 64 },
];

impl Case {
    /// How it is asked for on the command line.
    pub(crate) fn id(self) -> String {
        match self {
            Case::Throughput { bytes, writers } => format!("{}-{writers}to1", size(bytes)),
            Case::SameThread { bytes } => format!("{}-same", size(bytes)),
            Case::PollingRoundTrip { bytes } => format!("{}-rtt-poll", size(bytes)),
            Case::BlockingRoundTrip { bytes } => format!("{}-rtt-block", size(bytes)),
        }
    }

    /// How a reader of the report is told.
    pub(crate) fn title(self) -> String {
        match self {
            Case::Throughput { bytes, writers } => format!("{} {writers}→1", long_size(bytes)),
            Case::SameThread { bytes } => format!("{} write and read, same thread", long_size(bytes)),
            Case::PollingRoundTrip { bytes } => format!("{} round trip, polling", long_size(bytes)),
            Case::BlockingRoundTrip { bytes } => format!("{} round trip, sleeping", long_size(bytes)),
        }
    }

}

fn size(bytes: usize) -> String {
    match bytes {
        _ if bytes >= KIB * KIB => format!("{}m", bytes / (KIB * KIB)),
        _ if bytes >= KIB => format!("{}k", bytes / KIB),
        _ => format!("{bytes}b"),
    }
}

fn long_size(bytes: usize) -> String {
    match bytes {
        _ if bytes >= KIB * KIB => format!("{} MiB", bytes / (KIB * KIB)),
        _ if bytes >= KIB => format!("{} KiB", bytes / KIB),
        _ => format!("{bytes} B"),
    }
}
