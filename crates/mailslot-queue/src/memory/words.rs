//! A slot file of a model, word by word.
//!
//! Only words that a slot of the model's size uses are there. Headers of blocks are atomics, payloads are cells in which loom
//! finds a write that is not ordered with every other access: a message that is torn, or memory that is used again too early.

use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loom::cell::UnsafeCell;

use crate::kernel::{FileRef, World};
use crate::layout::{self, CHUNK_BYTES, CHUNK_UNITS, Geometry, HINT_COUNT, UNIT_BYTES};
use crate::primitive::fate;
use crate::primitive::{AtomicU32, AtomicU64, Ordering};

/// Words of the header page: offsets of those of 64 and of 32 bits.
const LARGE: &[u64] = &[
    layout::HEAD,
    layout::WRITTEN_BYTES,
    layout::WRITE_TIME,
    layout::CREATION_TIME,
    layout::READ_SEQUENCE,
    layout::READ_BYTES,
    layout::CURSOR,
    layout::ACCESS_TIME,
    layout::READER_LOCK,
    layout::NEXT_PARTICIPANT,
];
const SMALL: &[u64] = &[
    layout::DOORBELL,
    layout::CLOSED,
    layout::READ_TIMEOUT_MS,
    layout::ARM_COUNT,
    layout::READER_PID,
    layout::CHUNK_LIMIT,
];

/// Bytes of a word.
const WORD: u64 = 8;
const WORDS_PER_UNIT: usize = (UNIT_BYTES / WORD) as usize;

/// The file's memory.
#[derive(Debug)]
pub(crate) struct Store {
    geometry: Geometry,
    large: Vec<(u64, AtomicU64)>,
    small: Vec<(u64, AtomicU32)>,
    hints: Vec<AtomicU64>,
    table: Vec<AtomicU64>,
    body: Vec<Word>,
    /// By chunk: whether memory is behind it.
    backed: Mutex<Vec<bool>>,
}

/// A word of a unit.
#[derive(Debug)]
enum Word {
    /// Where a block's header may be.
    Header(AtomicU64),
    /// Where only payloads are.
    Payload(UnsafeCell<u64>),
}

// SAFETY: the cells are reached through loom's functions, which check that no two threads are in one at a time.
unsafe impl Sync for Word {}

/// The mapping of one participant.
#[derive(Debug)]
pub(crate) struct Mapping(Arc<World>);

impl Mapping {
    pub(crate) fn new(file: FileRef<'_>, _len: usize) -> rustix::io::Result<Mapping> {
        Ok(Self::of_world(file.world()))
    }

    pub(crate) fn of_world(world: &Arc<World>) -> Mapping {
        Mapping(Arc::clone(world))
    }

    pub(crate) fn u64_at(&self, offset: u64) -> &AtomicU64 {
        let store = &self.0.store;
        if offset >= store.geometry.body() {
            return match store.touch(offset) {
                Some(Word::Header(word)) => word,
                _ => panic!("a header at {offset}, where a payload is"),
            };
        }
        let word = if offset >= layout::TABLE {
            store.table.get(index(offset, layout::TABLE))
        } else if offset >= layout::HINTS {
            store.hints.get(index(offset, layout::HINTS))
        } else {
            store.large.iter().find(|(at, _)| *at == offset).map(|(_, word)| word)
        };
        word.unwrap_or_else(|| panic!("no word of 64 bits at {offset}"))
    }

    pub(crate) fn u32_at(&self, offset: u64) -> &AtomicU32 {
        let word = self.0.store.small.iter().find(|(at, _)| *at == offset);
        word.map(|(_, word)| word).unwrap_or_else(|| panic!("no word of 32 bits at {offset}"))
    }

    /// A hint.
    pub(crate) fn expect_write(&self, _offset: u64, _bytes: u64) {}

    /// A hint.
    pub(crate) fn expect_read(&self, _offset: u64, _bytes: u64) {}

    /// Word by word, each a step: a participant can come to its end in between.
    #[must_use]
    pub(crate) fn copy_in(&self, offset: u64, source: &[u8]) -> bool {
        for (at, bytes) in (offset..).step_by(WORD as usize).zip(source.chunks(WORD as usize)) {
            let mut word = [0; WORD as usize];
            word[..bytes.len()].copy_from_slice(bytes);
            let Some(place) = self.0.store.touch(at) else { return false };
            if fate::step() {
                place.set(u64::from_le_bytes(word));
            }
        }
        true
    }

    /// As [`Mapping::copy_in`].
    #[must_use]
    pub(crate) fn copy_out(&self, offset: u64, target: &mut [MaybeUninit<u8>]) -> bool {
        for (at, bytes) in (offset..).step_by(WORD as usize).zip(target.chunks_mut(WORD as usize)) {
            let Some(place) = self.0.store.touch(at) else { return false };
            let word = if fate::step() { place.get() } else { 0 };
            for (byte, value) in bytes.iter_mut().zip(word.to_le_bytes()) {
                byte.write(value);
            }
        }
        true
    }
}

impl Store {
    pub(crate) fn new(geometry: Geometry) -> Store {
        let zeroes = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        let units = geometry.max_blocks() as usize;
        let word = |index: usize| {
            if index % WORDS_PER_UNIT < 4 { Word::Header(AtomicU64::new(0)) } else { Word::Payload(UnsafeCell::new(0)) }
        };
        Store {
            geometry,
            large: LARGE.iter().map(|&at| (at, AtomicU64::new(0))).collect(),
            small: SMALL.iter().map(|&at| (at, AtomicU32::new(0))).collect(),
            hints: zeroes(HINT_COUNT as usize),
            table: zeroes(geometry.chunk_capacity as usize),
            body: (0..units * WORDS_PER_UNIT).map(word).collect(),
            backed: Mutex::new(vec![false; geometry.chunk_capacity as usize]),
        }
    }

    /// The kernel puts memory behind a range of whole chunks.
    pub(crate) fn back(&self, offset: u64, bytes: u64) {
        let mut backed = self.backed();
        for chunk in self.chunks(offset, bytes) {
            backed[chunk] = true;
        }
    }

    /// The kernel takes it away.
    pub(crate) fn punch(&self, offset: u64, bytes: u64) {
        for chunk in self.chunks(offset, bytes) {
            let was_there = std::mem::replace(&mut self.backed()[chunk], false);
            if was_there {
                let words = CHUNK_UNITS as usize * WORDS_PER_UNIT;
                self.body[chunk * words..][..words].iter().for_each(|word| word.set(0));
            }
        }
    }

    /// The kernel copies; holes read as zeroes.
    pub(crate) fn read(&self, target: &mut [u8], offset: u64) -> usize {
        let chunk = (offset - self.geometry.body()) / CHUNK_BYTES;
        let is_there = self.backed()[chunk as usize];
        for (at, bytes) in (offset..).step_by(WORD as usize).zip(target.chunks_mut(WORD as usize)) {
            let word = if is_there { self.body[index(at, self.geometry.body())].get() } else { 0 };
            bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
        }
        target.len()
    }

    /// A word of the body, for a participant. To touch a hole is to allocate, which can fail: nobody may.
    fn touch(&self, offset: u64) -> Option<&Word> {
        let index = index(offset, self.geometry.body());
        let word = self.body.get(index)?;
        let chunk = index / (CHUNK_UNITS as usize * WORDS_PER_UNIT);
        assert!(self.backed()[chunk] || fate::is_over(), "chunk {chunk} has no memory, but is touched");
        Some(word)
    }

    fn chunks(&self, offset: u64, bytes: u64) -> std::ops::Range<usize> {
        let first = (offset - self.geometry.body()) / CHUNK_BYTES;
        first as usize..(first + bytes / CHUNK_BYTES) as usize
    }

    fn backed(&self) -> MutexGuard<'_, Vec<bool>> {
        self.backed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Word {
    fn get(&self) -> u64 {
        match self {
            Word::Header(word) => word.raw().load(Ordering::Relaxed),
            // SAFETY: loom checks that nobody writes at this moment.
            Word::Payload(cell) => cell.with(|value| unsafe { *value }),
        }
    }

    fn set(&self, new: u64) {
        match self {
            Word::Header(word) => word.raw().store(new, Ordering::Relaxed),
            // SAFETY: loom checks that nobody else is there at this moment.
            Word::Payload(cell) => cell.with_mut(|value| unsafe { *value = new }),
        }
    }
}

fn index(offset: u64, start: u64) -> usize {
    ((offset - start) / WORD) as usize
}
