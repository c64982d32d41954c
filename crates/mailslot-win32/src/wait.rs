//! Sleep.

use std::thread;
use std::time::Duration;

use windows_sys::Win32::System::Threading::INFINITE;

use crate::boundary::boundary;

/// Suspends the calling thread for at least `dwMilliseconds`; 0 gives the rest of its time slice away, 0xFFFFFFFF
/// (`INFINITE`) never returns.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn Sleep(dwMilliseconds: u32) {
    boundary((), || {
        match dwMilliseconds {
            0 => thread::yield_now(),
            INFINITE => loop {
                thread::sleep(Duration::MAX);
            },
            milliseconds => thread::sleep(Duration::from_millis(milliseconds.into())),
        }
        Ok(())
    });
}
