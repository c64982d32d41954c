//! The command line: what the user may write, and what `--help` says about it.

use std::ffi::OsString;
use std::str::FromStr as _;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mailslot::Name;

use crate::exit_status::ExitStatus;

const EXAMPLES: &str = r"Examples:
  mailslot listen orders                      print every message that arrives, until Ctrl-C
  mailslot send orders 'two beers' 'a pizza'  two messages
  mailslot send '\\.\mailslot\orders' hello   the same slot, as Windows programs spell it
  df | mailslot send orders                   one message for each line
  mailslot send orders --whole < photo.jpg    one message: the whole file
  mailslot listen jobs --exec ./work.sh       run a command for each message
  mailslot list                               all slots, with what is queued in them

NAME:
  `orders`, `taxes/bob`, or the Windows form `\\.\mailslot\taxes\bob`. Case does not matter.

Environment:
  MAILSLOT_DIR  directory of the slots, for servers and clients alike. Without it:
                /run/mailslot where that is set up, else /dev/shm/mailslot-<uid>
";

const LISTEN_EXAMPLES: &str = r#"Examples:
  mailslot listen orders
  mailslot listen orders --count 1 --timeout 5000   wait up to 5 s for one message
  mailslot listen orders --format json | jq -r .text
  mailslot listen jobs --exec 'mail -s "job from $MAILSLOT_UID" root'

With --exec the command reads the message on its standard input and finds in its
environment:
  MAILSLOT_NAME  the slot's name       MAILSLOT_SIZE  the message's size in bytes
  MAILSLOT_PID   the sender's process  MAILSLOT_UID   the sender's user, as it claims
One command runs at a time. One that fails is reported on standard error, and listening
goes on; when --count is reached the exit status is then 1 instead of 0.

The first SIGINT or SIGTERM ends the listener after the message that it is at. Messages
that are still queued go with the slot.
"#;

const SEND_EXAMPLES: &str = r"Examples:
  mailslot send orders 'two beers' 'a pizza'    two messages
  mailslot send orders ''                       one message of no bytes
  mailslot send orders -- -5                    a message that begins with a dash
  seq 10 | mailslot send orders                 ten messages
  find . -print0 | mailslot send files --nul    one message for each path
  mailslot send --wait 5000 orders first        to a listener that may still be starting
  mailslot send orders --whole < photo.jpg      one message

The first message that is refused ends the command; the error says how many were sent before.
";

/// Mailslots: named, one-way queues of messages, as on Windows, between the processes of this machine.
#[derive(Debug, Parser)]
#[command(name = "mailslot", version, max_term_width = 100, after_help = format!("{EXAMPLES}\n{}", ExitStatus::help()))]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Listen(ListenArguments),
    Send(SendArguments),
    Info(InfoArguments),
    List(ListArguments),
    /// Show it all at work: a server and three clients, written in Rust, C and shell
    ///
    /// The server holds \\.\mailslot\demo\orders. The C client is compiled on the spot, so this needs a C compiler
    /// (`cc`, or what CC names). Ends by itself; the exit status is 1 if a message is missing, torn or out of order.
    Demo,
    #[command(hide = true)]
    DemoClient(DemoClientArguments),
    Bench(BenchArguments),
    #[command(hide = true)]
    BenchWriter(BenchWriterArguments),
    #[command(hide = true)]
    BenchEcho(BenchEchoArguments),
}

/// Create a slot and print the messages that arrive
#[derive(Args, Debug)]
#[command(after_help = LISTEN_EXAMPLES)]
pub(crate) struct ListenArguments {
    /// Name of the slot to create: `orders`, `taxes/bob` or `\\.\mailslot\taxes\bob`
    #[arg(value_parser = Name::from_str)]
    pub(crate) name: Name,
    /// Refuse larger messages; 0 takes any size
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    pub(crate) max_size: u32,
    /// End with exit status 5 when no message came for so long [default: wait for ever]
    #[arg(long, value_name = "MS")]
    pub(crate) timeout: Option<u32>,
    /// End after so many messages
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// Refuse messages while so many bytes are queued [default: 268435456]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) quota: Option<u64>,
    /// How messages are printed
    #[arg(long, value_enum, default_value_t = Format::Lines, conflicts_with = "exec")]
    pub(crate) format: Format,
    /// Run this with `sh -c` for each message, instead of printing it
    #[arg(long, value_name = "CMD")]
    pub(crate) exec: Option<OsString>,
}

/// How `listen` prints a message.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// The bytes of the messages and nothing else
    Raw,
    /// Each message and a newline
    Lines,
    /// One JSON object a line: name, size, pid, uid, sent, and text (if it is UTF-8) or data (in base64)
    Json,
    /// A line about the sender, then the bytes in hexadecimal and as ASCII
    Hex,
}

/// Send messages to a slot
#[derive(Args, Debug)]
#[command(after_help = SEND_EXAMPLES)]
pub(crate) struct SendArguments {
    /// Name of the slot: `orders`, `taxes/bob` or `\\.\mailslot\taxes\bob`
    #[arg(value_parser = Name::from_str)]
    pub(crate) name: Name,
    /// Each is one message. `-` alone, or none: messages from standard input, one a line
    #[arg(value_name = "MESSAGE")]
    pub(crate) messages: Vec<OsString>,
    /// All of standard input is one message
    #[arg(long, conflicts_with = "nul")]
    pub(crate) whole: bool,
    /// Messages on standard input end with a NUL byte instead of a newline
    #[arg(long)]
    pub(crate) nul: bool,
    /// Wait so long for the slot to be there [default: 0]
    #[arg(long, value_name = "MS", default_value_t = 0, hide_default_value = true)]
    pub(crate) wait: u32,
}

/// Show one slot: what is queued, its limits, its reader
#[derive(Args, Debug)]
pub(crate) struct InfoArguments {
    /// Name of the slot: `orders`, `taxes/bob` or `\\.\mailslot\taxes\bob`
    #[arg(value_parser = Name::from_str)]
    pub(crate) name: Name,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// List all slots: what is queued, their limits, their readers
#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    /// Print a JSON array with one object a slot
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure messages per second and round trips, in a few seconds
///
/// Writers are processes of their own; this process reads. Throughput counts from the start of the writers to the
/// last message read; at most 1 MiB waits in the slot. A round trip is one message to another process and one back,
/// over two slots.
#[derive(Args, Debug)]
pub(crate) struct BenchArguments {
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// A tenth of the time: enough to see that it works, not for numbers to quote
    #[arg(long)]
    pub(crate) quick: bool,
}

/// The Rust client of the demonstration.
#[derive(Args, Debug)]
pub(crate) struct DemoClientArguments {
    /// Sequence number of the first message
    pub(crate) first: u32,
    /// Messages to send
    pub(crate) count: u32,
}

/// One writer of the benchmark.
#[derive(Args, Debug)]
pub(crate) struct BenchWriterArguments {
    #[arg(value_parser = Name::from_str)]
    pub(crate) name: Name,
    pub(crate) message_bytes: usize,
    pub(crate) duration_ms: u64,
}

/// The process of the benchmark that answers each message.
#[derive(Args, Debug)]
pub(crate) struct BenchEchoArguments {
    #[arg(value_parser = Name::from_str)]
    pub(crate) listen_on: Name,
    #[arg(value_parser = Name::from_str)]
    pub(crate) answer_to: Name,
}
