//! C and C++ programs, compiled unmodified against the headers and the built library, and run.
//!
//! The programs are in `tests/c` and `examples/c` at the top of the workspace. Each is built in every way that a user may: as C
//! and as C++, ANSI and UNICODE, with wide characters of 32 and of 16 bits. Every run has a slot directory of its own and ends by
//! the watchdog if not by itself. Without a C++ compiler the C++ half is skipped, and says so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod documentation_style;
mod headers;
mod library;
mod ported;
mod processes;
mod run;
mod survey;
mod tap;
mod toolchain;
