//! How many messages a second arrive.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{ChildStdout, Stdio};
use std::time::{Duration, Instant};

use mailslot::{ErrorKind, Mailslot};

use crate::commands::process::{Process, this_program};
use crate::failure::Failure;

use super::report::Throughput;
use super::{QUOTA_BYTES, STALL, slot_name};

/// How long the reader waits before it looks whether the writers have ended.
const LOOK: Duration = Duration::from_millis(20);

/// Lets `writers` processes send for `duration` and reads all that they sent.
pub(super) fn measure(writers: usize, message_bytes: usize, duration: Duration) -> Result<Throughput, Failure> {
    let slot = Mailslot::builder(slot_name("throughput")?).quota(QUOTA_BYTES).create()?;
    let mut writers_left = start(&slot, writers, message_bytes, duration)?;
    let began = Instant::now();
    for writer in &mut writers_left {
        writer.go()?;
    }
    let (messages, elapsed) = read_all(&slot, message_bytes, &mut writers_left, began)?;
    Ok(Throughput::new(writers, message_bytes, messages, elapsed))
}

fn start(slot: &Mailslot, writers: usize, message_bytes: usize, duration: Duration) -> Result<Vec<Writer>, Failure> {
    let mut started = Vec::new();
    for _ in 0..writers {
        let mut command = this_program()?;
        command
            .arg("bench-writer")
            .arg(slot.name().to_string())
            .arg(message_bytes.to_string())
            .arg(duration.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = Process::start("a writer of the benchmark", &mut command)?;
        let stdout = process.child().stdout.take().map(BufReader::new);
        let mut writer = Writer { process, stdout, sent: None };
        writer.await_ready()?;
        started.push(writer);
    }
    Ok(started)
}

/// Reads until every writer has ended and all that they sent is here. The time ends with the last message.
fn read_all(
    slot: &Mailslot,
    message_bytes: usize,
    writers: &mut [Writer],
    began: Instant,
) -> Result<(u64, Duration), Failure> {
    let mut buffer = vec![0; message_bytes];
    let mut received = 0;
    let mut last = began;
    loop {
        let before = received;
        while slot.try_recv(&mut buffer)?.is_some() {
            received += 1;
        }
        if received > before {
            last = Instant::now();
        }
        match slot.recv_timeout(&mut buffer, LOOK) {
            Ok(_) => {
                received += 1;
                last = Instant::now();
            }
            Err(error) if error.kind() == ErrorKind::Timeout => {
                let sent = all_sent(writers)?;
                if sent == Some(received) {
                    return Ok((received, last.duration_since(began)));
                }
                if last.elapsed() > STALL {
                    return Err(Failure::Other(format!("{received} messages arrived of {sent:?}")));
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The messages of all writers; nothing while one still runs.
fn all_sent(writers: &mut [Writer]) -> Result<Option<u64>, Failure> {
    writers.iter_mut().map(Writer::sent).sum()
}

struct Writer {
    process: Process,
    stdout: Option<BufReader<ChildStdout>>,
    /// What it says that it sent, once it has ended.
    sent: Option<u64>,
}

impl Writer {
    /// Waits until it has opened the slot.
    fn await_ready(&mut self) -> Result<(), Failure> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_line(&mut line).map_err(Failure::io("a writer of the benchmark"))?;
        }
        if line.is_empty() {
            self.process.wait()?;
        }
        Ok(())
    }

    /// Lets it begin.
    fn go(&mut self) -> Result<(), Failure> {
        let stdin = self.process.child().stdin.as_mut();
        let written = stdin.map_or(Ok(()), |stdin| stdin.write_all(b"go\n"));
        written.map_err(Failure::io("a writer of the benchmark"))
    }

    /// How many messages it sent; nothing while it runs.
    fn sent(&mut self) -> Result<Option<u64>, Failure> {
        if self.sent.is_none() && self.process.has_ended()? {
            let mut text = String::new();
            if let Some(stdout) = &mut self.stdout {
                stdout.read_to_string(&mut text).map_err(Failure::io("a writer of the benchmark"))?;
            }
            let sent = text.trim().parse();
            self.sent =
                Some(sent.map_err(|_| {
                    Failure::Other(format!("a writer of the benchmark said {text:?} instead of a count"))
                })?);
        }
        Ok(self.sent)
    }
}
