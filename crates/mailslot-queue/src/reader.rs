//! Taking messages. Several server handles, in several processes, may do so at the same time.
//!
//! What a read costs while messages are queued: no system call; one copy; one compare-exchange and one store for the
//! reader lock; the hint word, the block's own lines; and stores to the line of `READ_SEQUENCE`, which writers look at
//! only now and then.

use std::mem::MaybeUninit;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use crate::clock::FileTime;
use crate::error::Error;
use crate::fork;
use crate::layout::{self, Head};
use crate::locks::{self, LockByte};
use crate::planted::{self, Bug};
use crate::primitive::Ordering;
use crate::slot::Slot;

/// A message that was taken: its size and what its sender says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Payload bytes.
    pub size: u32,
    /// The sender's process id when it opened the slot. A claim.
    pub pid: u32,
    /// The sender's effective user id when it opened the slot. A claim.
    pub uid: u32,
    /// When it was written, to within a timer tick (1 to 10 ms).
    pub sent: FileTime,
}

/// After so many bytes, memory is given back while the queue drains.
const TRIM_AFTER_BYTES: u64 = 2 << 20;
/// So long after the last message, memory is given back although the queue may fill again: 50 ms.
const TRIM_AFTER: u64 = 500_000;
/// A reader that holds the lock for longer than this, alive, is stopped or hostile …
/// (fuzzers find that quickly, and have no time for it).
pub(crate) const LOCK_PATIENCE: Duration = Duration::from_millis(if cfg!(fuzzing) { 2 } else { 5000 });
/// … and if it holds it still, the next calls do not wait as long for it.
const LOST_PATIENCE: Duration = Duration::from_millis(10);
/// How long it is waited for by those who come again soon.
pub(crate) const NO_PATIENCE: Duration = Duration::from_micros(500);
/// Bytes that are still counted although the queue is empty, for this long, were those of writers that died: 100 ms.
const SETTLE_AFTER: u64 = 1_000_000;

/// After both, with some room for the coarse clock.
const NAP: Duration =
    Duration::from_nanos(if TRIM_AFTER > SETTLE_AFTER { TRIM_AFTER } else { SETTLE_AFTER } * 100 + 20_000_000);

/// What the readers of one process share. Private memory; the mutex also keeps its threads apart.
#[derive(Debug)]
pub(crate) struct Reader {
    state: Mutex<State>,
    /// Whether takes of this process leave the access time alone. Not in the state, whose mutex may be held for seconds
    /// beside a stopped reader.
    keeps_access_time: AtomicBool,
}

#[derive(Debug)]
struct State {
    /// Bytes taken since memory was last given back.
    taken_bytes: u64,
    /// When a message was last taken.
    last_take: FileTime,
    /// Bytes that were counted although the queue was empty, and since when.
    uneven: Option<(u64, FileTime)>,
    /// The reader that was waited for in vain.
    stuck: Option<u64>,
    /// The fork generation that wrote its process id into the file.
    announced: Option<u64>,
}

impl Reader {
    pub(crate) fn new() -> Reader {
        let state =
            State { taken_bytes: 0, last_take: FileTime::default(), uneven: None, stuck: None, announced: None };
        Reader { state: Mutex::new(state), keeps_access_time: AtomicBool::new(false) }
    }

    pub(crate) fn set_keeps_access_time(&self, keeps: bool) {
        self.keeps_access_time.store(keeps, Ordering::Relaxed);
    }

    /// Takes the oldest message, if there is one, into what `buffer` gives for its size. If that fails, the message stays.
    pub(crate) fn take<'b>(
        &self,
        slot: &Slot,
        patience: Duration,
        buffer: impl FnOnce(u32) -> Result<&'b mut [MaybeUninit<u8>], Error>,
    ) -> Result<Option<Taken>, Error> {
        let mut state = self.lock();
        let lock = ReaderLock::acquire(slot, &mut state.stuck, patience)?;
        let read = slot.read_sequence();
        let Some(found) = slot.find_next(read)? else {
            state.after_last(slot)?;
            drop(lock);
            return Ok(None);
        };
        let header = found.header;
        if !slot.map.copy_out(found.payload_offset, buffer(header.size)?) {
            return Err(Error::Corrupt { what: "a message reaches beyond the file" });
        }
        let now = FileTime::now_coarse();
        let map = &slot.map;
        let next = Head { sequence: header.sequence.wrapping_add(1), block: header.next };
        map.u64_at(layout::CURSOR).store(next.to_word(), Ordering::Release);
        let bytes = map.u64_at(layout::READ_BYTES);
        bytes.store(bytes.load(Ordering::Relaxed).wrapping_add(u64::from(header.size)), Ordering::Relaxed);
        if !self.keeps_access_time.load(Ordering::Relaxed) {
            map.u64_at(layout::ACCESS_TIME).store(now.0, Ordering::Relaxed);
        }
        // The message is taken from here on: a reader that is killed earlier leaves it queued.
        map.u64_at(layout::READ_SEQUENCE).store(read.wrapping_add(1), layout::CONSUMED);
        state.after_take(slot, header.size, now);
        drop(lock);
        let size = if planted::is(Bug::SizeReadTwice) { slot.size_again(&found) } else { header.size };
        Ok(Some(Taken { size, pid: header.pid, uid: header.uid, sent: FileTime(header.sent) }))
    }

    /// The oldest message's size and the number of messages, of one moment.
    pub(crate) fn look(&self, slot: &Slot) -> Result<(Option<u32>, u32), Error> {
        let mut state = self.lock();
        let _lock = ReaderLock::acquire(slot, &mut state.stuck, LOCK_PATIENCE)?;
        let next = slot.find_next(slot.read_sequence())?.map(|found| found.header.size);
        let count = slot.message_count();
        // A message that was published in between is counted from the next look on.
        Ok((next, if next.is_none() { 0 } else { count }))
    }

    /// How long a sleep may last before another look is due, which gives memory back and settles counters; `None` for as
    /// long as it likes.
    pub(crate) fn nap(&self, slot: &Slot) -> Option<Duration> {
        let state = self.lock();
        let due = state.uneven.is_some() || state.taken_bytes > 0 && slot.may_need_trimming();
        due.then_some(NAP)
    }

    /// How long it is until a rest is due, counted from when a message was last taken; `None` when none is, or while another
    /// thread takes a message. Never waits.
    pub(crate) fn rest_in(&self, slot: &Slot) -> Option<Duration> {
        let state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let trim_since = (state.taken_bytes > 0 && slot.may_need_trimming()).then_some(state.last_take);
        let settle_since = state.uneven.map(|(_, since)| since);
        let since = trim_since.max(settle_since)?;
        let elapsed = Duration::from_nanos(FileTime::now_coarse().0.abs_diff(since.0).saturating_mul(100));
        Some(NAP.saturating_sub(elapsed))
    }

    /// As [`Reader::rest`], unless somebody takes a message at this moment: that may be a reader that is stopped.
    pub(crate) fn rest_if_free(&self, slot: &Slot) -> Result<(), Error> {
        let is_free = slot.map.u64_at(layout::READER_LOCK).load(Ordering::Relaxed) == 0;
        if is_free { self.rest(slot) } else { Ok(()) }
    }

    /// Nothing has come for a while: gives memory back.
    pub(crate) fn rest(&self, slot: &Slot) -> Result<(), Error> {
        let mut state = self.lock();
        let _lock = ReaderLock::acquire(slot, &mut state.stuck, LOCK_PATIENCE)?;
        if slot.is_empty() {
            state.settle_bytes(slot);
        }
        state.trim(slot)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives back the memory of a slot whose server is gone: nobody will read what is queued.
pub(crate) fn abandon(slot: &Slot) -> Result<(), Error> {
    let _lock = ReaderLock::acquire(slot, &mut None, LOCK_PATIENCE)?;
    slot.map.u64_at(layout::READ_SEQUENCE).store(slot.head_sequence(), layout::CONSUMED);
    slot.trim(slot.participant()?, 0)
}

impl State {
    #[inline]
    fn after_take(&mut self, slot: &Slot, size: u32, now: FileTime) {
        self.last_take = now;
        self.taken_bytes += layout::BLOCK_HEADER_BYTES + u64::from(size);
        if self.taken_bytes >= TRIM_AFTER_BYTES {
            // The message is taken, whether or not memory could be given back.
            let _ = self.trim(slot);
        }
        if self.announced != Some(fork::generation()) {
            self.announced = Some(fork::generation());
            let pid = rustix::process::getpid().as_raw_nonzero().get() as u32;
            slot.map.u32_at(layout::READER_PID).store(pid, Ordering::Relaxed);
        }
    }

    /// The queue is empty.
    fn after_last(&mut self, slot: &Slot) -> Result<(), Error> {
        if self.taken_bytes > 0 && FileTime::now_coarse().0.abs_diff(self.last_take.0) >= TRIM_AFTER {
            self.trim(slot)?;
        }
        self.settle_bytes(slot);
        Ok(())
    }

    fn trim(&mut self, slot: &Slot) -> Result<(), Error> {
        self.taken_bytes = 0;
        if slot.may_need_trimming() { slot.trim(slot.participant()?, slot.chunks_to_keep()) } else { Ok(()) }
    }

    /// Writers count their bytes before they publish: one that died in between left the counter too high. Bytes that stay
    /// counted over an empty queue are taken back; a writer that is merely stopped there is forgiven its message's bytes.
    fn settle_bytes(&mut self, slot: &Slot) {
        let written = slot.map.u64_at(layout::WRITTEN_BYTES).load(Ordering::Relaxed);
        let read = slot.map.u64_at(layout::READ_BYTES);
        let surplus = written.wrapping_sub(read.load(Ordering::Relaxed));
        if surplus == 0 {
            self.uneven = None;
            return;
        }
        let now = FileTime::now_coarse();
        match self.uneven {
            Some((seen, since)) if seen == surplus => {
                if now.0.abs_diff(since.0) >= SETTLE_AFTER {
                    read.fetch_add(surplus, Ordering::Relaxed);
                    self.uneven = None;
                }
            }
            _ => self.uneven = Some((surplus, now)),
        }
    }
}

/// The reader lock of the slot file, held only while a message is looked for and copied, never while waiting.
///
/// | word | meaning | next |
/// |---|---|---|
/// | 0 | nobody takes a message | a participant's number by compare-exchange |
/// | n | participant n does | 0 by n; another's number by compare-exchange once n's own lock is seen released |
///
/// The holder's one irrevocable step is its store of the read sequence, so that there is nothing to repair after it died.
struct ReaderLock<'a>(&'a Slot);

impl<'a> ReaderLock<'a> {
    #[inline]
    fn acquire(slot: &'a Slot, stuck: &mut Option<u64>, patience: Duration) -> Result<ReaderLock<'a>, Error> {
        let me = slot.participant()?;
        let word = slot.map.u64_at(layout::READER_LOCK);
        match word.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => Ok(ReaderLock(slot)),
            Err(_) => Self::wait(slot, me, stuck, patience),
        }
    }

    #[cold]
    fn wait(slot: &'a Slot, me: u64, stuck: &mut Option<u64>, patience: Duration) -> Result<ReaderLock<'a>, Error> {
        let word = slot.map.u64_at(layout::READER_LOCK);
        let start = Instant::now();
        let mut pause = Duration::from_micros(20);
        loop {
            for _ in 0..50 {
                if word.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                    return Ok(ReaderLock(slot));
                }
                std::hint::spin_loop();
            }
            let holder = word.load(Ordering::Relaxed);
            // This process's threads wait for its mutex, not here: its own number is a leftover (or damage).
            let gone = holder == me || !locks::is_locked_by_another(slot.file(), LockByte::Participant(holder))?;
            if gone && word.compare_exchange(holder, me, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                return Ok(ReaderLock(slot));
            }
            let limit = if *stuck == Some(holder) { LOST_PATIENCE.min(patience) } else { patience };
            if start.elapsed() >= limit {
                // Who has no patience has learnt nothing about the holder.
                if patience == LOCK_PATIENCE {
                    *stuck = Some(holder);
                }
                return Err(Error::ReaderStopped);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(2));
        }
    }
}

impl Drop for ReaderLock<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.map.u64_at(layout::READER_LOCK).store(0, Ordering::Release);
    }
}
