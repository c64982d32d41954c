//! The command line.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Parser;

use crate::cases::{self, Case};
use crate::measure::Bench;
use crate::peers::{self, Peer};
use crate::report;
use crate::rounds::Schedule;
use crate::process;

/// Measures mailslots beside other ways to pass messages between processes
#[derive(Parser)]
#[command(name = "mailslot-bench")]
pub(crate) struct Arguments {
    /// Cases to measure, by their ids or parts of them, separated by commas
    #[arg(long = "case", value_delimiter = ',', value_name = "CASE")]
    cases: Vec<String>,
    /// Peers to measure, by their ids, separated by commas
    #[arg(long = "peer", value_delimiter = ',', value_name = "PEER")]
    peers: Vec<String>,
    /// How often each case is measured with each peer
    #[arg(long, default_value_t = 15)]
    rounds: u32,
    /// How long one measurement takes, in milliseconds
    #[arg(long, default_value_t = 60, value_name = "MS")]
    sample_ms: u64,
    /// Cores are far apart when a cache line takes longer there and back, in nanoseconds
    #[arg(long, default_value_t = 400.0, value_name = "NS")]
    far_ns: f64,
    /// Order of the measurements
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the ids of cases and peers
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (cases, peers) = (arguments.cases()?, arguments.peers()?);
    if arguments.list {
        cases.iter().for_each(|case| println!("case {:16} {}", case.id(), case.title()));
        peers.iter().for_each(|peer| println!("peer {:16} {}", peer.id, peer.title));
        return Ok(());
    }
    let directory = tempfile::Builder::new()
        .prefix("mailslot-bench-")
        .tempdir_in(Path::new("/dev/shm"))
        .context("cannot make a folder in /dev/shm")?;
    // SAFETY: this process has one thread.
    unsafe { std::env::set_var("MAILSLOT_DIR", directory.path()) };
    let sample = Duration::from_millis(arguments.sample_ms);
    let bench = Bench::new(process::two_cpus()?, sample, directory.path().to_owned());
    let schedule =
        Schedule { peers, cases, rounds: arguments.rounds, far_ns: arguments.far_ns, seed: arguments.seed };
    let found = schedule.run(&bench);
    print!("{}", report::table(&schedule, &found));
    Ok(())
}

impl Arguments {
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
