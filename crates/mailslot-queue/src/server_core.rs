//! What all handles and taps of one slot in one process share.

use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::doorbell::{Deadline, Wait};
use crate::error::Error;
use crate::gate::Gate;
use crate::info::Info;
use crate::primitive::{AtomicBool, AtomicUsize, Ordering, yield_now};
use crate::reader::{self, LOCK_PATIENCE, Reader, Taken};
use crate::readiness::Signal;
use crate::slot::Slot;

/// A slot's reading end in this process. What it is asked for is not checked against closed handles here.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) slot: Slot,
    pub(crate) reader: Reader,
    /// Closed with the last handle: where taps wait.
    pub(crate) tap_gate: Gate,
    /// Present once somebody polls.
    signal: Mutex<Option<Arc<Signal>>>,
    is_polled: AtomicBool,
    /// Handles of this core that are open. The slot's life does not depend on it: it ends the taps and the thread behind
    /// `signal`.
    open_handles: AtomicUsize,
}

impl Core {
    /// With one open handle.
    pub(crate) fn new(slot: Slot) -> Core {
        Core {
            slot,
            reader: Reader::new(),
            tap_gate: Gate::new(),
            signal: Mutex::new(None),
            is_polled: AtomicBool::new(false),
            open_handles: AtomicUsize::new(1),
        }
    }

    /// See [`Server::take`](crate::Server::take).
    #[inline]
    pub(crate) fn take(&self, buffer: &mut [u8]) -> Result<Option<Taken>, Error> {
        self.take_patiently(buffer, LOCK_PATIENCE)
    }

    /// [`Core::take`] that fails with [`Error::ReaderStopped`] if another reader has been at it for so long.
    #[inline]
    pub(crate) fn take_patiently(&self, buffer: &mut [u8], patience: Duration) -> Result<Option<Taken>, Error> {
        // SAFETY: both slices cover the same initialised bytes, and only initialised bytes are ever copied in.
        let buffer: &mut [MaybeUninit<u8>] =
            unsafe { std::slice::from_raw_parts_mut(buffer.as_mut_ptr().cast(), buffer.len()) };
        self.take_with(patience, |size| {
            let available = buffer.len();
            buffer.get_mut(..size as usize).ok_or(Error::BufferTooSmall { size, buffer: available })
        })
    }

    /// See [`Server::take_vec`](crate::Server::take_vec).
    pub(crate) fn take_vec(&self, out: &mut Vec<u8>) -> Result<Option<Taken>, Error> {
        out.clear();
        let taken = self.take_with(LOCK_PATIENCE, |size| {
            out.try_reserve(size as usize).map_err(|_| Error::OutOfMemory)?;
            out.spare_capacity_mut().get_mut(..size as usize).ok_or(Error::OutOfMemory)
        })?;
        if let Some(taken) = taken {
            // SAFETY: `take_with` has copied `size` bytes to the start of the spare capacity of the empty vector.
            unsafe { out.set_len(taken.size as usize) };
        }
        Ok(taken)
    }

    #[inline]
    fn take_with<'b>(
        &self,
        patience: Duration,
        buffer: impl FnOnce(u32) -> Result<&'b mut [MaybeUninit<u8>], Error>,
    ) -> Result<Option<Taken>, Error> {
        let taken = self.reader.take(&self.slot, patience, buffer)?;
        if self.is_polled.load(Ordering::Relaxed) {
            self.update_signal();
        }
        Ok(taken)
    }

    /// See [`Server::wait`](crate::Server::wait).
    pub(crate) fn wait(&self, wait: Wait, gate: &Gate) -> Result<bool, Error> {
        let slot = &self.slot;
        let interruptions = gate.interruptions();
        let _waiting = gate.wait_here();
        let deadline = Deadline::after(wait);
        let is_ended = || gate.is_closed() || gate.interruptions() != interruptions;
        if wait != Wait::Now && !is_ended() {
            let next = slot.next_hint();
            // A hint without its message is damage: what counts is looked at below.
            self.reader.spin.watch(slot.read_sequence(), || next.is_there());
        }
        let mut may_nap = true;
        let mut fell_asleep: Option<Instant> = None;
        loop {
            if is_ended() {
                return Err(Error::Cancelled);
            }
            if !slot.is_empty() {
                self.reader.found();
                if let Some(start) = fell_asleep {
                    self.reader.spin.slept(start.elapsed());
                }
                return Ok(true);
            }
            if deadline.has_passed() {
                return Ok(false);
            }
            fell_asleep = fell_asleep.or_else(|| Some(Instant::now()));
            let is_over = || is_ended() || !slot.is_empty();
            match self.reader.nap(slot).filter(|_| may_nap) {
                None => slot.sleep(deadline, is_over)?,
                Some(nap) => {
                    let end_of_nap = Deadline::after(Wait::For(nap));
                    slot.sleep(deadline.or_earlier(end_of_nap), is_over)?;
                    if end_of_nap.has_passed() {
                        may_nap = false;
                        self.reader.rest(slot)?;
                    }
                }
            }
        }
    }

    /// See [`Server::info`](crate::Server::info).
    pub(crate) fn info(&self) -> Result<Info, Error> {
        let slot = &self.slot;
        let (next_size, message_count) = self.reader.look(slot)?;
        let read_timeout_ms = slot.read_timeout_ms();
        Ok(Info { max_message_size: slot.max_message_size, next_size, message_count, read_timeout_ms })
    }

    /// The signal behind [`Readiness`](crate::Readiness), started when `may_start` says so.
    pub(crate) fn signal(
        self: &Arc<Core>,
        may_start: impl FnOnce() -> Result<(), Error>,
    ) -> Result<Arc<Signal>, Error> {
        let mut signal = self.lock_signal();
        if let Some(signal) = signal.as_ref().filter(|signal| signal.is_of_this_process()) {
            return Ok(Arc::clone(signal));
        }
        // Under the lock that the last close takes: no thread is started behind its back.
        may_start()?;
        let started = Signal::start(self)?;
        *signal = Some(Arc::clone(&started));
        self.is_polled.store(true, Ordering::Relaxed);
        Ok(started)
    }

    /// Counts a handle. Before it exists: what ends with the last one must not end because another is closed meanwhile.
    pub(crate) fn handle_opened(&self) {
        self.open_handles.fetch_add(1, Ordering::AcqRel);
    }

    /// Ends the taps' waits and the signal's thread after the last handle. A forked child has the signal's descriptor, but the
    /// thread is its parent's.
    pub(crate) fn handle_closed(&self) {
        if self.open_handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.tap_gate.close(&self.slot);
            let signal = self.lock_signal().take();
            if let Some(signal) = signal.filter(|signal| signal.is_of_this_process()) {
                signal.stop(&self.slot);
            }
        }
    }

    /// Whether the handle that was closed was the last one is the kernel's to say. Nobody is left to tell of an error.
    pub(crate) fn end_if_dead(&self) {
        // Another thread that is inside a system call on the descriptor keeps its lock for as long: that is asked for again.
        for _ in 0..4 {
            if let Ok(false) = self.slot.check_server() {
                let _ = reader::abandon(&self.slot);
                return;
            }
            yield_now();
        }
    }

    /// Tells who polls that the queue is empty, if it is.
    fn update_signal(&self) {
        let signal = self.lock_signal();
        if let Some(signal) = signal.as_ref().filter(|signal| signal.is_of_this_process()) {
            signal.clear_if(|| self.slot.is_empty());
        }
    }

    fn lock_signal(&self) -> MutexGuard<'_, Option<Arc<Signal>>> {
        self.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
