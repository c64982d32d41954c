//! The line between C and Rust: errors become the last error, and no panic crosses it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use windows_sys::Win32::Foundation::ERROR_INTERNAL_ERROR;

use crate::last_error::{SetLastError, Win32Error};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// How many functions of the program run from inside the boundary, one within the other.
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
}

/// Runs the body of an exported function. An error sets the last error and returns `failure`; so does a panic, which can
/// only be a defect of this library (1359 `ERROR_INTERNAL_ERROR`).
#[inline]
pub(crate) fn boundary<T>(failure: T, body: impl FnOnce() -> Result<T, Win32Error>) -> T {
    let was_inside = INSIDE.replace(true);
    // Unwind safe: `body` owns nothing that outlives it, and the tables are changed by single atomic steps.
    let outcome = catch_unwind(AssertUnwindSafe(body));
    INSIDE.set(was_inside);
    match outcome {
        Ok(Ok(value)) => value,
        Ok(Err(Win32Error(code))) => fail(failure, code),
        Err(_) => fail(failure, ERROR_INTERNAL_ERROR),
    }
}

/// Runs a function of the program from inside the boundary: its panics, if it is a Rust program, are its own.
pub(crate) fn outside<T>(program: impl FnOnce() -> T) -> T {
    let was_inside = INSIDE.replace(false);
    CALLBACKS.set(CALLBACKS.get() + 1);
    let result = program();
    CALLBACKS.set(CALLBACKS.get() - 1);
    INSIDE.set(was_inside);
    result
}

/// Whether the calling code was called by [`outside`]: then frames of this library lie below it on the stack.
pub(crate) fn is_in_callback() -> bool {
    CALLBACKS.get() > 0
}

/// Makes panics inside the boundary silent, and leaves every other panic of the process to the hook that was there.
/// Called where handles come to be, which is before any other function can get far.
pub(crate) fn silence_panics() {
    static SILENCED: Once = Once::new();
    SILENCED.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |panic| {
            if !INSIDE.get() {
                previous(panic);
            }
        }));
    });
}

#[cold]
fn fail<T>(failure: T, code: u32) -> T {
    SetLastError(code);
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::last_error::GetLastError;

    #[test]
    fn a_panic_becomes_an_error_code() {
        silence_panics();
        let result = boundary(7, || panic!("never seen by the caller"));
        assert_eq!((result, GetLastError()), (7, ERROR_INTERNAL_ERROR));
    }

    #[test]
    fn success_leaves_the_last_error_alone() {
        SetLastError(4711);
        assert_eq!(boundary(0, || Ok(1)), 1);
        assert_eq!(GetLastError(), 4711);
    }
}
