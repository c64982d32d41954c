//! The memory that all processes of an arena share besides the slot: orders, journals, counters. It is a memfd that has nothing
//! to do with the slot file, so that whatever happens to the one, the other tells.
//!
//! ```text
//! global words │ block 0 … block 47: one for each process │ journal 0 … journal 47
//! ```
//!
//! Everything is a 64-bit atomic word. A process that is killed leaves its block as it was at that instruction: its journal
//! has at most one entry that was begun and not ended.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

use anyhow::{Context, Result, ensure};
use rustix::fs::{MemfdFlags, OFlags};
use rustix::mm::{MapFlags, ProtFlags};
use rustix::thread::futex;
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Processes that can be in an arena at a time, the conductor (block 0) included.
pub(crate) const BLOCKS: usize = 48;
/// Entries of a journal: a process that has used them up waits for the next check.
pub(crate) const ENTRIES: usize = 32 * 1024;

const GLOBAL_WORDS: usize = 64;
const BLOCK_WORDS: usize = 128;
const ENTRY_WORDS: usize = 4;
const TEXT_WORDS: usize = 64;

/// Words for all.
pub(crate) mod global {
    /// The mode ([`super::Mode`]) and, above 8 bits, a number that changes with it.
    pub(crate) const MODE: usize = 0;
    /// Order stamps of writes and reads: each `fetch_add` gives a later one.
    pub(crate) const CLOCK: usize = 1;
    /// The slot's generation: one more for each re-creation.
    pub(crate) const GENERATION: usize = 2;
    /// 0 while the server lives; 1 once it may be gone; later the time ([`super::now_ns`]) at which it was gone for sure.
    pub(crate) const DEAD_SINCE: usize = 3;
    /// The conductor's process id.
    pub(crate) const CONDUCTOR: usize = 4;
    /// The slot's quota in bytes.
    pub(crate) const QUOTA: usize = 5;
    /// The largest message of this generation.
    pub(crate) const LARGEST: usize = 6;
    /// 1 if the file system may be full.
    pub(crate) const MAY_BE_FULL: usize = 7;
    /// The next incarnation.
    pub(crate) const INCARNATION: usize = 8;
    /// The slot's read timeout in ms.
    pub(crate) const TIMEOUT: usize = 9;
}

/// Words of a block.
pub(crate) mod word {
    /// 0 free; token << 2 | 1 given to a process that is to come; token << 2 | 2 that process is there.
    pub(crate) const CLAIM: usize = 0;
    pub(crate) const PID: usize = 1;
    /// Changes (lower 32 bits) when there is something to do: what idle processes sleep on.
    pub(crate) const BELL: usize = 2;
    /// The order ([`super::Order`]) and, above 8 bits, its number.
    pub(crate) const ORDER: usize = 3;
    /// The number of the order that was carried out last.
    pub(crate) const DONE: usize = 4;
    pub(crate) const ARGUMENT: usize = 5;
    pub(crate) const ARGUMENT_2: usize = 6;
    /// The mode that the process is in.
    pub(crate) const ACK: usize = 7;
    /// What it does: since when (0: nothing), what, and after how many ms it should be done.
    pub(crate) const OPERATION_SINCE: usize = 8;
    pub(crate) const OPERATION: usize = 9;
    pub(crate) const OPERATION_LIMIT: usize = 10;
    /// Journal entries begun, and ended.
    pub(crate) const BEGUN: usize = 11;
    pub(crate) const ENDED: usize = 12;
    pub(crate) const INCARNATION: usize = 13;
    /// 1 reader, 2 writer.
    pub(crate) const ROLE: usize = 14;
    /// 1 once the process has a handle of the slot.
    pub(crate) const HOLDS: usize = 15;
    /// The value of a handle that another process has duplicated into this one; 0 once it is used.
    pub(crate) const HANDLE: usize = 17;
    /// 1 if a drain can tell the bytes queued (the Rust API can).
    pub(crate) const IS_RUST: usize = 16;
    /// 1 if it waits for its first handle to be duplicated into it; and 1 once another was told to do so.
    pub(crate) const IS_WAITER: usize = 18;
    pub(crate) const IS_GIVEN: usize = 19;
    // Counters, for the record.
    pub(crate) const MESSAGES: usize = 20;
    pub(crate) const BYTES: usize = 21;
    pub(crate) const QUOTA_HITS: usize = 22;
    pub(crate) const FULL_HITS: usize = 23;
    pub(crate) const DUPLICATES: usize = 24;
    pub(crate) const REOPENS: usize = 25;
    pub(crate) const FORKS: usize = 26;
    pub(crate) const EXECS: usize = 27;
    pub(crate) const GIVEN: usize = 28;
    /// A violation that the process has found: its length in bytes, then its text.
    pub(crate) const TEXT_LENGTH: usize = 32;
    pub(crate) const TEXT: usize = 33;
}

/// What everybody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mode {
    /// Nothing.
    Pause = 0,
    /// Writers write and readers read.
    Storm = 1,
    /// Writers write.
    Write = 2,
    /// Readers read, and sleep while there is nothing.
    Read = 3,
}

impl Mode {
    pub(crate) fn of_word(word: u64) -> Mode {
        match word as u8 {
            1 => Mode::Storm,
            2 => Mode::Write,
            3 => Mode::Read,
            _ => Mode::Pause,
        }
    }
}

/// What one process is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Order {
    /// Writer: one message.
    Send = 1,
    /// Reader: take everything, alone, and check count and next size before each.
    Drain = 2,
    /// Reader: as `Drain`, and come back until no bytes are counted any more.
    Settle = 3,
    /// Make another process that has the handle, too.
    Offspring = 4,
    /// Duplicate the handle into the process of the block in the argument.
    Give = 5,
    /// Close the handle and end.
    Leave = 6,
    /// None yet.
    Nothing = 0,
}

impl Order {
    pub(crate) fn of_word(word: u64) -> Order {
        match word as u8 {
            1 => Order::Send,
            2 => Order::Drain,
            3 => Order::Settle,
            4 => Order::Offspring,
            5 => Order::Give,
            6 => Order::Leave,
            _ => Order::Nothing,
        }
    }
}

/// One line of a journal. A writer's has what it wrote, a reader's what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The message; a writer's entries have none, the index is its number.
    pub(crate) id: u64,
    pub(crate) size: u32,
    pub(crate) state: State,
    /// Order stamps of before and after.
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Begun. If the process is dead, nobody knows whether it happened.
    Begun = 0,
    Done = 1,
    /// The queue refused the message: it must never be read.
    Refused = 2,
}

pub(crate) struct Board {
    words: NonNull<AtomicU64>,
    /// The conductor's way to hand it on.
    file: Option<OwnedFd>,
}

impl Board {
    const WORDS: usize = GLOBAL_WORDS + BLOCKS * (BLOCK_WORDS + ENTRIES * ENTRY_WORDS);

    pub(crate) fn create() -> Result<Board> {
        let file = rustix::fs::memfd_create("mailslot-torture", MemfdFlags::CLOEXEC)?;
        rustix::fs::ftruncate(&file, Self::WORDS as u64 * 8)?;
        let words = Self::map(&file)?;
        Ok(Board { words, file: Some(file) })
    }

    /// By the path that the conductor gives.
    pub(crate) fn open(path: &Path) -> Result<Board> {
        let file = rustix::fs::open(path, OFlags::RDWR | OFlags::CLOEXEC, rustix::fs::Mode::empty())
            .with_context(|| format!("cannot open the board {}", path.display()))?;
        Ok(Board { words: Self::map(&file)?, file: None })
    }

    /// Where the processes of an arena find it.
    pub(crate) fn path(&self) -> PathBuf {
        let descriptor = self.file.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        PathBuf::from(format!("/proc/{}/fd/{descriptor}", std::process::id()))
    }

    fn map(file: &OwnedFd) -> Result<NonNull<AtomicU64>> {
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping at an address that the kernel chooses touches nothing of this process.
        let start =
            unsafe { rustix::mm::mmap(std::ptr::null_mut(), Self::WORDS * 8, protection, MapFlags::SHARED, file, 0) }?;
        NonNull::new(start.cast()).context("the board was mapped at 0")
    }

    pub(crate) fn at(&self, index: usize) -> &AtomicU64 {
        assert!(index < Self::WORDS, "no such word on the board");
        // SAFETY: in range, checked above.
        let word = unsafe { self.words.add(index) };
        // SAFETY: the mapping is never unmapped, it is aligned to pages, and all access is atomic.
        unsafe { word.as_ref() }
    }

    pub(crate) fn get(&self, index: usize) -> u64 {
        self.at(index).load(SeqCst)
    }

    pub(crate) fn set(&self, index: usize, value: u64) {
        self.at(index).store(value, SeqCst);
    }

    /// A later stamp than all before.
    pub(crate) fn stamp(&self) -> u64 {
        self.at(global::CLOCK).fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn mode(&self) -> u64 {
        self.get(global::MODE)
    }

    pub(crate) fn block(&self, index: usize) -> Block<'_> {
        assert!(index < BLOCKS, "no such block on the board");
        Block { board: self, index }
    }

    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        (0..BLOCKS).map(|index| self.block(index))
    }

    /// Claims a free block for a process that is to come; its index and token.
    pub(crate) fn claim(&self, token: u64) -> Option<(usize, u64)> {
        let token = token >> 2 | 1;
        let is_claimed = |index: &usize| {
            self.block(*index).word(word::CLAIM).compare_exchange(0, token << 2 | 1, SeqCst, SeqCst).is_ok()
        };
        (1..BLOCKS).find(is_claimed).map(|index| (index, token))
    }
}

/// The part of the board that belongs to one process.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    board: &'a Board,
    pub(crate) index: usize,
}

impl<'a> Block<'a> {
    pub(crate) fn word(self, index: usize) -> &'a AtomicU64 {
        debug_assert!(index < BLOCK_WORDS);
        self.board.at(GLOBAL_WORDS + self.index * BLOCK_WORDS + index)
    }

    pub(crate) fn get(self, index: usize) -> u64 {
        self.word(index).load(SeqCst)
    }

    pub(crate) fn set(self, index: usize, value: u64) {
        self.word(index).store(value, SeqCst);
    }

    pub(crate) fn count(self, index: usize, more: u64) {
        self.word(index).fetch_add(more, SeqCst);
    }

    pub(crate) fn is_there(self) -> bool {
        self.get(word::CLAIM) & 3 == 2
    }

    pub(crate) fn is_awaited(self) -> bool {
        self.get(word::CLAIM) & 3 == 1
    }

    /// The process that the block was claimed for is there; `false` if it is not wanted any more.
    pub(crate) fn register(self, token: u64, role: u64) -> bool {
        self.set(word::PID, u64::from(std::process::id()));
        self.set(word::ROLE, role);
        self.word(word::CLAIM).compare_exchange(token << 2 | 1, token << 2 | 2, SeqCst, SeqCst).is_ok()
    }

    /// `false` if the process has come after all.
    pub(crate) fn revoke(self) -> bool {
        let claim = self.get(word::CLAIM);
        claim & 3 == 1 && self.word(word::CLAIM).compare_exchange(claim, 0, SeqCst, SeqCst).is_ok()
    }

    /// For the next process. The claim goes last.
    pub(crate) fn free(self) {
        (1..BLOCK_WORDS).for_each(|index| self.set(index, 0));
        self.set(word::CLAIM, 0);
    }

    /// An empty journal under a new incarnation.
    pub(crate) fn new_journal(self) {
        self.set(word::BEGUN, 0);
        self.set(word::ENDED, 0);
        self.set(word::INCARNATION, self.board.at(global::INCARNATION).fetch_add(1, SeqCst) + 1);
    }

    /// How many entries were begun, and how many of them ended.
    pub(crate) fn journal_lengths(self) -> (usize, usize) {
        (self.get(word::BEGUN) as usize, self.get(word::ENDED) as usize)
    }

    pub(crate) fn entry(self, number: usize) -> Entry {
        let at = |offset| self.board.get(self.entry_word(number) + offset);
        let state = match at(1) >> 32 {
            1 => State::Done,
            2 => State::Refused,
            _ => State::Begun,
        };
        Entry { id: at(0), size: at(1) as u32, state, begin: at(2), end: at(3) }
    }

    pub(crate) fn set_entry(self, number: usize, entry: Entry) {
        let first = self.entry_word(number);
        let word = (entry.state as u64) << 32 | u64::from(entry.size);
        // The state goes last: who is killed in between leaves an entry that was begun.
        for (offset, value) in [(0, entry.id), (2, entry.begin), (3, entry.end), (1, word)] {
            self.board.set(first + offset, value);
        }
    }

    fn entry_word(self, number: usize) -> usize {
        assert!(number < ENTRIES, "the journal is full");
        GLOBAL_WORDS + BLOCKS * BLOCK_WORDS + (self.index * ENTRIES + number) * ENTRY_WORDS
    }

    /// Tells the conductor of a violation. The first one stays.
    pub(crate) fn tell(self, text: &str) {
        if self.get(word::TEXT_LENGTH) == 0 {
            let length = text.len().min(TEXT_WORDS * 8);
            for (index, bytes) in text.as_bytes()[..length].chunks(8).enumerate() {
                let value = bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte));
                self.set(word::TEXT + index, value);
            }
            self.set(word::TEXT_LENGTH, length as u64);
        }
    }

    pub(crate) fn told(self) -> Option<String> {
        let length = self.get(word::TEXT_LENGTH) as usize;
        let bytes = (0..length.div_ceil(8)).flat_map(|index| self.get(word::TEXT + index).to_le_bytes());
        let bytes: Vec<u8> = bytes.take(length).collect();
        (length > 0).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Wakes the process if it is idle.
    pub(crate) fn ring(self) {
        self.count(word::BELL, 1);
        // Nobody sleeps there, or they wake up: both is fine.
        let _ = futex::wake(self.bell(), futex::Flags::empty(), 1);
    }

    pub(crate) fn bell_count(self) -> u32 {
        self.bell().load(SeqCst)
    }

    /// Sleeps until it rings, 100 ms at most.
    pub(crate) fn wait_for_bell(self, seen: u32) {
        let timeout = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        // Woken, too late, interrupted: the caller looks again in each case.
        let _ = futex::wait(self.bell(), futex::Flags::empty(), seen, Some(&timeout));
    }

    fn bell(self) -> &'a AtomicU32 {
        // SAFETY: the lower half of a word that is on the board for ever (see `check_machine`), only used as an atomic.
        unsafe { AtomicU32::from_ptr(self.word(word::BELL).as_ptr().cast()) }
    }
}

/// Nanoseconds of the monotonic clock, which all processes share.
pub(crate) fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// The board is only for machines on which the bell is the lower half.
pub(crate) fn check_machine() -> Result<()> {
    ensure!(cfg!(target_endian = "little"), "the torture runs on little-endian machines only");
    Ok(())
}
