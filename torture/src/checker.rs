//! The outside checker: what the journals say must fit together. It knows nothing of how the queue works.

use std::collections::HashMap;

use crate::message::{HEADER, Id};

/// A message that a writer began to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Write {
    pub(crate) id: Id,
    pub(crate) size: u32,
    pub(crate) outcome: Outcome,
    /// Order stamps of before and after the call.
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The call has returned: it is queued.
    Accepted,
    /// The call has refused it: it must never be read.
    Refused,
    /// The writer was killed in the call.
    InDoubt,
}

/// A message that a reader has taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Take {
    /// [`Id::TINY`] for one that is too short to tell.
    pub(crate) id: Id,
    pub(crate) size: u32,
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

/// What is known from one check to the next.
#[derive(Debug, Default)]
pub(crate) struct Journals {
    pub(crate) writes: Vec<Write>,
    pub(crate) takes: Vec<Take>,
    /// Readers that were killed in a call: each may have taken one message that is in no journal.
    pub(crate) takes_in_doubt: usize,
    /// Whether the queue was emptied while its server lived: then everything must have been taken.
    pub(crate) is_drained: bool,
}

impl Journals {
    pub(crate) fn accepted(&self) -> usize {
        self.writes.iter().filter(|write| write.outcome == Outcome::Accepted).count()
    }

    pub(crate) fn writes_in_doubt(&self) -> usize {
        self.writes.iter().filter(|write| write.outcome == Outcome::InDoubt).count()
    }

    /// Messages that can be queued at this moment, at least and at most, if nobody does anything.
    pub(crate) fn queued(&self) -> (usize, usize) {
        let left = self.accepted() as isize - self.takes.len() as isize;
        let least = left - self.takes_in_doubt as isize;
        let most = left + self.writes_in_doubt() as isize;
        (least.max(0) as usize, most.max(0) as usize)
    }

    /// Everything that cannot have happened.
    pub(crate) fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut writes: HashMap<Id, &Write> = HashMap::with_capacity(self.writes.len());
        for write in self.writes.iter().filter(|write| write.size as usize >= HEADER) {
            if writes.insert(write.id, write).is_some() {
                found.push(format!("the journals have {:?} twice: a fault of the torture itself", write.id));
            }
        }
        // Which take was of which write, where that can be told.
        let mut pairs = Vec::with_capacity(self.takes.len());
        let mut taken: HashMap<Id, &Take> = HashMap::with_capacity(self.takes.len());
        for take in self.takes.iter().filter(|take| take.id != Id::TINY) {
            let Some(write) = writes.get(&take.id) else {
                found.push(format!("{take:?}: nobody has written that"));
                continue;
            };
            if write.size != take.size {
                found.push(format!("{take:?}: it was written with {} bytes", write.size));
            }
            if write.outcome == Outcome::Refused {
                found.push(format!("{take:?}: the writer was told that it was refused"));
            }
            match taken.insert(take.id, take) {
                Some(before) => found.push(format!("a duplicate: {take:?} and {before:?}")),
                None => pairs.push((*write, take)),
            }
        }
        let tiny_missing = self.check_tiny(&mut found);
        if self.is_drained {
            let is_missing = |write: &&Write| {
                let is_told_apart = write.size as usize >= HEADER;
                is_told_apart && write.outcome == Outcome::Accepted && !taken.contains_key(&write.id)
            };
            let missing: Vec<&Write> = self.writes.iter().filter(is_missing).collect();
            if missing.len() + tiny_missing > self.takes_in_doubt {
                found.push(format!(
                    "lost: {} accepted messages were never taken, of which {} readers that were killed may have taken \
                     one each: {:?} and {tiny_missing} of less than {HEADER} bytes",
                    missing.len() + tiny_missing,
                    self.takes_in_doubt,
                    missing.iter().take(5).collect::<Vec<_>>(),
                ));
            }
        }
        found.extend(order_violation(&pairs));
        found
    }

    /// Those that are too short to tell are counted by size. How many accepted ones are missing.
    fn check_tiny(&self, found: &mut Vec<String>) -> usize {
        let mut missing = 0;
        for size in 0..HEADER as u32 {
            let written =
                |outcome| self.writes.iter().filter(|write| write.size == size && write.outcome == outcome).count();
            let (accepted, in_doubt) = (written(Outcome::Accepted), written(Outcome::InDoubt));
            let taken = self.takes.iter().filter(|take| take.id == Id::TINY && take.size == size).count();
            if taken > accepted + in_doubt {
                found.push(format!("{taken} messages of {size} bytes were taken, and {accepted} written"));
            }
            missing += accepted.saturating_sub(taken);
        }
        missing
    }
}

/// A write that returned before another began is read first: looks for a message that was taken before the other's take began,
/// although its write began after the other's had returned.
fn order_violation(pairs: &[(&Write, &Take)]) -> Option<String> {
    let mut by_take_end: Vec<_> = pairs.iter().collect();
    by_take_end.sort_unstable_by_key(|(_, take)| take.end);
    let mut by_take_begin: Vec<_> = pairs.iter().filter(|(write, _)| write.outcome == Outcome::Accepted).collect();
    by_take_begin.sort_unstable_by_key(|(_, take)| take.begin);
    let mut taken_before = by_take_end.into_iter().peekable();
    // Of those taken so far, the one whose write began last.
    let mut latest: Option<&(&Write, &Take)> = None;
    for first in by_take_begin {
        while let Some(before) = taken_before.next_if(|(_, take)| take.end < first.1.begin) {
            if latest.is_none_or(|latest| latest.0.begin < before.0.begin) {
                latest = Some(before);
            }
        }
        if let Some(latest) = latest
            && latest.0.begin > first.0.end
        {
            return Some(format!("out of order: {:?} was taken before {:?}", latest, first));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Id = Id { incarnation: 1, number: 0 };
    const B: Id = Id { incarnation: 1, number: 1 };

    fn write(id: Id, begin: u64, end: u64) -> Write {
        Write { id, size: 100, outcome: Outcome::Accepted, begin, end }
    }

    fn take(id: Id, begin: u64, end: u64) -> Take {
        Take { id, size: 100, begin, end }
    }

    fn good() -> Journals {
        Journals {
            writes: vec![write(A, 1, 2), write(B, 3, 4)],
            takes: vec![take(A, 5, 6), take(B, 7, 8)],
            takes_in_doubt: 0,
            is_drained: true,
        }
    }

    fn only_violation(journals: &Journals) -> String {
        let violations = journals.violations();
        assert_eq!(violations.len(), 1, "{violations:?}");
        violations[0].clone()
    }

    #[test]
    fn what_can_have_happened_passes() {
        assert_eq!(good().violations(), Vec::<String>::new());
        // Another reader may be faster, and messages that were written at the same time have no order.
        let overlapping = Journals { takes: vec![take(B, 5, 6), take(A, 5, 7)], ..good() };
        assert!(overlapping.violations().is_empty());
        let mut same_time = Journals { takes: vec![take(B, 5, 6), take(A, 7, 8)], ..good() };
        same_time.writes[1].begin = 1;
        assert!(same_time.violations().is_empty());
    }

    #[test]
    fn a_lost_message_is_found_unless_a_killed_reader_may_have_it() {
        let mut journals = good();
        journals.takes.pop();
        assert!(only_violation(&journals).starts_with("lost: 1 accepted"));
        assert_eq!(journals.queued(), (1, 1));
        journals.takes_in_doubt = 1;
        assert!(journals.violations().is_empty());
        assert_eq!(journals.queued(), (0, 1));
        journals.takes.pop();
        assert!(only_violation(&journals).starts_with("lost: 2 accepted"));
        journals.is_drained = false;
        assert!(journals.violations().is_empty());
    }

    #[test]
    fn a_writer_that_was_killed_may_have_written_its_last_message_or_not() {
        let mut journals = good();
        journals.writes[1].outcome = Outcome::InDoubt;
        assert!(journals.violations().is_empty());
        assert_eq!(journals.queued(), (0, 0));
        journals.takes.pop();
        assert!(journals.violations().is_empty());
        assert_eq!(journals.queued(), (0, 1));
    }

    #[test]
    fn a_message_that_is_taken_twice_or_was_refused_or_never_written_is_found() {
        let mut journals = good();
        journals.takes.push(take(B, 9, 10));
        assert!(only_violation(&journals).starts_with("a duplicate"));
        let mut journals = good();
        journals.writes[1].outcome = Outcome::Refused;
        assert!(only_violation(&journals).contains("refused"));
        let mut journals = good();
        journals.takes.push(take(Id { incarnation: 2, number: 0 }, 9, 10));
        assert!(only_violation(&journals).contains("nobody has written"));
        let mut journals = good();
        journals.takes[0].size = 99;
        assert!(only_violation(&journals).contains("written with 100 bytes"));
    }

    #[test]
    fn the_wrong_order_is_found_over_writers_and_readers() {
        let swapped = Journals { takes: vec![take(B, 5, 6), take(A, 7, 8)], ..good() };
        assert!(only_violation(&swapped).starts_with("out of order"));
        let other = Id { incarnation: 2, number: 0 };
        let two_writers = Journals {
            writes: vec![write(A, 1, 2), write(other, 3, 4)],
            takes: vec![take(other, 5, 6), take(A, 7, 8)],
            ..good()
        };
        assert!(only_violation(&two_writers).starts_with("out of order"));
    }

    #[test]
    fn short_messages_are_counted_by_size() {
        let tiny = |size| Take { id: Id::TINY, size, begin: 9, end: 10 };
        let mut journals = good();
        journals.writes.push(Write { size: 0, ..write(Id { incarnation: 1, number: 2 }, 5, 6) });
        assert!(only_violation(&journals).starts_with("lost: 1"));
        journals.takes.push(tiny(0));
        assert!(journals.violations().is_empty());
        journals.takes.push(tiny(1));
        assert!(only_violation(&journals).contains("1 messages of 1 bytes were taken"));
    }
}
