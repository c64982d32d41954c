//! `mailslot`: mailslots for the shell. One module per command; [`exit_status`] says how each may end.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod exit_status;
mod failure;
mod output;
mod summary;
mod table;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};
use crate::exit_status::ExitStatus;
use crate::failure::Failure;

fn main() -> ExitCode {
    let status = match run(Cli::parse().command) {
        Ok(status) => status,
        Err(failure) => {
            report(&failure);
            failure.status()
        }
    };
    status.into()
}

fn run(command: Command) -> Result<ExitStatus, Failure> {
    match command {
        Command::Listen(arguments) => commands::listen::run(&arguments),
        Command::Send(arguments) => commands::send::run(&arguments),
        Command::Info(arguments) => commands::info::run(&arguments),
        Command::List(arguments) => commands::list::run(&arguments),
        Command::Demo => commands::demo::run(),
        Command::DemoClient(arguments) => commands::demo::client::run(&arguments),
        Command::Bench(arguments) => commands::bench::run(&arguments),
        Command::BenchWriter(arguments) => commands::bench::writer::run(&arguments),
        Command::BenchEcho(arguments) => commands::bench::echo::run(&arguments),
    }
}

fn report(failure: &Failure) {
    if !matches!(failure, Failure::OutputClosed) {
        complain(failure);
    }
}

/// Tells the user something on standard error, which may be closed.
fn complain(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "mailslot: {text}");
}
