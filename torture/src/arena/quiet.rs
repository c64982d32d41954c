//! Quiet points: everybody stands still, and everything has to add up.

use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use mailslot::ErrorKind;

use super::Arena;
use super::crowd::Member;
use crate::board::{Entry, Mode, Order, State, word};
use crate::checker::{Journals, Outcome, Take, Write};
use crate::message::Id;
use crate::worker::{OPERATIONS, Role};

/// Everybody comes to rest in this time.
const REST: Duration = Duration::from_secs(40);
/// A reader that sleeps takes a message in this time.
const WAKE: Duration = Duration::from_secs(10);
/// One reader can empty the queue in this time.
const DRAIN: Duration = Duration::from_secs(120);
/// Processes that were ordered and never came are given up after this.
const ARRIVAL: Duration = Duration::from_secs(10);

/// A chunk, and those that a slot keeps although nothing is queued (docs/adr/0007 and performance.md).
const CHUNK: u64 = 64 * 1024;
const KEPT: u64 = 2 << 20;
/// Header, hints, names, chunk table, and a few chunks to spare.
const FIXED: u64 = 512 * 1024;

impl Arena<'_> {
    /// Brings everybody to rest, empties the queue if `drains`, and checks the journals.
    pub(super) fn check(&mut self, drains: bool) -> Result<()> {
        self.come_to_rest()?;
        if drains {
            self.check_count()?;
            self.drain(Order::Drain)?;
        }
        self.check_journals(drains)?;
        self.record.checks += 1;
        Ok(())
    }

    pub(super) fn come_to_rest(&mut self) -> Result<()> {
        self.crowd.set_mode(Mode::Pause);
        self.crowd.let_all_go_on();
        let (start, mode) = (Instant::now(), self.board.mode());
        loop {
            self.crowd.look()?;
            if start.elapsed() > ARRIVAL {
                self.board.blocks().for_each(|block| {
                    block.revoke();
                });
            }
            let is_coming = self.board.blocks().any(|block| block.is_awaited());
            let is_busy = |block: usize| {
                let member = self.board.block(block);
                member.get(word::ACK) != mode || !self.crowd.is_done(block)
            };
            let all = [Role::Writer, Role::Reader].map(|role| self.crowd.living(role)).concat();
            let busy: Vec<usize> = all.into_iter().filter(|&block| is_busy(block)).collect();
            if busy.is_empty() && !is_coming {
                return Ok(());
            }
            let elapsed = start.elapsed();
            if elapsed > REST {
                let busy = self.crowd.members.iter().filter(|member| busy.contains(&member.block));
                let all: Vec<_> = busy.map(|member| self.crowd.describe(member)).collect();
                bail!("hung: these have not come to rest in {elapsed:?}:\n  {}", all.join("\n  "));
            }
            // Readers may sleep, for ever even: a message for each.
            let readers = self.crowd.living(Role::Reader);
            let busy_readers: Vec<usize> = busy.into_iter().filter(|block| readers.contains(block)).collect();
            for _ in &busy_readers {
                self.poke()?;
            }
            self.check_awake(&busy_readers, elapsed)?;
            std::thread::sleep(Duration::from_millis(1 + elapsed.as_millis() as u64 / 20));
        }
    }

    /// Those that wait for a message have had one for long.
    fn check_awake(&self, readers: &[usize], elapsed: Duration) -> Result<()> {
        let (Some(client), true) = (&self.client, elapsed > WAKE) else { return Ok(()) };
        let is_reading = |member: &&Member| {
            let operation = self.board.block(member.block).get(word::OPERATION) as usize;
            readers.contains(&member.block) && OPERATIONS.get(operation) == Some(&"receive")
        };
        match self.crowd.members.iter().find(is_reading) {
            Some(member) if !self.is_ending() && client.info()?.message_count > 0 => {
                bail!("asleep beside messages for {elapsed:?}: {}", self.crowd.describe(member))
            }
            _ => Ok(()),
        }
    }

    /// A small message of the conductor's own.
    fn poke(&mut self) -> Result<()> {
        let Some(client) = &self.client else { return Ok(()) };
        let block = self.board.block(0);
        let number = block.journal_lengths().0;
        let id = Id { incarnation: block.get(word::INCARNATION) as u32, number: number as u32 };
        let generation = self.board.get(crate::board::global::GENERATION) as u32;
        let mut message = Vec::new();
        self.texts.write(&mut message, id, generation, 30);
        let mut entry = Entry { id: 0, size: 30, state: State::Begun, begin: self.board.stamp(), end: 0 };
        let sent = client.send(&message);
        entry.end = self.board.stamp();
        entry.state = if sent.is_ok() { State::Done } else { State::Refused };
        block.set_entry(number, entry);
        block.set(word::BEGUN, number as u64 + 1);
        block.set(word::ENDED, number as u64 + 1);
        match sent {
            Ok(()) => {
                block.count(word::MESSAGES, 1);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::QuotaExceeded => Ok(()),
            Err(error) if error.kind() == ErrorKind::OutOfMemory && self.options.may_be_full => Ok(()),
            Err(error) if error.kind() == ErrorKind::ServerGone && self.is_ending() => Ok(()),
            Err(error) => Err(error).context("the conductor cannot write"),
        }
    }

    pub(super) fn is_ending(&self) -> bool {
        self.board.get(crate::board::global::DEAD_SINCE) != 0
    }

    /// The count that a client sees, against the journals.
    fn check_count(&mut self) -> Result<()> {
        let count = self.client.as_ref().context("no client")?.info()?.message_count as usize;
        let (least, most) = self.journals(false).queued();
        ensure!(
            (least..=most).contains(&count),
            "the count is wrong: {count} messages are counted, and by the journals it is {least} to {most}"
        );
        Ok(())
    }

    fn drain(&mut self, order: Order) -> Result<()> {
        // Several, if one's journal is full.
        for _ in 0..8 {
            let readers = self.crowd.holders(Role::Reader);
            let reader = *self.random.pick(&readers).context("no reader is left")?;
            self.crowd.order(reader, order);
            self.crowd.wait_for(reader, DRAIN)?;
            if self.client.as_ref().context("no client")?.info()?.message_count == 0 {
                return Ok(());
            }
        }
        bail!("the queue is not empty after eight readers have emptied it")
    }

    pub(super) fn check_journals(&mut self, is_drained: bool) -> Result<()> {
        let journals = self.journals(is_drained);
        let violations = journals.violations();
        if let Some(first) = violations.first() {
            bail!("{} violations, the first: {first}", violations.len());
        }
        self.count_and_clear();
        self.crowd.bury();
        self.board.block(0).new_journal();
        let living = self.crowd.members.iter().map(|member| member.block);
        living.for_each(|block| self.board.block(block).new_journal());
        Ok(())
    }

    fn journals(&self, is_drained: bool) -> Journals {
        let mut journals = Journals { is_drained, ..Journals::default() };
        let members = self.crowd.members.iter().map(|member| (member.block, member.role));
        for (index, role) in members.chain([(0, Role::Writer)]) {
            let block = self.board.block(index);
            let incarnation = block.get(word::INCARNATION) as u32;
            for number in 0..block.journal_lengths().0 {
                let Entry { id, size, state, begin, end } = block.entry(number);
                match (role, state) {
                    (Role::Writer, state) => {
                        let outcome = match state {
                            State::Done => Outcome::Accepted,
                            State::Refused => Outcome::Refused,
                            State::Begun => Outcome::InDoubt,
                        };
                        let id = Id { incarnation, number: number as u32 };
                        journals.writes.push(Write { id, size, outcome, begin, end });
                    }
                    (Role::Reader, State::Done) => {
                        journals.takes.push(Take { id: Id::from_word(id), size, begin, end });
                    }
                    (Role::Reader, _) => journals.takes_in_doubt += 1,
                }
            }
        }
        journals
    }

    /// When all is read and some time has passed, the slot holds what an idle slot holds, whoever has died, and its whole quota is
    /// free again.
    pub(super) fn check_floor(&mut self) -> Result<()> {
        self.come_to_rest()?;
        // Memory goes back in steps: what the dead held first, then what is left over.
        for _ in 0..3 {
            self.poke()?;
            self.drain(Order::Settle)?;
        }
        self.check_quota()?;
        let held = self.bytes_in_directory()?;
        let living = self.crowd.members.len() as u64 + 1;
        let limit = KEPT + FIXED + living * CHUNK;
        ensure!(held <= limit, "a leak: the idle slot holds {held} bytes, and {limit} at most with {living} processes");
        self.check_journals(true)
    }

    /// One message may be as large as the quota, if nothing is queued.
    fn check_quota(&mut self) -> Result<()> {
        let quota = self.board.get(crate::board::global::QUOTA) as usize;
        if quota > crate::message::MAX_SIZE || self.options.may_be_full {
            return Ok(());
        }
        let client = self.client.as_ref().context("no client")?;
        let block = self.board.block(0);
        let number = block.journal_lengths().0;
        let id = Id { incarnation: block.get(word::INCARNATION) as u32, number: number as u32 };
        let mut message = Vec::new();
        let generation = self.board.get(crate::board::global::GENERATION) as u32;
        self.texts.write(&mut message, id, generation, quota);
        let begin = self.board.stamp();
        client.send(&message).context("the whole quota should be free")?;
        let end = self.board.stamp();
        block.set_entry(number, Entry { id: 0, size: quota as u32, state: State::Done, begin, end });
        block.set(word::BEGUN, number as u64 + 1);
        block.set(word::ENDED, number as u64 + 1);
        for _ in 0..2 {
            self.drain(Order::Settle)?;
            self.poke()?;
        }
        self.drain(Order::Settle)
    }

    /// What all files in the slot directory hold.
    fn bytes_in_directory(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(&self.options.directory)? {
            bytes += entry?.metadata()?.blocks() * 512;
        }
        Ok(bytes)
    }
}
