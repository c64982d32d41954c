//! How far apart the two cores are: one cache line, to and fro.

use std::sync::atomic::Ordering;

use crate::clock::now_ns;
use crate::shared::SharedMemory;

/// Round trips that are measured.
const ROUND_TRIPS: u64 = 2000;
/// Blocks of them; the median block counts, so that an interruption does not.
const BLOCKS: u64 = 20;

/// A word that two processes change in turn.
#[derive(Debug)]
pub(crate) struct Line {
    memory: SharedMemory,
}

impl Line {
    pub(crate) fn new() -> std::io::Result<Line> {
        Ok(Line { memory: SharedMemory::new(4096, false)? })
    }

    /// One side; the other calls [`Line::answer`]. Nanoseconds for one round trip.
    pub(crate) fn ask(&self) -> f64 {
        let word = self.memory.word(0);
        let mut value = word.load(Ordering::Relaxed);
        let mut blocks = Vec::new();
        for _ in 0..BLOCKS {
            let start = now_ns();
            for _ in 0..ROUND_TRIPS / BLOCKS {
                word.store(value + 1, Ordering::Release);
                value += 2;
                while word.load(Ordering::Acquire) != value {}
            }
            blocks.push((now_ns() - start) as f64 / (ROUND_TRIPS / BLOCKS) as f64);
        }
        crate::stats::median(&blocks)
    }

    /// The other side.
    pub(crate) fn answer(&self) {
        let word = self.memory.word(0);
        let last = word.load(Ordering::Relaxed) / 2 * 2 + ROUND_TRIPS * 2;
        loop {
            let value = word.load(Ordering::Acquire);
            if value % 2 == 1 {
                word.store(value + 1, Ordering::Release);
                if value + 1 == last {
                    return;
                }
            }
        }
    }
}
