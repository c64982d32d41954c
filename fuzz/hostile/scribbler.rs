//! Who has the file mapped, and no manners. Runs until it is killed.

use std::fs::File;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use fastrand::Rng;
use mailslot_queue::{Client, CreateOptions, Server, SlotDir};
use rustix::process::{Signal, set_parent_process_death_signal};

use super::NAME;
use super::honest::patiently;
use super::map::Map;

/// Words of the header by which the two sides find each other; see `layout.rs` of the queue.
const HEADER: [u64; 14] = [128, 136, 144, 256, 264, 384, 392, 400, 408, 416, 424, 512, 520, 8];
const HEAD: u64 = 128;
const DOORBELL: u64 = 256;
const READ_SEQUENCE: u64 = 384;
const READER_LOCK: u64 = 416;
const HINTS: u64 = 4096;
const HINT_COUNT: u64 = 2048;
const TABLE: u64 = 151_552;
/// So long the slot stays in working order, but for moments.
const INTACT: Duration = Duration::from_millis(250);

/// A client of the slot.
pub(crate) fn with_a_client(directory: &SlotDir, seed: u64) -> Result<(), String> {
    die_with_parent();
    let client = patiently(|| Client::open(directory, NAME)).map_err(super::text)?;
    Scribbler::new(directory, seed).scribble(|random| {
        for _ in 0..200 {
            // Refusals are its own doing.
            let _ = client.send(&vec![1; random.usize(..2000)]);
        }
        if random.u8(..) < 30 {
            let _ = client.send(&vec![2; random.usize(..400_000)]);
        }
    })
}

/// A server of the slot, which it makes.
pub(crate) fn with_a_server(directory: &SlotDir, seed: u64) -> Result<(), String> {
    die_with_parent();
    let options = CreateOptions { quota_bytes: 2 << 20, ..CreateOptions::default() };
    let server = Server::create(directory, NAME, &options).map_err(super::text)?;
    // The client has to find a slot before it is spoilt.
    std::thread::sleep(Duration::from_millis(100));
    let mut out = Vec::new();
    Scribbler::new(directory, seed).scribble(|_| {
        for _ in 0..400 {
            let _ = server.take_vec(&mut out);
        }
    })
}

fn die_with_parent() {
    // Where it fails, the parent still kills it.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
}

struct Scribbler {
    map: Map,
    random: Rng,
}

impl Scribbler {
    fn new(directory: &SlotDir, seed: u64) -> Scribbler {
        let path = directory.path().join(NAME.file);
        let file = File::options().read(true).write(true).open(path).expect("the slot's file");
        Scribbler { map: Map::new(&file), random: Rng::with_seed(seed) }
    }

    /// Honest work and mischief by turns.
    fn scribble(mut self, mut work: impl FnMut(&mut Rng)) -> ! {
        let start = Instant::now();
        loop {
            work(&mut self.random);
            let end = Instant::now() + Duration::from_micros(self.random.u64(100..5000));
            // Whoever finds the slot damaged for good looks at little of it: first comes what can be put right again.
            let mischief = if start.elapsed() < INTACT { self.random.u8(4..10) } else { self.random.u8(..12) };
            match mischief {
                0 => self.random_words(),
                1 => self.flip(end, |scribbler| HEADER[scribbler.random.usize(..HEADER.len())]),
                2 => self.flip(end, |scribbler| HINTS + scribbler.random.u64(..HINT_COUNT) * 8),
                3 => self.flip(end, |scribbler| TABLE + scribbler.random.u64(..48) * 8),
                // The word with the size of the message that is taken next, and the others of its header.
                4..=6 => self.flip(end, |scribbler| scribbler.next_block() + 8),
                7 => self.flip(end, |scribbler| scribbler.next_block() + scribbler.random.u64(..4) * 8),
                8..=9 => self.let_all_in(end),
                10 => self.lock_out(end),
                _ => self.flip(end, |_| DOORBELL),
            }
        }
    }

    /// A few random words for good.
    fn random_words(&mut self) {
        for _ in 0..self.random.u8(1..5) {
            let at = match self.random.u8(..4) {
                0 => 128 + self.random.u64(..448),
                1 => self.random.u64(..200_000),
                2 => self.next_block() + self.random.u64(..4096),
                _ => self.random.u64(..self.map.bytes),
            };
            let value = self.value(at);
            self.map.word(at).store(value, Relaxed);
        }
    }

    /// Sets words to something else and back, as fast as it can: whoever loads one twice sees two values.
    fn flip(&mut self, end: Instant, place: impl Fn(&mut Scribbler) -> u64) {
        while Instant::now() < end {
            let at = place(self);
            let bad = self.value(at);
            let word = self.map.word(at);
            for _ in 0..self.random.u32(1..300) {
                let good = word.load(Relaxed);
                if good == bad {
                    break;
                }
                word.store(bad, Relaxed);
                for _ in 0..self.random.u8(..20) {
                    std::hint::spin_loop();
                }
                // Not over what somebody has stored meanwhile.
                let _ = word.compare_exchange(bad, good, Relaxed, Relaxed);
            }
        }
    }

    /// Frees the reader lock again and again: several readers take a message at a time.
    fn let_all_in(&mut self, end: Instant) {
        while Instant::now() < end {
            self.map.word(READER_LOCK).store(0, Relaxed);
        }
    }

    /// Holds the reader lock for somebody.
    fn lock_out(&mut self, end: Instant) {
        let holder = [1, 2, 3, 99, u64::MAX][self.random.usize(..5)];
        while Instant::now() < end {
            self.map.word(READER_LOCK).store(holder, Relaxed);
        }
        self.map.word(READER_LOCK).store(0, Relaxed);
    }

    /// Where the block of the oldest message begins, or else of the newest.
    fn next_block(&self) -> u64 {
        let next = self.map.word(READ_SEQUENCE).load(Relaxed).wrapping_add(1);
        let hint = self.map.word(HINTS + next % HINT_COUNT * 8).load(Relaxed);
        let entry = if hint >> 32 == next & 0xffff_ffff { hint } else { self.map.word(HEAD).load(Relaxed) };
        (entry & 0xffff_ffff) * 64
    }

    /// What to set the word at a place to.
    fn value(&mut self, at: u64) -> u64 {
        let old = self.map.word(at).load(Relaxed);
        match self.random.u8(..10) {
            0 => self.random.u64(..),
            1 => 0,
            2 => u64::MAX,
            // A little more or less, in either half.
            3 => old.wrapping_add_signed(self.random.i64(-70..70)),
            4 => old.wrapping_add(self.random.u64(..5000)),
            5 => old.wrapping_add(self.random.u64(..5000) << 32),
            6 => old ^ 1 << self.random.u8(..64),
            // The newest message and its block.
            7 => self.map.word(HEAD).load(Relaxed),
            8 => old & 0xffff_ffff | u64::from(self.random.u32(..)) << 32,
            _ => old & !0xffff_ffff | u64::from(self.random.u32(..)),
        }
    }
}
