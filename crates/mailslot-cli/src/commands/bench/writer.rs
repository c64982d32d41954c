//! `mailslot bench-writer`, hidden: one writer process.

use std::io::{self, BufRead as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use mailslot::{Client, ErrorKind};

use crate::cli::BenchWriterArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;

/// Messages between two looks at the clock.
const BURST: u32 = 64;

/// How long a writer waits for the reader when the slot is full.
const PAUSE: Duration = Duration::from_micros(50);

/// Says `ready`, waits for a line, sends for the time given, and says how many messages it sent.
pub(crate) fn run(arguments: &BenchWriterArguments) -> Result<ExitStatus, Failure> {
    let client = Client::open(&arguments.name)?;
    let message = vec![b'x'; arguments.message_bytes];
    say("ready")?;
    io::stdin().lock().read_line(&mut String::new()).map_err(Failure::io("standard input"))?;
    let end = Instant::now() + Duration::from_millis(arguments.duration_ms);
    let mut sent: u64 = 0;
    while Instant::now() < end {
        for _ in 0..BURST {
            match client.send(&message) {
                Ok(()) => sent += 1,
                Err(error) if error.kind() == ErrorKind::QuotaExceeded => {
                    thread::sleep(PAUSE);
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    say(&sent.to_string())?;
    Ok(ExitStatus::Success)
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(Failure::output)
}
