//! Who writes where: handing out chunks of the body, taking back those of dead owners, giving memory back.
//!
//! A chunk changes hands by one compare-exchange of its word in the chunk table (states: [`ChunkState`]), so that there is
//! no moment at which a killed or stopped process can leave a chunk that is neither free nor owned. Nobody waits here.

use crate::error::Error;
use crate::layout::{self, CHUNK_BYTES, CHUNK_UNITS, ChunkState, PAGE_BYTES, WORDS_PER_TABLE_PAGE};
use crate::locks::{self, LockByte};
use crate::primitive::{AtomicU64, Ordering};
use crate::slot::Slot;

/// Chunks whose memory is kept although nothing is queued in them: 2 MiB, the working set of a busy slot.
const KEPT_CHUNKS: u32 = 32;
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
        self.map.u32_at(layout::CHUNK_LIMIT).load(Ordering::Acquire).min(self.geometry.chunk_capacity)
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
            None => match self.extend(me, limit, 1)? {
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
        for step in 1..=limit.min(words) {
            let chunk = (after.wrapping_add(step)) % limit;
            match self.chunk_state(chunk) {
                Some(state @ ChunkState::Free { last_sequence, .. }) if last_sequence <= read => {
                    if self.change_chunk(chunk, state, mine) {
                        return Ok(Some(Place { chunk, first_unit: 0 }));
                    }
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

    /// Takes chunks that were never used, with memory behind them; `None` when the file cannot grow.
    fn extend(&self, me: u64, seen_limit: u32, count: u32) -> Result<Option<u32>, Error> {
        let word = self.map.u32_at(layout::CHUNK_LIMIT);
        let mut first = seen_limit;
        loop {
            let end = match first.checked_add(count) {
                Some(end) if end <= self.geometry.chunk_capacity => end,
                _ => return Ok(None),
            };
            self.back_table(first, end)?;
            match word.compare_exchange(first, end, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if self.own_run(me, first, count) => {
                    self.back_chunks(first, count)?;
                    return Ok(Some(first));
                }
                // Somebody found the new words first.
                Ok(_) => first = end,
                Err(limit) if limit <= self.geometry.chunk_capacity => first = limit,
                Err(_) => return Err(Error::Corrupt { what: "the chunk limit is above the capacity" }),
            }
        }
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
            self.empty_chunks(first, count)?;
        }
        result
    }

    /// Gives back the memory of chunks that this participant owns, and the chunks themselves.
    fn empty_chunks(&self, first: u32, count: u32) -> Result<(), Error> {
        self.punch(self.geometry.chunk_offset(first), u64::from(count) * CHUNK_BYTES)?;
        for chunk in first..first + count {
            self.release_chunk(chunk, ChunkState::Empty);
        }
        Ok(())
    }

    /// `count` neighbouring chunks with memory behind them, for one message that is larger than a chunk.
    pub(crate) fn acquire_run(&self, me: u64, count: u32) -> Result<u32, Error> {
        for _ in 0..8 {
            let limit = self.chunk_limit();
            let read = self.read_sequence();
            let mut length = 0;
            for chunk in 0..limit {
                length = if self.is_available(chunk, read) { length + 1 } else { 0 };
                if length == count && self.own_run(me, chunk + 1 - count, count) {
                    self.back_chunks(chunk + 1 - count, count)?;
                    return Ok(chunk + 1 - count);
                }
            }
            // The available chunks at the end count as well.
            if self.extend_run(me, limit, length.min(count - 1), count)? {
                return Ok(limit - length.min(count - 1));
            }
        }
        Err(Error::OutOfMemory)
    }

    fn extend_run(&self, me: u64, limit: u32, tail: u32, count: u32) -> Result<bool, Error> {
        let (first, end) = (limit - tail, limit - tail + count);
        if end > self.geometry.chunk_capacity {
            return Err(Error::OutOfMemory);
        }
        self.back_table(limit, end)?;
        let word = self.map.u32_at(layout::CHUNK_LIMIT);
        if word.compare_exchange(limit, end, Ordering::AcqRel, Ordering::Acquire).is_err()
            || !self.own_run(me, first, count)
        {
            return Ok(false);
        }
        self.back_chunks(first, count)?;
        Ok(true)
    }

    fn is_available(&self, chunk: u32, read: u64) -> bool {
        match self.chunk_state(chunk) {
            Some(ChunkState::Empty) => true,
            Some(ChunkState::Free { last_sequence, .. }) => last_sequence <= read,
            _ => false,
        }
    }

    /// Takes all of a range, or none of it.
    fn own_run(&self, me: u64, first: u32, count: u32) -> bool {
        let read = self.read_sequence();
        for chunk in first..first + count {
            let word = self.chunk_word(chunk).load(Ordering::Acquire);
            let state = ChunkState::from_word(word);
            let available = self.is_available(chunk, read);
            match state {
                Some(state) if available && self.change_chunk(chunk, state, ChunkState::Owned(me)) => {}
                _ => {
                    // Nothing was written: what was free is as good as before, what was empty gets its memory later.
                    for taken in first..chunk {
                        self.release_unbacked(taken);
                    }
                    return false;
                }
            }
        }
        true
    }

    /// Releases a chunk of which it is not known whether memory is behind it.
    fn release_unbacked(&self, chunk: u32) {
        // Failing to punch leaves the memory to the next owner, who allocates over it.
        let _ = self.punch(self.geometry.chunk_offset(chunk), CHUNK_BYTES);
        self.release_chunk(chunk, ChunkState::Empty);
    }

    /// Takes over a chunk if its owner's lock is free. The memory behind it is there afterwards.
    fn take_from_dead(&self, me: u64, chunk: u32, owner: u64) -> Result<bool, Error> {
        if locks::is_locked_by_another(self.file(), LockByte::Participant(owner))?
            || !self.change_chunk(chunk, ChunkState::Owned(owner), ChunkState::Owned(me))
        {
            return Ok(false);
        }
        match self.back_chunks(chunk, 1) {
            Ok(()) => Ok(true),
            // It died before it had memory; `back_chunks` has emptied the chunk.
            Err(Error::OutOfMemory) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A dead owner can have published messages up to the newest one of this moment, anywhere in the chunk.
    fn state_after_death(&self) -> ChunkState {
        ChunkState::Free { used_units: CHUNK_UNITS, last_sequence: self.head_sequence() }
    }

    /// Whether the file may have more memory than it should keep.
    pub(crate) fn may_need_trimming(&self) -> bool {
        self.chunk_limit() > KEPT_CHUNKS
    }

    /// Gives memory back that nothing is queued in, except for a working set, and takes back what dead owners held.
    /// Only a reader that holds the reader lock does this: no other reader can be looking at the memory.
    pub(crate) fn trim(&self, me: u64, kept: Option<u32>) -> Result<(), Error> {
        let kept = kept.unwrap_or(KEPT_CHUNKS);
        let read = self.read_sequence();
        let mut backed = 0;
        let mut run: Option<(u32, u32)> = None;
        for chunk in 0..self.chunk_limit() {
            let mut punch = false;
            match self.chunk_state(chunk) {
                Some(ChunkState::Owned(owner)) if owner != me => {
                    backed += 1;
                    if self.take_from_dead(me, chunk, owner)? {
                        self.release_chunk(chunk, self.state_after_death());
                    }
                }
                Some(state @ ChunkState::Free { last_sequence, .. }) if last_sequence <= read => {
                    backed += 1;
                    punch = backed > kept && self.change_chunk(chunk, state, ChunkState::Owned(me));
                }
                Some(ChunkState::Empty) => {}
                _ => backed += 1,
            }
            run = match (run, punch) {
                (Some((first, count)), true) => Some((first, count + 1)),
                (None, true) => Some((chunk, 1)),
                (Some((first, count)), false) => {
                    self.empty_chunks(first, count)?;
                    None
                }
                (None, false) => None,
            };
        }
        match run {
            Some((first, count)) => self.empty_chunks(first, count),
            None => Ok(()),
        }
    }
}
