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
    /// There and back; both sides wait as they do when nothing is known of the other, which is asleep as a rule.
    BlockingRoundTrip { bytes: usize },
    /// The reader sleeps when a message comes.
    Asleep { bytes: usize },
    /// A million messages are written, then read.
    Backlog { bytes: usize },
    /// Made, opened and closed.
    OpenClose,
    /// Messages of 64 bytes from one process, by so many clients in turn.
    Clients { clients: usize },
    /// So many exist at a time; one of them is opened and closed.
    Slots { slots: usize },
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
    Case::Asleep { bytes: 64 },
    Case::Backlog { bytes: 64 },
    Case::OpenClose,
    Case::Clients { clients: 1 },
    Case::Clients { clients: 16 },
    Case::Clients { clients: 256 },
    Case::Slots { slots: 1 },
    Case::Slots { slots: 100 },
    Case::Slots { slots: 10_000 },
];

impl Case {
    /// How it is asked for on the command line.
    pub(crate) fn id(self) -> String {
        match self {
            Case::Throughput { bytes, writers } => format!("{}-{writers}to1", size(bytes)),
            Case::SameThread { bytes } => format!("{}-same", size(bytes)),
            Case::PollingRoundTrip { bytes } => format!("{}-rtt-poll", size(bytes)),
            Case::BlockingRoundTrip { bytes } => format!("{}-rtt-block", size(bytes)),
            Case::Asleep { bytes } => format!("{}-asleep", size(bytes)),
            Case::Backlog { bytes } => format!("{}-backlog", size(bytes)),
            Case::OpenClose => "open-close".to_owned(),
            Case::Clients { clients } => format!("clients-{clients}"),
            Case::Slots { slots } => format!("slots-{slots}"),
        }
    }

    /// How a reader of the report is told.
    pub(crate) fn title(self) -> String {
        match self {
            Case::Throughput { bytes, writers } => format!("{} {writers}→1", long_size(bytes)),
            Case::SameThread { bytes } => format!("{} write and read, same thread", long_size(bytes)),
            Case::PollingRoundTrip { bytes } => format!("{} round trip, polling", long_size(bytes)),
            Case::BlockingRoundTrip { bytes } => format!("{} round trip, blocking", long_size(bytes)),
            Case::Asleep { bytes } => format!("{} to a sleeping reader: the write", long_size(bytes)),
            Case::Backlog { bytes } => format!("{}, a million written, nobody reads: one write", long_size(bytes)),
            Case::OpenClose => "create, open, close".to_owned(),
            Case::Clients { clients } => format!("64 B by {clients} clients of one process in turn"),
            Case::Slots { slots } => format!("open and close one of {slots}"),
        }
    }

    /// Cases whose measurements take long and vary little: once in so many rounds is enough.
    pub(crate) fn every(self) -> u32 {
        match self {
            Case::Backlog { .. } | Case::Slots { .. } => 5,
            _ => 1,
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
