//! Slots of a model have no names.

use std::convert::Infallible;

use rustix::io::Errno;

use super::FileRef;

/// There is none.
#[derive(Debug, Clone)]
pub(crate) struct SlotDir(Infallible);

impl SlotDir {
    pub(crate) fn unlink_if_same(&self, _file: FileRef<'_>, _file_name: &str) -> Result<(), Errno> {
        match self.0 {}
    }
}
