//! How a received message is printed: one file for each `--format`.

mod hex;
mod json;
mod lines;
mod raw;

use std::io::{self, Write};
use std::time::SystemTime;

use jiff::Timestamp;

use crate::cli::Format;

/// A message as the formats see it.
pub(crate) struct Arrival<'a> {
    /// Full name of the slot.
    pub(crate) slot: &'a str,
    pub(crate) data: &'a [u8],
    /// Process and user as the sender claims.
    pub(crate) pid: u32,
    pub(crate) uid: u32,
    pub(crate) sent: SystemTime,
}

impl Arrival<'_> {
    pub(crate) fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Raw => raw::write(self, out),
            Format::Lines => lines::write(self, out),
            Format::Json => json::write(self, out),
            Format::Hex => hex::write(self, out),
        }
    }
}

/// RFC 3339 in UTC, or nothing for a time that has no such form: the sender may claim any.
pub(crate) fn rfc3339(time: SystemTime) -> Option<String> {
    Timestamp::try_from(time).ok().map(|timestamp| timestamp.to_string())
}
