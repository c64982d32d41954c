//! The arguments of the command `mailslot`. Nothing is run.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use clap::Parser as _;

use crate::cli::Cli;

/// Arguments that end with NUL bytes, as the kernel passes them.
pub fn arguments(data: &[u8]) {
    let given = data.split(|byte| *byte == 0).map(|bytes| OsString::from_vec(bytes.to_vec()));
    let line: Vec<OsString> = std::iter::once(OsString::from("mailslot")).chain(given).collect();
    match Cli::try_parse_from(line.clone()) {
        Ok(cli) => assert!(!format!("{:?}", cli.command).is_empty()),
        Err(error) => {
            // What is refused is a mistake in usage; help and version are asked for.
            assert!(matches!(error.exit_code(), 0 | 2), "exit status {}", error.exit_code());
            assert!(!error.render().to_string().is_empty(), "nothing is said about {line:?}");
        }
    }
}
