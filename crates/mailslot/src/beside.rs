//! For the other crates of this project: what lies in the slot directory beside the slots. No part of the API.

pub use mailslot_queue::{PrivateFile, SlotDir, fork_generation, prepare_for_forks};

use crate::Result;
use crate::error::Error;
use crate::name::prefixed_file_name;

/// The directory in which the slots of this process lie, opened and found safe.
///
/// # Errors
///
/// [`ErrorKind::UnsafeDirectory`](crate::ErrorKind::UnsafeDirectory),
/// [`ErrorKind::PathNotFound`](crate::ErrorKind::PathNotFound),
/// [`ErrorKind::AccessDenied`](crate::ErrorKind::AccessDenied) if the directory cannot be used.
pub fn slot_directory() -> Result<SlotDir> {
    SlotDir::open_default().map_err(Error::from_queue)
}

/// The file name of something that is no slot and has a name, in UTF-16, of which upper and lower case differ. With a `prefix`
/// that begins with a dot it cannot be the name of a slot's file.
#[must_use]
pub fn file_name(prefix: &str, name: &[u16]) -> String {
    prefixed_file_name(prefix, name)
}
