//! What a way to pass messages has to offer in order to be measured.

use std::path::PathBuf;

use anyhow::Result;

/// What is about to be measured, as far as a transport needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// A name that no other measurement has at the same time: letters, digits and dashes.
    pub(crate) name: String,
    /// Where the measurement's slots are.
    pub(crate) directory: PathBuf,
    pub(crate) message_bytes: usize,
    /// Bytes that may wait, where that can be set: a writer that is faster than the reader waits at this mark.
    pub(crate) window_bytes: usize,
    /// Senders at a time.
    #[cfg_attr(not(feature = "peers"), allow(dead_code, reason = "only iceoryx2 has to know"))]
    pub(crate) senders: usize,
    pub(crate) waiting: Waiting,
}

/// A window that no measurement fills: the quota of a slot that is created without one.
pub(crate) const NO_LIMIT: usize = 256 << 20;

/// How the receiver waits for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// It calls [`Receive::recv`], which may sleep.
    Blocking,
    /// It calls [`Receive::try_recv`] again and again.
    Polling,
}

/// One way to pass messages.
pub(crate) trait Transport {
    /// What exists before the processes part: a name, a mapping, a pair of descriptors.
    type Link;
    type Sender: Send;
    type Receiver: Receive;

    /// Whether more than one message may wait.
    const IS_QUEUE: bool = true;
    /// Whether the receiver sleeps when it has to wait for long.
    const SLEEPS: bool = true;
    /// Whether its memory is all there from the start, used or not.
    const ALLOCATES: bool = false;
    /// Whether a million messages may wait.
    const KEEPS_BACKLOG: bool = false;
    /// Whether thousands may exist at a time, each with a name.
    const SCALES: bool = false;

    /// Why it cannot do that.
    fn refusal(_plan: &Plan) -> Option<String> {
        None
    }

    /// In the parent.
    fn link(plan: &Plan) -> Result<Self::Link>;

    /// In the receiver's process, before any sender.
    fn receiver(link: &Self::Link) -> Result<Self::Receiver>;

    /// In a sender's process.
    fn sender(link: &Self::Link) -> Result<Self::Sender>;

    /// Lists what exists with a name, and tells how many that are; `None` where it cannot be listed.
    fn list(_plan: &Plan) -> Option<Result<usize>> {
        None
    }
}

/// An end that sends.
pub(crate) trait Send {
    /// Sends one message; waits while there is no room.
    fn send(&mut self, message: &[u8]) -> Result<()>;
}

/// An end that receives.
pub(crate) trait Receive {
    /// Waits for a message, and tells its size.
    fn recv(&mut self, buffer: &mut [u8]) -> Result<usize>;

    /// Never waits. Of a link that was planned for polling, after [`Receive::never_wait`].
    fn try_recv(&mut self, buffer: &mut [u8]) -> Result<Option<usize>>;

    /// From now on only [`Receive::try_recv`] is called.
    fn never_wait(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A sender that waits for room: a little on its core, then by letting others have it.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    tries: u32,
}

impl Backoff {
    const SPINS: u32 = 8;

    #[cold]
    pub(crate) fn wait(&mut self) {
        self.tries += 1;
        if self.tries <= Self::SPINS {
            for _ in 0..32 {
                std::hint::spin_loop();
            }
        } else {
            std::thread::yield_now();
        }
    }
}
