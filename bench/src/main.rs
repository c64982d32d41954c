//! Measures mailslots beside other ways to pass messages between processes, in one run. `cargo xtask bench` builds and starts it.
//!
//! A run is a number of *rounds*. In each, every case comes once, in shuffled order, and in it every peer, in shuffled order, in fresh
//! processes that are pinned one per core. Before and after each measurement a cache line is sent to and fro between the two cores,
//! because cores that happen to be far apart (another cache domain, another socket) make everything in shared memory slower:
//! such measurements are marked. Ratios are taken between measurements of the same round.

mod cases;
mod cli;
mod clock;
mod costs;
mod line;
mod measure;
mod peers;
mod process;
mod report;
mod rounds;
mod shared;
mod stats;
mod transport;

use std::process::ExitCode;

use clap::Parser as _;
use rustix::process::{Resource, Rlimit};

fn main() -> ExitCode {
    // Ten thousand slots take that many descriptors, and more.
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let _ = rustix::process::setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    match cli::run(&cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mailslot-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
