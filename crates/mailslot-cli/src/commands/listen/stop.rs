//! What ends a listener before its time: a signal, or a reader of its output that went away.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::thread;

use mailslot::Mailslot;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::failure::Failure;

/// Why a listener was asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StopCause {
    Signal,
    OutputClosed,
}

/// From now on SIGINT and SIGTERM are kept for [`Stop::watch_signals`]. After the first of them they end the process at
/// once, as they would without us: the way out when output or a command hangs.
pub(super) fn catch_signals() -> Result<Signals, Failure> {
    let caught = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, Arc::clone(&caught))
            .and_then(|_| flag::register(signal, Arc::clone(&caught)))
            .map_err(Failure::io("signal handlers"))?;
    }
    Signals::new([SIGINT, SIGTERM]).map_err(Failure::io("signal handlers"))
}

/// A way to end a read that waits: whoever asks for a stop closes the handle that is read from.
#[derive(Clone)]
pub(super) struct Stop {
    inner: Arc<Inner>,
}

struct Inner {
    reader: Mailslot,
    cause: OnceLock<StopCause>,
}

impl Stop {
    pub(super) fn new(reader: Mailslot) -> Stop {
        Stop { inner: Arc::new(Inner { reader, cause: OnceLock::new() }) }
    }

    /// The handle that is closed when a stop is asked for.
    pub(super) fn reader(&self) -> &Mailslot {
        &self.inner.reader
    }

    /// Why a stop was asked for, or nothing.
    pub(super) fn cause(&self) -> Option<StopCause> {
        self.inner.cause.get().copied()
    }

    /// Asks for a stop at the first of the signals.
    pub(super) fn watch_signals(&self, mut signals: Signals) -> Result<(), Failure> {
        let stop = self.clone();
        self.spawn(move || {
            if signals.forever().next().is_some() {
                stop.request(StopCause::Signal);
            }
        })
    }

    /// Asks for a stop when standard output is a pipe or a socket that nobody reads any more, so that the next message
    /// is refused to its sender instead of being lost here.
    pub(super) fn watch_output(&self) -> Result<(), Failure> {
        let stop = self.clone();
        self.spawn(move || {
            let stdout = io::stdout();
            loop {
                // Errors and hang-ups are reported whether asked for or not. Files report none.
                let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
                match poll(&mut watched, None) {
                    Err(Errno::INTR) => {}
                    Ok(_) if watched[0].revents().contains(PollFlags::ERR) => {
                        stop.request(StopCause::OutputClosed);
                        return;
                    }
                    // A closed descriptor: writing will tell.
                    _ => return,
                }
            }
        })
    }

    fn request(&self, cause: StopCause) {
        // The first cause counts.
        let _ = self.inner.cause.set(cause);
        self.inner.reader.close();
    }

    fn spawn(&self, body: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
        let spawned = thread::Builder::new().spawn(body);
        spawned.map(drop).map_err(Failure::io("a thread"))
    }
}
