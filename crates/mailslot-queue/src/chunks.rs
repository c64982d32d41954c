//! Who writes where: handing out chunks of the body, taking back those of dead owners, giving memory back.
//!
//! A chunk changes hands by one compare-exchange of its word in the chunk table (states: [`ChunkState`]), so that there is
//! no moment at which a killed or stopped process can leave a chunk that is neither free nor owned. Nobody waits here.

use std::ops::Range;

use crate::error::Error;
use crate::kernel::{self, LockByte};
use crate::layout::{self, CHUNK_BYTES, CHUNK_UNITS, ChunkState, PAGE_BYTES, WORDS_PER_TABLE_PAGE};
use crate::planted::{self, Bug};
use crate::primitive::{AtomicU64, Ordering};
use crate::sizes::KEPT_CHUNKS;
use crate::slot::Slot;

/// Table words that one search looks at; the next search goes on behind them.
const SEARCH_WORDS: u32 = 256;
/// Owners that one search asks the kernel about.
const SEARCH_PROBES: u32 = 4;

/// A place to write to: this participant owns the chunk, and its units from `first_unit` on are unused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) chunk: u32,
    pub(crate) first_unit: u32,
}

impl Slot {
    /// Chunks whose table words exist.
    pub(crate) fn chunk_limit(&self) -> u32 {
        let limit = self.map.u32_at(layout::CHUNK_LIMIT).load(Ordering::Acquire);
        if planted::is(Bug::ChunkLimit) || planted::is(Bug::Range) {
            limit
        } else {
            limit.min(self.geometry.chunk_capacity)
        }
    }

    /// The table word of a chunk below [`Slot::chunk_limit`].
    #[inline]
    pub(crate) fn chunk_word(&self, chunk: u32) -> &AtomicU64 {
        self.map.u64_at(layout::table_offset(chunk))
    }

    fn chunk_state(&self, chunk: u32) -> Option<ChunkState> {
        ChunkState::from_word(self.chunk_word(chunk).load(Ordering::Acquire))
    }

    /// SYNC POINT ownership: acquires what the last owner stored before its release.
    fn change_chunk(&self, chunk: u32, from: ChunkState, to: ChunkState) -> bool {
        let word = self.chunk_word(chunk);
        word.compare_exchange(from.to_word(), to.to_word(), Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Ends this participant's ownership.
    pub(crate) fn release_chunk(&self, chunk: u32, to: ChunkState) {
        self.chunk_word(chunk).store(to.to_word(), Ordering::Release);
    }

    /// A chunk with at least `units` unused units: one whose messages have been read, else the rest of one that
    /// somebody left, else fresh memory. The search begins behind chunk `after`.
    ///
    /// Costs no system call while read chunks are there to use again.
    pub(crate) fn acquire_chunk(&self, me: u64, after: u32, units: u32) -> Result<Place, Error> {
        let limit = self.chunk_limit();
        match self.search(me, limit, after, units, SEARCH_WORDS)? {
            Some(place) => Ok(place),
            None => match self.extend(me)? {
                Some(chunk) => Ok(Place { chunk, first_unit: 0 }),
                // The address range is used up: now every word counts.
                None => self.search(me, limit, after, units, limit)?.ok_or(Error::OutOfMemory),
            },
        }
    }

    fn search(&self, me: u64, limit: u32, after: u32, units: u32, words: u32) -> Result<Option<Place>, Error> {
        let read = self.read_sequence();
        let mine = ChunkState::Owned(me);
        let (mut partial, mut empty, mut owned) = (None, None, [None; SEARCH_PROBES as usize]);
        let mut owners = 0;
        // Behind `after`, and where `trim` leaves the memory that it keeps.
        let behind = (1..=limit.min(words)).map(|step| after.wrapping_add(step) % limit);
        for chunk in behind.chain(0..limit.min(SEARCH_WORDS)) {
            match self.chunk_state(chunk) {
                Some(state @ ChunkState::Free { last_sequence, .. })
                    if last_sequence <= read && self.change_chunk(chunk, state, mine) =>
                {
                    return Ok(Some(Place { chunk, first_unit: 0 }));
                }
                Some(state @ ChunkState::Free { used_units, .. })
                    if partial.is_none() && used_units + units <= CHUNK_UNITS =>
                {
                    partial = Some((chunk, state, used_units));
                }
                Some(ChunkState::Empty) if empty.is_none() => empty = Some(chunk),
                Some(ChunkState::Owned(owner)) if owner != me => {
                    owned[owners % owned.len()] = Some((chunk, owner));
                    owners += 1;
                }
                _ => {}
            }
        }
        if let Some((chunk, state, first_unit)) = partial
            && self.change_chunk(chunk, state, mine)
        {
            return Ok(Some(Place { chunk, first_unit }));
        }
        for (chunk, owner) in owned.into_iter().flatten() {
            if self.take_from_dead(me, chunk, owner)? {
                let state = self.state_after_death();
                if matches!(state, ChunkState::Free { last_sequence, .. } if last_sequence <= self.read_sequence()) {
                    return Ok(Some(Place { chunk, first_unit: 0 }));
                }
                self.release_chunk(chunk, state);
            }
        }
        if let Some(chunk) = empty
            && self.change_chunk(chunk, ChunkState::Empty, mine)
        {
            self.back_chunks(chunk, 1)?;
            return Ok(Some(Place { chunk, first_unit: 0 }));
        }
        Ok(None)
    }

    /// Takes a chunk that was never used, with memory behind it; `None` when the file cannot grow.
    fn extend(&self, me: u64) -> Result<Option<u32>, Error> {
        // Each round that fails means that another participant has taken a chunk.
        for _ in 0..10_000 {
            let chunk = self.chunk_limit();
            if chunk >= self.geometry.chunk_capacity {
                return Ok(None);
            }
            if self.grow(chunk, Some(chunk + 1))? && self.change_chunk(chunk, ChunkState::Empty, ChunkState::Owned(me))
            {
                self.back_chunks(chunk, 1)?;
                return Ok(Some(chunk));
            }
        }
        Err(Error::Corrupt { what: "the chunk limit does not stay put" })
    }

    /// Puts the chunk limit up; `false` if another participant has changed it first.
    fn grow(&self, from: u32, to: Option<u32>) -> Result<bool, Error> {
        let to = to.filter(|&to| to <= self.geometry.chunk_capacity).ok_or(Error::OutOfMemory)?;
        self.back_table(from, to)?;
        let word = self.map.u32_at(layout::CHUNK_LIMIT);
        Ok(word.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok())
    }

    /// The table pages of a range of chunks exist from here on.
    fn back_table(&self, first: u32, end: u32) -> Result<(), Error> {
        let first_new_page = first.div_ceil(WORDS_PER_TABLE_PAGE).max(1);
        let end_page = end.div_ceil(WORDS_PER_TABLE_PAGE);
        if first_new_page < end_page {
            let offset = layout::table_offset(first_new_page * WORDS_PER_TABLE_PAGE);
            self.allocate(offset, u64::from(end_page - first_new_page) * PAGE_BYTES)?;
        }
        Ok(())
    }

    /// Puts memory behind chunks that this participant owns. If there is none, the chunks become empty again.
    fn back_chunks(&self, first: u32, count: u32) -> Result<(), Error> {
        let result = self.allocate(self.geometry.chunk_offset(first), u64::from(count) * CHUNK_BYTES);
        if result.is_err() {
            self.empty_chunks(first..first + count);
        }
        result
    }

    /// Gives back the memory of chunks that this participant owns, and the chunks themselves.
    fn empty_chunks(&self, chunks: Range<u32>) {
        if chunks.is_empty() {
            return;
        }
        // A file system that cannot punch keeps the memory until the next owner allocates over it.
        let _ = self.punch(self.geometry.chunk_offset(chunks.start), chunks.len() as u64 * CHUNK_BYTES);
        for chunk in chunks {
            self.release_chunk(chunk, ChunkState::Empty);
        }
    }

    /// `count` neighbouring chunks with memory behind them, for one message that is larger than a chunk.
    pub(crate) fn acquire_run(&self, me: u64, count: u32) -> Result<u32, Error> {
        // Each round that fails means that another participant has taken a chunk.
        for _ in 0..10_000 {
            let limit = self.chunk_limit();
            let read = self.read_sequence();
            let mut length = 0;
            for chunk in 0..limit {
                let available = self.chunk_state(chunk).is_some_and(|state| is_available(state, read));
                length = if available { length + 1 } else { 0 };
                if length == count {
                    let first = chunk + 1 - count;
                    if self.own_run(me, first, count)? {
                        return Ok(first);
                    }
                    length = 0;
                }
            }
            // The available chunks at the end count as well.
            let first = limit - length;
            if self.grow(limit, first.checked_add(count))? && self.own_run(me, first, count)? {
                return Ok(first);
            }
        }
        Err(Error::Corrupt { what: "the chunk limit does not stay put" })
    }

    /// Takes all of a range, with memory behind it, or none of it.
    fn own_run(&self, me: u64, first: u32, count: u32) -> Result<bool, Error> {
        let read = self.read_sequence();
        let mut taken = Vec::with_capacity(count as usize);
        for chunk in first..first + count {
            match self.chunk_state(chunk) {
                Some(state) if is_available(state, read) && self.change_chunk(chunk, state, ChunkState::Owned(me)) => {
                    taken.push(state);
                }
                _ => {
                    // Nothing was written to them: they are what they were.
                    for (chunk, state) in (first..).zip(taken) {
                        self.release_chunk(chunk, state);
                    }
                    return Ok(false);
                }
            }
        }
        if taken.contains(&ChunkState::Empty) {
            self.back_chunks(first, count)?;
        }
        Ok(true)
    }

    /// Takes over a chunk if its owner's lock is free. The memory behind it is there afterwards.
    fn take_from_dead(&self, me: u64, chunk: u32, owner: u64) -> Result<bool, Error> {
        if kernel::is_locked_by_another(self.file(), LockByte::Participant(owner))?
            || !self.change_chunk(chunk, ChunkState::Owned(owner), ChunkState::Owned(me))
        {
            return Ok(false);
        }
        let backed = self.allocate(self.geometry.chunk_offset(chunk), CHUNK_BYTES);
        if backed.is_err() {
            // It may have died before it had memory, or with messages in the chunk: whoever finds memory next sees to it.
            self.release_chunk(chunk, ChunkState::Owned(owner));
        }
        Ok(backed.is_ok())
    }

    /// A dead owner can have published messages up to the newest one of this moment, anywhere in the chunk.
    fn state_after_death(&self) -> ChunkState {
        ChunkState::Free { used_units: CHUNK_UNITS, last_sequence: self.head_sequence() }
    }

    /// Whether the file may have more memory than it should keep.
    pub(crate) fn may_need_trimming(&self) -> bool {
        self.chunk_limit() > KEPT_CHUNKS
    }

    /// Gives memory back that nothing is queued in, except for `kept` chunks, and takes back what dead owners held.
    /// Only a reader that holds the reader lock does this: no other reader can be looking at the memory.
    pub(crate) fn trim(&self, me: u64, kept: u32) -> Result<(), Error> {
        let read = self.read_sequence();
        let mut spare = 0;
        // A large message is written to many chunks at a time: its writer is asked about once.
        let mut alive = me;
        // The chunks of a run are this participant's; one system call gives back the memory of them all.
        let mut run = 0..0;
        for chunk in 0..self.chunk_limit() {
            let mut taken = false;
            match self.chunk_state(chunk) {
                Some(ChunkState::Owned(owner)) if owner != me && owner != alive => {
                    // An error is no reason to keep what the loop has taken: the chunk stays with its owner.
                    if self.take_from_dead(me, chunk, owner).unwrap_or(false) {
                        self.release_chunk(chunk, self.state_after_death());
                    } else {
                        alive = owner;
                    }
                }
                Some(state @ ChunkState::Free { last_sequence, .. }) if last_sequence <= read => {
                    spare += 1;
                    taken = spare > kept && self.change_chunk(chunk, state, ChunkState::Owned(me));
                }
                _ => {}
            }
            if taken {
                run = if run.is_empty() { chunk..chunk + 1 } else { run.start..chunk + 1 };
            } else {
                self.empty_chunks(std::mem::take(&mut run));
            }
        }
        self.empty_chunks(run);
        Ok(())
    }

    /// Chunks to keep although nothing is queued in them: a working set, and half of what is queued, so that a long queue
    /// whose writers and readers both go on does not give back and take again each page of it.
    pub(crate) fn chunks_to_keep(&self) -> u32 {
        let read = self.read_sequence();
        let is_unread = |&chunk: &u32| matches!(self.chunk_state(chunk), Some(ChunkState::Free { last_sequence, .. }) if last_sequence > read);
        let unread = (0..self.chunk_limit()).filter(is_unread).count() as u32;
        KEPT_CHUNKS + unread / 2
    }
}

fn is_available(state: ChunkState, read: u64) -> bool {
    match state {
        ChunkState::Empty => true,
        ChunkState::Free { last_sequence, .. } => last_sequence <= read,
        ChunkState::Owned(_) => false,
    }
}
