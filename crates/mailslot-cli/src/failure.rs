//! Why a command of `mailslot` could not do its work.

use std::io;

use thiserror::Error;

use crate::exit_status::ExitStatus;

/// The reason that a command ended early: its text is for the user, its status for scripts.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The slot, or the library on our way to it, refused.
    #[error(transparent)]
    Slot(#[from] mailslot::Error),
    /// `send` had to stop: one message was not taken.
    #[error("message {} was refused: {source} ({} before it {})", sent + 1, messages(*sent), was_or_were(*sent))]
    Refused {
        /// Messages that the slot took before.
        sent: u64,
        source: mailslot::Error,
    },
    /// `send` could not read its messages.
    #[error("standard input: {source} ({} before that {})", messages(*sent), was_or_were(*sent))]
    Input {
        /// Messages that the slot took before.
        sent: u64,
        source: io::Error,
    },
    /// Whoever read our standard output has had enough. Nothing is reported.
    #[error("the reader of standard output is gone")]
    OutputClosed,
    /// The operating system refused.
    #[error("{what}: {source}")]
    Io {
        /// What we were doing, with the path or the program.
        what: String,
        source: io::Error,
    },
    /// The arguments contradict each other.
    #[error("{0}")]
    Usage(String),
    /// A check of ours failed, or a program that we started did.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// For `map_err` on everything that writes to standard output.
    pub(crate) fn output(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::OutputClosed,
            _ => Failure::Io { what: "standard output".to_owned(), source: error },
        }
    }

    /// For `map_err` on other calls to the operating system: `what` says what was tried, on what.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Failure {
        let what = what.into();
        move |source| Failure::Io { what, source }
    }

    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            Failure::Slot(error) | Failure::Refused { source: error, .. } => error.kind().into(),
            Failure::Input { .. } | Failure::Io { .. } | Failure::Other(_) => ExitStatus::Runtime,
            Failure::OutputClosed => ExitStatus::Success,
            Failure::Usage(_) => ExitStatus::Usage,
        }
    }
}

/// "1 message", "2 messages": a count with its noun.
pub(crate) fn messages(count: u64) -> String {
    match count {
        1 => "1 message".to_owned(),
        _ => format!("{count} messages"),
    }
}

fn was_or_were(count: u64) -> &'static str {
    if count == 1 { "was sent" } else { "were sent" }
}
