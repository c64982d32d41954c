//! Hostile peers: `hostile [SECONDS]`.
//!
//! In each round one process, built with AddressSanitizer, uses a slot honestly, with several threads: once as its server, once as
//! its client. Another one has the slot's file mapped and scribbles. However that goes, the honest one is not brought to undefined
//! behaviour, a panic, a hang or memory without bound, and can close the slot, whose name is free then.

mod honest;
mod map;
mod report;
mod scribbler;

use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use mailslot_queue::{CreateOptions, Server, SlotDir, SlotName};

use report::Report;

/// The file's name and the slot's.
const NAME: SlotName<'static> = SlotName { file: "S", full: b"s" };
/// How long a scribbler is at it.
const ROUND: Duration = Duration::from_millis(500);
/// An honest process that lives this long behind its round hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who is honest; the other end scribbles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Server,
    Client,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Server => "server",
            Side::Client => "client",
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["honest", "server", directory] => honest::serve(&open(directory), ROUND),
        ["honest", "client", directory] => honest::send(&open(directory), ROUND),
        ["scribbler", "client", directory, seed] => scribbler::with_a_client(&open(directory), number(seed)),
        ["scribbler", "server", directory, seed] => scribbler::with_a_server(&open(directory), number(seed)),
        [] => rounds(10),
        [seconds] => rounds(number(seconds)),
        _ => Err("usage: hostile [SECONDS]".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hostile: {error}");
            ExitCode::FAILURE
        }
    }
}

fn open(directory: &str) -> SlotDir {
    SlotDir::open(directory.as_ref()).expect("a slot directory")
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

/// Rounds of both sides by turns until the time is up.
fn rounds(seconds: u64) -> Result<(), String> {
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut sums = [(Side::Server, Report::default(), 0), (Side::Client, Report::default(), 0)];
    let mut seed = 0;
    while Instant::now() < end {
        for (side, sum, count) in &mut sums {
            seed += 1;
            let report =
                round(*side, seed).map_err(|error| format!("round {seed}, honest {}: {error}", side.name()))?;
            sum.add(&report);
            *count += 1;
        }
    }
    for (side, sum, count) in &sums {
        println!("honest {}: {count} rounds, {sum}", side.name());
        sum.check()?;
    }
    Ok(())
}

fn round(side: Side, seed: u64) -> Result<Report, String> {
    let parent = std::env::var_os("MAILSLOT_FUZZ_DIR").unwrap_or_else(|| "/dev/shm".into());
    let place = tempfile::Builder::new().prefix("mailslot-hostile-").tempdir_in(parent).map_err(text)?;
    let path = place.path().to_str().ok_or("a temporary directory with a strange name")?;
    let honest = ["honest", side.name(), path];
    let (other, seed) = (if side == Side::Server { "client" } else { "server" }, seed.to_string());
    let scribbler = ["scribbler", other, path, &seed];
    let (mut honest, mut scribbler) = (Process::start(&honest)?, Process::start(&scribbler)?);
    let report = honest.finish(ROUND + PATIENCE)?;
    scribbler.kill();
    // Whatever the file looks like by now, its name is free.
    let directory = SlotDir::open(place.path()).map_err(text)?;
    Server::create(&directory, NAME, &CreateOptions::default())
        .map_err(|error| format!("the name is taken: {error}"))?;
    Report::parse(&report)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A process of this program in another role; killed with the value.
struct Process(Child);

impl Process {
    fn start(arguments: &[&str]) -> Result<Process, String> {
        let program = std::env::current_exe().map_err(text)?;
        let child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        Ok(Process(child.map_err(text)?))
    }

    /// Waits for a good end, and gives what was printed.
    fn finish(&mut self, patience: Duration) -> Result<String, String> {
        let end = Instant::now() + patience;
        let status = loop {
            match self.0.try_wait().map_err(text)? {
                Some(status) => break status,
                None if Instant::now() > end => return Err(format!("it hangs: not at its end after {patience:?}")),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        if !status.success() {
            return Err(format!("it ends with {status}"));
        }
        let output = self.0.stdout.take().ok_or("no output")?;
        std::io::read_to_string(output).map_err(text)
    }

    fn kill(&mut self) {
        // Both fail only if it is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
