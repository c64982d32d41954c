//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use tempfile::TempDir;

use crate::cases::{self, Case};
use crate::costs;
use crate::measure::Bench;
use crate::peers::{self, Peer};
use crate::process;
use crate::report::{self, About, Run, WINE_ROUNDS};
use crate::rounds::{Found, Schedule};

/// Measures mailslots beside other ways to pass messages between processes
#[derive(Parser)]
#[command(name = "mailslot-bench", args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Cases to measure, by their ids or parts of them, separated by commas
    #[arg(long = "case", value_delimiter = ',', value_name = "CASE")]
    cases: Vec<String>,
    /// Peers to measure, by their ids, separated by commas
    #[arg(long = "peer", value_delimiter = ',', value_name = "PEER")]
    peers: Vec<String>,
    /// How often each case is measured with each peer [default: 15; with --quick: 1]
    #[arg(long)]
    rounds: Option<u32>,
    /// How long one measurement takes, in milliseconds [default: 60; with --quick: 5]
    #[arg(long, value_name = "MS")]
    sample_ms: Option<u64>,
    /// Everything once, in less than a minute: to see that it works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Cores are far apart when a cache line takes longer there and back, in nanoseconds
    #[arg(long, default_value_t = 400.0, value_name = "NS")]
    far_ns: f64,
    /// Order of the measurements
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write results.json, README.md and chart.svg into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Measure nothing: the results are in a file that --out has written
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Say what is measured, and how long each measurement took
    #[arg(long)]
    progress: bool,
    /// Print the ids of cases and peers
    #[arg(long)]
    list: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Counts instructions (with valgrind) and system calls (with strace) of one message: the same on every machine
    Costs(costs::Arguments),
    /// What `costs` counts: writes and reads messages in one thread
    #[command(hide = true)]
    HotPath(costs::HotPath),
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.command {
        Some(Command::Costs(arguments)) => return costs::run(arguments),
        Some(Command::HotPath(arguments)) => return costs::walk(arguments),
        None => {}
    }
    if arguments.list {
        arguments.cases()?.iter().for_each(|case| println!("case {:16} {}", case.id(), case.title()));
        arguments.peers()?.iter().for_each(|peer| println!("peer {:16} {}", peer.id, peer.title));
        return Ok(());
    }
    let run = match &arguments.from {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Run::from_json(&text).with_context(|| format!("{} is no file of results", path.display()))?
        }
        None => arguments.measure()?,
    };
    match &arguments.out {
        Some(folder) => report::write(&run, folder)?,
        None => print!("{}", report::table(&run)),
    }
    let failed = run.found.gaps.iter().filter(|gap| gap.failed).count();
    if failed > 0 {
        bail!("{failed} measurements failed");
    }
    Ok(())
}

/// A new folder on tmpfs, which is the process's slot directory from here on. It goes with the value.
pub(crate) fn slot_directory() -> Result<TempDir> {
    let directory = tempfile::Builder::new().prefix("mailslot-bench-").tempdir_in("/dev/shm");
    let directory = directory.context("cannot make a folder in /dev/shm")?;
    // SAFETY: this process has one thread.
    unsafe { std::env::set_var("MAILSLOT_DIR", directory.path()) };
    Ok(directory)
}

impl Arguments {
    fn measure(&self) -> Result<Run> {
        let rounds = self.rounds.unwrap_or(if self.quick { 1 } else { 15 });
        let sample_ms = self.sample_ms.unwrap_or(if self.quick { 5 } else { 60 });
        let (cases, peers) = (self.cases()?, self.peers()?);
        for peer in peers.iter().filter(|peer| peer.measure.is_none()) {
            eprintln!("{}: not built in; cargo xtask bench does", peer.id);
        }
        let directory = slot_directory()?;
        let bench = Bench::new(process::two_cpus()?, Duration::from_millis(sample_ms), directory.path().to_owned());
        let about = About::here(rounds, sample_ms, self.far_ns, self.seed)?;
        let mut found = Found::default();
        let (far_ns, seed, progress) = (self.far_ns, self.seed, self.progress);
        let (wine, others): (Vec<&Peer>, Vec<&Peer>) = peers.into_iter().partition(|peer| peer.id == peers::WINE);
        let all = cases.clone();
        Schedule { peers: others, cases, rounds: 1..rounds + 1, far_ns, seed, progress }.run(&bench, &mut found);
        // Its server would be in the way of the others.
        for &peer in &wine {
            let peers = vec![&peers::ALL[0], peer];
            let cases = all.iter().copied().filter(|&case| peers::wine_does(case)).collect();
            let rounds = WINE_ROUNDS..WINE_ROUNDS + rounds.div_ceil(3);
            Schedule { peers, cases, rounds, far_ns, seed, progress }.run(&bench, &mut found);
        }
        Ok(Run { about, found })
    }

    fn cases(&self) -> Result<Vec<Case>> {
        let ids: Vec<String> = cases::ALL.iter().map(|case| case.id()).collect();
        for wanted in &self.cases {
            if !ids.iter().any(|id| id.contains(wanted)) {
                bail!("no case is named {wanted}; there are: {}", ids.join(" "));
            }
        }
        let is_wanted = |id: &str| self.cases.is_empty() || self.cases.iter().any(|wanted| id.contains(wanted));
        Ok(cases::ALL.iter().copied().filter(|case| is_wanted(&case.id())).collect())
    }

    fn peers(&self) -> Result<Vec<&'static Peer>> {
        for wanted in &self.peers {
            if !peers::ALL.iter().any(|peer| peer.id == wanted) {
                let ids: Vec<&str> = peers::ALL.iter().map(|peer| peer.id).collect();
                bail!("no peer is named {wanted}; there are: {}", ids.join(" "));
            }
        }
        let is_wanted = |id: &str| self.peers.is_empty() || self.peers.iter().any(|wanted| id == wanted);
        Ok(peers::ALL.iter().filter(|peer| is_wanted(peer.id)).collect())
    }
}
