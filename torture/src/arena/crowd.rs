//! The processes of an arena as their conductor sees them: started, found, killed, stopped, waited for.

use std::os::fd::OwnedFd;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, pidfd_send_signal, waitpid};

use crate::board::{BLOCKS, Block, Board, Mode, Order, global, now_ns, word};
use crate::random::Random;
use crate::worker::{Birth, Interface, OPERATIONS, Role, Start};

/// A single call may take this long before it counts as hung, beside what it is meant to wait. Very long: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// One process.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) block: usize,
    pub(super) pid: u32,
    pub(super) role: Role,
    process: OwnedFd,
    stopped_until: Option<Instant>,
    /// When it was last set going again, as [`now_ns`].
    going_since: u64,
    /// The conductor has killed it, or told it to leave.
    is_doomed: bool,
    pub(super) is_dead: bool,
}

impl Member {
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped_until.is_some()
    }
}

/// All processes of an arena, the dead ones included until their journals were read.
pub(super) struct Crowd<'a> {
    pub(super) board: &'a Board,
    pub(super) members: Vec<Member>,
    name: String,
    pub(super) random: Random,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(board: &'a Board, name: String, random: Random) -> Crowd<'a> {
        Crowd { board, members: Vec::new(), name, random }
    }

    pub(super) fn block(&self, index: usize) -> Block<'a> {
        self.board.block(index)
    }

    /// The living that fit.
    pub(super) fn living(&self, role: Role) -> Vec<usize> {
        let fits = |member: &&Member| member.role == role && !member.is_doomed && !member.is_dead;
        self.members.iter().filter(fits).map(|member| member.block).collect()
    }

    /// Those of them that have a handle of the slot.
    pub(super) fn holders(&self, role: Role) -> Vec<usize> {
        let mut blocks = self.living(role);
        blocks.retain(|&block| self.block(block).get(word::HOLDS) != 0);
        blocks
    }

    pub(super) fn member(&mut self, block: usize) -> Result<&mut Member> {
        self.members.iter_mut().find(|member| member.block == block).context("no such member")
    }

    /// Starts a process with a random interface. It turns up by itself; [`Crowd::look`] finds it.
    pub(super) fn start(&mut self, role: Role, start: Start, interface: Interface) -> Result<usize> {
        let Some((block, token)) = self.board.claim(self.random.next()) else { bail!("no free block is left") };
        let birth = Birth {
            board: self.board.path(),
            block,
            token,
            role,
            interface,
            start,
            descriptor: -1,
            name: self.name.clone(),
            seed: self.random.next(),
        };
        Command::new(std::env::current_exe()?).arg("worker").args(birth.arguments()).spawn()?;
        Ok(block)
    }

    pub(super) fn is_room(&self) -> bool {
        self.board.blocks().filter(|block| block.get(word::CLAIM) != 0).count() < BLOCKS - 4
    }

    pub(super) fn random_interface(&mut self) -> Interface {
        if self.random.one_in(2) { Interface::Rust } else { Interface::Win32 }
    }

    /// Does what has to be done every now and then: reaps the dead, greets the new, sets stopped ones going again, and looks whether
    /// anybody hangs or has something to tell.
    pub(super) fn look(&mut self) -> Result<()> {
        self.greet()?;
        self.reap()?;
        for member in &mut self.members {
            if member.stopped_until.is_some_and(|until| until <= Instant::now()) {
                go_on(member);
            }
        }
        for member in self.members.iter().filter(|member| !member.is_dead) {
            if let Some(text) = self.block(member.block).told() {
                bail!("{}: {text}", self.describe(member));
            }
            self.check_pace(member)?;
        }
        Ok(())
    }

    fn greet(&mut self) -> Result<()> {
        for block in self.board.blocks().skip(1).filter(|block| block.is_there()) {
            if self.members.iter().any(|member| member.block == block.index) {
                continue;
            }
            let pid = block.get(word::PID) as u32;
            let id = Pid::from_raw(pid as i32).context("a process without a number")?;
            let process = pidfd_open(id, PidfdFlags::empty()).with_context(|| format!("no process {pid}"))?;
            let role = if block.get(word::ROLE) == 1 { Role::Reader } else { Role::Writer };
            self.members.push(Member {
                block: block.index,
                pid,
                role,
                process,
                stopped_until: None,
                going_since: 0,
                is_doomed: false,
                is_dead: false,
            });
        }
        Ok(())
    }

    /// Takes note of whoever has ended. One that nobody has killed or told to leave is a violation.
    pub(super) fn reap(&mut self) -> Result<()> {
        loop {
            let (pid, status) = match waitpid(None, WaitOptions::NOHANG) {
                Ok(Some((pid, status))) => (pid.as_raw_nonzero().get() as u32, status),
                Ok(None) | Err(rustix::io::Errno::CHILD) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            // It may have come and ended since the last look.
            self.greet_dead(pid)?;
            let Some(index) = self.members.iter().position(|member| member.pid == pid && !member.is_dead) else {
                // One that came too late, or stood between a parent and the process that it made.
                continue;
            };
            self.members[index].is_dead = true;
            let member = &self.members[index];
            if let Some(text) = self.block(member.block).told() {
                bail!("{}: {text}", self.describe(member));
            }
            if !member.is_doomed {
                bail!("{} has ended by itself: {status:?}", self.describe(member));
            }
            if !(status.signaled() && status.terminating_signal() == Some(9) || status.exit_status() == Some(0)) {
                bail!("{} has ended badly: {status:?}", self.describe(member));
            }
        }
    }

    fn greet_dead(&self, pid: u32) -> Result<()> {
        let is_known = self.members.iter().any(|member| member.pid == pid);
        let has_told = |block: &Block<'_>| block.get(word::PID) == u64::from(pid) && block.told().is_some();
        match self.board.blocks().find(has_told) {
            Some(block) if !is_known => bail!("a process that had just come: {}", block.told().unwrap_or_default()),
            _ => Ok(()),
        }
    }

    fn check_pace(&self, member: &Member) -> Result<()> {
        let block = self.block(member.block);
        let since = block.get(word::OPERATION_SINCE);
        if since == 0 || member.is_stopped() || member.is_doomed {
            return Ok(());
        }
        let spent = Duration::from_nanos(now_ns().saturating_sub(since.max(member.going_since)));
        let limit = PATIENCE + Duration::from_millis(block.get(word::OPERATION_LIMIT));
        if spent > limit {
            bail!("hung: {} for {spent:?}", self.describe(member));
        }
        Ok(())
    }

    /// Everybody, one a line.
    pub(super) fn survey(&self) -> String {
        let lines = self.members.iter().map(|member| format!("\n  {}", self.describe(member)));
        lines.collect()
    }

    pub(super) fn describe(&self, member: &Member) -> String {
        let block = self.block(member.block);
        let interface = if block.get(word::IS_RUST) != 0 { "Rust" } else { "C" };
        let (begun, ended) = block.journal_lengths();
        let since = block.get(word::OPERATION_SINCE);
        let operation = if since == 0 {
            "at nothing".to_owned()
        } else {
            let what = OPERATIONS.get(block.get(word::OPERATION) as usize).copied().unwrap_or("?");
            let wait = std::fs::read_to_string(format!("/proc/{}/wchan", member.pid)).unwrap_or_default();
            format!("at {what:?} for {} ms (in the kernel: {wait})", now_ns().saturating_sub(since) / 1_000_000)
        };
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", member.pid)).unwrap_or_default();
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).unwrap_or('-');
        format!(
            "{:?} {} in block {}, {interface}, state {state}, incarnation {}, journal {begun}/{ended}, {operation}",
            member.role,
            member.pid,
            member.block,
            block.get(word::INCARNATION)
        )
    }

    /// SIGKILL; it is gone when this returns.
    pub(super) fn kill(&mut self, block: usize) -> Result<()> {
        self.doom(block)?;
        self.wait_until_dead(&[block])
    }

    /// SIGKILL, without waiting.
    pub(super) fn doom(&mut self, block: usize) -> Result<()> {
        let member = self.member(block)?;
        member.is_doomed = true;
        let _ = pidfd_send_signal(&member.process, Signal::KILL);
        Ok(())
    }

    pub(super) fn wait_until_dead(&mut self, blocks: &[usize]) -> Result<()> {
        let start = Instant::now();
        loop {
            self.reap()?;
            let is_alive = |member: &&Member| blocks.contains(&member.block) && !member.is_dead;
            let Some(member) = self.members.iter().find(is_alive) else { return Ok(()) };
            if start.elapsed() > PATIENCE {
                bail!("hung: {} does not die", self.describe(member));
            }
            std::thread::sleep(Duration::from_micros(50));
        }
    }

    pub(super) fn stop(&mut self, block: usize, time: Duration) -> Result<()> {
        let member = self.member(block)?;
        member.stopped_until = Some(Instant::now() + time);
        let _ = pidfd_send_signal(&member.process, Signal::STOP);
        Ok(())
    }

    pub(super) fn let_all_go_on(&mut self) {
        self.members.iter_mut().filter(|member| member.is_stopped()).for_each(go_on);
    }

    /// Gives an order; [`Crowd::is_done`] tells when it was carried out.
    pub(super) fn order(&self, block: usize, order: Order) {
        let block = self.block(block);
        let number = (block.get(word::ORDER) >> 8) + 1;
        block.set(word::ORDER, number << 8 | order as u64);
        block.ring();
    }

    pub(super) fn is_done(&self, block: usize) -> bool {
        let block = self.block(block);
        block.get(word::ORDER) >> 8 == block.get(word::DONE)
    }

    /// Waits for an order to be carried out, looking after the others meanwhile.
    pub(super) fn wait_for(&mut self, block: usize, time: Duration) -> Result<()> {
        let start = Instant::now();
        while !self.is_done(block) {
            self.look()?;
            if start.elapsed() > time {
                let member = self.member(block)?.block;
                let member = self.members.iter().find(|other| other.block == member).context("no such member")?;
                let order = Order::of_word(self.block(block).get(word::ORDER));
                bail!("hung: {order:?} is not carried out after {time:?} by {}", self.describe(member));
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        Ok(())
    }

    /// Tells everybody to leave, one after the other.
    pub(super) fn dismiss(&mut self, block: usize) -> Result<()> {
        self.member(block)?.is_doomed = true;
        self.order(block, Order::Leave);
        self.wait_until_dead(&[block])
    }

    /// Changes what everybody does.
    pub(super) fn set_mode(&self, mode: Mode) {
        let number = (self.board.mode() >> 8) + 1;
        self.board.set(global::MODE, number << 8 | mode as u64);
        let is_used = |block: &Block<'_>| block.get(word::CLAIM) != 0;
        self.board.blocks().filter(is_used).for_each(Block::ring);
    }

    /// Forgets the dead, whose journals were read.
    pub(super) fn bury(&mut self) {
        let board = self.board;
        self.members.retain(|member| {
            if member.is_dead {
                board.block(member.block).free();
            }
            !member.is_dead
        });
    }
}

fn go_on(member: &mut Member) {
    member.stopped_until = None;
    member.going_since = now_ns();
    let _ = pidfd_send_signal(&member.process, Signal::CONT);
}
