//! Where the words of a slot file are, so that scribbles hit them: `layout.rs` of the queue, by numbers. If it changes, inputs
//! mean something else; nothing else depends on this.

/// Words of the header, and as many of the hint ring and the chunk table as a short queue uses.
pub(super) const WORDS: [u64; 36] = [
    0,    // magic
    8,    // version, chunk capacity
    16,   // largest message, security bytes
    24,   // quota
    32,   // name bytes, file name bytes
    128,  // head
    136,  // written bytes
    144,  // write time
    256,  // doorbell, closed
    264,  // read timeout, arm count
    272,  // creation time
    384,  // read sequence
    392,  // read bytes
    400,  // cursor
    408,  // access time
    416,  // reader lock
    424,  // reader's pid
    512,  // next participant
    520,  // chunk limit
    1024, // file name
    4096, // hints
    4104, 4112, 4120, 4128, 4136, 4144, 4152, 86_016,  // security
    151_552, // chunk table
    151_560, 151_568, 151_576, 151_584, 151_592, 151_600,
];

/// Chunks of the body.
pub(super) const CHUNK_BYTES: u64 = 65_536;
/// Blocks lie on this border.
pub(super) const UNIT_BYTES: u64 = 64;
/// The word of which the upper half is the number of chunks.
pub(super) const CAPACITY_WORD: u64 = 8;
/// The word that names the newest message and its block.
pub(super) const HEAD: u64 = 128;

/// Where the body begins in a file of that size with so many chunks.
pub(super) fn body(file_bytes: u64, chunks: u64) -> u64 {
    file_bytes.saturating_sub(chunks * CHUNK_BYTES)
}
