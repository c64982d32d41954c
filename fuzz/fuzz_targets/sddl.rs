//! See `mailslot_fuzz_targets::sddl`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mailslot_fuzz_targets::sddl(data));
