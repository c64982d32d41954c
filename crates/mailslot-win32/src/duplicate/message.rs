//! What one process says to another about handles.

use std::os::fd::RawFd;

/// One message: one connection has one. The sender's process and this one are of one machine, so its byte order serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    /// A handle, which comes with the message: the number under which the target is to have it, its rights, and whether the
    /// target's children inherit it.
    Install { number: RawFd, access: u32, inherit: bool },
    /// DUPLICATE_CLOSE_SOURCE: the handle of this number is to be closed.
    Close { number: RawFd },
}

pub(super) const MESSAGE_BYTES: usize = 20;
/// "MSH" and the version of this layout.
const MAGIC: u32 = 0x4D53_4801;
const INSTALL: u32 = 1;
const CLOSE: u32 = 2;

impl Message {
    pub(super) fn to_bytes(self) -> [u8; MESSAGE_BYTES] {
        let words = match self {
            Message::Install { number, access, inherit } => {
                [MAGIC, INSTALL, number.unsigned_abs(), access, inherit.into()]
            }
            Message::Close { number } => [MAGIC, CLOSE, number.unsigned_abs(), 0, 0],
        };
        let mut bytes = [0; MESSAGE_BYTES];
        for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
        bytes
    }

    /// `None` for anything that no version of this library has sent, or only a later one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Message> {
        let bytes: &[u8; MESSAGE_BYTES] = bytes.try_into().ok()?;
        let mut words = [0; 5];
        for (word, place) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = u32::from_ne_bytes(place.try_into().ok()?);
        }
        let [magic, kind, number, access, inherit] = words;
        let number = RawFd::try_from(number).ok()?;
        match (magic, kind) {
            (MAGIC, INSTALL) => Some(Message::Install { number, access, inherit: inherit != 0 }),
            (MAGIC, CLOSE) => Some(Message::Close { number }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_round_trip_and_nothing_else_is_one() {
        for message in [
            Message::Install { number: 512, access: 0x0012_0089, inherit: true },
            Message::Install { number: 3, access: 0, inherit: false },
            Message::Close { number: 7 },
        ] {
            let bytes = message.to_bytes();
            assert_eq!(Message::from_bytes(&bytes), Some(message));
            assert_eq!(Message::from_bytes(&bytes[1..]), None);
            for at in [0, 4, 11] {
                let mut other = bytes;
                other[at] ^= 0x80;
                assert_ne!(Message::from_bytes(&other), Some(message));
            }
        }
        assert_eq!(Message::from_bytes(&[]), None);
    }
}
