//! SetConsoleCtrlHandler: signals as calls of the program's routines, on a thread of their own.
//!
//! A signal handler may do next to nothing. Ours writes the signal's number into a pipe; a thread that is started with the first
//! routine reads it there and calls the routines, as Windows does on a thread that it starts.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::io::{Errno, read};
use rustix::pipe::{PipeFlags, pipe_with};
use windows_sys::Win32::Foundation::{ERROR_NOT_ENOUGH_MEMORY, FALSE, TRUE};
use windows_sys::core::BOOL;

use super::terminal::{action_of, end_by, is_unclaimed, set_action};
use crate::boundary::boundary;
use crate::last_error::Win32Error;

/// The program's routine. It returns TRUE when it has dealt with the event.
type Routine = unsafe extern "system" fn(u32) -> BOOL;

/// Which event of Windows a signal is.
const EVENTS: [(libc::c_int, u32); 4] = [
    (libc::SIGINT, 0),  // CTRL_C_EVENT
    (libc::SIGQUIT, 1), // CTRL_BREAK_EVENT
    (libc::SIGHUP, 2),  // CTRL_CLOSE_EVENT
    (libc::SIGTERM, 6), // CTRL_SHUTDOWN_EVENT
];

static ROUTINES: Mutex<Vec<Routine>> = Mutex::new(Vec::new());

/// The descriptor that the signal handler writes to.
///
/// | value | state |
/// |---|---|
/// | -1 | the thread is not there yet, and no signal is handled |
/// | ≥ 0 | the pipe's end, open as long as the process lives |
static PIPE: AtomicI32 = AtomicI32::new(-1);

/// Adds a routine to those that are asked when a signal arrives, or removes it. Without a routine, `TRUE` makes the process and its
/// children ignore SIGINT, and `FALSE` ends that. The header has the details.
///
/// Success leaves the last error alone. Fails with `FALSE`: 8 no thread or descriptor, 87 the routine to remove is not there.
///
/// # Safety
///
/// `HandlerRoutine` is NULL or a function that may be called on another thread until it is removed.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetConsoleCtrlHandler(HandlerRoutine: Option<Routine>, Add: BOOL) -> BOOL {
    boundary(FALSE, || {
        let mut routines = routines();
        match HandlerRoutine {
            Some(routine) if Add != FALSE => {
                start()?;
                routines.push(routine);
            }
            Some(routine) => {
                let place = routines.iter().rposition(|known| std::ptr::fn_addr_eq(*known, routine));
                routines.remove(place.ok_or(Win32Error::INVALID_PARAMETER)?);
            }
            None if Add != FALSE => set_action(libc::SIGINT, libc::SIG_IGN),
            None if action_of(libc::SIGINT) == libc::SIG_IGN => {
                let is_started = PIPE.load(Ordering::Acquire) >= 0;
                set_action(libc::SIGINT, if is_started { pass_on_address() } else { libc::SIG_DFL });
            }
            None => {}
        }
        Ok(TRUE)
    })
}

fn routines() -> MutexGuard<'static, Vec<Routine>> {
    ROUTINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread and takes the signals that nobody has claimed. The caller holds the lock of the routines.
fn start() -> Result<(), Win32Error> {
    if PIPE.load(Ordering::Acquire) >= 0 {
        return Ok(());
    }
    let nothing_left = |_| Win32Error(ERROR_NOT_ENOUGH_MEMORY);
    let (from_handler, to_thread) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).map_err(nothing_left)?;
    rustix::io::ioctl_fionbio(&from_handler, false).map_err(nothing_left)?;
    std::thread::Builder::new()
        .name("console control".to_owned())
        .spawn(move || serve(&from_handler))
        .map_err(|_| Win32Error(ERROR_NOT_ENOUGH_MEMORY))?;
    PIPE.store(to_thread.as_raw_fd(), Ordering::Release);
    // Open for good: a signal may arrive until the process has ended.
    std::mem::forget(to_thread);
    for (signal, _) in EVENTS {
        if is_unclaimed(signal) {
            set_action(signal, pass_on_address());
        }
    }
    Ok(())
}

fn pass_on_address() -> libc::sighandler_t {
    pass_on as *const () as libc::sighandler_t
}

extern "C" fn pass_on(signal: libc::c_int) {
    let number = u8::try_from(signal).unwrap_or(0);
    // SAFETY: the thread that was interrupted has its errno, and this is its address.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let before = unsafe { errno.read() };
    // SAFETY: one byte is read from a local variable. A full pipe refuses it, and then there is a signal to be served in any case.
    unsafe { libc::write(PIPE.load(Ordering::Acquire), (&raw const number).cast(), 1) };
    // SAFETY: as above.
    unsafe { errno.write(before) };
}

fn serve(pipe: &OwnedFd) {
    let mut number = [0];
    loop {
        match read(pipe.as_fd(), &mut number) {
            Ok(1) => deal_with(libc::c_int::from(number[0])),
            Err(Errno::INTR) => {}
            _ => return,
        }
    }
}

/// Asks the routines, the newest first. If none deals with it, the signal ends the process.
fn deal_with(signal: libc::c_int) {
    let Some((_, event)) = EVENTS.into_iter().find(|(known, _)| *known == signal) else { return };
    // A copy: a routine may add and remove routines.
    let asked: Vec<Routine> = routines().clone();
    for routine in asked.into_iter().rev() {
        // SAFETY: the program promised the function when it added it.
        if unsafe { routine(event) } != FALSE {
            return;
        }
    }
    end_by(signal);
}
