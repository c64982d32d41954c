//! Where everything lies in a slot file. Layout version 2; all numbers are in the machine's own byte order.
//!
//! ```text
//! 0        header page: fixed facts, then one 128-byte line pair for each group of writers of a field
//! 4 KiB    hint ring: HINT_COUNT words, where the message of a sequence number lies
//! 20 KiB   the slot's full name, up to 64 KiB (sparse: only the pages that it needs exist)
//! 84 KiB   what says who may open the slot: opaque here, up to 64 KiB (sparse, too)
//! 148 KiB  chunk table: one word a chunk (sparse: a page exists once a chunk of it is used)
//! …        body, on a 64 KiB border: chunks of 64 KiB that hold blocks, each on a 64-byte border
//! ```
//!
//! A *block* is one message: a header of [`BLOCK_HEADER_BYTES`], then the payload. A *block number* is the block's file
//! offset in units of 64 bytes; 0 (the header page) stands for "none".
//!
//! Layout 1 had one word in place of the opaque bytes, and the chunk table at 84 KiB.

use crate::primitive::Ordering;
pub(crate) use crate::sizes::{CHUNK_BYTES, HINT_COUNT};

/// `MAILSLOT`, read as a little-endian number.
pub(crate) const MAGIC: u64 = u64::from_le_bytes(*b"MAILSLOT");
/// The layout that this file describes.
pub(crate) const LAYOUT_VERSION: u32 = 2;

pub(crate) const PAGE_BYTES: u64 = 4096;
/// Blocks start on this border and are counted in it.
pub(crate) const UNIT_BYTES: u64 = 64;
/// Units of one chunk.
pub(crate) const CHUNK_UNITS: u32 = (CHUNK_BYTES / UNIT_BYTES) as u32;
/// What precedes a payload.
pub(crate) const BLOCK_HEADER_BYTES: u64 = 32;

/// Header fields that never change once the file is visible.
pub(crate) mod fixed {
    pub(crate) const MAGIC: u64 = 0;
    pub(crate) const LAYOUT_VERSION: u64 = 8;
    pub(crate) const CHUNK_CAPACITY: u64 = 12;
    pub(crate) const MAX_MESSAGE_SIZE: u64 = 16;
    pub(crate) const SECURITY_BYTES: u64 = 20;
    pub(crate) const QUOTA_BYTES: u64 = 24;
    pub(crate) const NAME_BYTES: u64 = 32;
    pub(crate) const FILE_NAME_BYTES: u64 = 36;
    /// The slot's file name in its directory: [`FILE_NAME_LIMIT`] bytes at most.
    pub(crate) const FILE_NAME: u64 = 1024;
    /// The longest file name that Linux file systems take.
    pub(crate) const FILE_NAME_LIMIT: usize = 255;
}

// Written by writers, once a message.
/// The newest message: sequence number (upper 32 bits), block number (lower 32). See [`Head`].
pub(crate) const HEAD: u64 = 128;
/// Payload bytes ever written, counted before the message is published.
pub(crate) const WRITTEN_BYTES: u64 = 136;
/// When the newest message was written, as a FILETIME.
pub(crate) const WRITE_TIME: u64 = 144;

// Read by writers with every message, written seldom.
/// [`doorbell`] states.
pub(crate) const DOORBELL: u64 = 256;
/// 0 while the slot lives, 1 once somebody has found that its last server handle is gone.
pub(crate) const CLOSED: u64 = 260;
/// The read timeout in milliseconds; `u32::MAX` is for ever.
pub(crate) const READ_TIMEOUT_MS: u64 = 264;
/// How often the doorbell was armed, counted right after it was.
pub(crate) const ARM_COUNT: u64 = 268;
/// When the slot was made, as a FILETIME; settable.
pub(crate) const CREATION_TIME: u64 = 272;

// Written by readers, once a message.
/// Number of messages ever taken = sequence number of the message that was taken last. 64 bits: never wraps.
pub(crate) const READ_SEQUENCE: u64 = 384;
/// Payload bytes ever taken.
pub(crate) const READ_BYTES: u64 = 392;
/// Where the next message lies, when known: sequence number (upper 32 bits), block number (lower 32).
pub(crate) const CURSOR: u64 = 400;
/// When a message was last taken, as a FILETIME.
pub(crate) const ACCESS_TIME: u64 = 408;
/// 0, or the participant number of the reader that takes a message at this moment.
pub(crate) const READER_LOCK: u64 = 416;
/// The process that took a message last, or made the slot. A claim, for listings.
pub(crate) const READER_PID: u64 = 424;

// Written once in 64 KiB or when somebody joins.
/// The next participant number.
pub(crate) const NEXT_PARTICIPANT: u64 = 512;
/// Chunks that were ever used; the table has pages up to here.
pub(crate) const CHUNK_LIMIT: u64 = 520;

pub(crate) const HINTS: u64 = PAGE_BYTES;
pub(crate) const NAME: u64 = HINTS + HINT_COUNT as u64 * 8;
/// The longest full name in bytes.
pub(crate) const NAME_LIMIT: u64 = 64 * 1024;
pub(crate) const SECURITY: u64 = NAME + NAME_LIMIT;
/// The most bytes that say who may open the slot.
pub(crate) const SECURITY_LIMIT: u64 = 64 * 1024;
pub(crate) const TABLE: u64 = SECURITY + SECURITY_LIMIT;
/// No slot file is smaller: what lies in front of the table is there.
pub(crate) const SMALLEST_FILE: u64 = TABLE;
/// Table words on one page.
pub(crate) const WORDS_PER_TABLE_PAGE: u32 = (PAGE_BYTES / 8) as u32;

/// States of the doorbell, on which readers sleep.
///
/// | value | meaning | goes to |
/// |---|---|---|
/// | `QUIET` | nobody has slept yet | `SLEEPING` by a reader |
/// | `SLEEPING` | a reader sleeps, or is about to | `RINGING` by a writer that then wakes all sleepers |
/// | `RINGING` | somebody has undertaken to wake who slept, and may have been stopped or killed since | `SLEEPING` by the next reader that sleeps |
///
/// A reader sleeps only while the value is `SLEEPING`, so one that was about to and is too late for the wake does not sleep. A
/// writer that finds `RINGING` wakes the sleepers as well, unless it has done so since the newest of them armed the doorbell
/// ([`ARM_COUNT`]): whoever undertook it may never get to it. A reader that wakes up to `RINGING`, or to a message, does the
/// same for the others, because the kernel wakes only one on behalf of a writer that died. So does one that finds a message after
/// it has armed the doorbell: another may have looked before the message was there and have fallen asleep since.
///
/// All values leave the lower 30 bits zero: there the kernel's robust-futex code looks for a thread number, and finding none
/// wakes a sleeper on behalf of a participant that died (see `kernel::wake_duty`).
pub(crate) mod doorbell {
    pub(crate) const QUIET: u32 = 0;
    pub(crate) const SLEEPING: u32 = 0x8000_0000;
    pub(crate) const RINGING: u32 = 0x4000_0000;
}

/// The file's dimensions, checked once and then kept in private memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) chunk_capacity: u32,
}

impl Geometry {
    /// Largest file: 2^31 blocks, so that fewer than 2^31 messages can be queued and sequence numbers compare by
    /// their lower 32 bits.
    pub(crate) const MAX_CHUNKS: u32 = ((1u64 << 31) * UNIT_BYTES / CHUNK_BYTES) as u32 - 512;

    /// Room for twice the quota (small messages waste part of a unit, large ones part of a chunk) and for four
    /// thousand writers that hold a chunk each.
    pub(crate) fn for_quota(quota_bytes: u64) -> Option<Geometry> {
        let chunks = quota_bytes.checked_mul(2)?.div_ceil(CHUNK_BYTES).checked_add(4096)?;
        let chunk_capacity = u32::try_from(chunks).ok()?;
        (chunk_capacity <= Self::MAX_CHUNKS).then_some(Geometry { chunk_capacity })
    }

    #[inline]
    pub(crate) fn body(self) -> u64 {
        (TABLE + u64::from(self.chunk_capacity) * 8).next_multiple_of(CHUNK_BYTES)
    }

    #[inline]
    pub(crate) fn file_bytes(self) -> u64 {
        self.body() + u64::from(self.chunk_capacity) * CHUNK_BYTES
    }

    /// More messages than this cannot be queued.
    pub(crate) fn max_blocks(self) -> u32 {
        self.chunk_capacity * CHUNK_UNITS
    }

    #[inline]
    pub(crate) fn chunk_offset(self, chunk: u32) -> u64 {
        self.body() + u64::from(chunk) * CHUNK_BYTES
    }

    /// The chunk that holds a block, or `None` for a number that lies outside the body.
    #[inline]
    pub(crate) fn chunk_of_block(self, block: u32) -> Option<u32> {
        let in_body = (u64::from(block) * UNIT_BYTES).checked_sub(self.body())?;
        let chunk = u32::try_from(in_body / CHUNK_BYTES).ok()?;
        (chunk < self.chunk_capacity).then_some(chunk)
    }
}

/// Units that a message of `size` bytes takes, its header included.
#[inline]
pub(crate) fn units_for(size: u32) -> u32 {
    (BLOCK_HEADER_BYTES + u64::from(size)).div_ceil(UNIT_BYTES) as u32
}

/// The word at [`HEAD`], also the form of hint ring entries and of [`CURSOR`]: a sequence number and its block.
///
/// | word | meaning | next |
/// |---|---|---|
/// | (s, b) | s messages were ever written (modulo 2^32), the newest is block b | (s + 1, b') by one compare-exchange |
///
/// There is no state in between: a message is queued when, and only when, the exchange has happened. That the
/// sequence number wraps is harmless: a writer that slept through exactly 2^32 messages and finds the same pair links
/// its message to the block that is the newest at that moment, which is what it has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: u32,
    pub(crate) block: u32,
}

impl Head {
    #[inline]
    pub(crate) fn from_word(word: u64) -> Head {
        Head { sequence: (word >> 32) as u32, block: word as u32 }
    }

    #[inline]
    pub(crate) fn to_word(self) -> u64 {
        u64::from(self.sequence) << 32 | u64::from(self.block)
    }
}

/// A word of the chunk table.
///
/// | state | meaning | goes to |
/// |---|---|---|
/// | `Empty` | no memory is behind the chunk | `Owned` by compare-exchange of whoever then allocates the memory |
/// | `Owned(participant)` | that participant alone writes into the chunk, allocates or punches it | `Free` or `Empty` by a store of the owner; `Owned` by another participant that has seen the owner's lock released |
/// | `Free { used_units, last_sequence }` | memory is there, nobody writes; all its messages have numbers up to `last_sequence` | `Owned` by compare-exchange: at any time to go on behind `used_units`, or from the start once `last_sequence` has been read |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChunkState {
    Empty,
    Owned(u64),
    Free { used_units: u32, last_sequence: u64 },
}

impl ChunkState {
    const KIND_SHIFT: u32 = 62;
    const FREE: u64 = 1;
    const OWNED: u64 = 2;
    const USED_SHIFT: u32 = 51;
    const SEQUENCE_MASK: u64 = (1 << Self::USED_SHIFT) - 1;
    const PARTICIPANT_MASK: u64 = (1 << Self::KIND_SHIFT) - 1;

    /// `None` for a word that no state has.
    pub(crate) fn from_word(word: u64) -> Option<ChunkState> {
        match word >> Self::KIND_SHIFT {
            0 if word == 0 => Some(ChunkState::Empty),
            Self::OWNED => Some(ChunkState::Owned(word & Self::PARTICIPANT_MASK)),
            Self::FREE => {
                let used_units = (word >> Self::USED_SHIFT) as u32 & 0x7ff;
                let last_sequence = word & Self::SEQUENCE_MASK;
                (used_units <= CHUNK_UNITS).then_some(ChunkState::Free { used_units, last_sequence })
            }
            _ => None,
        }
    }

    pub(crate) fn to_word(self) -> u64 {
        match self {
            ChunkState::Empty => 0,
            ChunkState::Owned(participant) => Self::OWNED << Self::KIND_SHIFT | participant & Self::PARTICIPANT_MASK,
            ChunkState::Free { used_units, last_sequence } => {
                Self::FREE << Self::KIND_SHIFT
                    | u64::from(used_units) << Self::USED_SHIFT
                    | last_sequence & Self::SEQUENCE_MASK
            }
        }
    }
}

/// What precedes a payload: four words. `next` is the reader's, the rest is the writer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockHeader {
    /// The message's sequence number, lower 32 bits.
    pub(crate) sequence: u32,
    /// The block of the message before, which may be long gone.
    pub(crate) previous: u32,
    /// Payload bytes.
    pub(crate) size: u32,
    /// The block of the message after, once a reader has walked past; else 0.
    pub(crate) next: u32,
    pub(crate) pid: u32,
    pub(crate) uid: u32,
    /// FILETIME of the write.
    pub(crate) sent: u64,
}

impl BlockHeader {
    #[inline]
    pub(crate) fn to_words(self) -> [u64; 4] {
        [self.link_word(), self.extent_word(), u64::from(self.uid) << 32 | u64::from(self.pid), self.sent]
    }

    /// The only word that changes when a writer has to try again: sequence number and previous block.
    #[inline]
    pub(crate) fn link_word(self) -> u64 {
        u64::from(self.previous) << 32 | u64::from(self.sequence)
    }

    /// Size and next block. A reader that walks past stores it whole: words of the file have one size, whoever reaches them.
    pub(crate) fn extent_word(self) -> u64 {
        u64::from(self.next) << 32 | u64::from(self.size)
    }

    #[inline]
    pub(crate) fn from_words(words: [u64; 4]) -> BlockHeader {
        BlockHeader {
            sequence: words[0] as u32,
            previous: (words[0] >> 32) as u32,
            size: words[1] as u32,
            next: (words[1] >> 32) as u32,
            pid: words[2] as u32,
            uid: (words[2] >> 32) as u32,
            sent: words[3],
        }
    }
}

/// Offset of [`BlockHeader::extent_word`] in a block.
pub(crate) const BLOCK_EXTENT: u64 = 8;

/// Offset of the hint ring entry for a sequence number.
#[inline]
pub(crate) fn hint_offset(sequence: u32) -> u64 {
    HINTS + u64::from(sequence % HINT_COUNT) * 8
}

/// Offset of a chunk's word in the table.
#[inline]
pub(crate) fn table_offset(chunk: u32) -> u64 {
    TABLE + u64::from(chunk) * 8
}

// Every pairing of a release with an acquire in this crate goes through these names:
/// SYNC POINT publish: a writer's exchange of `HEAD` after block and payload are in place …
pub(crate) const PUBLISH: Ordering = Ordering::SeqCst;
/// … pairs with the reader's load of `HEAD` before it looks at the block. Sequentially consistent, because the exchange is
/// also ordered before the writer's look at the doorbell, and the load behind the reader's store to it.
pub(crate) const OBSERVE: Ordering = Ordering::SeqCst;
/// SYNC POINT hint: a writer's store of a hint, after its exchange of `HEAD` …
pub(crate) const HINT: Ordering = Ordering::Release;
/// … pairs with the reader's load of the hint before it looks at the block.
pub(crate) const FOLLOW_HINT: Ordering = Ordering::Acquire;
/// SYNC POINT consumed: a reader's store of `READ_SEQUENCE` after it has copied the payload …
pub(crate) const CONSUMED: Ordering = Ordering::Release;
/// … pairs with the load of `READ_SEQUENCE` by whoever writes to, or punches, the memory next.
pub(crate) const REUSE: Ordering = Ordering::Acquire;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_words_round_trip() {
        for state in [
            ChunkState::Empty,
            ChunkState::Owned(1),
            ChunkState::Owned((1 << 62) - 1),
            ChunkState::Free { used_units: 0, last_sequence: 0 },
            ChunkState::Free { used_units: CHUNK_UNITS, last_sequence: (1 << 51) - 1 },
        ] {
            assert_eq!(ChunkState::from_word(state.to_word()), Some(state));
        }
        assert_eq!(ChunkState::from_word(1), None);
        assert_eq!(ChunkState::from_word(3 << 62), None);
        assert_eq!(ChunkState::from_word(1 << 62 | 1025 << 51), None);
    }

    #[test]
    fn block_headers_round_trip() {
        let header = BlockHeader { sequence: 1, previous: 2, size: 3, next: 4, pid: 5, uid: 6, sent: 7 };
        assert_eq!(BlockHeader::from_words(header.to_words()), header);
        // Readers store this word on its own.
        assert_eq!(header.to_words()[BLOCK_EXTENT as usize / 8], header.extent_word());
    }

    #[test]
    fn geometry_covers_its_quota_and_stays_below_2_to_31_blocks() {
        let small = Geometry::for_quota(256 << 20).unwrap();
        assert!(u64::from(small.chunk_capacity) * CHUNK_BYTES >= 512 << 20);
        assert_eq!(small.body() % CHUNK_BYTES, 0);
        assert_eq!(small.chunk_of_block((small.body() / UNIT_BYTES) as u32 - 1), None);
        assert_eq!(small.chunk_of_block((small.body() / UNIT_BYTES) as u32), Some(0));
        assert_eq!(small.chunk_of_block((small.file_bytes() / UNIT_BYTES) as u32), None);
        let largest = Geometry { chunk_capacity: Geometry::MAX_CHUNKS };
        assert!(largest.file_bytes() / UNIT_BYTES <= 1 << 31);
        assert!(Geometry::for_quota(u64::MAX).is_none());
        assert!(Geometry::for_quota(1 << 36).is_none());
    }

    #[test]
    fn areas_do_not_overlap() {
        assert!(fixed::FILE_NAME + fixed::FILE_NAME_LIMIT as u64 <= PAGE_BYTES);
        const { assert!(CHUNK_LIMIT + 8 <= fixed::FILE_NAME) };
        assert_eq!(NAME % PAGE_BYTES, 0);
        assert_eq!(TABLE % PAGE_BYTES, 0);
    }

    #[test]
    fn units_count_the_header() {
        assert_eq!(units_for(0), 1);
        assert_eq!(units_for(32), 1);
        assert_eq!(units_for(33), 2);
        assert_eq!(units_for(u32::MAX), ((1u64 << 32) / 64 + 1) as u32);
    }
}
