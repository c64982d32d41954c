//! What happens to a slot between two quiet points.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Arena;
use crate::board::{Mode, Order, word};
use crate::worker::{Interface, Role, Start};

/// A message that is queued while readers sleep must be taken in this time, although nobody else writes.
const WAKE_PATIENCE: Duration = Duration::from_secs(8);

impl Arena<'_> {
    /// Everybody writes and reads, and is killed, stopped, forked and joined at random.
    pub(super) fn storm(&mut self) -> Result<()> {
        self.invite()?;
        self.crowd.set_mode(Mode::Storm);
        let end = Instant::now() + self.random.millis(200, 900);
        while Instant::now() < end {
            std::thread::sleep(self.random.micros(4000));
            self.crowd.look()?;
            match self.random.below(40) {
                0..4 => self.kill(Role::Writer)?,
                4..6 => self.kill(Role::Reader)?,
                6..9 => self.stop(Role::Writer)?,
                9..11 => self.stop(Role::Reader)?,
                11..13 => self.order_somebody(Role::Writer, Order::Offspring)?,
                13..15 => self.order_somebody(Role::Reader, Order::Offspring)?,
                15 => self.give(Role::Reader)?,
                16 => self.give(Role::Writer)?,
                17 => self.invite()?,
                _ => {}
            }
        }
        Ok(())
    }

    /// One message at a time, to readers that sleep, from writers that are killed or stopped in the middle of it. Whoever has
    /// published a message must have woken a reader, or the kernel must have for the dead.
    pub(super) fn trickle(&mut self) -> Result<()> {
        self.invite()?;
        self.wait_for_holders()?;
        self.crowd.set_mode(Mode::Read);
        let end = Instant::now() + self.random.millis(200, 700);
        while Instant::now() < end {
            std::thread::sleep(self.random.micros(400));
            let writers = self.crowd.holders(Role::Writer);
            let Some(&writer) = self.random.pick(&writers) else { break };
            self.crowd.order(writer, Order::Send);
            let mut stopped = None;
            match self.random.below(8) {
                0 => {
                    self.pause_for_a_moment(120);
                    self.crowd.kill(writer)?;
                    self.record.writers_killed += 1;
                }
                1 => {
                    self.pause_for_a_moment(120);
                    self.crowd.stop(writer, Duration::from_secs(60))?;
                    self.record.stops += 1;
                    stopped = Some(writer);
                }
                2 => {
                    self.pause_for_a_moment(200);
                    self.kill(Role::Reader)?;
                }
                _ => self.crowd.wait_for(writer, WAKE_PATIENCE)?,
            }
            if stopped.is_some() {
                // Whoever is stopped before it could wake is helped by the next writer, or by going on.
                let others: Vec<usize> = writers.iter().copied().filter(|&other| other != writer).collect();
                match self.random.pick(&others) {
                    Some(&other) => {
                        self.crowd.order(other, Order::Send);
                        self.crowd.wait_for(other, WAKE_PATIENCE)?;
                        self.wait_until_taken(stopped)?;
                        self.crowd.let_all_go_on();
                    }
                    None => self.crowd.let_all_go_on(),
                }
            }
            self.wait_until_taken(None)?;
        }
        Ok(())
    }

    /// Spins: a sleep would always be longer.
    fn pause_for_a_moment(&mut self, micros: u64) {
        let (start, time) = (Instant::now(), self.random.micros(micros));
        while start.elapsed() < time {
            std::hint::spin_loop();
        }
    }

    /// Until nothing is queued, and whoever was to send has sent.
    fn wait_until_taken(&mut self, stopped: Option<usize>) -> Result<()> {
        let client = self.client.as_ref().context("no client")?;
        let start = Instant::now();
        loop {
            self.crowd.look()?;
            let writers = self.crowd.living(Role::Writer);
            let is_sending = writers.into_iter().any(|block| Some(block) != stopped && !self.crowd.is_done(block));
            let count = client.info()?.message_count;
            if count == 0 && !is_sending {
                return Ok(());
            }
            if start.elapsed() > WAKE_PATIENCE {
                let members = self.crowd.members.iter().filter(|member| !member.is_dead);
                let all: Vec<_> = members.map(|member| self.crowd.describe(member)).collect();
                bail!("asleep beside {count} messages for {:?}:\n  {}", start.elapsed(), all.join("\n  "));
            }
            std::thread::sleep(Duration::from_micros(50));
        }
    }

    /// Nobody reads for a while; then the count is exact.
    pub(super) fn backlog(&mut self) -> Result<()> {
        self.invite()?;
        self.crowd.set_mode(Mode::Write);
        let end = Instant::now() + self.random.millis(20, 250);
        while Instant::now() < end {
            std::thread::sleep(self.random.micros(3000));
            self.crowd.look()?;
            match self.random.below(20) {
                0..2 => self.kill(Role::Writer)?,
                2 => self.stop(Role::Writer)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Fills up the crowd.
    fn invite(&mut self) -> Result<()> {
        let wanted = 2 + self.random.below(4) as usize;
        for _ in self.counted(Role::Writer)..wanted {
            if self.crowd.is_room() {
                let interface = self.crowd.random_interface();
                self.crowd.start(Role::Writer, Start::Open, interface)?;
            }
        }
        let wanted = 1 + self.random.below(3) as usize;
        if self.counted(Role::Reader) < wanted {
            self.order_somebody(Role::Reader, Order::Offspring)?;
        }
        Ok(())
    }

    /// The living, but for those that wait for a handle: it may never come.
    fn counted(&self, role: Role) -> usize {
        let is_counted = |&block: &usize| {
            let block = self.board.block(block);
            block.get(word::IS_WAITER) == 0 || block.get(word::HOLDS) != 0
        };
        self.crowd.living(role).into_iter().filter(is_counted).count()
    }

    fn wait_for_holders(&mut self) -> Result<()> {
        let start = Instant::now();
        while self.crowd.holders(Role::Writer).is_empty() && start.elapsed() < Duration::from_secs(20) {
            self.crowd.look()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// A random one, but never the last reader that holds the slot, nor one that carries out an order.
    fn kill(&mut self, role: Role) -> Result<()> {
        let candidates = self.dispensable(role);
        let Some(&block) = self.random.pick(&candidates) else { return Ok(()) };
        self.crowd.kill(block)?;
        match role {
            Role::Writer => self.record.writers_killed += 1,
            Role::Reader => self.record.readers_killed += 1,
        }
        Ok(())
    }

    fn stop(&mut self, role: Role) -> Result<()> {
        let candidates = self.dispensable(role);
        let Some(&block) = self.random.pick(&candidates) else { return Ok(()) };
        // A stopped reader may have the reader lock, for which others wait five seconds.
        let longest = if role == Role::Reader { 400 } else { 2000 };
        let time = if self.random.one_in(2) { self.random.millis(1, 20) } else { self.random.millis(20, longest) };
        self.crowd.stop(block, time)?;
        self.record.stops += 1;
        Ok(())
    }

    fn dispensable(&self, role: Role) -> Vec<usize> {
        let holders = self.crowd.holders(role);
        if role == Role::Reader && holders.len() < 2 {
            return Vec::new();
        }
        let is_free = |&block: &usize| {
            let is_stopped = self.crowd.members.iter().any(|member| member.block == block && member.is_stopped());
            self.crowd.is_done(block) && !is_stopped
        };
        holders.into_iter().filter(is_free).collect()
    }

    fn order_somebody(&mut self, role: Role, order: Order) -> Result<()> {
        if !self.crowd.is_room() {
            return Ok(());
        }
        let mut candidates = self.crowd.holders(role);
        candidates.retain(|&block| self.crowd.is_done(block));
        let Some(&block) = self.random.pick(&candidates) else { return Ok(()) };
        if let Some((child, token)) = self.board.claim(self.random.next()) {
            self.board.block(block).set(word::ARGUMENT, child as u64);
            self.board.block(block).set(word::ARGUMENT_2, token);
            self.crowd.order(block, order);
        }
        Ok(())
    }

    /// DuplicateHandle into a process that waits for it, or into a new one.
    fn give(&mut self, role: Role) -> Result<()> {
        let waiting: Vec<usize> = self.crowd.living(role).into_iter().filter(|&block| self.is_waiting(block)).collect();
        let mut givers = self.crowd.holders(role);
        givers.retain(|&block| self.crowd.is_done(block));
        match (self.random.pick(&waiting), self.random.pick(&givers)) {
            (Some(&target), Some(&giver)) => {
                self.board.block(giver).set(word::ARGUMENT, target as u64);
                self.board.block(target).set(word::IS_GIVEN, 1);
                self.crowd.order(giver, Order::Give);
            }
            _ if self.crowd.is_room() => {
                self.crowd.start(role, Start::Wait, Interface::Win32)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn is_waiting(&self, block: usize) -> bool {
        let block = self.board.block(block);
        block.get(word::HOLDS) == 0 && block.get(word::IS_GIVEN) == 0 && block.get(word::IS_WAITER) == 1
    }
}
