//! `--format lines`: each message and a newline, what `mailslot send` reads.

use std::io::{self, Write};

use super::Arrival;

pub(super) fn write(arrival: &Arrival<'_>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(arrival.data)?;
    out.write_all(b"\n")
}
