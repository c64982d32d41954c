//! What the clients send, and whether it arrived.
//!
//! A message is the client's language, its sequence number and a checksum of that number, repeated so that messages
//! differ in length. So the server can tell every byte of the message that has to come next from each client.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// The odd number nearest to 2^32 divided by the golden ratio: neighbours get very different products.
const MULTIPLIER: u32 = 2_654_435_761;

/// Message number `sequence` of the client in `language`. The C and shell clients compute the same.
pub(super) fn message(language: &str, sequence: u32) -> String {
    let checksum = sequence.wrapping_mul(MULTIPLIER);
    let mut message = format!("{language} {sequence} {checksum}");
    for _ in 0..sequence % 16 {
        // Writing to a String cannot fail.
        let _ = write!(message, " {checksum}");
    }
    message
}

/// What arrived.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) messages: u32,
    pub(super) bytes: u64,
    /// From the start of the clients to the last message.
    pub(super) elapsed: Duration,
}

/// Compares what arrives with what was to be sent.
pub(super) struct Checker {
    senders: Vec<Sender>,
    began: Instant,
    messages: u32,
    bytes: u64,
}

struct Sender {
    language: &'static str,
    /// Sequence number that must come next, and the one after the last.
    next: u32,
    end: u32,
    /// The process that sends: known where we started it ourselves, else that of its first message.
    pid: Option<u32>,
}

impl Checker {
    pub(super) fn new() -> Checker {
        Checker { senders: Vec::new(), began: Instant::now(), messages: 0, bytes: 0 }
    }

    /// Expects `count` messages from another client.
    pub(super) fn expect(&mut self, language: &'static str, pid: Option<u32>, first: u32, count: u32) {
        self.senders.push(Sender { language, next: first, end: first + count, pid });
    }

    /// Messages that have not come yet.
    pub(super) fn missing(&self) -> u32 {
        self.senders.iter().map(|sender| sender.end - sender.next).sum()
    }

    /// Takes the next message; an error if it is not the one that its sender had to send.
    pub(super) fn accept(&mut self, data: &[u8], pid: u32) -> Result<(), Failure> {
        let shown = String::from_utf8_lossy(data);
        let is_from = |sender: &&mut Sender| shown.split(' ').next() == Some(sender.language);
        let Some(sender) = self.senders.iter_mut().find(is_from) else {
            return Err(Failure::Other(format!("torn or foreign message from pid {pid}: {shown:?}")));
        };
        if data != message(sender.language, sender.next).as_bytes() || sender.next == sender.end {
            return Err(sender.complaint(&shown));
        }
        let expected_pid = *sender.pid.get_or_insert(pid);
        if pid != expected_pid {
            return Err(Failure::Other(format!(
                "{shown:?} came from pid {pid}, but the {} client is pid {expected_pid}",
                sender.language
            )));
        }
        sender.next += 1;
        self.messages += 1;
        self.bytes += data.len() as u64;
        Ok(())
    }

    /// The sum of it all; an error if messages are missing.
    pub(super) fn finish(self) -> Result<Tally, Failure> {
        match self.missing() {
            0 => Ok(Tally { messages: self.messages, bytes: self.bytes, elapsed: self.began.elapsed() }),
            missing => Err(Failure::Other(format!("{missing} messages are missing"))),
        }
    }
}

impl Sender {
    /// What is wrong with a message that is not the next one.
    fn complaint(&self, shown: &str) -> Failure {
        let sequence = shown.split(' ').nth(1).and_then(|number| number.parse().ok());
        let whole = sequence.filter(|sequence| message(self.language, *sequence) == shown);
        let expected = format!("message {} of the {} client should come", self.next, self.language);
        Failure::Other(match whole {
            Some(sequence) if sequence > self.next => format!("missing or out of order: {expected}, not {sequence}"),
            Some(sequence) => format!("twice or out of order: {expected}, not {sequence}"),
            None => format!("torn message: {expected}, not {shown:?}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checker() -> Checker {
        let mut checker = Checker::new();
        checker.expect("c", Some(7), 0, 3);
        checker.expect("rust", None, 5, 1);
        checker
    }

    fn accept(checker: &mut Checker, text: &str, pid: u32) -> Result<(), String> {
        checker.accept(text.as_bytes(), pid).map_err(|failure| failure.to_string())
    }

    #[test]
    fn what_was_sent_passes() {
        let mut checker = checker();
        accept(&mut checker, "c 0 0", 7).unwrap();
        accept(&mut checker, &message("rust", 5), 8).unwrap();
        accept(&mut checker, "c 1 2654435761 2654435761", 7).unwrap();
        assert_eq!(checker.missing(), 1);
        accept(&mut checker, &message("c", 2), 7).unwrap();
        let tally = checker.finish().unwrap();
        assert_eq!(tally.messages, 4);
    }

    #[test]
    fn a_missing_message_is_noticed() {
        assert!(accept(&mut checker(), &message("c", 1), 7).unwrap_err().starts_with("missing or out of order"));
        assert_eq!(checker().finish().unwrap_err().to_string(), "4 messages are missing");
    }

    #[test]
    fn a_message_that_comes_twice_is_noticed() {
        let mut checker = checker();
        accept(&mut checker, "c 0 0", 7).unwrap();
        assert!(accept(&mut checker, "c 0 0", 7).unwrap_err().starts_with("twice or out of order"));
    }

    #[test]
    fn a_message_too_many_is_noticed() {
        let mut checker = checker();
        accept(&mut checker, &message("rust", 5), 8).unwrap();
        accept(&mut checker, &message("rust", 6), 8).unwrap_err();
    }

    #[test]
    fn a_torn_message_is_noticed() {
        for torn in ["", "c", "c 0", "c 0 0c 1 2654435761", "c 0 1", "rus", "\u{fffd}"] {
            assert!(accept(&mut checker(), torn, 7).unwrap_err().starts_with("torn"), "{torn:?}");
        }
    }

    #[test]
    fn a_wrong_sender_is_noticed() {
        assert!(accept(&mut checker(), "c 0 0", 8).unwrap_err().contains("is pid 7"));
    }
}
