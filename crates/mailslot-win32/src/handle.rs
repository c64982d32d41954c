//! Handles as numbers: `HANDLE = (descriptor + 1) << 2`.
//!
//! So a handle is never NULL, a multiple of 4, fits 32 bits, and is the same number in a child that inherits the
//! descriptor. `INVALID_HANDLE_VALUE` is the pseudo handle of the process, as on Windows.

use std::os::fd::RawFd;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};

use crate::last_error::Win32Error;

/// The handle that stands for a file descriptor.
pub fn handle_of(descriptor: RawFd) -> HANDLE {
    (((descriptor as usize).wrapping_add(1)) << 2) as HANDLE
}

/// The descriptor that a handle stands for. Whether it is open, and a mailslot, is another question.
///
/// # Errors
///
/// 6 for NULL, for `INVALID_HANDLE_VALUE` and for numbers that no descriptor can have.
#[inline]
pub(crate) fn descriptor_of(handle: HANDLE) -> Result<RawFd, Win32Error> {
    let number = (handle as usize >> 2).wrapping_sub(1);
    RawFd::try_from(number).map_err(|_| Win32Error::INVALID_HANDLE)
}

/// Whether the handle is the pseudo handle of the calling process.
pub(crate) fn is_pseudo_handle(handle: HANDLE) -> bool {
    handle == INVALID_HANDLE_VALUE
}

/// What GetCurrentThread returns: the pseudo handle of the calling thread.
pub(crate) const CURRENT_THREAD: HANDLE = -2_isize as HANDLE;

/// What GetCurrentProcessToken returns: the pseudo handle of the process's token.
pub(crate) const CURRENT_TOKEN: HANDLE = -4_isize as HANDLE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_round_trip_and_the_low_two_bits_do_not_count() {
        for descriptor in [0, 1, 3, 1023, 1 << 20, (1 << 29) - 2] {
            let handle = handle_of(descriptor);
            assert_eq!(handle as usize % 4, 0);
            assert!(u32::try_from(handle as usize).is_ok(), "must survive a 32-bit number");
            for low_bits in 0..4 {
                assert_eq!(descriptor_of((handle as usize | low_bits) as HANDLE), Ok(descriptor));
            }
        }
    }

    #[test]
    fn numbers_that_are_no_handles() {
        for number in [0, 1, 3, usize::MAX, usize::MAX - 3, usize::MAX >> 1] {
            assert_eq!(descriptor_of(number as HANDLE), Err(Win32Error::INVALID_HANDLE), "{number:#x}");
        }
    }
}
