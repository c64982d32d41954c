//! See `mailslot_fuzz_targets::slot_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: mailslot_fuzz::plant_bug(),
    |data: &[u8]| mailslot_fuzz_targets::slot_file(data)
);
