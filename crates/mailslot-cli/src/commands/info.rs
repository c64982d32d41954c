//! `mailslot info`.

use std::io::{self, Write as _};

use mailslot::{Client, Name, SlotSummary};

use crate::cli::InfoArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;
use crate::summary::{SlotObject, age, created, escape_controls, max_size, or_dash, size, timeout};
use crate::table::{facts_table, output_width};

pub(crate) fn run(arguments: &InfoArguments) -> Result<ExitStatus, Failure> {
    let slot = find(&arguments.name)?;
    let text = if arguments.json {
        let json = serde_json::to_string_pretty(&SlotObject::from(&slot));
        json.map_err(|error| Failure::output(error.into()))? + "\n"
    } else {
        describe(&slot)
    };
    io::stdout().write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(ExitStatus::Success)
}

fn find(name: &Name) -> Result<SlotSummary, Failure> {
    let found = mailslot::list()?.into_iter().find(|slot| slot.name == *name);
    match found {
        Some(slot) => Ok(slot),
        // The list leaves out what cannot be had, and opening it says exactly why.
        None => match Client::open(name) {
            Err(error) => Err(error.into()),
            Ok(_) => Err(Failure::Other(format!("{name} is there, but is missing in the list of slots"))),
        },
    }
}

fn describe(slot: &SlotSummary) -> String {
    let facts = [
        ("name", escape_controls(&slot.name.to_string())),
        ("messages", slot.message_count.to_string()),
        ("bytes", slot.bytes_queued.to_string()),
        ("next", or_dash(slot.next_size)),
        ("max", max_size(slot)),
        ("quota", size(slot.quota)),
        ("timeout", timeout(slot)),
        ("oldest", or_dash(slot.oldest_age.map(age))),
        ("reader pid", or_dash(slot.reader_pid)),
        ("created", or_dash(created(slot))),
        ("security", or_dash(slot.security.as_ref())),
    ];
    facts_table(&facts, output_width())
}
