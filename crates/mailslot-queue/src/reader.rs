//! Taking messages. Several server handles, in several processes, may do so at the same time.
//!
//! What a read costs while messages are queued: no system call; one copy; one compare-exchange and one store for the
//! reader lock; the hint word, the block's own lines; and stores to the line of `READ_SEQUENCE`, which writers look at
//! only now and then.

use std::mem::MaybeUninit;
use std::sync::PoisonError;
use std::time::Duration;

use crate::clock::FileTime;
use crate::error::Error;
use crate::fork;
use crate::kernel::{self, LockByte};
use crate::layout::{self, Head};
use crate::planted::{self, Bug};
use crate::primitive::{AtomicBool, AtomicU64, Instant, Mutex, Ordering};
use crate::private_lock::Patience;
use crate::sizes::TRIM_AFTER_BYTES;
use crate::slot::Slot;
use crate::spin::Spin;

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

/// What the readers of one process remember. Private memory. All but `keeps_access_time` is changed by the holder of the slot's
/// reader lock alone; these are atomics all the same, because a peer that scribbles in the slot file can make two threads
/// hold that lock at a time, and what is remembered here then may be wrong, but no more than that.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Bytes taken since memory was last given back.
    taken_bytes: AtomicU64,
    /// When a message was last taken, as a FILETIME.
    last_take: AtomicU64,
    /// Bytes that were counted although the queue was empty; 0 for none.
    uneven_bytes: AtomicU64,
    /// Since when, as a FILETIME.
    uneven_since: AtomicU64,
    /// The reader that was waited for in vain; 0 for none.
    stuck: AtomicU64,
    /// The fork generation that wrote its process id into the file; `u64::MAX` for none.
    announced: AtomicU64,
    /// The sequence number, plus one, of the message behind which nothing was seen queued; 0 for none.
    empty_at: AtomicU64,
    /// When that was seen, as a FILETIME.
    empty_tick: AtomicU64,
    /// How long waits look before they sleep.
    pub(crate) spin: Spin,
    /// Whether takes of this process leave the access time alone.
    keeps_access_time: AtomicBool,
    /// Keeps those of this process's threads apart that found the reader lock taken.
    waiting: Mutex<()>,
}

impl Reader {
    pub(crate) fn new() -> Reader {
        Reader {
            taken_bytes: AtomicU64::new(0),
            last_take: AtomicU64::new(0),
            uneven_bytes: AtomicU64::new(0),
            uneven_since: AtomicU64::new(0),
            stuck: AtomicU64::new(0),
            announced: AtomicU64::new(u64::MAX),
            empty_at: AtomicU64::new(0),
            empty_tick: AtomicU64::new(0),
            spin: Spin::new(),
            keeps_access_time: AtomicBool::new(false),
            waiting: Mutex::new(()),
        }
    }

    pub(crate) fn set_keeps_access_time(&self, keeps: bool) {
        self.keeps_access_time.store(keeps, Ordering::Relaxed);
    }

    /// Takes the oldest message, if there is one, into what `buffer` gives for its size. If that fails, the message stays.
    #[inline]
    pub(crate) fn take<'b>(
        &self,
        slot: &Slot,
        patience: Duration,
        buffer: impl FnOnce(u32) -> Result<&'b mut [MaybeUninit<u8>], Error>,
    ) -> Result<Option<Taken>, Error> {
        if self.is_empty(slot) {
            return Ok(None);
        }
        let lock = ReaderLock::acquire(slot, self, patience)?;
        let read = slot.read_sequence();
        let Some(found) = slot.find_next(read)? else {
            self.after_last(slot, read)?;
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
        self.after_take(slot, header.size, now);
        drop(lock);
        let size = if planted::is(Bug::SizeReadTwice) { slot.size_again(&found) } else { header.size };
        Ok(Some(Taken { size, pid: header.pid, uid: header.uid, sent: FileTime(header.sent) }))
    }

    /// Whether nothing is queued, from a look without the reader lock; it also lets the next message's lines come.
    ///
    /// Once the queue was seen to be empty, `HEAD` is left to the writers until the clock has ticked: every message that is published from
    /// then on has its hint before its write returns (see `Writer::hint`). That of a writer that was killed or stopped in front
    /// of its hint is found by the next look at `HEAD`.
    #[inline]
    fn is_empty(&self, slot: &Slot) -> bool {
        let read = slot.read_sequence();
        !slot.is_next_hinted(read) && self.is_empty_without_hint(slot, read)
    }

    fn is_empty_without_hint(&self, slot: &Slot, read: u64) -> bool {
        let (now, mark) = (FileTime::now_coarse().0, read.wrapping_add(1));
        if get(&self.empty_at) == mark && get(&self.empty_tick) == now {
            return true;
        }
        let is_rest_due = get(&self.uneven_bytes) != 0 || get(&self.taken_bytes) > 0 && slot.may_need_trimming();
        if slot.head().sequence != read as u32 || slot.bytes_queued() != 0 || is_rest_due {
            return false;
        }
        self.saw_empty(mark, now);
        true
    }

    fn saw_empty(&self, mark: u64, now: u64) {
        set(&self.empty_tick, now);
        set(&self.empty_at, mark);
    }

    /// A message was found to be queued: whatever was seen before, the next look is at `HEAD`.
    pub(crate) fn found(&self) {
        set(&self.empty_at, 0);
    }

    /// The oldest message's size and the number of messages, of one moment.
    pub(crate) fn look(&self, slot: &Slot) -> Result<(Option<u32>, u32), Error> {
        self.found();
        let _lock = ReaderLock::acquire(slot, self, LOCK_PATIENCE)?;
        let next = slot.find_next(slot.read_sequence())?.map(|found| found.header.size);
        let count = slot.message_count();
        // A message that was published in between is counted from the next look on.
        Ok((next, if next.is_none() { 0 } else { count }))
    }

    /// How long a sleep may last before another look is due, which gives memory back and settles counters; `None` for as
    /// long as it likes.
    pub(crate) fn nap(&self, slot: &Slot) -> Option<Duration> {
        let is_due = get(&self.uneven_bytes) != 0 || get(&self.taken_bytes) > 0 && slot.may_need_trimming();
        is_due.then_some(NAP)
    }

    /// How long it is until a rest is due, counted from when a message was last taken; `None` when none is. Never waits.
    pub(crate) fn rest_in(&self, slot: &Slot) -> Option<Duration> {
        let trim_since = (get(&self.taken_bytes) > 0 && slot.may_need_trimming()).then(|| get(&self.last_take));
        let settle_since = (get(&self.uneven_bytes) != 0).then(|| get(&self.uneven_since));
        let since = trim_since.max(settle_since)?;
        let elapsed = Duration::from_nanos(FileTime::now_coarse().0.abs_diff(since).saturating_mul(100));
        Some(NAP.saturating_sub(elapsed))
    }

    /// As [`Reader::rest`], unless somebody takes a message at this moment: that may be a reader that is stopped.
    pub(crate) fn rest_if_free(&self, slot: &Slot) -> Result<(), Error> {
        let is_free = slot.map.u64_at(layout::READER_LOCK).load(Ordering::Relaxed) == 0;
        if is_free { self.rest(slot) } else { Ok(()) }
    }

    /// Nothing has come for a while: gives memory back.
    pub(crate) fn rest(&self, slot: &Slot) -> Result<(), Error> {
        let _lock = ReaderLock::acquire(slot, self, LOCK_PATIENCE)?;
        if slot.is_empty() {
            self.settle_bytes(slot);
        }
        self.trim(slot)
    }

    // What follows is called by the holder of the reader lock.

    #[inline]
    fn after_take(&self, slot: &Slot, size: u32, now: FileTime) {
        set(&self.last_take, now.0);
        let taken = get(&self.taken_bytes).wrapping_add(layout::BLOCK_HEADER_BYTES + u64::from(size));
        set(&self.taken_bytes, taken);
        if taken >= TRIM_AFTER_BYTES {
            // The message is taken, whether or not memory could be given back.
            let _ = self.trim(slot);
        }
        if get(&self.announced) != fork::generation() {
            self.announce(slot);
        }
    }

    #[cold]
    fn announce(&self, slot: &Slot) {
        set(&self.announced, fork::generation());
        let pid = rustix::process::getpid().as_raw_nonzero().get() as u32;
        slot.map.u32_at(layout::READER_PID).store(pid, Ordering::Relaxed);
    }

    /// The queue is empty.
    #[cold]
    fn after_last(&self, slot: &Slot, read: u64) -> Result<(), Error> {
        let now = FileTime::now_coarse().0;
        if get(&self.taken_bytes) > 0 && now.abs_diff(get(&self.last_take)) >= TRIM_AFTER {
            self.trim(slot)?;
        }
        self.settle_bytes(slot);
        self.saw_empty(read.wrapping_add(1), now);
        Ok(())
    }

    #[cold]
    fn trim(&self, slot: &Slot) -> Result<(), Error> {
        set(&self.taken_bytes, 0);
        if slot.may_need_trimming() { slot.trim(slot.participant()?, slot.chunks_to_keep()) } else { Ok(()) }
    }

    /// Writers count their bytes before they publish: one that died in between left the counter too high. Bytes that stay
    /// counted over an empty queue are taken back; a writer that is merely stopped there is forgiven its message's bytes.
    fn settle_bytes(&self, slot: &Slot) {
        let written = slot.map.u64_at(layout::WRITTEN_BYTES).load(Ordering::Relaxed);
        let read = slot.map.u64_at(layout::READ_BYTES);
        let surplus = written.wrapping_sub(read.load(Ordering::Relaxed));
        let seen = get(&self.uneven_bytes);
        if surplus == 0 {
            if seen != 0 {
                set(&self.uneven_bytes, 0);
            }
            return;
        }
        let now = FileTime::now_coarse();
        if seen != surplus {
            set(&self.uneven_since, now.0);
            set(&self.uneven_bytes, surplus);
        } else if now.0.abs_diff(get(&self.uneven_since)) >= SETTLE_AFTER {
            read.fetch_add(surplus, Ordering::Relaxed);
            set(&self.uneven_bytes, 0);
        }
    }
}

/// Gives back the memory of a slot whose server is gone: nobody will read what is queued.
pub(crate) fn abandon(slot: &Slot) -> Result<(), Error> {
    let _lock = ReaderLock::acquire(slot, &Reader::new(), LOCK_PATIENCE)?;
    slot.map.u64_at(layout::READ_SEQUENCE).store(slot.head_sequence(), layout::CONSUMED);
    slot.trim(slot.participant()?, 0)
}

fn get(word: &AtomicU64) -> u64 {
    word.load(Ordering::Relaxed)
}

fn set(word: &AtomicU64, value: u64) {
    word.store(value, Ordering::Relaxed);
}

/// The reader lock of the slot file, held only while a message is looked for and copied, never while waiting.
///
/// | word | meaning | next |
/// |---|---|---|
/// | 0 | nobody takes a message | a participant's number by compare-exchange |
/// | n | a thread of participant n does | 0 by that thread; another's number by compare-exchange once n's own lock is seen released |
///
/// The holder's one irrevocable step is its store of the read sequence, so that there is nothing to repair after it died.
struct ReaderLock<'a>(&'a Slot);

impl<'a> ReaderLock<'a> {
    #[inline]
    fn acquire(slot: &'a Slot, reader: &Reader, patience: Duration) -> Result<ReaderLock<'a>, Error> {
        let me = slot.participant()?;
        let word = slot.map.u64_at(layout::READER_LOCK);
        match word.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => Ok(ReaderLock(slot)),
            Err(_) => Self::wait(slot, me, reader, patience),
        }
    }

    #[cold]
    fn wait(slot: &'a Slot, me: u64, reader: &Reader, patience: Duration) -> Result<ReaderLock<'a>, Error> {
        let word = slot.map.u64_at(layout::READER_LOCK);
        let take = |from| word.compare_exchange(from, me, Ordering::Acquire, Ordering::Relaxed).is_ok();
        let start = Instant::now();
        let mut pauses = Patience::new();
        // One thread of a process at a time asks the kernel; who has no patience does not queue for that.
        let _alone = (patience == LOCK_PATIENCE).then(|| reader.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        loop {
            let holder = word.load(Ordering::Relaxed);
            if holder == 0 {
                if take(0) {
                    return Ok(ReaderLock(slot));
                }
                continue;
            }
            if pauses.is_tired() {
                // Its own number is held by another of its threads, which lives.
                let is_dead =
                    holder != me && !kernel::is_locked_by_another(slot.file(), LockByte::Participant(holder))?;
                if is_dead && take(holder) {
                    return Ok(ReaderLock(slot));
                }
                let is_known = get(&reader.stuck) == holder;
                let limit = if is_known { LOST_PATIENCE.min(patience) } else { patience };
                if start.elapsed() >= limit {
                    // Who has no patience has learnt nothing about the holder.
                    if patience == LOCK_PATIENCE {
                        set(&reader.stuck, holder);
                    }
                    return Err(Error::ReaderStopped);
                }
            }
            pauses.pause();
        }
    }
}

impl Drop for ReaderLock<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.map.u64_at(layout::READER_LOCK).store(0, Ordering::Release);
    }
}
