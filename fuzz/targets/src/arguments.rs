//! The arguments of the command `mailslot`. Nothing is run.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use mailslot_cli::understand;

/// Arguments that end with NUL bytes, as the kernel passes them.
pub fn arguments(data: &[u8]) {
    let given = data.split(|byte| *byte == 0).map(|bytes| OsString::from_vec(bytes.to_vec()));
    let line: Vec<OsString> = std::iter::once(OsString::from("mailslot")).chain(given).collect();
    match understand(line.clone()) {
        Ok(command) => assert!(!command.is_empty()),
        Err((text, status)) => {
            // What is refused is a mistake in usage; help and version are asked for.
            assert!(matches!(status, 0 | 2), "exit status {status}");
            assert!(!text.is_empty(), "nothing is said about {line:?}");
        }
    }
}
