//! A slot as `info` and `list` show it, for people and for programs.

use std::time::{Duration, SystemTime};

use mailslot::{Name, SlotSummary, Timeout};
use serde::Serialize;

use crate::output::rfc3339;

/// The object that `--json` prints for a slot.
#[derive(Serialize)]
pub(crate) struct SlotObject {
    /// In the full Windows form.
    name: String,
    messages: u32,
    /// Bytes in the queued messages.
    bytes: u64,
    /// Size of the message that is read next, in bytes; null if none is queued.
    next_size: Option<u32>,
    /// In bytes; 0 takes any size.
    max_message_size: u32,
    /// In bytes.
    quota: u64,
    /// Null is for ever.
    read_timeout_ms: Option<u32>,
    /// How long the message that is read next has waited; null if none is queued.
    oldest_age_ms: Option<u128>,
    /// Null if the reader is not visible from here.
    reader_pid: Option<u32>,
    created: Option<String>,
    /// Who may do what with the slot, as SDDL; null if that is damaged.
    security: Option<String>,
}

impl From<&SlotSummary> for SlotObject {
    fn from(slot: &SlotSummary) -> SlotObject {
        SlotObject {
            name: slot.name.to_string(),
            messages: slot.message_count,
            bytes: slot.bytes_queued,
            next_size: slot.next_size,
            max_message_size: slot.max_message_size,
            quota: slot.quota,
            read_timeout_ms: Some(slot.read_timeout)
                .filter(|timeout| *timeout != Timeout::FOREVER)
                .map(Timeout::as_millis),
            oldest_age_ms: slot.oldest_age.map(|age| age.as_millis()),
            reader_pid: slot.reader_pid,
            created: created(slot),
            security: slot.security.as_ref().map(ToString::to_string),
        }
    }
}

pub(crate) fn created(slot: &SlotSummary) -> Option<String> {
    rfc3339(SystemTime::from(slot.created))
}

/// The name in a form that this program takes back as NAME: short and without backslashes where that is possible.
/// Control characters are escaped, as names are chosen by whoever made the slot and end up on a terminal.
pub(crate) fn short_name(name: &Name) -> String {
    let short = name.path().replace('\\', "/");
    let text = if Name::local(&short).is_ok_and(|same| same == *name) { short } else { name.to_string() };
    escape_controls(&text)
}

/// The text with its control characters as Rust escapes.
pub(crate) fn escape_controls(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Shown where there is nothing to show.
pub(crate) fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

pub(crate) fn max_size(slot: &SlotSummary) -> String {
    match slot.max_message_size {
        0 => "any".to_owned(),
        limit => limit.to_string(),
    }
}

pub(crate) fn timeout(slot: &SlotSummary) -> String {
    match slot.read_timeout {
        Timeout::FOREVER => "forever".to_owned(),
        timeout => format!("{} ms", timeout.as_millis()),
    }
}

/// Three digits at most before the unit, and one after the point where that says more.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut whole = bytes;
    let mut rest = 0;
    while whole >= 1024 && (unit < UNITS.len()) {
        rest = whole % 1024;
        whole /= 1024;
        unit += 1;
    }
    match rest * 10 / 1024 {
        0 => format!("{whole} {}", UNITS[unit - 1]),
        tenths => format!("{whole}.{tenths} {}", UNITS[unit - 1]),
    }
}

/// One number and one unit: what fits a column.
pub(crate) fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    match seconds {
        0 => format!("{} ms", age.as_millis()),
        1..60 => format!("{seconds}.{} s", age.subsec_millis() / 100),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_unit() {
        let shown: Vec<String> = [0, 1023, 1024, 1536, 268_435_456, u64::MAX].map(size).into();
        assert_eq!(shown, ["0 B", "1023 B", "1 KiB", "1.5 KiB", "256 MiB", "15.9 EiB"]);
    }

    #[test]
    fn ages_have_one_unit() {
        let shown: Vec<String> = [0, 999, 1_000, 59_999, 60_000, 7_200_000, 172_800_000]
            .map(|milliseconds| age(Duration::from_millis(milliseconds)))
            .into();
        assert_eq!(shown, ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min", "2 h", "2 days"]);
    }

    #[test]
    fn names_are_shown_as_they_may_be_given() {
        for (given, shown) in
            [("orders", "orders"), (r"\\.\mailslot\Taxes\Bob", "Taxes/Bob"), (r"\\?\mailslot\a/b", r"\\?\mailslot\a/b")]
        {
            assert_eq!(short_name(&given.parse().unwrap()), shown);
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(escape_controls("a\u{1b}[31m\nü"), r"a\u{1b}[31m\nü");
    }
}
