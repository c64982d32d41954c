//! `mailslot bench-echo`, hidden: answers each message with the same bytes.

use mailslot::{Client, Mailslot};

use crate::cli::BenchEchoArguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;

use super::STALL;

/// Answers until a message of no bytes comes.
pub(crate) fn run(arguments: &BenchEchoArguments) -> Result<ExitStatus, Failure> {
    let answer_to = Client::open(&arguments.answer_to)?;
    let slot = Mailslot::builder(&arguments.listen_on).read_timeout(STALL).create()?;
    // The first answer says that we listen.
    answer_to.send(b"")?;
    loop {
        let message = slot.recv_vec()?;
        if message.data.is_empty() {
            return Ok(ExitStatus::Success);
        }
        answer_to.send(&message.data)?;
    }
}
