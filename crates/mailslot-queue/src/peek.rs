//! A look at the oldest message without the reader lock, for clients and listings: they must not be able to hold up the
//! server, nor touch memory that the server may give back at that moment. So blocks are read by system call (which reads
//! zeroes where memory has gone), and whatever was found counts only if no message was taken meanwhile.

use crate::clock::FileTime;
use crate::error::Error;
use crate::info::Info;
use crate::kernel;
use crate::layout::{self, BLOCK_HEADER_BYTES, BlockHeader, Head, UNIT_BYTES};
use crate::planted::{self, Bug};
use crate::primitive::Ordering;
use crate::slot::Slot;

impl Slot {
    /// The info call's answer, and when the oldest message was written.
    pub(crate) fn peek_info(&self) -> Result<(Info, Option<FileTime>), Error> {
        // A round fails only when the server takes a message meanwhile. One that takes messages faster than this looks
        // at them for a thousand rounds leaves the size of a message that was the oldest a moment ago.
        let mut last = None;
        // No honest server makes the rounds walk more than the longest list and 64 steps each, see `peek_block`.
        let mut steps_left = 2 * u64::from(self.geometry.max_blocks());
        for _ in 0..if planted::is(Bug::EndlessPeek) { u32::MAX } else { 1000 } {
            let read = self.read_sequence();
            let head = self.head();
            let message_count = head.sequence.wrapping_sub(read as u32);
            let oldest = if message_count == 0 { None } else { self.peek_block(read, head, &mut steps_left)? };
            let settled = message_count == 0 || oldest.is_some();
            if settled {
                last = Some((message_count, oldest));
            }
            if self.read_sequence() == read && (settled || !planted::is(Bug::EndlessPeek)) {
                // What is not there although nothing was taken meanwhile will not be there in the next round.
                last = last.filter(|_| settled);
                break;
            }
        }
        let (message_count, oldest) =
            last.ok_or(Error::Corrupt { what: "the oldest message is not where the list says" })?;
        let info = Info {
            max_message_size: self.max_message_size,
            next_size: oldest.map(|header| header.size),
            message_count,
            read_timeout_ms: self.read_timeout_ms(),
        };
        Ok((info, oldest.map(|header| FileTime(header.sent))))
    }

    /// The header of the message behind `read`; `None` if it was not found, as when it is taken at this moment.
    fn peek_block(&self, read: u64, head: Head, steps_left: &mut u64) -> Result<Option<BlockHeader>, Error> {
        let sequence = read.wrapping_add(1) as u32;
        for offset in [layout::hint_offset(sequence), layout::CURSOR] {
            let entry = Head::from_word(self.map.u64_at(offset).load(Ordering::Acquire));
            if entry.sequence == sequence
                && let Some(header) = self.pread_header(entry)?
            {
                return Ok(Some(header));
            }
        }
        let mut at = head;
        let mut steps = head.sequence.wrapping_sub(read as u32).min(self.geometry.max_blocks());
        while let Some(header) = self.pread_header(at)? {
            steps -= 1;
            if steps == 0 {
                return Ok(Some(header));
            }
            *steps_left = steps_left.checked_sub(1).ok_or(Error::Corrupt { what: "the list does not stay put" })?;
            if steps.is_multiple_of(64) && self.read_sequence() != read {
                return Ok(None);
            }
            at = Head { sequence: at.sequence.wrapping_sub(1), block: header.previous };
        }
        Ok(None)
    }

    fn pread_header(&self, at: Head) -> Result<Option<BlockHeader>, Error> {
        if self.geometry.chunk_of_block(at.block).is_none() {
            return Ok(None);
        }
        let mut bytes = [0; BLOCK_HEADER_BYTES as usize];
        let length = kernel::read_at(self.file(), &mut bytes, u64::from(at.block) * UNIT_BYTES)?;
        if length < bytes.len() {
            return Ok(None);
        }
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        }
        if cfg!(target_endian = "big") {
            words = words.map(u64::swap_bytes);
        }
        let header = BlockHeader::from_words(words);
        Ok((header.sequence == at.sequence).then_some(header))
    }
}
