//! Finding the oldest message. Nothing that the file says is followed before it is checked.

use std::sync::atomic::Ordering;

use crate::error::Error;
use crate::layout::{self, BLOCK_HEADER_BYTES, BLOCK_NEXT, BlockHeader, CHUNK_BYTES, ChunkState, Head, UNIT_BYTES};
use crate::planted::{self, Bug};
use crate::slot::Slot;

/// A message's place and header, both checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) header: BlockHeader,
    pub(crate) payload_offset: u64,
}

impl Slot {
    /// The message behind the one of sequence number `read`; `None` when there is none yet.
    ///
    /// Only for the holder of the reader lock: the memory of unread messages stays in place meanwhile.
    pub(crate) fn find_next(&self, read: u64) -> Result<Option<Found>, Error> {
        let sequence = read.wrapping_add(1) as u32;
        for (offset, ordering) in
            [(layout::hint_offset(sequence), layout::FOLLOW_HINT), (layout::CURSOR, Ordering::Acquire)]
        {
            let entry = Head::from_word(self.map.u64_at(offset).load(ordering));
            // A hint that leads astray is no evidence of anything: the list itself decides.
            if entry.sequence == sequence
                && entry.block != 0
                && let Ok(found) = self.block(entry)
            {
                return Ok(Some(found));
            }
        }
        self.walk_to(read as u32)
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
            let found = self.block(at)?;
            if newer != 0 {
                let offset = u64::from(at.block) * UNIT_BYTES + BLOCK_NEXT;
                self.map.u32_at(offset).store(newer, Ordering::Relaxed);
            }
            steps -= 1;
            if steps == 0 {
                let header = BlockHeader { next: newer, ..found.header };
                return Ok(Some(Found { header, ..found }));
            }
            newer = at.block;
            at = Head { sequence: at.sequence.wrapping_sub(1), block: found.header.previous };
        }
    }

    /// The header of the message of that number in that block, if it is one.
    fn block(&self, at: Head) -> Result<Found, Error> {
        let offset = u64::from(at.block) * UNIT_BYTES;
        let chunk = self.geometry.chunk_of_block(at.block);
        let chunk = chunk.ok_or(Error::Corrupt { what: "a message lies outside the body" })?;
        self.check_backed(chunk, chunk)?;
        let word = |index: u64| self.map.u64_at(offset + index * 8).load(Ordering::Relaxed);
        let header = BlockHeader::from_words([word(0), word(1), word(2), word(3)]);
        if header.sequence != at.sequence && !planted::is(Bug::EndlessWalk) {
            return Err(Error::Corrupt { what: "a message does not have the number that the list gives it" });
        }
        let end = offset + BLOCK_HEADER_BYTES + u64::from(header.size);
        if end > self.geometry.file_bytes() {
            return Err(Error::Corrupt { what: "a message reaches beyond the file" });
        }
        let last_chunk = chunk + ((end - 1 - self.geometry.chunk_offset(chunk)) / CHUNK_BYTES) as u32;
        if last_chunk != chunk {
            self.check_backed(chunk + 1, last_chunk)?;
        }
        Ok(Found { header, payload_offset: offset + BLOCK_HEADER_BYTES })
    }

    /// What must not be done: the size that stands in the file by now. On a busy machine nobody writes to it at the very moment.
    #[cold]
    pub(crate) fn size_again(&self, found: &Found) -> u32 {
        std::thread::yield_now();
        let size = self.map.u32_at(found.payload_offset - BLOCK_HEADER_BYTES + 8);
        size.load(Ordering::Relaxed)
    }

    /// Memory is behind these chunks: touching them allocates nothing, and cannot fail on a full file system.
    #[inline]
    fn check_backed(&self, first: u32, last: u32) -> Result<(), Error> {
        if last >= self.chunk_limit() {
            return Err(Error::Corrupt { what: "a message lies in a chunk that was never used" });
        }
        for chunk in first..=last {
            if self.chunk_word(chunk).load(Ordering::Relaxed) == ChunkState::Empty.to_word() {
                return Err(Error::Corrupt { what: "a message lies in a chunk without memory" });
            }
        }
        Ok(())
    }
}
