//! The three clients of the demonstration, each a process of its own.

use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use crate::commands::process::{Process, this_program};
use crate::failure::Failure;

use super::c_client::CClient;
use super::check::Checker;
use super::say;
use super::server::Server;

const SHELL_CLIENT: &str = include_str!("client.sh");

/// What a client is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    C,
    Shell,
}

/// What is needed to start the clients.
pub(super) struct Clients {
    c: CClient,
}

/// Clients that are at work, and what has to arrive from them.
pub(super) struct Running {
    processes: Vec<Process>,
    checker: Checker,
}

impl Clients {
    pub(super) fn prepare() -> Result<Clients, Failure> {
        Ok(Clients { c: CClient::compile()? })
    }

    /// Starts one more client; it sends `count` messages, numbered from `first`.
    pub(super) fn start(
        &self,
        language: Language,
        server: &Server,
        first: u32,
        count: u32,
        running: &mut Running,
    ) -> Result<(), Failure> {
        let (mut command, how) = self.command(language)?;
        server.aim(&mut command);
        command.arg(first.to_string()).arg(count.to_string()).stdin(Stdio::null());
        let label = language.label();
        let process = Process::start(format!("the {label} client"), &mut command)?;
        let pid = process.pid();
        say(format_args!("  client   {label}, pid {pid} ({how})"))?;
        // For the shell client another process sends: `mailslot send` at the end of its pipeline.
        let sender = (language != Language::Shell).then_some(pid);
        running.checker.expect(label, sender, first, count);
        running.processes.push(process);
        Ok(())
    }

    /// The program to run, and a word to the user about it.
    fn command(&self, language: Language) -> Result<(Command, String), Failure> {
        match language {
            Language::Rust => {
                let mut command = this_program()?;
                command.arg("demo-client");
                Ok((command, "mailslot demo-client".to_owned()))
            }
            Language::C => Ok((Command::new(self.c.path()), format!("compiled by {}", self.c.compiled_by))),
            Language::Shell => {
                let mut command = Command::new("sh");
                command.args(["-c", SHELL_CLIENT, "demo"]).env("PATH", path_with_us()?);
                Ok((command, "sh, piping into mailslot send".to_owned()))
            }
        }
    }
}

impl Language {
    pub(super) const ALL: [Language; 3] = [Language::Rust, Language::C, Language::Shell];

    /// The word that its messages begin with.
    fn label(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::C => "c",
            Language::Shell => "shell",
        }
    }
}

impl Running {
    pub(super) fn new() -> Running {
        Running { processes: Vec::new(), checker: Checker::new() }
    }

    pub(super) fn checker(&mut self) -> &mut Checker {
        &mut self.checker
    }

    pub(super) fn into_checker(self) -> Checker {
        self.checker
    }

    /// Whether all clients are done; an error if one failed.
    pub(super) fn have_ended(&mut self) -> Result<bool, Failure> {
        let mut all = true;
        for process in &mut self.processes {
            all &= process.has_ended()?;
        }
        Ok(all)
    }

    /// An error if nothing can come any more though messages are missing: to be called when none came for a while.
    pub(super) fn expect_alive(&mut self, queued: u32) -> Result<(), Failure> {
        let missing = self.checker.missing();
        if queued == 0 && self.have_ended()? {
            return Err(Failure::Other(format!("{missing} messages are missing")));
        }
        Ok(())
    }

    /// Waits for the end of all clients.
    pub(super) fn wait(&mut self) -> Result<(), Failure> {
        self.processes.iter_mut().try_for_each(Process::wait)
    }
}

/// The search path with the directory of this program in front, for scripts that call `mailslot`.
fn path_with_us() -> Result<OsString, Failure> {
    let program = env::current_exe().map_err(Failure::io("the path of this program"))?;
    let ours = program.parent().map(ToOwned::to_owned);
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(ours.into_iter().chain(env::split_paths(&others)));
    path.map_err(|error| Failure::Other(format!("PATH: {error}")))
}
