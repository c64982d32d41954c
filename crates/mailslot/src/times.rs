//! Times as Windows counts them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mailslot_queue as queue;

use crate::Result;
use crate::error::{Error, ErrorKind};

/// 100-nanosecond intervals from 1601-01-01 to 1970-01-01, both 00:00 UTC.
const UNIX_EPOCH_INTERVALS: u64 = 116_444_736_000_000_000;
/// The upper half of the numbers is negative for Windows, and no time that can be set.
const LARGEST_TO_SET: u64 = i64::MAX as u64;
const INTERVALS_PER_SECOND: u64 = 10_000_000;

/// A point in time: 100-nanosecond intervals since 1601-01-01 00:00 UTC, the `FILETIME` of Windows.
///
/// ```
/// use mailslot::FileTime;
/// use std::time::SystemTime;
///
/// let time = FileTime(133_000_000_000_000_000);
/// assert_eq!(FileTime::from(SystemTime::from(time)), time);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileTime(
    /// The number of intervals.
    pub u64,
);

impl FileTime {
    /// The time now.
    ///
    /// ```
    /// use mailslot::FileTime;
    ///
    /// assert!(FileTime::now() > FileTime(133_000_000_000_000_000));
    /// ```
    pub fn now() -> FileTime {
        queue::FileTime::now().into()
    }

    /// How long after `earlier` this is; zero when it is not after.
    ///
    /// ```
    /// use mailslot::FileTime;
    /// use std::time::Duration;
    ///
    /// assert_eq!(FileTime(30).since(FileTime(10)), Duration::from_micros(2));
    /// assert_eq!(FileTime(10).since(FileTime(30)), Duration::ZERO);
    /// ```
    pub fn since(self, earlier: FileTime) -> Duration {
        duration(self.0.saturating_sub(earlier.0))
    }
}

/// Every `FileTime` is a [`SystemTime`]; nothing is lost.
impl From<FileTime> for SystemTime {
    fn from(time: FileTime) -> SystemTime {
        // Neither overflows: 2⁶⁴ intervals are 58,494 years, and SystemTime counts seconds with 64 bits.
        match time.0.checked_sub(UNIX_EPOCH_INTERVALS) {
            Some(after) => UNIX_EPOCH + duration(after),
            None => UNIX_EPOCH - duration(UNIX_EPOCH_INTERVALS - time.0),
        }
    }
}

/// Rounds down to 100 ns. What lies before 1601 becomes 0, what lies after the year 60,055 becomes the last `FileTime`.
impl From<SystemTime> for FileTime {
    fn from(time: SystemTime) -> FileTime {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => FileTime(UNIX_EPOCH_INTERVALS.saturating_add(saturate(after.as_nanos() / 100))),
            Err(error) => {
                let before = saturate(error.duration().as_nanos().div_ceil(100));
                FileTime(UNIX_EPOCH_INTERVALS.saturating_sub(before))
            }
        }
    }
}

fn duration(intervals: u64) -> Duration {
    let nanoseconds = (intervals % INTERVALS_PER_SECOND) as u32 * 100;
    Duration::new(intervals / INTERVALS_PER_SECOND, nanoseconds)
}

fn saturate(intervals: u128) -> u64 {
    u64::try_from(intervals).unwrap_or(u64::MAX)
}

impl From<queue::FileTime> for FileTime {
    fn from(time: queue::FileTime) -> FileTime {
        FileTime(time.0)
    }
}

/// A slot's three times. They belong to the slot: all its servers and clients see the same.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// let times = server.times();
/// assert_eq!(times.creation, times.write);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// When the slot was created, or what was set. Messages never change it.
    pub creation: FileTime,
    /// When a message was last received, or what was set.
    pub access: FileTime,
    /// When a message was last sent, or what was set.
    pub write: FileTime,
}

impl From<queue::Times> for Times {
    fn from(times: queue::Times) -> Times {
        Times { creation: times.creation.into(), access: times.access.into(), write: times.write.into() }
    }
}

/// Which times to set, and which to leave alone from now on; what is not named stays as it is.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// use mailslot::{FileTime, Mailslot, TimesUpdate};
///
/// let server = Mailslot::builder("orders").directory(dir.path()).create()?;
/// let noon = FileTime(133_000_000_000_000_000);
/// server.set_times(&TimesUpdate::new().creation(noon))?;
/// assert_eq!(server.times().creation, noon);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use = "nothing is set until `set_times` is called with it"]
pub struct TimesUpdate {
    creation: Option<FileTime>,
    access: Option<FileTime>,
    write: Option<FileTime>,
    keep_access: Option<bool>,
    keep_write: Option<bool>,
}

impl TimesUpdate {
    /// Sets nothing yet.
    ///
    /// ```
    /// assert_eq!(mailslot::TimesUpdate::new(), mailslot::TimesUpdate::default());
    /// ```
    pub const fn new() -> TimesUpdate {
        TimesUpdate { creation: None, access: None, write: None, keep_access: None, keep_write: None }
    }

    /// Sets the creation time. `FileTime(0)` leaves it, as with SetFileTime.
    ///
    /// ```
    /// # use mailslot::{FileTime, TimesUpdate};
    /// assert_eq!(TimesUpdate::new().creation(FileTime(0)), TimesUpdate::new());
    /// ```
    pub const fn creation(self, time: FileTime) -> TimesUpdate {
        TimesUpdate { creation: unless_zero(time), ..self }
    }

    /// Sets the time of the last access. `FileTime(0)` leaves it.
    ///
    /// ```
    /// # use mailslot::{FileTime, TimesUpdate};
    /// assert_ne!(TimesUpdate::new().access(FileTime(1)), TimesUpdate::new());
    /// ```
    pub const fn access(self, time: FileTime) -> TimesUpdate {
        TimesUpdate { access: unless_zero(time), ..self }
    }

    /// Sets the time of the last write. `FileTime(0)` leaves it.
    ///
    /// ```
    /// # use mailslot::{FileTime, TimesUpdate};
    /// assert_ne!(TimesUpdate::new().write(FileTime(1)), TimesUpdate::new());
    /// ```
    pub const fn write(self, time: FileTime) -> TimesUpdate {
        TimesUpdate { write: unless_zero(time), ..self }
    }

    /// From now on, receives through the handle on which this is set leave the time of the last access as it is: SetFileTime
    /// with 0xFFFFFFFFFFFFFFFF. Its clones and taps in this process are the same handle in this respect; others go on. No
    /// effect on a client, which does not receive.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// use mailslot::{FileTime, TimesUpdate};
    ///
    /// server.set_times(&TimesUpdate::new().access(FileTime(5)).stop_access())?;
    /// client.send(b"hello")?;
    /// server.recv_vec()?;
    /// assert_eq!(server.times().access, FileTime(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn stop_access(self) -> TimesUpdate {
        TimesUpdate { keep_access: Some(true), ..self }
    }

    /// Takes [`TimesUpdate::stop_access`] back: SetFileTime with 0xFFFFFFFFFFFFFFFE.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// use mailslot::{FileTime, TimesUpdate};
    ///
    /// server.set_times(&TimesUpdate::new().access(FileTime(5)).stop_access())?;
    /// server.set_times(&TimesUpdate::new().resume_access())?;
    /// client.send(b"hello")?;
    /// server.recv_vec()?;
    /// assert!(server.times().access > FileTime(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn resume_access(self) -> TimesUpdate {
        TimesUpdate { keep_access: Some(false), ..self }
    }

    /// From now on, sends through the handle on which this is set leave the time of the last write as it is. As
    /// [`TimesUpdate::stop_access`], but for clients; no effect on a server, which does not send.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// use mailslot::{FileTime, TimesUpdate};
    ///
    /// client.set_times(&TimesUpdate::new().write(FileTime(5)).stop_write())?;
    /// client.send(b"hello")?;
    /// assert_eq!(client.times().write, FileTime(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn stop_write(self) -> TimesUpdate {
        TimesUpdate { keep_write: Some(true), ..self }
    }

    /// Takes [`TimesUpdate::stop_write`] back.
    ///
    /// ```
    /// # let dir = tempfile::tempdir_in("/dev/shm")?;
    /// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
    /// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
    /// use mailslot::{FileTime, TimesUpdate};
    ///
    /// client.set_times(&TimesUpdate::new().write(FileTime(5)).stop_write())?;
    /// client.set_times(&TimesUpdate::new().resume_write())?;
    /// client.send(b"hello")?;
    /// assert!(client.times().write > FileTime(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn resume_write(self) -> TimesUpdate {
        TimesUpdate { keep_write: Some(false), ..self }
    }

    /// Whether receives are to leave the access time alone; `None` for as before.
    pub(crate) fn keeps_access(&self) -> Option<bool> {
        self.keep_access
    }

    /// Whether sends are to leave the write time alone; `None` for as before.
    pub(crate) fn keeps_write(&self) -> Option<bool> {
        self.keep_write
    }

    /// The times for the queue, in the order creation, access, write; `None` for what stays.
    pub(crate) fn checked(&self) -> Result<[Option<queue::FileTime>; 3]> {
        let times = [self.creation, self.access, self.write];
        match times.iter().flatten().find(|time| time.0 > LARGEST_TO_SET) {
            Some(time) => {
                let why = format!("the time {:#x} was given; accepted are times up to {LARGEST_TO_SET:#x}", time.0);
                Err(Error::new(ErrorKind::InvalidParameter, why))
            }
            None => Ok(times.map(|time| time.map(|time| queue::FileTime(time.0)))),
        }
    }
}

const fn unless_zero(time: FileTime) -> Option<FileTime> {
    if time.0 == 0 { None } else { Some(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_times_round_trip_at_all_ends() {
        for intervals in [0, 1, UNIX_EPOCH_INTERVALS - 1, UNIX_EPOCH_INTERVALS, UNIX_EPOCH_INTERVALS + 1, u64::MAX] {
            assert_eq!(FileTime::from(SystemTime::from(FileTime(intervals))), FileTime(intervals));
        }
        assert_eq!(SystemTime::from(FileTime(UNIX_EPOCH_INTERVALS)), UNIX_EPOCH);
    }

    #[test]
    fn system_times_round_down_and_saturate() {
        assert_eq!(FileTime::from(UNIX_EPOCH + Duration::from_nanos(199)), FileTime(UNIX_EPOCH_INTERVALS + 1));
        assert_eq!(FileTime::from(UNIX_EPOCH - Duration::from_nanos(1)), FileTime(UNIX_EPOCH_INTERVALS - 1));
        assert_eq!(FileTime::from(UNIX_EPOCH - Duration::from_secs(400 * 366 * 86_400)), FileTime(0));
        assert_eq!(FileTime::from(UNIX_EPOCH + Duration::from_secs(i64::MAX as u64)), FileTime(u64::MAX));
    }

    #[test]
    fn b107_zero_leaves_and_all_ones_is_refused() {
        assert_eq!(TimesUpdate::new().creation(FileTime(0)).checked().unwrap(), [None; 3]);
        let error = TimesUpdate::new().write(FileTime(u64::MAX)).checked().unwrap_err();
        assert_eq!(error.win32_code(), 87);
        let update = TimesUpdate::new().access(FileTime(LARGEST_TO_SET));
        assert_eq!(update.checked().unwrap(), [None, Some(queue::FileTime(LARGEST_TO_SET)), None]);
    }
}
