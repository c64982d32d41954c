//! CreateProcess.

use std::env::current_dir;
use std::ffi::{CStr, CString, OsString, c_char, c_void};
use std::os::unix::ffi::OsStringExt;
use std::sync::Arc;

use rustix::io::Errno;
use rustix::process::{WaitOptions, waitpid};
use windows_sys::Win32::Foundation::{
    ERROR_FILENAME_EXCED_RANGE, ERROR_GEN_FAILURE, ERROR_INVALID_PARAMETER, FALSE, HANDLE, INVALID_HANDLE_VALUE, TRUE,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::Threading::{
    CREATE_NEW_PROCESS_GROUP, CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, DETACHED_PROCESS, PROCESS_INFORMATION,
    STARTF_USESTDHANDLES, STARTUPINFOA,
};
use windows_sys::core::BOOL;

use super::handle::{Kind, ProcessHandle, open_pidfd};
use super::launch::{Gate, Plan, fork};
use super::object::Process;
use super::{command_line, environment, search};
use crate::boundary::boundary;
use crate::handle::descriptor_of;
use crate::last_error::Win32Error;
use crate::table::{self, insert_other};

/// Starts a program of Linux.
///
/// - `lpApplicationName`: its path; or NULL, and the command line begins with it. Then a name without a folder is looked for in
///   the folder of the running program, the current directory, and `PATH`. `\` may stand for `/`, and `.exe` may be missing or too
///   much, where there is no file of exactly that name.
/// - `lpCommandLine`: split into arguments by the rules of Microsoft's C library; or NULL, and the application name is the only one.
/// - `lpProcessAttributes`, `lpThreadAttributes`: whether children inherit the two handles. Security descriptors are not looked at.
/// - `bInheritHandles`: whether the child has this process's inheritable handles, with the same values. Descriptors 0, 1 and 2
///   it has in any case.
/// - `dwCreationFlags`: `CREATE_SUSPENDED` (the program runs after ResumeThread on the thread's handle, and never if this process
///   ends before); `CREATE_UNICODE_ENVIRONMENT` (UTF-16 units); `CREATE_NEW_PROCESS_GROUP` (the interrupt key does nothing to
///   it); `DETACHED_PROCESS` (it has no controlling terminal). All others have no effect: there is no console to be made.
/// - `lpEnvironment`: NULL for a copy of this process's, or a block of `NAME=value` texts.
/// - `lpCurrentDirectory`: NULL for this process's.
/// - `lpStartupInfo`: with `STARTF_USESTDHANDLES` its three handles become descriptors 0, 1 and 2; NULL and
///   `INVALID_HANDLE_VALUE` become `/dev/null`. They need not be inheritable. Nothing else in it has an effect.
/// - `lpProcessInformation`: receives handles of the process and of its first thread, to be closed by the caller, and their
///   numbers. A child that ends is never left a zombie, whether its handles are closed or not.
///
/// Success leaves the last error alone. Fails with `FALSE`: 2 no such program, 3 no such folder, 4 no descriptor left, 5 no right to
/// run it, 6 a standard handle that is none, 8 no memory or too many processes, 87 no name, or a NULL that must not be, 193 the file
/// is no program, 50 Linux before 5.3, 206 the command line is longer than 32767 bytes or than the kernel takes, 267 no such current directory.
///
/// # Safety
///
/// Texts are NULL or end with a NUL, the environment block with two; structures are NULL or there.
#[allow(non_snake_case, reason = "the names are the Windows SDK's")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn CreateProcessA(
    lpApplicationName: *const c_char,
    lpCommandLine: *mut c_char,
    lpProcessAttributes: *const SECURITY_ATTRIBUTES,
    lpThreadAttributes: *const SECURITY_ATTRIBUTES,
    bInheritHandles: BOOL,
    dwCreationFlags: u32,
    lpEnvironment: *const c_void,
    lpCurrentDirectory: *const c_char,
    lpStartupInfo: *const STARTUPINFOA,
    lpProcessInformation: *mut PROCESS_INFORMATION,
) -> BOOL {
    boundary(FALSE, || {
        if lpStartupInfo.is_null() || lpProcessInformation.is_null() {
            return Err(Win32Error(ERROR_INVALID_PARAMETER));
        }
        // SAFETY: not NULL, so the caller promises the structure.
        let startup = unsafe { lpStartupInfo.read_unaligned() };
        // SAFETY: the caller's promise.
        let application = unsafe { text(lpApplicationName) };
        // SAFETY: the caller's promise.
        let command_line = unsafe { text(lpCommandLine) };
        // SAFETY: the caller's promise.
        let directory = unsafe { text(lpCurrentDirectory) };
        let environment = if lpEnvironment.is_null() {
            environment::own()
        } else if dwCreationFlags & CREATE_UNICODE_ENVIRONMENT != 0 {
            // SAFETY: the caller's promise.
            unsafe { environment::from_utf16(lpEnvironment.cast()) }
        } else {
            // SAFETY: the caller's promise.
            unsafe { environment::from_utf8(lpEnvironment.cast()) }
        };
        let plan = Plan {
            standard: standard_of(&startup)?,
            inherits_handles: bInheritHandles != FALSE,
            ignores_interrupt: dwCreationFlags & CREATE_NEW_PROCESS_GROUP != 0,
            leaves_terminal: dwCreationFlags & DETACHED_PROCESS != 0,
            environment,
            ..plan_of(application, command_line, directory)?
        };
        // SAFETY: the caller's promise.
        let inherits_process = unsafe { is_inherited(lpProcessAttributes) };
        // SAFETY: the caller's promise.
        let inherits_thread = unsafe { is_inherited(lpThreadAttributes) };
        let information = start(&plan, dwCreationFlags & CREATE_SUSPENDED != 0, inherits_process, inherits_thread)?;
        // SAFETY: not NULL, so the caller promises the structure.
        unsafe { lpProcessInformation.write_unaligned(information) };
        Ok(TRUE)
    })
}

/// The parts of a plan that come from the texts.
fn plan_of(application: Option<&CStr>, line: Option<&CStr>, directory: Option<&CStr>) -> Result<Plan, Win32Error> {
    const LONGEST: usize = 32767;
    let invalid = Win32Error(ERROR_INVALID_PARAMETER);
    let line = line.map(CStr::to_bytes);
    if line.is_some_and(|line| line.len() >= LONGEST) {
        return Err(Win32Error(ERROR_FILENAME_EXCED_RANGE));
    }
    let (program, arguments) = match (application.map(CStr::to_bytes), line) {
        (Some(name), Some(line)) => (search::application(name)?, command_line::split(line)),
        (Some(name), None) => (search::application(name)?, vec![name.to_vec()]),
        (None, Some(line)) => (search::first_of(line)?, command_line::split(line)),
        (None, None) => return Err(invalid),
    };
    // The child changes its directory before it runs the program.
    let program = if program.is_relative() && directory.is_some() {
        current_dir().map(|here| here.join(&program)).unwrap_or(program)
    } else {
        program
    };
    let c_text = |bytes: Vec<u8>| CString::new(bytes).map_err(|_| invalid);
    Ok(Plan {
        program: c_text(program.into_os_string().into_vec())?,
        arguments: arguments.into_iter().map(c_text).collect::<Result<_, _>>()?,
        environment: Vec::new(),
        directory: directory.map(with_slashes),
        standard: None,
        inherits_handles: false,
        ignores_interrupt: false,
        leaves_terminal: false,
    })
}

/// A directory in Windows' spelling, unless there is one of exactly that name.
fn with_slashes(directory: &CStr) -> CString {
    let exact = directory.to_owned();
    if rustix::fs::stat(directory).is_ok() {
        return exact;
    }
    let bytes = directory.to_bytes().iter().map(|&byte| if byte == b'\\' { b'/' } else { byte });
    CString::new(bytes.collect::<Vec<u8>>()).unwrap_or(exact)
}

fn standard_of(startup: &STARTUPINFOA) -> Result<Option<[Option<i32>; 3]>, Win32Error> {
    if startup.dwFlags & STARTF_USESTDHANDLES == 0 {
        return Ok(None);
    }
    let descriptor = |handle: HANDLE| {
        if handle.is_null() || handle == INVALID_HANDLE_VALUE { Ok(None) } else { descriptor_of(handle).map(Some) }
    };
    Ok(Some([descriptor(startup.hStdInput)?, descriptor(startup.hStdOutput)?, descriptor(startup.hStdError)?]))
}

fn start(
    plan: &Plan,
    is_suspended: bool,
    inherits_process: bool,
    inherits_thread: bool,
) -> Result<PROCESS_INFORMATION, Win32Error> {
    if is_suspended {
        let path = OsString::from_vec(plan.program.as_bytes().to_vec());
        search::check_format(path.as_ref())?;
    }
    let (id, gate) = fork(plan)?;
    let number = id.as_raw_nonzero().get().unsigned_abs();
    let pidfd = match open_pidfd(id) {
        Ok(Some(pidfd)) => pidfd,
        outcome => {
            // Its gate never opens, so it ends at once.
            drop(gate);
            while matches!(waitpid(Some(id), WaitOptions::empty()), Err(Errno::INTR)) {}
            return Err(outcome.err().unwrap_or(Win32Error(ERROR_GEN_FAILURE)));
        }
    };
    let process = Process::started(pidfd, number);
    match with_handles(&process, gate, is_suspended, inherits_process, inherits_thread) {
        Ok((process, thread)) => Ok(PROCESS_INFORMATION {
            hProcess: process,
            hThread: thread,
            dwProcessId: number,
            // The first thread of a process has its number.
            dwThreadId: number,
        }),
        Err(error) => {
            process.reap();
            Err(error)
        }
    }
}

/// Makes the handles of a child, and then lets it run.
fn with_handles(
    process: &Arc<Process>,
    gate: Gate,
    is_suspended: bool,
    inherits_process: bool,
    inherits_thread: bool,
) -> Result<(HANDLE, HANDLE), Win32Error> {
    let first = insert_other(Box::new(ProcessHandle::of(process, Kind::Process)?), inherits_process)?;
    let second = ProcessHandle::of(process, Kind::FirstThread)
        .and_then(|thread| insert_other(Box::new(thread), inherits_thread))
        .inspect_err(|_| {
            let _ = table::close(first);
        })?;
    if is_suspended {
        process.suspend_with(gate);
        return Ok((first, second));
    }
    if let Err(error) = gate.open() {
        process.reap();
        let _ = table::close(second);
        let _ = table::close(first);
        return Err(error);
    }
    Ok((first, second))
}

/// # Safety
///
/// `text` is NULL or ends with a NUL.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a CStr> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL, so the caller promises a text.
    Some(unsafe { CStr::from_ptr(text) })
}

/// # Safety
///
/// `attributes` is NULL or points to the structure.
unsafe fn is_inherited(attributes: *const SECURITY_ATTRIBUTES) -> bool {
    if attributes.is_null() {
        return false;
    }
    // SAFETY: not NULL, so the caller promises the structure.
    unsafe { attributes.read_unaligned() }.bInheritHandle != FALSE
}
