//! A client's way of a message into the slot file.
//!
//! What a write costs while nobody sleeps and read chunks are at hand: no system call; one copy; two atomic
//! read-modify-writes on the line of `HEAD`; one hint word; and the block's own lines, which are nobody else's.

use crate::clock::FileTime;
use crate::error::Error;
use crate::fork;
use crate::kernel::WakeDuty;
use crate::layout::{self, BLOCK_HEADER_BYTES, BlockHeader, CHUNK_UNITS, ChunkState, HINT_COUNT, Head, UNIT_BYTES};
use crate::primitive::Ordering;
use crate::reader;
use crate::slot::Slot;

/// The kernel is asked at most this often whether the server lives: 4 ms, in FILETIME units.
const PROBE_INTERVAL: u64 = 40_000;

/// What one client of one process remembers between its writes. Private memory.
#[derive(Debug)]
pub(crate) struct Writer {
    /// The chunk that this client fills, and its first unused unit.
    chunk: Option<(u32, u32)>,
    /// Where the next search for a chunk begins.
    last_chunk: u32,
    /// The read sequence and read bytes when last looked at: they only grow.
    read_sequence: u64,
    read_bytes: u64,
    /// The bytes ever written after this client's last message.
    written_bytes: u64,
    last_probe: FileTime,
    /// Whether this client's writes leave the write time alone.
    keeps_write_time: bool,
    /// The newest sleep that this client has ended.
    rung_for: Option<u32>,
    generation: u64,
    pid: u32,
    uid: u32,
}

impl Writer {
    pub(crate) fn new() -> Writer {
        Writer {
            chunk: None,
            last_chunk: u32::MAX,
            read_sequence: 0,
            read_bytes: 0,
            written_bytes: 0,
            last_probe: FileTime::default(),
            keeps_write_time: false,
            rung_for: None,
            generation: fork::generation(),
            pid: rustix::process::getpid().as_raw_nonzero().get() as u32,
            uid: rustix::process::geteuid().as_raw(),
        }
    }

    pub(crate) fn set_keeps_write_time(&mut self, keeps: bool) {
        self.keeps_write_time = keeps;
    }

    /// Queues one message. When this returns, the message is queued or nothing has happened.
    #[inline]
    pub(crate) fn write(&mut self, slot: &Slot, message: &[u8]) -> Result<(), Error> {
        if self.generation != fork::generation() {
            self.begin_anew();
        }
        let size = check_size(slot, message.len())?;
        let now = FileTime::now_coarse();
        self.check_server(slot, now)?;
        self.check_room(slot, size)?;
        let units = layout::units_for(size);
        if units <= CHUNK_UNITS {
            self.write_block(slot, message, size, units, now)
        } else {
            self.write_run(slot, message, size, units, now)
        }
    }

    /// In a forked child: the chunk is the parent's.
    #[cold]
    fn begin_anew(&mut self) {
        *self = Writer { keeps_write_time: self.keeps_write_time, ..Writer::new() };
    }

    /// Leaves the chunk to others. Nothing happens in a forked child: the chunk is the parent's.
    pub(crate) fn leave(&mut self, slot: &Slot) {
        if self.generation == fork::generation()
            && let Some((chunk, used_units)) = self.chunk.take()
        {
            self.last_chunk = chunk;
            // Not less than the newest message in the chunk, which is what matters.
            let last_sequence = slot.head_sequence();
            slot.release_chunk(chunk, ChunkState::Free { used_units, last_sequence });
        }
    }

    #[inline]
    fn check_server(&mut self, slot: &Slot, now: FileTime) -> Result<(), Error> {
        let is_probe_due = now.0.abs_diff(self.last_probe.0) >= PROBE_INTERVAL;
        if slot.is_marked_closed() || is_probe_due { self.probe_server(slot, now) } else { Ok(()) }
    }

    #[cold]
    fn probe_server(&mut self, slot: &Slot, now: FileTime) -> Result<(), Error> {
        if slot.is_marked_closed() {
            self.leave(slot);
            return Err(Error::ServerGone);
        }
        if !slot.check_server()? {
            self.leave(slot);
            // The error is the same whether or not the memory could be given back.
            let _ = reader::abandon(slot);
            return Err(Error::ServerGone);
        }
        self.last_probe = now;
        Ok(())
    }

    /// Refuses before anything is copied; what counts is the reservation in front of the publication. While there was room in
    /// abundance at the last write, the line that all writers change is not looked at now and again in a moment.
    #[inline]
    fn check_room(&mut self, slot: &Slot, size: u32) -> Result<(), Error> {
        let has_room = |read| self.written_bytes.wrapping_sub(read) < slot.quota_bytes / 2;
        if u64::from(size) < slot.quota_bytes / 4 {
            if has_room(self.read_bytes) {
                return Ok(());
            }
            self.read_bytes = slot.map.u64_at(layout::READ_BYTES).load(Ordering::Relaxed);
            if has_room(self.read_bytes) {
                return Ok(());
            }
        }
        let written = slot.map.u64_at(layout::WRITTEN_BYTES).load(Ordering::Relaxed);
        self.check_quota(slot, size, written.wrapping_add(u64::from(size)))
    }

    /// Counts the message's bytes just before it is published, so that the quota holds over all writers. A writer that
    /// dies in between leaves its bytes counted until the queue has been empty for a moment (see `State::settle_bytes`).
    #[inline]
    fn reserve(&mut self, slot: &Slot, size: u32) -> Result<(), Error> {
        let bytes = u64::from(size);
        let written = slot.map.u64_at(layout::WRITTEN_BYTES);
        let total = written.fetch_add(bytes, Ordering::Relaxed).wrapping_add(bytes);
        self.written_bytes = total;
        let result = self.check_quota(slot, size, total);
        if result.is_err() {
            written.fetch_sub(bytes, Ordering::Relaxed);
        }
        result
    }

    /// Whether the quota allows that `written` bytes were ever written, the message of `size` bytes included.
    #[inline]
    fn check_quota(&mut self, slot: &Slot, size: u32, written: u64) -> Result<(), Error> {
        let queued = |read: u64| u64::try_from(written.wrapping_sub(read) as i64).unwrap_or(0);
        if queued(self.read_bytes) > slot.quota_bytes {
            self.read_bytes = slot.map.u64_at(layout::READ_BYTES).load(Ordering::Relaxed);
            let queued = queued(self.read_bytes);
            if queued > slot.quota_bytes {
                return Err(quota_exceeded(slot, size, queued));
            }
        }
        Ok(())
    }

    #[inline]
    fn write_block(&mut self, slot: &Slot, message: &[u8], size: u32, units: u32, now: FileTime) -> Result<(), Error> {
        let (chunk, unit) = self.place(slot, units)?;
        let offset = slot.geometry.chunk_offset(chunk) + u64::from(unit) * UNIT_BYTES;
        let header = self.header(size, now);
        fill(slot, offset, &header, message)?;
        self.reserve(slot, size)?;
        self.chunk = Some((chunk, unit + units));
        self.publish(slot, offset, header, now);
        // The next message is likely to be like this one. The reader had its lines last.
        let bytes = u64::from(units) * UNIT_BYTES;
        slot.map.expect_write(offset + bytes, bytes);
        Ok(())
    }

    /// A message that is larger than a chunk has a run of chunks to itself.
    #[cold]
    fn write_run(&mut self, slot: &Slot, message: &[u8], size: u32, units: u32, now: FileTime) -> Result<(), Error> {
        let count = units.div_ceil(CHUNK_UNITS);
        let first = slot.acquire_run(slot.participant()?, count)?;
        let offset = slot.geometry.chunk_offset(first);
        let header = self.header(size, now);
        let result = fill(slot, offset, &header, message).and_then(|()| self.reserve(slot, size));
        if result.is_ok() {
            self.publish(slot, offset, header, now);
        }
        let last_sequence = slot.head_sequence();
        for chunk in first..first + count {
            // What the message leaves of its last chunk is for others to use.
            let used_units = (units - (chunk - first) * CHUNK_UNITS).min(CHUNK_UNITS);
            slot.release_chunk(chunk, ChunkState::Free { used_units, last_sequence });
        }
        result
    }

    #[inline]
    fn header(&self, size: u32, now: FileTime) -> BlockHeader {
        BlockHeader { sequence: 0, previous: 0, size, next: 0, pid: self.pid, uid: self.uid, sent: now.0 }
    }

    /// A chunk of this client's with `units` unused units, and the first of them.
    #[inline]
    fn place(&mut self, slot: &Slot, units: u32) -> Result<(u32, u32), Error> {
        match self.chunk {
            Some((chunk, unit)) if unit + units <= CHUNK_UNITS => Ok((chunk, unit)),
            _ => self.next_chunk(slot, units),
        }
    }

    #[cold]
    fn next_chunk(&mut self, slot: &Slot, units: u32) -> Result<(u32, u32), Error> {
        let me = slot.participant()?;
        if self.last_chunk == u32::MAX {
            // The newest message's chunk may have room left: many clients that write once and go share one.
            let newest = slot.geometry.chunk_of_block(slot.head().block);
            self.last_chunk = newest.unwrap_or(0).wrapping_sub(1);
        }
        self.leave(slot);
        let place = slot.acquire_chunk(me, self.last_chunk, units)?;
        self.chunk = Some((place.chunk, place.first_unit));
        self.last_chunk = place.chunk;
        Ok((place.chunk, place.first_unit))
    }

    /// Makes the block the newest message, in one step, and wakes who waits for it. The bytes are reserved.
    #[inline]
    fn publish(&mut self, slot: &Slot, offset: u64, mut header: BlockHeader, now: FileTime) {
        let duty = WakeDuty::begin(slot.doorbell());
        let word = slot.map.u64_at(layout::HEAD);
        let block = (offset / UNIT_BYTES) as u32;
        let mut head = word.load(Ordering::Relaxed);
        let sequence = loop {
            let Head { sequence, block: previous } = Head::from_word(head);
            (header.sequence, header.previous) = (sequence.wrapping_add(1), previous);
            slot.map.u64_at(offset).store(header.link_word(), Ordering::Relaxed);
            let next = Head { sequence: header.sequence, block };
            match word.compare_exchange_weak(head, next.to_word(), layout::PUBLISH, Ordering::Relaxed) {
                Ok(_) => break header.sequence,
                Err(newer) => head = newer,
            }
        };
        if !self.keeps_write_time {
            slot.map.u64_at(layout::WRITE_TIME).store(now.0, Ordering::Relaxed);
        }
        self.hint(slot, Head { sequence, block });
        slot.ring(&mut self.rung_for);
        drop(duty);
    }

    /// Saves the reader from walking the list, unless the entry still serves an older message.
    #[inline]
    fn hint(&mut self, slot: &Slot, entry: Head) {
        let depth = |read: u64| entry.sequence.wrapping_sub(read as u32);
        if depth(self.read_sequence) > HINT_COUNT {
            self.read_sequence = slot.read_sequence();
            if depth(self.read_sequence) > HINT_COUNT {
                return;
            }
        }
        slot.map.u64_at(layout::hint_offset(entry.sequence)).store(entry.to_word(), layout::HINT);
    }
}

#[inline]
fn check_size(slot: &Slot, size: usize) -> Result<u32, Error> {
    let limit = if slot.max_message_size == 0 { u32::MAX } else { slot.max_message_size };
    match u32::try_from(size) {
        Ok(size) if size <= limit => Ok(size),
        _ => Err(Error::TooLarge { size, limit }),
    }
}

#[cold]
fn quota_exceeded(slot: &Slot, size: u32, queued: u64) -> Error {
    let queued = queued.saturating_sub(u64::from(size));
    Error::QuotaExceeded { size: size as usize, queued, quota: slot.quota_bytes }
}

/// Puts header and payload in place, where nobody looks yet.
#[inline]
fn fill(slot: &Slot, offset: u64, header: &BlockHeader, message: &[u8]) -> Result<(), Error> {
    // The first word comes with the publication.
    let [_, size_and_next, sender, sent] = header.to_words();
    for (at, word) in [(8, size_and_next), (16, sender), (24, sent)] {
        slot.map.u64_at(offset + at).store(word, Ordering::Relaxed);
    }
    if !slot.map.copy_in(offset + BLOCK_HEADER_BYTES, message) {
        return Err(Error::Corrupt { what: "a chunk of this client lies outside the file" });
    }
    Ok(())
}
