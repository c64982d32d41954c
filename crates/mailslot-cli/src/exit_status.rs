//! What the exit status of `mailslot` says. Scripts rely on these numbers: one is added, never changed or used again.

use std::fmt::Write as _;
use std::process::ExitCode;

use mailslot::ErrorKind;

/// How a run of `mailslot` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    Success = 0,
    Runtime = 1,
    Usage = 2,
    NotFound = 3,
    AlreadyExists = 4,
    Timeout = 5,
    AccessDenied = 6,
    TooLarge = 7,
    Full = 8,
    ServerGone = 9,
}

impl ExitStatus {
    /// Every status, in the order of the numbers.
    const ALL: [ExitStatus; 10] = [
        ExitStatus::Success,
        ExitStatus::Runtime,
        ExitStatus::Usage,
        ExitStatus::NotFound,
        ExitStatus::AlreadyExists,
        ExitStatus::Timeout,
        ExitStatus::AccessDenied,
        ExitStatus::TooLarge,
        ExitStatus::Full,
        ExitStatus::ServerGone,
    ];

    fn meaning(self) -> &'static str {
        match self {
            ExitStatus::Success => "all done; also a listener that was ended by SIGINT, SIGTERM or a closed output",
            ExitStatus::Runtime => "another error, or a command of `listen --exec` failed before --count was reached",
            ExitStatus::Usage => "wrong arguments, or NAME is not the name of a local slot",
            ExitStatus::NotFound => "no such slot",
            ExitStatus::AlreadyExists => "the slot exists already",
            ExitStatus::Timeout => "no message came within --timeout",
            ExitStatus::AccessDenied => "access denied, or the slot directory is not safe to use",
            ExitStatus::TooLarge => "the message is larger than the slot takes",
            ExitStatus::Full => "the slot's quota or the memory is used up",
            ExitStatus::ServerGone => "the slot's server went away",
        }
    }

    /// The paragraph of `--help` that lists every status.
    pub(crate) fn help() -> String {
        let mut help = String::from("Exit status:\n");
        for status in Self::ALL {
            // Writing to a String cannot fail.
            let _ = writeln!(help, "  {}  {}", status as u8, status.meaning());
        }
        help
    }
}

impl From<ErrorKind> for ExitStatus {
    fn from(kind: ErrorKind) -> ExitStatus {
        match kind {
            ErrorKind::InvalidName | ErrorKind::RemoteDeprecated => ExitStatus::Usage,
            ErrorKind::NotFound => ExitStatus::NotFound,
            ErrorKind::AlreadyExists => ExitStatus::AlreadyExists,
            ErrorKind::Timeout => ExitStatus::Timeout,
            ErrorKind::AccessDenied | ErrorKind::UnsafeDirectory => ExitStatus::AccessDenied,
            ErrorKind::MessageTooLarge => ExitStatus::TooLarge,
            ErrorKind::QuotaExceeded | ErrorKind::OutOfMemory => ExitStatus::Full,
            ErrorKind::ServerGone => ExitStatus::ServerGone,
            _ => ExitStatus::Runtime,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status as u8)
    }
}
