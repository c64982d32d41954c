//! `mailslot demo-client`, hidden: the Rust client of the demonstration.

use mailslot::Client;

use crate::cli::DemoClientArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;

use super::SLOT;
use super::check::message;

pub(crate) fn run(arguments: &DemoClientArguments) -> Result<ExitStatus, Failure> {
    let client = Client::open(SLOT)?;
    for sequence in arguments.first..arguments.first.saturating_add(arguments.count) {
        client.send(message("rust", sequence).as_bytes())?;
    }
    Ok(ExitStatus::Success)
}
