//! `mailslot-torture`: kills, stops and crowds mailslots in real processes, and checks from outside that nothing is lost, torn,
//! doubled or out of order. `cargo xtask torture` builds and runs it; docs/reliability.md has its records.
//!
//! From the outside in: `storm` starts *arenas*, one process each (`arena`), which lead a crowd of *workers* (`worker`) that write and
//! read one slot. They share a `board` in memory of its own: orders, and the journals that `checker` compares. `message` makes
//! messages that show when they are torn; `single_step` is the other mode, which kills behind every instruction.

mod arena;
mod board;
mod checker;
mod message;
mod random;
mod record;
mod single_step;
mod storm;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "mailslot-torture", about = "Tortures mailslots; exits with 0 only if every promise was kept")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Many servers, readers and writers, killed and stopped at random
    Storm(storm::Options),
    /// A writer and a reader, killed behind every single instruction
    SingleStep(single_step::Options),
    #[command(hide = true)]
    Arena(arena::Options),
    #[command(hide = true)]
    Worker(worker::Birth),
}

fn main() -> ExitCode {
    let result = board::check_machine().and_then(|()| match Cli::parse().command {
        Command::Storm(options) => storm::run(&options),
        Command::SingleStep(options) => single_step::run(&options),
        // They tell of violations in their own ways.
        Command::Arena(options) => return_quietly(arena::run(options)),
        Command::Worker(birth) => return_quietly(worker::run(birth)),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let text = format!("{error:#}");
            if !text.is_empty() {
                eprintln!("torture: {text}");
            }
            ExitCode::FAILURE
        }
    }
}

fn return_quietly(result: anyhow::Result<()>) -> anyhow::Result<()> {
    result.map_err(|_| anyhow::anyhow!(""))
}
