//! Reading: "begun" goes to the journal before the call, what was taken after it.

use anyhow::{Context, Result, bail};

use super::{End, Patience, Refusal, Worker, unexpected};
use crate::board::{ENTRIES, Entry, Mode, State, global, word};
use crate::message::MAX_SIZE;

/// More than these wait for the next check of the journals; a drain may use them all.
const MOST_MESSAGES: usize = ENTRIES / 4;

impl Worker<'_> {
    pub(super) fn read(&mut self) -> Result<bool> {
        self.take_given();
        let End::Reader(Some(receiver)) = &self.end else { return Ok(false) };
        if self.block.journal_lengths().0 >= MOST_MESSAGES {
            return Ok(false);
        }
        if self.random.one_in(600) {
            let duplicate = receiver.duplicated().map_err(unexpected("duplicate"))?;
            self.block.count(word::DUPLICATES, 1);
            if let End::Reader(Some(old)) = std::mem::replace(&mut self.end, End::Reader(Some(duplicate))) {
                self.timed("close", 0, |_| old.close()).map_err(unexpected("close"))?;
            }
            return Ok(true);
        }
        let patience = match (Mode::of_word(self.mode), self.random.below(10)) {
            // So that they sleep, and are woken or not.
            (Mode::Read, _) => Patience::Millis(20_000),
            (_, 0..5) => Patience::None,
            (_, 5..8) => Patience::Millis(self.random.below(5) as u32),
            _ => Patience::Millis(20_000),
        };
        if self.random.one_in(50) {
            self.info()?;
        }
        // Now and then a buffer that many messages do not fit into: they stay.
        let room = if self.random.one_in(50) { self.random.below(300) as usize } else { MAX_SIZE + 1 };
        if self.take(patience, room)?.is_none() && matches!(patience, Patience::None) {
            std::thread::sleep(self.random.micros(300));
        }
        Ok(true)
    }

    /// Messages queued and the next one's size.
    pub(super) fn info(&mut self) -> Result<(u32, Option<u32>)> {
        let info = self.timed("info", 0, |worker| match &worker.end {
            End::Reader(Some(receiver)) => receiver.info(),
            _ => Ok((0, None)),
        });
        let (count, next) = info.map_err(unexpected("ask for the state"))?;
        if (count == 0) != next.is_none() {
            bail!("{count} messages are counted, and the next one's size is {next:?}");
        }
        Ok((count, next))
    }

    /// Takes a message, if there is one, and has it in the journal. Its size, if it was taken.
    pub(super) fn take(&mut self, patience: Patience, room: usize) -> Result<Option<usize>> {
        let (block, number) = (self.block, self.block.journal_lengths().0);
        let begin = self.board.stamp();
        let mut entry = Entry { id: 0, size: 0, state: State::Begun, begin, end: 0 };
        block.set_entry(number, entry);
        block.set(word::BEGUN, number as u64 + 1);
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(MAX_SIZE + 1, 0);
        // The C functions wait for the slot's timeout, which may be for ever.
        let limit = if let Patience::Millis(milliseconds) = patience { u64::from(milliseconds) } else { 0 };
        let limit = limit.max(self.board.get(global::TIMEOUT).min(600_000));
        let taken = self.timed("receive", limit, |worker| match &worker.end {
            End::Reader(Some(receiver)) => receiver.take(&mut buffer[..room], patience),
            _ => Ok(None),
        });
        let end = self.board.stamp();
        let result = match taken {
            Ok(Some(size)) => {
                let read = self.texts.read(&buffer[..size], self.generation as u32);
                if let Ok(id) = &read {
                    entry = Entry { id: id.to_word(), size: size as u32, state: State::Done, begin, end };
                    block.set_entry(number, entry);
                    block.set(word::ENDED, number as u64 + 1);
                }
                read.map(|_| Some(size)).map_err(|torn| anyhow::anyhow!("{torn}"))
            }
            Ok(None) => {
                block.set(word::BEGUN, number as u64);
                Ok(None)
            }
            Err(Refusal::TooSmall) if room <= MAX_SIZE => {
                block.set(word::BEGUN, number as u64);
                Ok(None)
            }
            Err(refusal) => Err(unexpected("receive")(refusal)).context("with a handle of the server"),
        };
        self.buffer = buffer;
        result
    }
}
