//! `mailslot demo`: a server and three clients, each in a language of its own, at work on one slot.

mod c_client;
mod check;
pub(crate) mod client;
mod clients;
mod server;

use std::fmt;
use std::io::{self, Write as _};
use std::process;
use std::time::Duration;

use crate::exit_status::ExitStatus;
use crate::failure::Failure;

use self::clients::{Clients, Language, Running};
use self::server::Server;

/// The one slot of the demonstration.
const SLOT: &str = r"\\.\mailslot\demo\orders";

/// Messages of each client while nobody reads: few enough to show every one.
const SHOWN: u32 = 4;

/// Messages of each client while the server reads.
const LOAD: u32 = 10_000;

/// A demonstration in which nothing moves for so long has failed.
const STALL: Duration = Duration::from_secs(30);

pub(crate) fn run() -> Result<ExitStatus, Failure> {
    let clients = Clients::prepare()?;
    let server = Server::create()?;
    say(format_args!("server   {SLOT}, pid {}{}", process::id(), server.place()))?;
    say(format_args!("\nThe queue fills: three clients send {SHOWN} messages each, nobody reads."))?;
    let mut shown = Running::new();
    for language in Language::ALL {
        clients.start(language, &server, 0, SHOWN, &mut shown)?;
        server.watch(&mut shown)?;
    }
    say(format_args!("\nThe queue drains: the server reads."))?;
    let first = server.drain(shown)?;
    say(format_args!("\nUnder load: the clients send {LOAD} messages each at the same time, the server reads."))?;
    let mut load = Running::new();
    for language in Language::ALL {
        clients.start(language, &server, SHOWN, LOAD, &mut load)?;
    }
    let load = server.serve(load)?;
    say(format_args!(
        "\n{} messages, {} bytes, none missing, torn or out of order; {:.0} messages/s under load",
        first.messages + load.messages,
        first.bytes + load.bytes,
        f64::from(load.messages) / load.elapsed.as_secs_f64().max(f64::EPSILON),
    ))?;
    Ok(ExitStatus::Success)
}

fn say(line: fmt::Arguments<'_>) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(Failure::output)
}
