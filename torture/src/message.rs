//! Messages that tell who wrote them, which one of the writer's they are, and whether they are whole.
//!
//! ```text
//! 0   writer's incarnation   4   slot generation   8   number   12   size   16   checksum of these and of the filler
//! 24  filler: a window of one random text that all processes know, at a place that follows from writer and number
//! ```
//!
//! A message of fewer than [`HEADER`] bytes has no room for that: it is filler from the start, and counts as one of its size.

use std::fmt;

use crate::random::mix;

/// Messages at least this long are told apart.
pub(crate) const HEADER: usize = 24;
/// The longest message.
pub(crate) const MAX_SIZE: usize = 1 << 20;
/// Windows begin below this.
const WINDOWS: usize = 1 << 16;

/// Which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id {
    /// A process that writes, from one check of the journals to the next. Never 0 for a message with a header.
    pub(crate) incarnation: u32,
    /// From 0, per incarnation.
    pub(crate) number: u32,
}

impl Id {
    /// All messages that are too short to tell.
    pub(crate) const TINY: Id = Id { incarnation: 0, number: 0 };

    pub(crate) fn to_word(self) -> u64 {
        u64::from(self.incarnation) << 32 | u64::from(self.number)
    }

    pub(crate) fn from_word(word: u64) -> Id {
        Id { incarnation: (word >> 32) as u32, number: word as u32 }
    }
}

/// What is wrong with a message that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Torn(String);

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text that messages are cut from.
pub(crate) struct Texts {
    filler: Vec<u8>,
}

impl Texts {
    pub(crate) fn new() -> Texts {
        let words = (0..(MAX_SIZE + WINDOWS) as u64 / 8).map(|index| mix(index ^ 0x6d61_696c_736c_6f74));
        Texts { filler: words.flat_map(u64::to_le_bytes).collect() }
    }

    /// Writes a message over `buffer`.
    pub(crate) fn write(&self, buffer: &mut Vec<u8>, id: Id, generation: u32, size: usize) {
        buffer.clear();
        if size < HEADER {
            buffer.extend_from_slice(&self.filler[..size]);
            return;
        }
        buffer.extend_from_slice(&header(id, generation, size));
        buffer.extend_from_slice(self.window(id, size - HEADER));
    }

    /// Which message it is, if it is a whole one of this generation.
    pub(crate) fn read(&self, message: &[u8], generation: u32) -> Result<Id, Torn> {
        let size = message.len();
        if size < HEADER {
            let is_whole = message == &self.filler[..size];
            return if is_whole { Ok(Id::TINY) } else { Err(Torn(format!("torn: contents of one of {size} bytes"))) };
        }
        let word = |at: usize| u32::from_le_bytes([message[at], message[at + 1], message[at + 2], message[at + 3]]);
        let id = Id { incarnation: word(0), number: word(8) };
        if message[..HEADER] != header(id, word(4), word(12) as usize) {
            return Err(Torn(format!("torn: the first bytes of one of {size} bytes are {:?}", &message[..HEADER])));
        }
        if word(12) as usize != size {
            return Err(Torn(format!("torn: {id:?} was written with {} bytes and has {size}", word(12))));
        }
        if word(4) != generation {
            return Err(Torn(format!("{id:?} is from generation {} of the slot, read in {generation}", word(4))));
        }
        let window = self.window(id, size - HEADER);
        if &message[HEADER..] != window {
            let differs = message[HEADER..].iter().zip(window).position(|(is, should)| is != should).unwrap_or(0);
            return Err(Torn(format!("torn: {id:?} of {size} bytes is wrong from byte {} on", HEADER + differs)));
        }
        Ok(id)
    }

    fn window(&self, id: Id, length: usize) -> &[u8] {
        let start = mix(id.to_word()) as usize % WINDOWS;
        &self.filler[start..start + length]
    }
}

fn header(id: Id, generation: u32, size: usize) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    for (at, word) in [id.incarnation, generation, id.number, size as u32].into_iter().enumerate() {
        header[at * 4..at * 4 + 4].copy_from_slice(&word.to_le_bytes());
    }
    // The filler follows from writer and number, so that this covers it, too.
    let sum = mix(mix(id.to_word()) ^ (u64::from(generation) << 32 | size as u64));
    header[16..].copy_from_slice(&sum.to_le_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Id = Id { incarnation: 7, number: 9 };

    #[test]
    fn whole_messages_are_recognised() {
        let (texts, mut buffer) = (Texts::new(), Vec::new());
        for size in [HEADER, HEADER + 1, 4000, MAX_SIZE] {
            texts.write(&mut buffer, ID, 3, size);
            assert_eq!((buffer.len(), texts.read(&buffer, 3)), (size, Ok(ID)));
        }
        for size in [0, 1, HEADER - 1] {
            texts.write(&mut buffer, ID, 3, size);
            assert_eq!((buffer.len(), texts.read(&buffer, 3)), (size, Ok(Id::TINY)));
        }
    }

    #[test]
    fn every_changed_byte_is_seen() {
        let (texts, mut buffer) = (Texts::new(), Vec::new());
        for size in [5, 100] {
            texts.write(&mut buffer, ID, 3, size);
            for at in 0..size {
                buffer[at] ^= 1;
                assert!(texts.read(&buffer, 3).is_err(), "byte {at} of {size}");
                buffer[at] ^= 1;
            }
        }
        assert!(texts.read(&buffer[..99], 3).is_err(), "one byte short");
        assert!(texts.read(&buffer, 4).is_err(), "another generation");
    }
}
