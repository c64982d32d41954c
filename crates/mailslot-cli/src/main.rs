//! The command `mailslot`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    mailslot_cli::main()
}
