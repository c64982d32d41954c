//! `mailslot list`.

use std::io::{self, Write as _};

use mailslot::SlotSummary;

use crate::cli::ListArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;
use crate::summary::{SlotObject, age, max_size, or_dash, short_name, size, timeout};
use crate::table::{Align, Column, output_width, render};

const COLUMNS: [Column<SlotSummary>; 9] = [
    left("NAME", 0, |slot| short_name(&slot.name)),
    right("MESSAGES", 1, |slot| slot.message_count.to_string()),
    right("BYTES", 2, |slot| slot.bytes_queued.to_string()),
    right("NEXT", 5, |slot| or_dash(slot.next_size)),
    right("MAX", 6, max_size),
    right("QUOTA", 8, |slot| size(slot.quota)),
    right("TIMEOUT", 7, timeout),
    right("OLDEST", 4, |slot| or_dash(slot.oldest_age.map(age))),
    right("READER", 3, |slot| or_dash(slot.reader_pid)),
];

pub(crate) fn run(arguments: &ListArguments) -> Result<ExitStatus, Failure> {
    let mut slots = mailslot::list()?;
    slots.sort_by_cached_key(|slot| short_name(&slot.name));
    let text = if arguments.json {
        let objects: Vec<SlotObject> = slots.iter().map(SlotObject::from).collect();
        let json = serde_json::to_string_pretty(&objects);
        json.map_err(|error| Failure::output(error.into()))? + "\n"
    } else {
        render(&COLUMNS, &slots, output_width())
    };
    io::stdout().write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(ExitStatus::Success)
}

const fn left(heading: &'static str, expendable: u8, cell: fn(&SlotSummary) -> String) -> Column<SlotSummary> {
    Column { heading, align: Align::Left, expendable, cell }
}

const fn right(heading: &'static str, expendable: u8, cell: fn(&SlotSummary) -> String) -> Column<SlotSummary> {
    Column { heading, align: Align::Right, expendable, cell }
}
