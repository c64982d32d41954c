//! `mailslot send`.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::thread;
use std::time::{Duration, Instant};

use mailslot::{Client, ErrorKind};

use crate::cli::SendArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;

/// How often `--wait` looks for the slot.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

pub(crate) fn run(arguments: &SendArguments) -> Result<ExitStatus, Failure> {
    let source = Source::of(arguments)?;
    let mut sender = Sender { client: open(arguments)?, sent: 0 };
    match source {
        Source::Arguments(messages) => {
            for message in messages {
                sender.send(message.as_bytes())?;
            }
        }
        Source::Delimited(delimiter) => sender.send_delimited(io::stdin().lock(), delimiter)?,
        Source::Whole => sender.send_whole(io::stdin().lock())?,
    }
    Ok(ExitStatus::Success)
}

/// Opens the slot, and waits for it if told to: it may be that of a listener which is still starting.
fn open(arguments: &SendArguments) -> Result<Client, Failure> {
    let began = Instant::now();
    loop {
        match Client::open(&arguments.name) {
            Err(error)
                if error.kind() == ErrorKind::NotFound
                    && began.elapsed() < Duration::from_millis(arguments.wait.into()) =>
            {
                thread::sleep(LOOK_AGAIN);
            }
            opened => return Ok(opened?),
        }
    }
}

/// Where the messages come from.
#[derive(Debug)]
enum Source<'a> {
    Arguments(&'a [OsString]),
    /// Standard input, a message up to each of these bytes.
    Delimited(u8),
    /// Standard input as one message.
    Whole,
}

impl Source<'_> {
    fn of(arguments: &SendArguments) -> Result<Source<'_>, Failure> {
        let messages = arguments.messages.as_slice();
        let is_dash = |message: &OsString| message.as_os_str() == OsStr::new("-");
        let stdin = messages.is_empty() || messages.len() == 1 && is_dash(&messages[0]);
        if !stdin {
            if arguments.whole || arguments.nul {
                let flag = if arguments.whole { "--whole" } else { "--nul" };
                return Err(Failure::Usage(format!(
                    "{flag} is about standard input, but messages were given as arguments"
                )));
            }
            if messages.iter().any(is_dash) {
                return Err(Failure::Usage(
                    "'-' stands for standard input and cannot be mixed with other messages \
                     (a message of one dash: printf - | mailslot send NAME)"
                        .to_owned(),
                ));
            }
            return Ok(Source::Arguments(messages));
        }
        Ok(match (arguments.whole, arguments.nul) {
            (true, _) => Source::Whole,
            (false, true) => Source::Delimited(0),
            (false, false) => Source::Delimited(b'\n'),
        })
    }
}

struct Sender {
    client: Client,
    sent: u64,
}

impl Sender {
    fn send(&mut self, message: &[u8]) -> Result<(), Failure> {
        let refused = |source| Failure::Refused { sent: self.sent, source };
        self.client.send(message).map_err(refused)?;
        self.sent += 1;
        Ok(())
    }

    /// Sends each piece as soon as its end is read. The last one may lack its delimiter.
    fn send_delimited(&mut self, mut input: impl BufRead, delimiter: u8) -> Result<(), Failure> {
        let limit = self.read_limit()?;
        let mut message = Vec::new();
        loop {
            message.clear();
            let read = input.by_ref().take(limit + 1).read_until(delimiter, &mut message);
            if self.input(read)? == 0 {
                return Ok(());
            }
            if message.last() == Some(&delimiter) {
                message.pop();
            }
            self.send(&message)?;
        }
    }

    fn send_whole(&mut self, input: impl BufRead) -> Result<(), Failure> {
        let mut message = Vec::new();
        let read = input.take(self.read_limit()?).read_to_end(&mut message);
        self.input(read)?;
        self.send(&message)
    }

    fn input<T>(&self, result: io::Result<T>) -> Result<T, Failure> {
        result.map_err(|source| Failure::Input { sent: self.sent, source })
    }

    /// Bytes to read for one message: enough for the slot to refuse what is too large, so that an endless line does
    /// not fill the memory first.
    fn read_limit(&self) -> Result<u64, Failure> {
        let largest = match self.client.info()?.max_message_size {
            0 => u32::MAX,
            limit => limit,
        };
        Ok(u64::from(largest) + 1)
    }
}
