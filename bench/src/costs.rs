//! What one message costs that does not depend on the machine: instructions, counted by valgrind, and system calls, counted by strace.
//!
//! The program runs itself under the tool twice, with so many messages and with twice as many. What the second run has more is
//! what the messages cost; the start of the program is in both.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::cli;
use crate::peers::{self, Peer};
use crate::transport::{Plan, Receive, Send, Transport, Waiting};

/// Peers that are counted.
const PEERS: [&str; 5] = ["ours", "c-abi", "ring", "dgram", "pipe"];

const SIZES: [usize; 2] = [64, 4096];

/// In the second run; half of them in the first.
const MESSAGES: u64 = 40_000;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Write costs.md into a folder instead of printing it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct HotPath {
    peer: String,
    message_bytes: usize,
    messages: u64,
}

/// Prints the table.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut text = "# What a message costs, counted\n\n<!-- Made by `cargo xtask bench costs --out docs/bench`. -->\n\n\
         Instructions of a write and of a read, by `valgrind --tool=callgrind`, and system calls of both together, by `strace -c`. One thread \
         writes and reads messages in turn, so that nobody sleeps. What the kernel does is not among the instructions.\n\n\
         | peer | size | instructions to write | to read | system calls |\n|---|---|---|---|---|\n"
        .to_owned();
    for id in PEERS {
        let peer = find(id)?;
        for bytes in SIZES {
            let per_message = |count: &dyn Fn(u64) -> Result<u64>| -> Result<f64> {
                let (all, half) = (count(MESSAGES)?, count(MESSAGES / 2)?);
                Ok((all as f64 - half as f64) / (MESSAGES / 2) as f64)
            };
            let write = per_message(&|messages| instructions(id, bytes, messages, WRITE))?;
            let read = per_message(&|messages| instructions(id, bytes, messages, READ))?;
            let calls = per_message(&|messages| system_calls(id, bytes, messages))?;
            let _ = writeln!(text, "| {} | {bytes} B | {write:.0} | {read:.0} | {calls:.3} |", peer.title);
        }
    }
    match &arguments.out {
        Some(folder) => fs::write(folder.join("costs.md"), text).context("cannot write costs.md"),
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

/// What the tools run.
pub(crate) fn walk(arguments: &HotPath) -> Result<()> {
    let directory = cli::slot_directory()?;
    let plan = Plan {
        name: format!("mailslot-bench-costs-{}", std::process::id()),
        directory: directory.path().to_owned(),
        message_bytes: arguments.message_bytes,
        window_bytes: 1 << 20,
        senders: 1,
        waiting: Waiting::Blocking,
    };
    let walk = find(&arguments.peer)?.walk.context("that peer is not counted")?;
    walk(&plan, arguments.messages)
}

/// Of one peer.
pub(crate) fn walk_with<T: Transport>(plan: &Plan, messages: u64) -> Result<()> {
    let link = T::link(plan)?;
    let mut receiver = T::receiver(&link)?;
    let mut sender = T::sender(&link)?;
    let (message, mut buffer) = (vec![b'x'; plan.message_bytes], vec![0; plan.message_bytes]);
    for _ in 0..messages {
        counted_write(&mut sender, &message)?;
        let size = counted_read(&mut receiver, &mut buffer)?;
        ensure!(size == message.len(), "a message of {size} bytes came");
    }
    Ok(())
}

/// Names of the two functions below, for callgrind.
const WRITE: &str = "*counted_write*";
const READ: &str = "*counted_read*";

#[inline(never)]
fn counted_write<S: Send>(sender: &mut S, message: &[u8]) -> Result<()> {
    sender.send(message)
}

#[inline(never)]
fn counted_read<R: Receive>(receiver: &mut R, buffer: &mut [u8]) -> Result<usize> {
    receiver.recv(buffer)
}

fn instructions(peer: &str, bytes: usize, messages: u64, function: &str) -> Result<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(format!("--toggle-collect={function}"));
    let said = run_under(command, peer, bytes, messages)?;
    let line =
        said.lines().find_map(|line| line.split_once("Collected :")).context("valgrind did not say what it counted")?;
    Ok(line.1.trim().parse()?)
}

fn system_calls(peer: &str, bytes: usize, messages: u64) -> Result<u64> {
    let table = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("strace");
    command.args(["-f", "-c", "-o"]).arg(table.path());
    run_under(command, peer, bytes, messages)?;
    let table = fs::read_to_string(table.path())?;
    let total = table.lines().find(|line| line.ends_with(" total")).context("strace did not print a total")?;
    // % time, seconds, usecs/call, calls
    let calls = total.split_whitespace().nth(3).context("strace's table looks different")?;
    Ok(calls.parse()?)
}

/// Runs the messages under a tool; what it said to standard error.
fn run_under(mut command: Command, peer: &str, bytes: usize, messages: u64) -> Result<String> {
    let program = env::current_exe().context("cannot tell where this program is")?;
    command.arg(program).args(["hot-path", peer, &bytes.to_string(), &messages.to_string()]);
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{}: {said}", output.status);
    Ok(said)
}

fn find(id: &str) -> Result<&'static Peer> {
    peers::ALL.iter().find(|peer| peer.id == id).with_context(|| format!("no peer is named {id}"))
}
