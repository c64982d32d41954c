//! One module per command.

pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod listen;
mod process;
pub(crate) mod send;
