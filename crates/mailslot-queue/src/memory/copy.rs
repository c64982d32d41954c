//! Copying payloads into and out of shared memory.
//!
//! Small ones go through the C library. Larger ones do not: with the processor's string instructions, which C libraries prefer
//! for them (glibc before 2.39), a copy on some processors (AMD Zen 3 and 4) takes up to thirty times as long when its target is not on a 32-byte border, and
//! programs' buffers rarely are.

/// From here on vectors are faster than the C library's `memcpy` at its best.
const LARGE: usize = 256;

/// Copies `length` bytes. Another process may write to either range meanwhile: any bytes may come out.
///
/// # Safety
///
/// Both ranges are valid for `length` bytes and do not overlap.
#[inline]
pub(super) unsafe fn copy(source: *const u8, target: *mut u8, length: usize) {
    #[cfg(target_arch = "x86_64")]
    if length >= LARGE && std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: AVX is there; the rest is the caller's promise, and the length was compared.
        return unsafe { with_avx(source, target, length) };
    }
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy_nonoverlapping(source, target, length) };
}

/// # Safety
///
/// As [`copy`], for at least [`LARGE`] bytes on a processor with AVX.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
unsafe fn with_avx(source: *const u8, target: *mut u8, length: usize) {
    /// Bytes of four vectors.
    const STEP: usize = 128;
    let mut at = 0;
    while at + STEP <= length {
        // SAFETY: the step ends in front of `length`; the rest is the caller's promise.
        unsafe { copy_step(source, target, at) };
        at += STEP;
    }
    if at < length {
        // The last step covers the end, and some of what was copied before a second time.
        // SAFETY: as above; the length is more than a step.
        unsafe { copy_step(source, target, length - STEP) };
    }
}

/// # Safety
///
/// Both ranges are valid for 128 bytes from `at` on, and do not overlap; the processor has AVX.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx")]
unsafe fn copy_step(source: *const u8, target: *mut u8, at: usize) {
    use std::arch::x86_64::{__m256i, _mm256_loadu_si256, _mm256_storeu_si256};

    let (source, target) = (source.wrapping_add(at).cast::<__m256i>(), target.wrapping_add(at).cast::<__m256i>());
    let load = |index| {
        // SAFETY: the caller's promise.
        unsafe { _mm256_loadu_si256(source.wrapping_add(index)) }
    };
    let parts = [load(0), load(1), load(2), load(3)];
    for (index, part) in parts.into_iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe { _mm256_storeu_si256(target.wrapping_add(index), part) };
    }
}
