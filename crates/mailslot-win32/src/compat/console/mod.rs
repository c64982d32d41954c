//! The console: the terminal's keyboard, and the signals that come from it.

mod control;
mod keyboard;
mod mode;
mod terminal;

pub use control::SetConsoleCtrlHandler;
pub use keyboard::{_getch, _getche, _kbhit, _ungetch};
pub use mode::{GetConsoleMode, ReadConsoleA, SetConsoleMode, WriteConsoleA};
