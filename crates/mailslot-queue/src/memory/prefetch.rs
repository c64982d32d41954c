//! Telling the processor which lines will be needed. Never faults, whatever the address.

/// Cache lines that are worth asking for at a time.
const MOST_LINES: usize = 4;
const LINE_BYTES: usize = 64;

/// The lines from `from` on will be written to: they come as this processor's own.
#[inline]
pub(super) fn for_writing(from: *const u8, bytes: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    for line in 0..bytes.div_ceil(LINE_BYTES).min(MOST_LINES) {
        use std::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        // SAFETY: a prefetch of any address is harmless.
        unsafe { _mm_prefetch::<_MM_HINT_ET0>(from.wrapping_add(line * LINE_BYTES).cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = (from, bytes, MOST_LINES, LINE_BYTES);
}

/// The lines from `from` on will be read.
#[inline]
pub(super) fn for_reading(from: *const u8, bytes: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    for line in 0..bytes.div_ceil(LINE_BYTES).min(MOST_LINES) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch of any address is harmless.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(line * LINE_BYTES).cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = (from, bytes);
}
