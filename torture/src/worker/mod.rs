//! A process of the crowd: a writer or a reader of the arena's slot. It obeys the board, keeps its journal, and never knows when
//! it will be killed.

mod drain;
mod ends;
mod offspring;
mod reader;
mod win32;
mod writer;

use std::path::PathBuf;
use std::sync::atomic::Ordering::SeqCst;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::board::{Block, Board, Mode, Order, global, now_ns, word};
use crate::message::{MAX_SIZE, Texts};
use crate::random::Random;
use ends::{Patience, Receiver, Refusal, Sender};
pub(crate) use win32::Handle;

/// How a process comes into an arena: the arguments of the hidden command `worker`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Birth {
    #[arg(long)]
    pub(crate) board: PathBuf,
    #[arg(long)]
    pub(crate) block: usize,
    #[arg(long)]
    pub(crate) token: u64,
    #[arg(long)]
    pub(crate) role: Role,
    #[arg(long)]
    pub(crate) interface: Interface,
    #[arg(long)]
    pub(crate) start: Start,
    /// The inherited descriptor.
    #[arg(long, default_value_t = -1)]
    pub(crate) descriptor: i32,
    #[arg(long)]
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    Reader,
    Writer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Interface {
    Rust,
    Win32,
}

/// Where the first handle comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Start {
    /// CreateMailslot.
    Create,
    /// CreateFile, by name.
    Open,
    /// The parent has left it open.
    Inherit,
    /// Another process will duplicate it into this one.
    Wait,
}

impl Birth {
    pub(crate) fn arguments(&self) -> Vec<String> {
        let value = |value: Option<clap::builder::PossibleValue>| value.map_or(String::new(), |v| v.get_name().into());
        let board = self.board.display().to_string();
        [
            ("board", board),
            ("block", self.block.to_string()),
            ("token", self.token.to_string()),
            ("role", value(self.role.to_possible_value())),
            ("interface", value(self.interface.to_possible_value())),
            ("start", value(self.start.to_possible_value())),
            ("descriptor", self.descriptor.to_string()),
            ("name", self.name.clone()),
            ("seed", self.seed.to_string()),
        ]
        .into_iter()
        .map(|(name, value)| format!("--{name}={value}"))
        .collect()
    }
}

enum End {
    /// `None`: waits for a handle, or for the next generation of the slot.
    Writer(Option<Sender>),
    Reader(Option<Receiver>),
}

struct Worker<'a> {
    board: &'a Board,
    block: Block<'a>,
    birth: Birth,
    random: Random,
    texts: Texts,
    buffer: Vec<u8>,
    end: End,
    /// The slot's generation that the end belongs to.
    generation: u64,
    /// The mode that was acknowledged last.
    mode: u64,
    /// Descriptors and mappings when it first came to rest.
    floor: Option<(usize, usize)>,
}

/// Runs until it is told to leave, or killed.
pub(crate) fn run(birth: Birth) -> Result<()> {
    let board = Board::open(&birth.board)?;
    let mut worker = Worker {
        board: &board,
        block: board.block(birth.block),
        random: Random::new(birth.seed),
        texts: Texts::new(),
        buffer: vec![0; MAX_SIZE + 1],
        end: match birth.role {
            Role::Reader => End::Reader(None),
            Role::Writer => End::Writer(None),
        },
        generation: 0,
        mode: u64::MAX,
        floor: None,
        birth,
    };
    worker.live().inspect_err(|error| worker.block.tell(&format!("{error:#}")))
}

impl Worker<'_> {
    fn live(&mut self) -> Result<()> {
        if !self.register()? {
            return Ok(());
        }
        self.first_handle()?;
        loop {
            let bell = self.block.bell_count();
            if let Some((number, order)) = self.new_order() {
                if order == Order::Leave {
                    return self.leave(number);
                }
                let is_parent = self.obey(order).with_context(|| format!("{order:?}"))?;
                if is_parent {
                    self.block.set(word::DONE, number);
                }
                continue;
            }
            let mode = self.board.mode();
            let is_new = mode != self.mode;
            let is_active = match (&self.end, Mode::of_word(mode)) {
                (_, Mode::Pause) => false,
                (End::Writer(_), mode) => mode != Mode::Read,
                (End::Reader(_), mode) => mode != Mode::Write,
            };
            if is_new {
                if !is_active {
                    self.come_to_rest()?;
                }
                self.mode = mode;
                self.block.set(word::ACK, mode);
            }
            if !is_active || !self.work()? {
                self.block.wait_for_bell(bell);
            }
        }
    }

    /// The conductor has to be the parent: whoever it was that made this process.
    fn register(&mut self) -> Result<bool> {
        let conductor = self.board.get(global::CONDUCTOR);
        let start = now_ns();
        while u64::from(std::os::unix::process::parent_id()) != conductor {
            if now_ns() - start > 20_000_000_000 {
                bail!("the conductor {conductor} has not become the parent");
            }
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        self.block = self.board.block(self.birth.block);
        self.block.set(word::IS_RUST, u64::from(self.birth.interface == Interface::Rust));
        self.block.set(word::IS_WAITER, u64::from(self.birth.start == Start::Wait));
        self.block.new_journal();
        let role = if self.birth.role == Role::Reader { 1 } else { 2 };
        Ok(self.block.register(self.birth.token, role))
    }

    fn first_handle(&mut self) -> Result<()> {
        let (is_rust, descriptor) = (self.birth.interface == Interface::Rust, self.birth.descriptor);
        let quota = self.board.get(global::QUOTA);
        let timeout = self.board.get(global::TIMEOUT) as u32;
        self.generation = self.board.get(global::GENERATION);
        let is_held = match (self.birth.role, self.birth.start) {
            (_, Start::Wait) => return Ok(()),
            (Role::Reader, Start::Create) => {
                let name = self.birth.name.clone();
                let created = self.timed("create", 0, |_| Receiver::create(is_rust, &name, quota, timeout));
                self.end = End::Reader(Some(created.map_err(unexpected("create"))?));
                true
            }
            (Role::Reader, _) => {
                let received = Receiver::inherited(is_rust, descriptor);
                self.end = End::Reader(Some(received.map_err(unexpected("use the inherited handle"))?));
                true
            }
            (Role::Writer, Start::Inherit) => match Sender::inherited(is_rust, descriptor) {
                Ok(sender) => {
                    self.end = End::Writer(Some(sender));
                    true
                }
                Err(Refusal::Gone | Refusal::NotFound) if self.server_may_be_gone() => false,
                Err(refusal) => return Err(unexpected("use the inherited handle")(refusal)),
            },
            (Role::Writer, _) => self.open()?,
        };
        self.block.set(word::HOLDS, u64::from(is_held));
        Ok(())
    }

    fn new_order(&self) -> Option<(u64, Order)> {
        let order = self.block.get(word::ORDER);
        (order >> 8 != self.block.get(word::DONE)).then(|| (order >> 8, Order::of_word(order)))
    }

    /// `false` if this process is the child that the order was about.
    fn obey(&mut self, order: Order) -> Result<bool> {
        match order {
            Order::Send => self.send_one()?,
            Order::Drain => self.drain(false)?,
            Order::Settle => self.drain(true)?,
            Order::Offspring => return self.offspring(),
            Order::Give => self.give()?,
            Order::Leave | Order::Nothing => {}
        }
        Ok(true)
    }

    /// One piece of work; `false` if there is nothing to do.
    fn work(&mut self) -> Result<bool> {
        match self.end {
            End::Writer(_) => self.write(),
            End::Reader(_) => self.read(),
        }
    }

    fn give(&mut self) -> Result<()> {
        let target = self.board.block(self.block.get(word::ARGUMENT) as usize);
        let pid = target.get(word::PID) as u32;
        let given = self.timed("DuplicateHandle into another process", 6000, |worker| match &worker.end {
            End::Writer(Some(sender)) => sender.give_to(pid).map(Some),
            End::Reader(Some(receiver)) => receiver.give_to(pid).map(Some),
            _ => Ok(None),
        });
        match given {
            Ok(Some(handle)) => {
                target.set(word::HANDLE, handle);
                target.ring();
                self.block.count(word::GIVEN, 1);
            }
            Ok(None) => {}
            Err(Refusal::Gone) if self.server_may_be_gone() => {}
            Err(refusal) => return Err(unexpected("duplicate the handle into another process")(refusal)),
        }
        Ok(())
    }

    /// Takes a handle that another process has duplicated into this one, if there is one.
    fn take_given(&mut self) {
        let given = self.block.word(word::HANDLE).swap(0, SeqCst);
        if given != 0 {
            let handle = Handle::from_value(given);
            self.end = match self.birth.role {
                Role::Writer => End::Writer(Some(Sender::Win32(handle))),
                Role::Reader => End::Reader(Some(Receiver::Win32(handle))),
            };
            self.generation = self.board.get(global::GENERATION);
            self.block.set(word::HOLDS, 1);
        }
    }

    fn leave(&mut self, number: u64) -> Result<()> {
        self.take_given();
        match std::mem::replace(&mut self.end, End::Writer(None)) {
            End::Writer(Some(sender)) => self.timed("close", 0, |_| sender.close()),
            End::Reader(Some(receiver)) => self.timed("close", 0, |_| receiver.close()),
            _ => Ok(()),
        }
        .map_err(unexpected("close"))?;
        self.block.set(word::DONE, number);
        Ok(())
    }

    /// Nothing may have piled up since it last did so.
    fn come_to_rest(&mut self) -> Result<()> {
        self.take_given();
        let descriptors = std::fs::read_dir("/proc/self/fd")?.count();
        let mappings = std::fs::read_to_string("/proc/self/maps")?.lines().count();
        let (first_descriptors, first_mappings) = *self.floor.get_or_insert((descriptors, mappings));
        if descriptors > first_descriptors + 8 {
            bail!("a leak: {descriptors} descriptors are open, {first_descriptors} were at first");
        }
        if mappings > first_mappings + 24 {
            bail!("a leak: {mappings} mappings are there, {first_mappings} were at first");
        }
        Ok(())
    }

    fn server_may_be_gone(&self) -> bool {
        self.board.get(global::DEAD_SINCE) != 0
    }

    fn is_full_file_system(&self) -> bool {
        self.board.get(global::MAY_BE_FULL) != 0
    }

    /// Does something that the conductor's watchdog looks at: `limit_ms` beyond what it always allows.
    fn timed<T>(&mut self, what: &'static str, limit_ms: u64, work: impl FnOnce(&mut Self) -> T) -> T {
        self.block.set(word::OPERATION, operation_number(what));
        self.block.set(word::OPERATION_LIMIT, limit_ms);
        self.block.set(word::OPERATION_SINCE, now_ns());
        let result = work(self);
        self.block.set(word::OPERATION_SINCE, 0);
        result
    }
}

/// What a process can be at, by number.
pub(crate) const OPERATIONS: &[&str] = &[
    "?",
    "create",
    "open",
    "close",
    "duplicate",
    "send",
    "receive",
    "info",
    "fork",
    "DuplicateHandle into another process",
];

fn operation_number(what: &str) -> u64 {
    OPERATIONS.iter().position(|known| *known == what).unwrap_or(0) as u64
}

/// An answer that is none of the possible ones.
fn unexpected(what: &'static str) -> impl Fn(Refusal) -> anyhow::Error {
    move |refusal| anyhow::anyhow!("cannot {what}: {refusal}")
}
