//! What participants do, in short words.

use std::sync::{Arc, Mutex};

use crate::doorbell::Wait;
use crate::error::Error;
use crate::gate::Gate;
use crate::kernel::World;
use crate::layout::ChunkState;
use crate::primitive::Ordering;
use crate::server_core::Core;
use crate::slot::Slot;
use crate::writer::Writer;

/// One process that has the slot open, for both ends.
pub(super) struct Process {
    pub(super) core: Core,
    pub(super) writer: Writer,
    pub(super) gate: Arc<Gate>,
}

/// A message says who sent it, and the how manieth of its sender's it is, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) from: u8,
    pub(super) number: u8,
}

/// Messages in the order in which they were taken.
pub(super) type Taken = Arc<Mutex<Vec<Message>>>;

/// Payload bytes of a message that has room in one unit.
pub(super) const SMALL: usize = 16;
/// Of one that takes a chunk and a half.
pub(super) const LARGE: usize = 152;

impl Message {
    /// Words that only belong together.
    fn to_bytes(self, size: usize) -> Vec<u8> {
        let word = 1 << 60 | u64::from(self.from) << 8 | u64::from(self.number);
        (0..size as u64 / 8).flat_map(|index| (word + (index << 16)).to_le_bytes()).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Message {
        let message = Message { from: bytes[1], number: bytes[0] };
        assert_eq!(message.to_bytes(bytes.len()), bytes, "a message is torn");
        message
    }
}

impl Process {
    /// Its participant number is drawn already.
    pub(super) fn new(world: &Arc<World>) -> Process {
        let core = Core::new(Slot::of_world(world));
        core.slot.participant().expect("numbers are there");
        Process { core, writer: Writer::new(), gate: Arc::new(Gate::new()) }
    }

    pub(super) fn slot(&self) -> &Slot {
        &self.core.slot
    }

    pub(super) fn send(&mut self, from: u8, number: u8) {
        self.try_send(from, number, SMALL).expect("a message can be sent");
    }

    pub(super) fn try_send(&mut self, from: u8, number: u8, size: usize) -> Result<(), Error> {
        self.writer.write(&self.core.slot, &Message { from, number }.to_bytes(size))
    }

    pub(super) fn leave(&mut self) {
        self.writer.leave(&self.core.slot);
    }

    pub(super) fn take(&self) -> Option<Message> {
        self.try_take().expect("a message can be taken")
    }

    pub(super) fn try_take(&self) -> Result<Option<Message>, Error> {
        let mut bytes = [0; LARGE];
        let taken = self.core.take(&mut bytes)?;
        Ok(taken.map(|taken| {
            let size = taken.size as usize;
            assert!(size == SMALL || size == LARGE, "a message has a size that nobody sent");
            Message::from_bytes(&bytes[..size])
        }))
    }

    /// Sleeps until a message is queued; `false` if the wait was ended.
    pub(super) fn wait(&self) -> bool {
        match self.core.wait(Wait::Forever, &self.gate) {
            Ok(is_there) => is_there,
            Err(Error::Cancelled) => false,
            Err(error) => panic!("a wait fails: {error}"),
        }
    }

    /// Takes one message, sleeping until there is one.
    pub(super) fn wait_and_take(&self) -> Message {
        loop {
            assert!(self.wait());
            if let Some(message) = self.take() {
                return message;
            }
        }
    }

    /// Takes all that is queued, while nobody else is at it.
    pub(super) fn drain(&self) -> Vec<Message> {
        let count = self.slot().message_count();
        let messages: Vec<Message> = std::iter::from_fn(|| self.take()).collect();
        assert_eq!(messages.len(), count as usize, "the count is exact");
        assert_eq!(self.slot().message_count(), 0);
        messages
    }

    /// The queue is empty, and nobody was killed: no bytes are counted.
    pub(super) fn check_bytes(&self) {
        assert_eq!(self.slot().bytes_queued(), 0, "bytes that nobody has queued are counted");
    }

    /// All messages are taken and all writers have left, or are dead: no memory is left behind.
    pub(super) fn check_no_leak(&self) {
        let slot = self.slot();
        slot.trim(slot.participant().expect("a number is drawn"), 0).expect("memory can be given back");
        // What dead owners had is free after the first time, and gone after the second.
        slot.trim(slot.participant().expect("a number is drawn"), 0).expect("memory can be given back");
        for chunk in 0..slot.chunk_limit() {
            let state = ChunkState::from_word(slot.chunk_word(chunk).load(Ordering::Acquire));
            assert_eq!(state, Some(ChunkState::Empty), "chunk {chunk} is left behind");
        }
    }
}

pub(super) fn taken() -> Taken {
    Arc::new(Mutex::new(Vec::new()))
}

pub(super) fn note(taken: &Taken, message: Message) {
    taken.lock().expect("nobody panics").push(message);
}

pub(super) fn noted(taken: &Taken) -> Vec<Message> {
    taken.lock().expect("nobody panics").clone()
}

/// Of each sender, the messages are those that it has sent, in their order, and there are no others.
pub(super) fn check(messages: &[Message], sent: &[(u8, u8)]) {
    for &(from, count) in sent {
        let numbers: Vec<u8> =
            messages.iter().filter(|message| message.from == from).map(|message| message.number).collect();
        let expected: Vec<u8> = (0..count).collect();
        assert_eq!(numbers, expected, "messages of {from}");
    }
    let total: usize = sent.iter().map(|&(_, count)| usize::from(count)).sum();
    assert_eq!(messages.len(), total, "messages of strangers");
}
