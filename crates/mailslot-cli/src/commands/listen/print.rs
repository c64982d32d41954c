//! Messages to standard output.

use std::io::{self, BufWriter, StdoutLock, Write as _};

use mailslot::Message;

use crate::cli::Format;
use crate::failure::Failure;
use crate::output::Arrival;

use super::Sink;

const BUFFER_BYTES: usize = 64 * 1024;

/// Prints each message in one format.
pub(super) struct Print {
    format: Format,
    slot: String,
    out: BufWriter<StdoutLock<'static>>,
}

impl Print {
    pub(super) fn new(format: Format, slot: String) -> Print {
        Print { format, slot, out: BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock()) }
    }
}

impl Sink for Print {
    fn message(&mut self, message: &Message) -> Result<(), Failure> {
        let arrival = Arrival {
            slot: &self.slot,
            data: &message.data,
            pid: message.sender.pid(),
            uid: message.sender.uid(),
            sent: message.sender.sent().into(),
        };
        arrival.write(self.format, &mut self.out).map_err(Failure::output)
    }

    fn idle(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::output)
    }

    fn is_fine(&self) -> bool {
        true
    }
}
