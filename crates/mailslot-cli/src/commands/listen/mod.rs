//! `mailslot listen`.

mod exec;
mod print;
mod stop;

use mailslot::{Error, ErrorKind, Mailslot, Message, Timeout};

use crate::cli::ListenArguments;
use crate::complain;
use crate::exit_status::ExitStatus;
use crate::failure::{Failure, messages};

use self::exec::Exec;
use self::print::Print;
use self::stop::{Stop, StopCause};

/// What is done with each message.
trait Sink {
    fn message(&mut self, message: &Message) -> Result<(), Failure>;

    /// Nothing is queued at the moment: let out what has been held back.
    fn idle(&mut self) -> Result<(), Failure>;

    /// All went well so far.
    fn is_fine(&self) -> bool;
}

pub(crate) fn run(arguments: &ListenArguments) -> Result<ExitStatus, Failure> {
    // Before anybody can see the slot: whoever does may send the signal.
    let signals = stop::catch_signals()?;
    let slot = create(arguments)?;
    // The stop request closes this handle alone, so that `slot` can still say what is left in the queue.
    let reader = slot.try_clone()?;
    let stop = Stop::new(reader);
    stop.watch_signals(signals)?;
    let full_name = slot.name().to_string();
    let mut sink: Box<dyn Sink> = match &arguments.exec {
        Some(command) => Box::new(Exec::new(command, full_name, stop.clone())),
        None => {
            stop.watch_output()?;
            Box::new(Print::new(arguments.format, full_name))
        }
    };
    let end = receive(&stop, sink.as_mut(), arguments.count);
    let left = slot.info().map_or(0, |info| info.message_count);
    stop.reader().close();
    slot.close();
    match end {
        Ok(()) if left > 0 => {
            complain(format_args!("{} still queued went with the slot", messages(left.into())));
        }
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    Ok(match stop.cause() {
        None if !sink.is_fine() => ExitStatus::Runtime,
        _ => ExitStatus::Success,
    })
}

fn create(arguments: &ListenArguments) -> Result<Mailslot, Failure> {
    let timeout = arguments.timeout.map_or(Timeout::FOREVER, Timeout::from_millis);
    let mut builder = Mailslot::builder(&arguments.name).max_message_size(arguments.max_size).read_timeout(timeout);
    if let Some(quota) = arguments.quota {
        builder = builder.quota(quota);
    }
    Ok(builder.create()?)
}

/// Takes messages until there were `count`, the read timeout passes or a stop is asked for.
fn receive(stop: &Stop, sink: &mut dyn Sink, count: Option<u64>) -> Result<(), Failure> {
    let mut received = 0;
    while count.is_none_or(|count| received < count) {
        match next(stop.reader(), sink) {
            Ok(message) => sink.message(&message)?,
            Err(Failure::Slot(error)) if error.kind() == ErrorKind::Cancelled => break,
            Err(failure) => return Err(failure),
        }
        received += 1;
    }
    sink.idle()?;
    match stop.cause() {
        Some(StopCause::OutputClosed) => Err(Failure::OutputClosed),
        Some(StopCause::Signal) | None => Ok(()),
    }
}

/// The next message. Output is let out only when none is waiting: one system call for many messages of a busy slot, and
/// none is held back from a reader in a pipeline.
fn next(reader: &Mailslot, sink: &mut dyn Sink) -> Result<Message, Failure> {
    if let Some(message) = reader.try_recv_vec()? {
        return Ok(message);
    }
    sink.idle()?;
    let received: Result<Message, Error> = reader.recv_vec();
    Ok(received?)
}
