//! Bugs on purpose, to prove that a sanitizer watches this library: `cargo xtask sanitize` calls them and fails unless each is
//! reported. Only its builds have them (`--cfg mailslot_planted_bug`).

use std::hint::black_box;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::thread;

/// 0 reads one byte behind a block of the heap, 1 writes to one word from two threads at once, 2 forgets blocks.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn mailslot_planted_bug(kind: u32) -> u32 {
    match kind {
        0 => read_behind_a_block(),
        1 => write_from_two_threads(),
        _ => forget_blocks(),
    }
}

fn read_behind_a_block() -> u32 {
    let block = vec![7_u8; 16];
    let behind = black_box(block.as_ptr()).wrapping_add(black_box(block.len()));
    // SAFETY: none. The address is behind the block, and the sanitizer has to say so.
    u32::from(unsafe { behind.read_volatile() })
}

fn write_from_two_threads() -> u32 {
    let mut word = 0_u32;
    let address = AtomicPtr::new(&raw mut word);
    let arrived = AtomicU32::new(0);
    let write = || {
        // Relaxed: this brings the threads together and orders nothing.
        arrived.fetch_add(1, Ordering::Relaxed);
        while arrived.load(Ordering::Relaxed) < 2 {
            thread::yield_now();
        }
        let word = address.load(Ordering::Relaxed);
        // Often: two writes at the very same moment can hide each other from the sanitizer.
        for _ in 0..1000 {
            // SAFETY: none. The word is alive, but another thread writes to it, and the sanitizer has to say so.
            unsafe { word.write_volatile(1) };
            thread::yield_now();
        }
    };
    thread::scope(|scope| {
        scope.spawn(write);
        scope.spawn(write);
    });
    word
}

/// Several, because the address of one may live on in a register or on the stack.
fn forget_blocks() -> u32 {
    (0..10).map(|_| u32::from(black_box(vec![7_u8; 16]).leak()[0])).sum()
}
