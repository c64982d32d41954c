//! A descriptor that is readable while messages are queued, for `poll`, `epoll` and asynchronous runtimes.
//!
//! Writers ring a futex, which cannot be polled, and a descriptor that other processes could write to would have to be in
//! the file system. So a thread of the reading process sleeps on the doorbell and raises an eventfd. It exists only once
//! [`Server::readiness`](crate::Server::readiness) was called, uses no processor time while nothing arrives, and inherits
//! the doorbell's safety: a writer that dies before it rings is rung for by the kernel.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, eventfd};

use crate::doorbell::Wait;
use crate::error::Error;
use crate::fork;
use crate::gate::Gate;
use crate::server_core::Core;
use crate::slot::Slot;

/// A pollable descriptor. Level-triggered: readable from when a message is queued until a take of this process has found
/// or left the queue empty. It also becomes readable when this process's last handle is closed.
///
/// Do not read from the descriptor: taking messages resets it. If *another process* takes the last message, the
/// descriptor stays readable until a take of this process finds the queue empty.
#[derive(Debug, Clone)]
pub struct Readiness(Arc<Signal>);

impl Readiness {
    pub(crate) fn new(signal: Arc<Signal>) -> Readiness {
        Readiness(signal)
    }
}

impl AsFd for Readiness {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.event.as_fd()
    }
}

/// The eventfd and the thread that raises it.
#[derive(Debug)]
pub(crate) struct Signal {
    event: OwnedFd,
    state: Mutex<SignalState>,
    changed: Condvar,
    gate: Gate,
    generation: u64,
}

#[derive(Debug)]
struct SignalState {
    raised: bool,
    stopping: bool,
}

impl Signal {
    pub(crate) fn start(core: &Arc<Core>) -> Result<Arc<Signal>, Error> {
        let signal = Arc::new(Signal {
            event: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            state: Mutex::new(SignalState { raised: false, stopping: false }),
            changed: Condvar::new(),
            gate: Gate::new(),
            generation: fork::generation(),
        });
        let (for_thread, core) = (Arc::clone(&signal), Arc::clone(core));
        std::thread::Builder::new()
            .name("mailslot-poll".to_owned())
            .spawn(move || for_thread.watch(&core))
            .map_err(Error::Os)?;
        Ok(signal)
    }

    /// A forked child has the descriptor, but not the thread.
    pub(crate) fn is_of_this_process(&self) -> bool {
        self.generation == fork::generation()
    }

    /// Makes the descriptor unreadable, if the queue is empty.
    pub(crate) fn clear_if(&self, is_empty: impl Fn() -> bool) {
        let mut state = self.lock();
        if state.raised && !state.stopping && is_empty() {
            let mut count = [0; 8];
            // Not readable is what it should become.
            let _ = rustix::io::read(&self.event, &mut count);
            state.raised = false;
            self.changed.notify_all();
        }
    }

    /// Ends the thread and leaves the descriptor readable.
    pub(crate) fn stop(&self, slot: &Slot) {
        let mut state = self.lock();
        state.stopping = true;
        self.raise(&mut state);
        self.changed.notify_all();
        drop(state);
        self.gate.close(slot);
    }

    fn watch(&self, core: &Core) {
        // An error other than "closed" would come again at once: then the descriptor stays readable, and the next take
        // says what is wrong.
        while let Ok(true) = core.wait(Wait::Forever, &self.gate) {
            let mut state = self.lock();
            if !core.slot.is_empty() {
                self.raise(&mut state);
            }
            while state.raised && !state.stopping {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        self.raise(&mut self.lock());
    }

    fn raise(&self, state: &mut SignalState) {
        if !state.raised {
            // The counter is 0 or 1: there is always room for one more.
            let _ = rustix::io::write(&self.event, &1u64.to_ne_bytes());
            state.raised = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, SignalState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
