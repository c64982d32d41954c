//! See `mailslot_fuzz_targets::descriptors`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mailslot_fuzz_targets::descriptors(data));
