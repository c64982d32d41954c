//! What an honest process has to say of its round.

use std::fmt;
use std::time::Duration;

/// The longest that one operation may take: none waits for a peer as long.
const LONGEST: Duration = Duration::from_secs(10);

/// A sum over operations, threads and rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Messages taken, or sent.
    pub(crate) messages: u64,
    /// Operations that found the slot damaged.
    pub(crate) damaged: u64,
    /// Operations that were refused for another reason.
    pub(crate) refused: u64,
    pub(crate) longest_ms: u64,
    /// Most memory that the process had at a time.
    pub(crate) peak_kib: u64,
    /// Most memory that it may have had: the file's size for each thread, and the rest.
    pub(crate) limit_kib: u64,
}

impl Report {
    pub(crate) fn add(&mut self, other: &Report) {
        self.messages += other.messages;
        self.damaged += other.damaged;
        self.refused += other.refused;
        self.longest_ms = self.longest_ms.max(other.longest_ms);
        self.peak_kib = self.peak_kib.max(other.peak_kib);
        self.limit_kib = self.limit_kib.max(other.limit_kib);
    }

    /// An error if anything took too long or too much; and if nothing went well, or nothing went wrong: then there was no test.
    pub(crate) fn check(&self) -> Result<(), String> {
        if u128::from(self.longest_ms) > LONGEST.as_millis() {
            return Err(format!("an operation took {} ms; at most {LONGEST:?} are accepted", self.longest_ms));
        }
        if self.peak_kib > self.limit_kib {
            return Err(format!("{} KiB of memory; at most {} are accepted", self.peak_kib, self.limit_kib));
        }
        if self.messages < 1000 || self.damaged == 0 {
            return Err(format!("nothing was tested: {self}"));
        }
        Ok(())
    }

    /// One line of numbers, for [`Report::parse`].
    pub(crate) fn print(&self) {
        let Report { messages, damaged, refused, longest_ms, peak_kib, limit_kib } = self;
        println!("{messages} {damaged} {refused} {longest_ms} {peak_kib} {limit_kib}");
    }

    pub(crate) fn parse(line: &str) -> Result<Report, String> {
        let numbers: Result<Vec<u64>, _> = line.split_whitespace().map(str::parse).collect();
        match numbers.as_deref() {
            Ok([messages, damaged, refused, longest_ms, peak_kib, limit_kib]) => Ok(Report {
                messages: *messages,
                damaged: *damaged,
                refused: *refused,
                longest_ms: *longest_ms,
                peak_kib: *peak_kib,
                limit_kib: *limit_kib,
            }),
            _ => Err(format!("{line:?} is no report")),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { messages, damaged, refused, longest_ms, peak_kib, .. } = self;
        write!(
            f,
            "{messages} messages, {damaged} operations on damage, {refused} refused, longest {longest_ms} ms, peak {} MiB",
            peak_kib / 1024
        )
    }
}
