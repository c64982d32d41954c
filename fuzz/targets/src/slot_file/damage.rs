//! The scribbler.

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use rustix::fs::{FallocateFlags, fallocate};

use super::layout::{self, CAPACITY_WORD, CHUNK_BYTES, HEAD, UNIT_BYTES, WORDS};
use crate::script::Script;

/// Values that mean something somewhere.
const VALUES: [u64; 24] = [
    0,
    1,
    2,
    3,
    255,
    1024,
    4096,
    u64::MAX,
    u64::MAX - 1,
    1 << 31,
    (1 << 31) - 1,
    1 << 32,
    (1 << 32) - 1,
    1 << 51,
    (1 << 51) - 1,
    1 << 60,
    1 << 62,
    (1 << 62) | 1,
    1 << 63,
    (2 << 62) | 1,
    (2 << 62) | 2,
    (2 << 62) | 99,
    3 << 62,
    0x8000_0000_4000_0000,
];

/// A second description of the slot file, its size and where its body begins.
pub(super) struct Damage {
    file: File,
    bytes: u64,
    body: u64,
}

impl Damage {
    pub(super) fn new(path: &Path) -> Damage {
        let file = File::options().read(true).write(true).open(path).unwrap();
        let bytes = file.metadata().unwrap().len();
        let mut damage = Damage { file, bytes, body: 0 };
        damage.body = layout::body(bytes, damage.word(CAPACITY_WORD) >> 32);
        damage
    }

    /// The file keeps its size and holds no more memory than that.
    pub(super) fn check_size(&self) {
        let found = self.file.metadata().unwrap();
        assert_eq!(found.len(), self.bytes);
        assert!(
            found.blocks() * 512 <= self.bytes + 65_536,
            "{} blocks of a file of {} bytes",
            found.blocks(),
            self.bytes
        );
    }

    /// Scribbles once.
    pub(super) fn do_some(&self, how: u8, script: &mut Script<'_>) {
        match how % 8 {
            0 => {
                let count = usize::from(script.u8());
                let at = self.place(script);
                self.write(at, script.bytes(count));
            }
            1 => self.set(script.pick(&WORDS), script.u64()),
            2 => self.set(script.pick(&WORDS), script.pick(&VALUES)),
            3 => {
                let at = script.pick(&WORDS);
                let step = i64::from(script.u8() as i8);
                self.set(at, self.word(at).wrapping_add_signed(step));
            }
            4 => {
                let at = script.pick(&WORDS);
                self.set(at, self.word(at) ^ 1 << (script.u8() & 63));
            }
            5 => {
                let (to, from) = (script.pick(&WORDS), script.pick(&WORDS));
                self.set(to, self.word(from));
            }
            6 => self.damage_block(script),
            _ => {
                let at = self.place(script) & !4095;
                let pages = u64::from(script.u8() % 32) + 1;
                let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
                // Where it cannot be punched, there is nothing to lose.
                let _ = fallocate(&self.file, flags, at, pages * 4096);
            }
        }
    }

    /// A word of the header of the newest block, or of one before it.
    fn damage_block(&self, script: &mut Script<'_>) {
        let mut block = self.word(HEAD) & 0xffff_ffff;
        for _ in 0..script.u8() % 8 {
            block = self.word(block * UNIT_BYTES) >> 32;
        }
        let at = block * UNIT_BYTES + u64::from(script.u8() % 4) * 8;
        let old = self.word(at);
        let value = match script.u8() % 4 {
            0 => script.u64(),
            1 => script.pick(&VALUES),
            2 => old.wrapping_add_signed(i64::from(script.u8() as i8)),
            // Its predecessor is itself, or another one.
            _ => old & 0xffff_ffff | (block + u64::from(script.u8() % 3)) << 32,
        };
        self.set(at, value);
    }

    /// Somewhere: in the header, the hint ring, the chunk table, the chunks in use, or anywhere.
    fn place(&self, script: &mut Script<'_>) -> u64 {
        let area = script.u8() % 6;
        let at = u64::from(script.u32());
        match area {
            0 => 128 + at % 512,
            1 => at % 4096,
            2 => 4096 + at % 16_384,
            3 => 151_552 + at % 256,
            4 => self.body + at % (4 * CHUNK_BYTES),
            _ => at % self.bytes,
        }
    }

    fn word(&self, at: u64) -> u64 {
        let mut bytes = [0; 8];
        match self.file.read_at(&mut bytes, at) {
            Ok(8) => u64::from_le_bytes(bytes),
            _ => 0,
        }
    }

    fn set(&self, at: u64, value: u64) {
        self.write(at, &value.to_le_bytes());
    }

    /// The file keeps its size: only its contents are lies.
    fn write(&self, at: u64, bytes: &[u8]) {
        let room = self.bytes.saturating_sub(at).min(bytes.len() as u64) as usize;
        self.file.write_all_at(&bytes[..room], at).unwrap();
    }
}
