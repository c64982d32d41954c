//! What `/proc` tells of a process in one line.

use std::fs::read_to_string;

/// Fields of `/proc/PID/stat`, by their numbers in proc(5).
pub(super) const STATE: usize = 3;
const START_TIME: usize = 22;
pub(super) const EXIT_CODE: usize = 52;

/// The line of a process.
pub(super) struct Stat(String);

impl Stat {
    /// `None` if there is no such process, or it may not be looked at.
    pub(super) fn of(id: u32) -> Option<Stat> {
        read_to_string(format!("/proc/{id}/stat")).ok().map(Stat)
    }

    /// A field from the state on.
    pub(super) fn field(&self, number: usize) -> Option<&str> {
        // The name before the state may contain anything.
        let (_, fields) = self.0.rsplit_once(") ")?;
        fields.split_ascii_whitespace().nth(number.checked_sub(STATE)?)
    }
}

/// When a process was started, in ticks since the machine was. With its number it is not that of another process: numbers are not
/// given out again within one tick.
pub(crate) fn started_at(id: u32) -> Option<u64> {
    Stat::of(id)?.field(START_TIME)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_parentheses_and_blanks_are_no_fields() {
        let stat = Stat("7 (a ) b) Z 1 7 7 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 4711 0".to_owned());
        assert_eq!((stat.field(STATE), stat.field(START_TIME), stat.field(EXIT_CODE)), (Some("Z"), Some("4711"), None));
        assert!(started_at(std::process::id()).is_some_and(|ticks| ticks > 0));
        assert_eq!(started_at(0), None);
    }
}
