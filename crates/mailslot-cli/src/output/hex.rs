//! `--format hex`: for people who look at binary messages.

use std::io::{self, Write};

use pretty_hex::{HexConfig, config_hex};

use super::{Arrival, rfc3339};

const CONFIG: HexConfig =
    HexConfig { title: false, ascii: true, width: 16, group: 8, chunk: 1, max_bytes: usize::MAX, display_offset: 0 };

pub(super) fn write(arrival: &Arrival<'_>, out: &mut impl Write) -> io::Result<()> {
    let Arrival { data, pid, uid, .. } = arrival;
    let sent = rfc3339(arrival.sent).unwrap_or_else(|| "an unknown time".to_owned());
    writeln!(out, "{} bytes from pid {pid} uid {uid} at {sent}", data.len())?;
    if !data.is_empty() {
        writeln!(out, "{}", config_hex(data, CONFIG))?;
    }
    writeln!(out)
}
