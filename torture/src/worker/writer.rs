//! Writing: "begun" goes to the journal before the call, "done" or "refused" after it.

use std::time::Duration;

use anyhow::{Result, bail};

use super::{End, Interface, Refusal, Sender, Worker, unexpected};
use crate::board::{Entry, State, global, now_ns, word};
use crate::message::Id;

/// More than these wait for the next check of the journals.
const MOST_MESSAGES: usize = 6000;
/// After a server's death, a write that begins so much later must fail: ten times what is promised, for coarse clocks.
const LATE: u64 = 50_000_000;

impl Worker<'_> {
    /// Opens the slot by name; `false` if there is none at this moment.
    pub(super) fn open(&mut self) -> Result<bool> {
        let (is_rust, name) = (self.birth.interface == Interface::Rust, self.birth.name.clone());
        let generation = self.board.get(global::GENERATION);
        match self.timed("open", 0, |_| Sender::open(is_rust, &name)) {
            Ok(sender) => {
                self.end = End::Writer(Some(sender));
                self.generation = generation;
                Ok(true)
            }
            Err(Refusal::NotFound | Refusal::Gone) if self.server_may_be_gone() => Ok(false),
            // The slot was created again meanwhile.
            Err(Refusal::NotFound | Refusal::Gone) if generation != self.board.get(global::GENERATION) => Ok(false),
            Err(refusal) => Err(unexpected("open")(refusal)),
        }
    }

    pub(super) fn write(&mut self) -> Result<bool> {
        if self.is_behind() {
            return self.catch_up();
        }
        if self.random.one_in(400) {
            self.change_handle()?;
            return Ok(true);
        }
        // A few in a row, now and then with a pause: so that readers fall asleep, and queues grow.
        for _ in 0..=self.random.below(20) {
            if self.block.journal_lengths().0 >= MOST_MESSAGES || !matches!(self.end, End::Writer(Some(_))) {
                return Ok(false);
            }
            self.write_message(None)?;
            if self.board.mode() != self.mode {
                return Ok(true);
            }
        }
        if self.random.one_in(8) {
            std::thread::sleep(self.random.micros(1500));
        }
        Ok(true)
    }

    /// For an order: as soon as possible, and small.
    pub(super) fn send_one(&mut self) -> Result<()> {
        if self.is_behind() {
            self.catch_up()?;
        }
        let size = self.random.below(400) as usize;
        if matches!(self.end, End::Writer(Some(_))) { self.write_message(Some(size)) } else { Ok(()) }
    }

    fn is_behind(&self) -> bool {
        self.generation != self.board.get(global::GENERATION) || matches!(self.end, End::Writer(None))
    }

    /// Gets a handle of the slot that there is now.
    fn catch_up(&mut self) -> Result<bool> {
        self.take_given();
        if !self.is_behind() {
            return Ok(true);
        }
        if self.birth.start == super::Start::Wait && self.block.get(word::HOLDS) == 0 {
            return Ok(false);
        }
        let is_open = self.open()?;
        self.block.set(word::HOLDS, u64::from(is_open));
        if !is_open {
            // Nothing to do until there is one.
            self.end = End::Writer(None);
        }
        Ok(is_open)
    }

    fn change_handle(&mut self) -> Result<()> {
        let End::Writer(Some(sender)) = &self.end else { return Ok(()) };
        if self.random.one_in(2) {
            let duplicate = sender.duplicated().map_err(unexpected("duplicate"))?;
            self.block.count(word::DUPLICATES, 1);
            self.replace(duplicate)
        } else {
            self.block.count(word::REOPENS, 1);
            let End::Writer(old) = std::mem::replace(&mut self.end, End::Writer(None)) else { return Ok(()) };
            let is_open = self.open()?;
            self.block.set(word::HOLDS, u64::from(is_open));
            // Both are open for a moment.
            old.map_or(Ok(()), |old| self.timed("close", 0, |_| old.close())).map_err(unexpected("close"))
        }
    }

    fn replace(&mut self, sender: Sender) -> Result<()> {
        match std::mem::replace(&mut self.end, End::Writer(Some(sender))) {
            End::Writer(Some(old)) => self.timed("close", 0, |_| old.close()).map_err(unexpected("close")),
            _ => Ok(()),
        }
    }

    fn write_message(&mut self, size: Option<usize>) -> Result<()> {
        let number = self.block.journal_lengths().0;
        let id = Id { incarnation: self.block.get(word::INCARNATION) as u32, number: number as u32 };
        let size = size.unwrap_or_else(|| self.random_size());
        let mut buffer = std::mem::take(&mut self.buffer);
        self.texts.write(&mut buffer, id, self.generation as u32, size);
        let result = self.write_patiently(number, &buffer);
        self.buffer = buffer;
        result
    }

    /// Tries again for a while if there is no room.
    fn write_patiently(&mut self, number: usize, message: &[u8]) -> Result<()> {
        let mut pause = Duration::from_micros(100);
        loop {
            let begin = self.board.stamp();
            let mut entry = Entry { id: 0, size: message.len() as u32, state: State::Begun, begin, end: 0 };
            self.block.set_entry(number, entry);
            self.block.set(word::BEGUN, number as u64 + 1);
            let began = now_ns();
            let sent = self.timed("send", 0, |worker| match &worker.end {
                End::Writer(Some(sender)) => sender.send(message),
                _ => Err(Refusal::Other("no handle".to_owned())),
            });
            entry.end = self.board.stamp();
            entry.state = if sent.is_ok() { State::Done } else { State::Refused };
            self.block.set_entry(number, entry);
            let counter = match sent {
                Ok(()) => {
                    self.block.set(word::ENDED, number as u64 + 1);
                    return self.check_late(began, message.len());
                }
                Err(Refusal::Quota) => word::QUOTA_HITS,
                Err(Refusal::Full) if self.is_full_file_system() => word::FULL_HITS,
                Err(Refusal::Gone) if self.server_may_be_gone() => {
                    self.block.set(word::ENDED, number as u64 + 1);
                    self.block.set(word::HOLDS, 0);
                    self.end = End::Writer(None);
                    return Ok(());
                }
                // A writer that was stopped since before the slot was created again.
                Err(Refusal::Gone) if self.generation != self.board.get(global::GENERATION) => {
                    self.block.set(word::ENDED, number as u64 + 1);
                    self.end = End::Writer(None);
                    return Ok(());
                }
                Err(refusal) => return Err(unexpected("send")(refusal)),
            };
            self.block.count(counter, 1);
            if self.board.mode() != self.mode || pause > Duration::from_millis(10) {
                self.block.set(word::ENDED, number as u64 + 1);
                return Ok(());
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
    }

    fn check_late(&self, began: u64, size: usize) -> Result<()> {
        self.block.count(word::MESSAGES, 1);
        self.block.count(word::BYTES, size as u64);
        let dead_since = self.board.get(global::DEAD_SINCE);
        if dead_since > 1 && began > dead_since + LATE && self.generation == self.board.get(global::GENERATION) {
            bail!("a write was accepted {} ms after the server was gone", (began - dead_since) / 1_000_000);
        }
        Ok(())
    }

    fn random_size(&mut self) -> usize {
        let random = &mut self.random;
        let size = match random.below(200) {
            0..8 => random.below(25),
            8..120 => random.below(200),
            120..170 => random.below(4096),
            170..192 => random.below(40_000),
            192..199 => random.below(150_000),
            _ => random.below(crate::message::MAX_SIZE as u64 + 1),
        };
        size.min(self.board.get(global::LARGEST)) as usize
    }
}
