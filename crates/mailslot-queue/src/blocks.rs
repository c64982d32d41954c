//! Finding the oldest message. Nothing that the file says is followed before it is checked.

use crate::error::Error;
use crate::layout::{self, BLOCK_EXTENT, BLOCK_HEADER_BYTES, BlockHeader, CHUNK_BYTES, ChunkState, Head, UNIT_BYTES};
use crate::planted::{self, Bug};
use crate::primitive::Ordering;
use crate::slot::Slot;

/// A message's place and header, both checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) header: BlockHeader,
    pub(crate) payload_offset: u64,
}

impl Slot {
    /// Whether the message behind the one of sequence number `read` is hinted at. If so, its lines are asked for: the reader
    /// lock can be taken meanwhile. Nothing that the hint says is believed here.
    #[inline]
    pub(crate) fn is_next_hinted(&self, read: u64) -> bool {
        let sequence = read.wrapping_add(1) as u32;
        let hint = Head::from_word(self.map.u64_at(layout::hint_offset(sequence)).load(Ordering::Relaxed));
        if hint.sequence != sequence {
            return false;
        }
        self.map.expect_read(u64::from(hint.block) * UNIT_BYTES, 2 * UNIT_BYTES);
        true
    }

    /// The message behind the one of sequence number `read`; `None` when there is none yet.
    ///
    /// Only for the holder of the reader lock: the memory of unread messages stays in place meanwhile.
    #[inline]
    pub(crate) fn find_next(&self, read: u64) -> Result<Option<Found>, Error> {
        let sequence = read.wrapping_add(1) as u32;
        let hint = self.map.u64_at(layout::hint_offset(sequence)).load(layout::FOLLOW_HINT);
        match self.follow(hint, sequence) {
            Some(found) => Ok(Some(found)),
            None => self.find_without_hint(read),
        }
    }

    #[cold]
    fn find_without_hint(&self, read: u64) -> Result<Option<Found>, Error> {
        let sequence = read.wrapping_add(1) as u32;
        let cursor = self.map.u64_at(layout::CURSOR).load(Ordering::Acquire);
        match self.follow(cursor, sequence) {
            Some(found) => Ok(Some(found)),
            None => self.walk_to(read as u32),
        }
    }

    /// The message that a hint or the cursor leads to, if it leads to that of this number. One that leads astray is no evidence
    /// of anything: the list itself decides.
    #[inline]
    fn follow(&self, word: u64, sequence: u32) -> Option<Found> {
        let at = Head::from_word(word);
        // In its usual form, a message of one chunk; `block` looks closer at every other.
        if at.sequence == sequence
            && let Some(chunk) = self.geometry.chunk_of_block(at.block)
            && self.is_backed(chunk)
        {
            let found = self.found(at.block);
            let is_in_chunk =
                u64::from(found.header.size) <= CHUNK_BYTES - BLOCK_HEADER_BYTES - self.offset_in_chunk(at.block);
            if found.header.sequence == sequence && is_in_chunk {
                return Some(found);
            }
            return self.block(at).ok();
        }
        None
    }

    /// Walks the list from its newest message back to the one behind `read`, leaving forward links for the way there.
    /// The whole list is walked at most once, however long it is: later searches follow the links.
    fn walk_to(&self, read: u32) -> Result<Option<Found>, Error> {
        let mut at = self.head();
        let mut steps = at.sequence.wrapping_sub(read);
        if steps == 0 {
            return Ok(None);
        }
        if steps > self.geometry.max_blocks() && !planted::is(Bug::EndlessWalk) {
            return Err(Error::Corrupt { what: "more messages are counted than the file can hold" });
        }
        let mut newer = 0;
        loop {
            let mut found = self.block(at)?;
            found.header.next = newer;
            if newer != 0 {
                let offset = u64::from(at.block) * UNIT_BYTES + BLOCK_EXTENT;
                self.map.u64_at(offset).store(found.header.extent_word(), Ordering::Relaxed);
            }
            steps -= 1;
            if steps == 0 {
                return Ok(Some(found));
            }
            newer = at.block;
            at = Head { sequence: at.sequence.wrapping_sub(1), block: found.header.previous };
        }
    }

    /// The header of the message of that number in that block, if it is one.
    #[cold]
    fn block(&self, at: Head) -> Result<Found, Error> {
        let chunk = self.geometry.chunk_of_block(at.block);
        let chunk = chunk.ok_or(Error::Corrupt { what: "a message lies outside the body" })?;
        self.check_backed(chunk, chunk)?;
        let found = self.found(at.block);
        if found.header.sequence != at.sequence && !planted::is(Bug::EndlessWalk) {
            return Err(Error::Corrupt { what: "a message does not have the number that the list gives it" });
        }
        let end = found.payload_offset + u64::from(found.header.size);
        if end > self.geometry.file_bytes() {
            return Err(Error::Corrupt { what: "a message reaches beyond the file" });
        }
        let last_chunk = chunk + ((end - 1 - self.geometry.chunk_offset(chunk)) / CHUNK_BYTES) as u32;
        if last_chunk != chunk {
            self.check_backed(chunk + 1, last_chunk)?;
        }
        Ok(found)
    }

    /// What a block that lies in the body says of itself.
    #[inline]
    fn found(&self, block: u32) -> Found {
        let offset = u64::from(block) * UNIT_BYTES;
        let word = |index: u64| self.map.u64_at(offset + index * 8).load(Ordering::Relaxed);
        let header = BlockHeader::from_words([word(0), word(1), word(2), word(3)]);
        Found { header, payload_offset: offset + BLOCK_HEADER_BYTES }
    }

    /// How far into its chunk a block lies: the body begins on a chunk's border.
    #[inline]
    fn offset_in_chunk(&self, block: u32) -> u64 {
        u64::from(block) * UNIT_BYTES % CHUNK_BYTES
    }

    /// What must not be done: the size that stands in the file by now. On a busy machine nobody writes to it at the very moment.
    #[cold]
    pub(crate) fn size_again(&self, found: &Found) -> u32 {
        std::thread::yield_now();
        let size = self.map.u32_at(found.payload_offset - BLOCK_HEADER_BYTES + 8);
        size.load(Ordering::Relaxed)
    }

    /// Memory is behind these chunks: touching them allocates nothing, and cannot fail on a full file system.
    fn check_backed(&self, first: u32, last: u32) -> Result<(), Error> {
        if last >= self.chunk_limit() {
            return Err(Error::Corrupt { what: "a message lies in a chunk that was never used" });
        }
        if (first..=last).any(|chunk| !self.is_backed(chunk)) {
            return Err(Error::Corrupt { what: "a message lies in a chunk without memory" });
        }
        Ok(())
    }

    #[inline]
    fn is_backed(&self, chunk: u32) -> bool {
        chunk < self.chunk_limit() && self.chunk_word(chunk).load(Ordering::Relaxed) != ChunkState::Empty.to_word()
    }
}
