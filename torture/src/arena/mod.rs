//! One slot name and its crowd, led by one process that is no reader and holds no server handle: the conductor.
//!
//! A slot lives through some rounds of storm, trickle and backlog, each of which ends at a quiet point: everybody stands
//! still, one reader empties the queue, and the journals are checked. Then the server goes, one way or the other, and the
//! name is used again.

mod crowd;
mod ending;
mod quiet;
mod rounds;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use mailslot::Client;

use crate::board::{Board, Mode, global, word};
use crate::message::Texts;
use crate::random::Random;
use crate::record::Record;
use crate::worker::{Interface, Role, Start};
use crowd::Crowd;

const NAME: &str = r"\\.\mailslot\torture";

/// The arguments of the hidden command `arena`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    #[arg(long)]
    pub(crate) seed: u64,
    #[arg(long)]
    pub(crate) seconds: u64,
    /// The slot directory, empty.
    #[arg(long)]
    pub(crate) directory: PathBuf,
    /// Whether the directory's file system is small enough to be full now and then.
    #[arg(long)]
    pub(crate) may_be_full: bool,
}

struct Arena<'a> {
    board: &'a Board,
    crowd: Crowd<'a>,
    options: Options,
    random: Random,
    record: Record,
    texts: Texts,
    /// The conductor's own client: it wakes sleeping readers, and looks. Its journal is block 0.
    client: Option<Client>,
    deadline: Instant,
}

/// Leads an arena until its time is up; prints its record. An error is a violation.
pub(crate) fn run(options: Options) -> Result<()> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let board = Board::create()?;
    board.set(global::CONDUCTOR, u64::from(std::process::id()));
    board.set(global::MAY_BE_FULL, u64::from(options.may_be_full));
    board.block(0).new_journal();
    let mut random = Random::new(options.seed);
    let start = Instant::now();
    let mut arena = Arena {
        board: &board,
        crowd: Crowd::new(&board, NAME.to_owned(), Random::new(random.next())),
        random,
        record: Record::default(),
        texts: Texts::new(),
        client: None,
        deadline: start + Duration::from_secs(options.seconds),
        options,
    };
    let descriptors = open_descriptors()?;
    let result = arena.live();
    arena.count_and_clear();
    arena.record.minutes = start.elapsed().as_secs_f64() / 60.0;
    let seed = arena.options.seed;
    if let Err(error) = &result {
        arena.record.violations += 1;
        eprintln!("torture: VIOLATION (arena seed {seed}): {error:#}\neverybody there:{}", arena.crowd.survey());
    }
    let line = serde_json::to_string(&arena.record)?;
    writeln!(std::io::stdout(), "{line}")?;
    result?;
    drop(arena);
    let left = open_descriptors()?;
    if left > descriptors + 2 {
        bail!("a leak: the conductor has {left} descriptors open and began with {descriptors}");
    }
    Ok(())
}

fn open_descriptors() -> Result<usize> {
    Ok(std::fs::read_dir("/proc/self/fd")?.count())
}

impl Arena<'_> {
    fn live(&mut self) -> Result<()> {
        while !self.is_time_up() {
            self.found().context("making the slot")?;
            loop {
                self.storm().context("in a storm")?;
                self.check(true).context("after a storm")?;
                match self.random.below(3) {
                    0 => {
                        self.trickle().context("in a trickle")?;
                        self.check(true).context("after a trickle")?;
                    }
                    1 => {
                        self.backlog().context("with a backlog")?;
                        self.check(true).context("after a backlog")?;
                    }
                    _ => {}
                }
                if self.random.one_in(3) {
                    self.check_floor().context("at rest")?;
                }
                if self.is_time_up() || self.random.one_in(3) {
                    break;
                }
            }
            self.end().context("at the slot's end")?;
            self.record.recreations += 1;
        }
        self.finish().context("at the end of all")
    }

    fn is_time_up(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// A new slot, and a crowd for it. Writers of the slot before find it by themselves.
    fn found(&mut self) -> Result<()> {
        let interface = self.crowd.random_interface();
        let board = self.board;
        let quota = match (interface, self.random.below(4)) {
            // CreateMailslot knows of no quota: it is the default.
            (Interface::Win32, _) => 256 << 20,
            (_, 0) => 1 << 16,
            (_, 1) => 1 << 20,
            (_, 2) => 16 << 20,
            _ => 64 << 20,
        };
        let largest = if quota > 64 << 20 { 100_000 } else { crate::message::MAX_SIZE as u64 }.min(quota);
        board.set(global::QUOTA, quota);
        board.set(global::LARGEST, if self.options.may_be_full { largest.min(300_000) } else { largest });
        let timeout = *self.random.pick(&[0, 20, 3000, u64::from(u32::MAX)]).unwrap_or(&0);
        board.set(global::TIMEOUT, timeout);
        // Those that wait for the next slot try to open it from now on.
        board.at(global::GENERATION).fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let founder = self.crowd.start(Role::Reader, Start::Create, interface)?;
        let start = Instant::now();
        while board.block(founder).get(word::HOLDS) == 0 {
            self.crowd.look()?;
            if start.elapsed() > Duration::from_secs(20) {
                bail!("the slot is not made after {:?}", start.elapsed());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        self.client = Some(self.open_client()?);
        board.set(global::DEAD_SINCE, 0);
        Ok(())
    }

    fn open_client(&self) -> Result<Client> {
        Ok(Client::open(NAME)?)
    }

    /// Adds what everybody has done to the record.
    fn count_and_clear(&mut self) {
        let take = |index| {
            let words = self.board.blocks().map(|block| block.word(index));
            words.map(|word| word.swap(0, std::sync::atomic::Ordering::SeqCst)).sum::<u64>()
        };
        self.record.messages += take(word::MESSAGES);
        self.record.bytes += take(word::BYTES);
        self.record.quota_hits += take(word::QUOTA_HITS);
        self.record.enospc_hits += take(word::FULL_HITS);
        self.record.duplicates += take(word::DUPLICATES);
        self.record.reopens += take(word::REOPENS);
        self.record.forks += take(word::FORKS);
        self.record.execs += take(word::EXECS);
        self.record.given += take(word::GIVEN);
    }

    /// Everybody leaves.
    fn finish(&mut self) -> Result<()> {
        self.crowd.set_mode(Mode::Pause);
        self.crowd.let_all_go_on();
        for role in [Role::Writer, Role::Reader] {
            for block in self.crowd.living(role) {
                self.crowd.dismiss(block)?;
            }
        }
        self.check_directory_empty()
    }
}
