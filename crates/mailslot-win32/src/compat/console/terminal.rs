//! The settings of the terminal that this process changed, and setting them back, whatever ends the process.

use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, RawFd};
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::io::Result;
use rustix::termios::{InputModes, LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

/// The terminal's switches that are changed here, each one bit.
pub(super) const LINES: u8 = 1;
pub(super) const ECHO: u8 = 2;
/// Enter is told as a line feed, not as a carriage return.
pub(super) const ENTER_IS_LINE_FEED: u8 = 4;
/// Ctrl+C is a signal.
pub(super) const SIGNALS: u8 = 8;

/// The switches of standard input that the keyboard functions have turned off for now.
///
/// | value | the terminal |
/// |---|---|
/// | 0 | is as the program left it |
/// | bits | has these off; they are to be set back by `_getch`, or when the process ends |
static KEYBOARD_OFF: AtomicU8 = AtomicU8::new(0);

/// The switches of standard input that the program itself has turned off with SetConsoleMode: off until it turns them on, or until the
/// process ends. Same values.
static PROGRAM_OFF: AtomicU8 = AtomicU8::new(0);

pub(super) const STANDARD_INPUT: RawFd = 0;

/// Which switches of a terminal are on.
///
/// # Errors
///
/// The descriptor is no terminal.
pub(super) fn switches(descriptor: RawFd) -> Result<u8> {
    let modes = tcgetattr(borrow(descriptor))?;
    let mut switches = 0;
    for (switch, is_on) in [
        (LINES, modes.local_modes.contains(LocalModes::ICANON)),
        (ECHO, modes.local_modes.contains(LocalModes::ECHO)),
        (SIGNALS, modes.local_modes.contains(LocalModes::ISIG)),
        (ENTER_IS_LINE_FEED, modes.input_modes.contains(InputModes::ICRNL)),
    ] {
        if is_on {
            switches |= switch;
        }
    }
    Ok(switches)
}

/// Has standard input give key by key and show nothing, until `set_back`.
pub(super) fn give_keys() -> Result<()> {
    let off = switches(STANDARD_INPUT)? & (LINES | ECHO | ENTER_IS_LINE_FEED);
    if off != 0 {
        be_ready_for_the_end();
        // First: a signal that arrives in between sets back what is still on, which changes nothing.
        KEYBOARD_OFF.fetch_or(off, Ordering::SeqCst);
        switch(STANDARD_INPUT, 0, off)?;
    }
    Ok(())
}

/// Undoes `give_keys`.
pub(super) fn set_back() {
    let off = KEYBOARD_OFF.load(Ordering::SeqCst);
    if off != 0 && switch(STANDARD_INPUT, off, 0).is_ok() {
        KEYBOARD_OFF.fetch_and(!off, Ordering::SeqCst);
    }
}

/// Turns switches of a terminal on and off for the program.
pub(super) fn switch_for_program(descriptor: RawFd, on: u8, off: u8) -> Result<()> {
    if descriptor == STANDARD_INPUT {
        be_ready_for_the_end();
        PROGRAM_OFF.fetch_or(off & switches(descriptor)?, Ordering::SeqCst);
        PROGRAM_OFF.fetch_and(!on, Ordering::SeqCst);
    }
    switch(descriptor, on, off)
}

/// What to do before the process ends. Only calls that a signal handler may make.
pub(super) fn leave() {
    let off = KEYBOARD_OFF.load(Ordering::SeqCst) | PROGRAM_OFF.load(Ordering::SeqCst);
    if off != 0 {
        let _ = switch(STANDARD_INPUT, off, 0);
    }
}

/// Ends the process by a signal, as if nobody had handled it.
pub(super) fn end_by(signal: libc::c_int) {
    leave();
    set_action(signal, libc::SIG_DFL);
    // SAFETY: sends a signal to the process itself; no memory is involved.
    unsafe { libc::kill(rustix::process::getpid().as_raw_pid(), signal) };
}

/// Whether a signal still does what it does by default, or what this module has it do.
pub(super) fn is_unclaimed(signal: libc::c_int) -> bool {
    let action = action_of(signal);
    action == libc::SIG_DFL || action == end_by_signal as *const () as libc::sighandler_t
}

/// What a signal does.
pub(super) fn action_of(signal: libc::c_int) -> libc::sighandler_t {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: with no new action, only the old one is written, to memory of its size.
    unsafe { libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: zeroed, and zeros are a sigaction; the call wrote over them.
    unsafe { action.assume_init() }.sa_sigaction
}

/// Sets what a signal does: a constant of libc, or a function that only makes calls that a signal handler may make.
pub(super) fn set_action(signal: libc::c_int, handler: libc::sighandler_t) {
    // SAFETY: zeros are a sigaction: no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART;
    // SAFETY: the action is a valid one for as long as the call lasts, and the callers of this function promise the handler.
    unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
}

/// The signals that end a process.
const DEADLY: [libc::c_int; 11] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGPIPE,
    libc::SIGALRM,
    libc::SIGABRT,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
];

/// Has the terminal set back when the process ends: by itself, or by a signal that the program has not claimed.
fn be_ready_for_the_end() {
    static READY: Once = Once::new();
    READY.call_once(|| {
        // SAFETY: `at_exit` touches nothing that could be gone when the process ends.
        unsafe { libc::atexit(at_exit) };
        for signal in DEADLY {
            if action_of(signal) == libc::SIG_DFL {
                set_action(signal, end_by_signal as *const () as libc::sighandler_t);
            }
        }
    });
}

extern "C" fn at_exit() {
    leave();
}

extern "C" fn end_by_signal(signal: libc::c_int) {
    // It is delivered, and ends the process, when this handler returns.
    end_by(signal);
}

fn switch(descriptor: RawFd, on: u8, off: u8) -> Result<()> {
    let mut modes = tcgetattr(borrow(descriptor))?;
    for (switch, mode) in [(LINES, LocalModes::ICANON), (ECHO, LocalModes::ECHO), (SIGNALS, LocalModes::ISIG)] {
        if (on | off) & switch != 0 {
            modes.local_modes.set(mode, on & switch != 0);
        }
    }
    if (on | off) & ENTER_IS_LINE_FEED != 0 {
        modes.input_modes.set(InputModes::ICRNL, on & ENTER_IS_LINE_FEED != 0);
    }
    if off & LINES != 0 {
        // A read waits for one byte, and no longer.
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
    }
    tcsetattr(borrow(descriptor), OptionalActions::Now, &modes)
}

pub(super) fn borrow(descriptor: RawFd) -> BorrowedFd<'static> {
    // SAFETY: the number is only handed to the kernel, which says so if it is not open; -1, which the type excludes, never comes here.
    unsafe { BorrowedFd::borrow_raw(descriptor.max(0)) }
}
