//! OpenProcess, GetExitCodeProcess, TerminateProcess and GetProcessId.

use std::ptr::null_mut;

use rustix::io::Errno;
use rustix::process::{Pid, getpid};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, ERROR_NOACCESS, FALSE, HANDLE, STILL_ACTIVE, TRUE,
};
use windows_sys::core::BOOL;

use super::end::probe;
use super::handle::{Kind, ProcessHandle, open_pidfd};
use super::object::Process;
use crate::boundary::boundary;
use crate::handle::is_pseudo_handle;
use crate::last_error::Win32Error;
use crate::table::{insert_other, with_entry};

/// A handle of a running process, or of one that ended and of which this process has other handles.
///
/// - `dwDesiredAccess`: not looked at; a process of this user may be asked everything.
/// - `bInheritHandle`: whether children inherit the handle.
/// - `dwProcessId`: the number that Linux has for the process.
///
/// Returns NULL and sets the last error: 5 another user's process, 87 no such process, 4 no descriptor
/// left, 50 Linux before 5.3.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn OpenProcess(dwDesiredAccess: u32, bInheritHandle: BOOL, dwProcessId: u32) -> HANDLE {
    let _ = dwDesiredAccess;
    boundary(null_mut(), || {
        let no_process = Win32Error(ERROR_INVALID_PARAMETER);
        let id = i32::try_from(dwProcessId).ok().and_then(Pid::from_raw).ok_or(no_process)?;
        let process = match open_pidfd(id)? {
            Some(pidfd) => Process::opened(pidfd, dwProcessId),
            None => Process::ended_child(dwProcessId).ok_or(no_process)?,
        };
        if probe(process.pidfd()) == Err(Errno::PERM) {
            return Err(Win32Error(ERROR_ACCESS_DENIED));
        }
        insert_other(Box::new(ProcessHandle::of(&process, Kind::Process)?), bInheritHandle != FALSE)
    })
}

/// The exit code of a process; 259 `STILL_ACTIVE` while it runs. Linux has exit codes of 8 bits: 300 is told as 44.
///
/// A process that a signal ended has the exit code that Windows has for the same: 0xC0000005 for SIGSEGV and SIGBUS, 0xC000001D
/// for SIGILL, 0xC0000094 for SIGFPE, 0xC000013A for SIGINT, 3 for SIGABRT; 128 and the signal's number for others. After
/// TerminateProcess in this process it is the code that was given there.
///
/// Fails with `FALSE`: 6 no process handle, 998 `lpExitCode` is NULL, 50 nobody knows it any more: the process is no child
/// that CreateProcess made, its parent has collected its exit code, and Linux is older than 6.15.
///
/// # Safety
///
/// `lpExitCode` is NULL or points to a DWORD.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetExitCodeProcess(hProcess: HANDLE, lpExitCode: *mut u32) -> BOOL {
    boundary(FALSE, || {
        let code =
            if is_pseudo_handle(hProcess) { STILL_ACTIVE as u32 } else { with_process(hProcess, Process::exit_code)? };
        if lpExitCode.is_null() {
            return Err(Win32Error(ERROR_NOACCESS));
        }
        // SAFETY: not NULL, so the caller promises a DWORD.
        unsafe { lpExitCode.write_unaligned(code) };
        Ok(TRUE)
    })
}

/// Ends a process at once, by SIGKILL. GetExitCodeProcess tells `uExitCode` then, in this process; others see that it was
/// killed. With the pseudo handle of the calling process it does not return.
///
/// Fails with `FALSE`: 5 the process has ended, or is another user's; 6 no process handle.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn TerminateProcess(hProcess: HANDLE, uExitCode: u32) -> BOOL {
    boundary(FALSE, || {
        let is_own = is_pseudo_handle(hProcess);
        if is_own || with_process(hProcess, |process| Ok(process.id))? == own_id() {
            // SAFETY: ends the process, without running anything that it has registered for its end.
            unsafe { libc::_exit(uExitCode as i32) };
        }
        with_process(hProcess, |process| process.terminate(uExitCode))?;
        Ok(TRUE)
    })
}

/// The number of a process. Returns 0 and sets the last error: 6 no process handle.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub extern "C" fn GetProcessId(Process: HANDLE) -> u32 {
    boundary(
        0,
        || {
            if is_pseudo_handle(Process) { Ok(own_id()) } else { with_process(Process, |process| Ok(process.id)) }
        },
    )
}

fn own_id() -> u32 {
    getpid().as_raw_nonzero().get().unsigned_abs()
}

fn with_process<T>(handle: HANDLE, body: impl FnOnce(&Process) -> Result<T, Win32Error>) -> Result<T, Win32Error> {
    with_entry(handle, |entry| body(entry.object.other::<ProcessHandle>()?.process()?))
}
