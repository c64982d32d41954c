//! How long a read waits.

use std::fmt;
use std::time::Duration;

/// How long a read waits for a message, in whole milliseconds, or for ever.
///
/// The number is the one of the Windows functions: 0 does not wait, `0xFFFF_FFFF` (`MAILSLOT_WAIT_FOREVER`) waits for
/// ever.
///
/// ```
/// use mailslot::Timeout;
/// use std::time::Duration;
///
/// assert_eq!(Timeout::from_millis(1500), Timeout::from(Duration::from_millis(1500)));
/// assert_eq!(Timeout::default(), Timeout::FOREVER);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timeout(u32);

impl Timeout {
    /// Do not wait: a read of an empty slot fails at once.
    ///
    /// ```
    /// assert_eq!(mailslot::Timeout::NONE.as_millis(), 0);
    /// ```
    pub const NONE: Timeout = Timeout(0);

    /// Wait until a message comes: `MAILSLOT_WAIT_FOREVER`.
    ///
    /// ```
    /// assert_eq!(mailslot::Timeout::FOREVER.as_millis(), u32::MAX);
    /// ```
    pub const FOREVER: Timeout = Timeout(u32::MAX);

    /// A timeout of so many milliseconds; `u32::MAX` is [`Timeout::FOREVER`].
    ///
    /// ```
    /// assert_eq!(mailslot::Timeout::from_millis(250).to_string(), "250 ms");
    /// ```
    pub const fn from_millis(milliseconds: u32) -> Timeout {
        Timeout(milliseconds)
    }

    /// The milliseconds; `u32::MAX` for [`Timeout::FOREVER`].
    ///
    /// ```
    /// assert_eq!(mailslot::Timeout::from_millis(7).as_millis(), 7);
    /// ```
    pub const fn as_millis(self) -> u32 {
        self.0
    }

    /// The length of time, or `None` for [`Timeout::FOREVER`].
    ///
    /// ```
    /// use mailslot::Timeout;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Timeout::from_millis(7).as_duration(), Some(Duration::from_millis(7)));
    /// assert_eq!(Timeout::FOREVER.as_duration(), None);
    /// ```
    pub const fn as_duration(self) -> Option<Duration> {
        match self {
            Timeout::FOREVER => None,
            Timeout(milliseconds) => Some(Duration::from_millis(milliseconds as u64)),
        }
    }
}

/// Rounds up to whole milliseconds, so that no read ends early. More than 2³² − 2 ms (49.7 days) is
/// [`Timeout::FOREVER`].
///
/// ```
/// use mailslot::Timeout;
/// use std::time::Duration;
///
/// assert_eq!(Timeout::from(Duration::from_micros(1001)), Timeout::from_millis(2));
/// assert_eq!(Timeout::from(Duration::MAX), Timeout::FOREVER);
/// ```
impl From<Duration> for Timeout {
    fn from(duration: Duration) -> Timeout {
        let milliseconds = duration.as_nanos().div_ceil(1_000_000);
        Timeout(u32::try_from(milliseconds).unwrap_or(u32::MAX))
    }
}

/// `None` is [`Timeout::FOREVER`], as with the timeouts of [`std::net`].
///
/// ```
/// assert_eq!(mailslot::Timeout::from(None), mailslot::Timeout::FOREVER);
/// ```
impl From<Option<Duration>> for Timeout {
    fn from(duration: Option<Duration>) -> Timeout {
        duration.map_or(Timeout::FOREVER, Timeout::from)
    }
}

/// [`Timeout::FOREVER`], as in most programs that create mailslots.
impl Default for Timeout {
    fn default() -> Timeout {
        Timeout::FOREVER
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Timeout::FOREVER => f.write_str("forever"),
            Timeout(milliseconds) => write!(f, "{milliseconds} ms"),
        }
    }
}

impl fmt::Debug for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timeout({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_up_and_never_become_forever_by_accident() {
        assert_eq!(Timeout::from(Duration::ZERO), Timeout::NONE);
        assert_eq!(Timeout::from(Duration::from_nanos(1)), Timeout::from_millis(1));
        let longest = Duration::from_millis(0xffff_fffe);
        assert_eq!(Timeout::from(longest).as_duration(), Some(longest));
        assert_eq!(Timeout::from(longest + Duration::from_nanos(1)), Timeout::FOREVER);
    }

    #[test]
    fn texts() {
        assert_eq!(Timeout::FOREVER.to_string(), "forever");
        assert_eq!(format!("{:?}", Timeout::NONE), "Timeout(0 ms)");
    }
}
