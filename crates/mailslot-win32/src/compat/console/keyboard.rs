//! `_getch` and its kin: the keyboard, key by key.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::io::{Errno, ioctl_fionread, read, write};

use super::terminal::{STANDARD_INPUT, borrow, give_keys, set_back};
use crate::boundary::boundary;

const END: libc::c_int = -1;
const STANDARD_OUTPUT: libc::c_int = 1;

/// The key that `_ungetch` put back. The lock is held while a key is read, so that two threads do not switch one terminal.
static PUT_BACK: Mutex<Option<u8>> = Mutex::new(None);

/// The next byte of standard input: on a terminal of the next key, without Enter and without showing it; 13 is the Enter key.
/// Waits for it. -1 (`EOF`) at the end of the input.
#[unsafe(no_mangle)]
pub extern "C" fn _getch() -> libc::c_int {
    boundary(END, || Ok(next_key(&mut lock()).map_or(END, libc::c_int::from)))
}

/// The same, and the byte is written to standard output.
#[unsafe(no_mangle)]
pub extern "C" fn _getche() -> libc::c_int {
    boundary(END, || {
        let key = next_key(&mut lock());
        if let Some(key) = key {
            // The key was read; that nobody can see it is no failure.
            let _ = write(borrow(STANDARD_OUTPUT), &[key]);
        }
        Ok(key.map_or(END, libc::c_int::from))
    })
}

/// Puts a byte back, to be read next. -1 (`EOF`): one is there already, or `c` is no byte.
#[unsafe(no_mangle)]
pub extern "C" fn _ungetch(c: libc::c_int) -> libc::c_int {
    boundary(END, || {
        let mut put_back = lock();
        match u8::try_from(c) {
            Ok(key) if put_back.is_none() => {
                *put_back = Some(key);
                Ok(c)
            }
            _ => Ok(END),
        }
    })
}

/// Whether `_getch` would return a byte without waiting: 1 or 0. At the end of the input there is none.
///
/// On a terminal, keys are told one by one from now on until `_getch` has read one.
#[unsafe(no_mangle)]
pub extern "C" fn _kbhit() -> libc::c_int {
    boundary(0, || {
        let put_back = lock();
        show_output();
        let is_there = put_back.is_some() || {
            // Fails where there is no terminal to switch.
            let _ = give_keys();
            ioctl_fionread(borrow(STANDARD_INPUT)).is_ok_and(|bytes| bytes > 0)
        };
        Ok(libc::c_int::from(is_there))
    })
}

fn lock() -> MutexGuard<'static, Option<u8>> {
    PUT_BACK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next_key(put_back: &mut Option<u8>) -> Option<u8> {
    if let Some(key) = put_back.take() {
        return Some(key);
    }
    show_output();
    // Fails where there is no terminal to switch.
    let _ = give_keys();
    let mut key = [0];
    let count = loop {
        match read(borrow(STANDARD_INPUT), &mut key) {
            Err(Errno::INTR) => {}
            other => break other,
        }
    };
    set_back();
    (count == Ok(1)).then_some(key[0])
}

/// A console on Windows shows at once what a program prints. Here the question that a key is to answer may still be in a buffer.
fn show_output() {
    // SAFETY: NULL stands for all streams; the C library locks each of them itself.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}
