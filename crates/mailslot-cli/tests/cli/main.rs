//! Runs the real `mailslot`, each test in a slot directory of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is how a test fails")]

mod bad_input;
mod bench;
mod demo;
mod exec;
mod info;
mod listen;
mod send;
mod support;
