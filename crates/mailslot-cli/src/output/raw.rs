//! `--format raw`: the bytes and nothing else, for messages that bring their own framing.

use std::io::{self, Write};

use super::Arrival;

pub(super) fn write(arrival: &Arrival<'_>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(arrival.data)
}
