//! A child process, from `fork` to `exec`.
//!
//! The child prepares itself and then waits at a gate, a socket, for its parent to have handles of it: so nothing can fail any
//! more once the program runs, and a suspended process is one whose gate is opened later. Through the gate the child tells what
//! kept its program from running; a program that runs closes it, for it is close-on-exec. A parent that ends closes it, too, and
//! then the child ends without having run.
//!
//! Between `fork` and `exec` only system calls are made: other threads may have held locks at the fork, that of the memory
//! allocator included. What needs memory is made ready before.

use std::ffi::{CStr, CString, c_char};
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::null;

use rustix::io::{Errno, FdFlags, dup2, fcntl_dupfd_cloexec, fcntl_setfd, read};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketFlags, SocketType, recvmsg, send, sendmsg, socketpair,
};
use rustix::process::{Pid, chdir, setsid};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_BAD_EXE_FORMAT, ERROR_DIRECTORY, ERROR_FILE_NOT_FOUND, ERROR_FILENAME_EXCED_RANGE,
    ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE, ERROR_NOT_ENOUGH_MEMORY, ERROR_PATH_NOT_FOUND, ERROR_SHARING_VIOLATION,
    ERROR_TOO_MANY_OPEN_FILES,
};

use crate::last_error::Win32Error;

/// What a new process is to be.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) program: CString,
    pub(super) arguments: Vec<CString>,
    pub(super) environment: Vec<CString>,
    pub(super) directory: Option<CString>,
    /// What becomes descriptors 0, 1 and 2; `None` for no file at all.
    pub(super) standard: Option<[Option<RawFd>; 3]>,
    /// Whether inheritable descriptors above 2 survive.
    pub(super) inherits_handles: bool,
    /// Whether the interrupt key does nothing to it.
    pub(super) ignores_interrupt: bool,
    /// Whether it has no terminal.
    pub(super) leaves_terminal: bool,
}

/// Where a child waits until it may run.
#[derive(Debug)]
pub(crate) struct Gate {
    socket: OwnedFd,
    /// Numbers that descriptors were given, which the child may not have dealt with yet.
    given: Vec<RawFd>,
}

const OPEN: u32 = 1;
const INSTALL: u32 = 2;

impl Gate {
    /// Lets the child's program run, and waits until it does.
    ///
    /// # Errors
    ///
    /// What kept it from running; the child ends then.
    pub(super) fn open(self) -> Result<(), Win32Error> {
        let gone = Win32Error(ERROR_GEN_FAILURE);
        send(&self.socket, &message(OPEN, 0), SendFlags::NOSIGNAL).map_err(|_| gone)?;
        let mut code = [0; 4];
        loop {
            match read(&self.socket, &mut code) {
                Ok(0) => return Ok(()),
                Ok(_) => return Err(Win32Error(u32::from_ne_bytes(code))),
                Err(Errno::INTR) => {}
                // Killed before it could read.
                Err(Errno::CONNRESET) => return Ok(()),
                Err(_) => return Err(gone),
            }
        }
    }

    /// Gives the child a descriptor under a number that is free in it. Its program finds it there.
    pub(crate) fn install(&mut self, descriptor: BorrowedFd<'_>, number: RawFd) -> Result<(), Win32Error> {
        let descriptors = [descriptor];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
        let bytes = message(INSTALL, number.unsigned_abs());
        sendmsg(&self.socket, &[IoSlice::new(&bytes)], &mut ancillary, SendFlags::NOSIGNAL)
            .map_err(|_| Win32Error(ERROR_GEN_FAILURE))?;
        self.given.push(number);
        Ok(())
    }

    /// Whether the child was given a descriptor of this number.
    pub(crate) fn has_given(&self, number: RawFd) -> bool {
        self.given.contains(&number)
    }
}

fn message(kind: u32, number: u32) -> [u8; 8] {
    let mut message = [0; 8];
    message[..4].copy_from_slice(&kind.to_ne_bytes());
    message[4..].copy_from_slice(&number.to_ne_bytes());
    message
}

/// Makes a child that waits at its gate.
///
/// # Errors
///
/// 4 no descriptor left, 8 no memory, or too many processes.
pub(super) fn fork(plan: &Plan) -> Result<(Pid, Gate), Win32Error> {
    // So that the standard descriptors of the child are not in its way.
    const ABOVE_STANDARD: RawFd = 3;
    let no_descriptor = |_| Win32Error(ERROR_TOO_MANY_OPEN_FILES);
    let (ours, theirs) =
        socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None).map_err(no_descriptor)?;
    let theirs = fcntl_dupfd_cloexec(&theirs, ABOVE_STANDARD).map_err(no_descriptor)?;
    let arguments = Pointers::to(&plan.arguments);
    let environment = Pointers::to(&plan.environment);

    let mask = block_signals();
    // SAFETY: the child makes system calls only, and ends in `exec` or `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // The number only: the descriptors of a child that never returns need no owner.
        become_program(plan, &arguments, &environment, theirs.as_fd(), ours.as_raw_fd(), &mask);
    }
    set_signals(&mask);
    Ok((
        Pid::from_raw(child).filter(|_| child > 0).ok_or(Win32Error(ERROR_NOT_ENOUGH_MEMORY))?,
        Gate { socket: ours, given: Vec::new() },
    ))
}

/// Texts as `exec` takes them: pointers, and NULL at the end.
struct Pointers<'a>(Vec<*const c_char>, std::marker::PhantomData<&'a CStr>);

impl<'a> Pointers<'a> {
    fn to(texts: &'a [CString]) -> Pointers<'a> {
        let pointers = texts.iter().map(|text| text.as_ptr()).chain([null()]).collect();
        Pointers(pointers, std::marker::PhantomData)
    }
}

/// The child's part.
fn become_program(
    plan: &Plan,
    arguments: &Pointers<'_>,
    environment: &Pointers<'_>,
    gate: BorrowedFd<'_>,
    parents_end: RawFd,
    mask: &libc::sigset_t,
) -> ! {
    // SAFETY: the descriptor is the child's copy of what the parent owns, and nothing here uses it.
    drop(unsafe { OwnedFd::from_raw_fd(parents_end) });
    forget_signal_handlers(plan.ignores_interrupt);
    let prepared = prepare(plan);
    if !wait_at(gate) {
        exit();
    }
    let code = match prepared {
        Ok(()) => {
            set_signals(mask);
            // SAFETY: texts with a NUL each, and arrays that end with NULL, made before the fork.
            unsafe { libc::execve(plan.program.as_ptr(), arguments.0.as_ptr(), environment.0.as_ptr()) };
            // Reads the C library's errno, and allocates nothing.
            code_of_exec(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
        }
        Err(code) => code,
    };
    let _ = send(gate, &code.to_ne_bytes(), SendFlags::NOSIGNAL);
    exit();
}

fn exit() -> ! {
    const NOT_RUN: i32 = 127;
    // SAFETY: ends the process, which has nothing to clean up.
    unsafe { libc::_exit(NOT_RUN) }
}

fn prepare(plan: &Plan) -> Result<(), u32> {
    if let Some(directory) = &plan.directory {
        chdir(directory.as_c_str()).map_err(|_| ERROR_DIRECTORY)?;
    }
    if let Some(standard) = plan.standard {
        install_standard(standard)?;
    }
    if !plan.inherits_handles {
        make_all_private();
    }
    if plan.leaves_terminal {
        // A new child leads no process group, which is all that could refuse.
        let _ = setsid();
    }
    Ok(())
}

fn install_standard(standard: [Option<RawFd>; 3]) -> Result<(), u32> {
    const ABOVE_STANDARD: RawFd = 3;
    let mut copies = [0; 3];
    // First out of the way: one may be where another belongs.
    for (copy, descriptor) in copies.iter_mut().zip(standard) {
        let duplicate = match descriptor {
            // SAFETY: fails if the number is not open.
            Some(number) => fcntl_dupfd_cloexec(unsafe { BorrowedFd::borrow_raw(number) }, ABOVE_STANDARD),
            None => rustix::fs::open(c"/dev/null", rustix::fs::OFlags::RDWR, rustix::fs::Mode::empty())
                .and_then(|file| fcntl_dupfd_cloexec(file, ABOVE_STANDARD)),
        };
        *copy = std::os::fd::IntoRawFd::into_raw_fd(duplicate.map_err(|_| ERROR_INVALID_HANDLE)?);
    }
    for (number, copy) in (0..).zip(copies) {
        // SAFETY: opened just now.
        let copy = unsafe { BorrowedFd::borrow_raw(copy) };
        put_at(copy, number).map_err(|_| ERROR_INVALID_HANDLE)?;
    }
    Ok(())
}

/// Puts a copy that survives `exec` at a number.
fn put_at(descriptor: BorrowedFd<'_>, number: RawFd) -> Result<(), Errno> {
    // SAFETY: whatever the child has there is replaced, and the place belongs to its program from now on.
    let mut place = std::mem::ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(number) });
    dup2(descriptor, &mut place)
}

/// Only descriptors 0, 1 and 2 survive `exec`.
fn make_all_private() {
    const FIRST: libc::c_uint = 3;
    const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;
    // SAFETY: changes flags of descriptors only.
    let done = unsafe { libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC) };
    if done == 0 {
        return;
    }
    // Before Linux 5.11, and under valgrind.
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    for number in 3..RawFd::try_from(limit.min(1 << 20)).unwrap_or(0) {
        // SAFETY: fails if the number is not open.
        let _ = fcntl_setfd(unsafe { BorrowedFd::borrow_raw(number) }, FdFlags::CLOEXEC);
    }
}

/// Installs what is given until the gate is opened; `false` if it never will be.
fn wait_at(gate: BorrowedFd<'_>) -> bool {
    loop {
        let mut bytes = [0; 8];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received = recvmsg(gate, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, RecvFlags::CMSG_CLOEXEC);
        match received {
            Err(Errno::INTR) => continue,
            Ok(received) if received.bytes == bytes.len() => {}
            _ => return false,
        }
        if bytes == message(OPEN, 0) {
            return true;
        }
        let [_, _, _, _, a, b, c, d] = bytes;
        for given in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = given {
                for descriptor in descriptors {
                    if let Ok(number) = RawFd::try_from(u32::from_ne_bytes([a, b, c, d]))
                        && number == descriptor.as_raw_fd()
                    {
                        // It came to lie where it belongs.
                        let _ = fcntl_setfd(&descriptor, FdFlags::empty());
                        std::mem::forget(descriptor);
                    } else if let Ok(number) = RawFd::try_from(u32::from_ne_bytes([a, b, c, d])) {
                        let _ = put_at(descriptor.as_fd(), number);
                    }
                }
            }
        }
    }
}

fn code_of_exec(errno: i32) -> u32 {
    match errno {
        libc::ENOENT => ERROR_FILE_NOT_FOUND,
        libc::ENOTDIR | libc::ELOOP => ERROR_PATH_NOT_FOUND,
        libc::EACCES | libc::EPERM | libc::EISDIR => ERROR_ACCESS_DENIED,
        libc::ENOEXEC | libc::ELIBBAD | libc::EINVAL => ERROR_BAD_EXE_FORMAT,
        libc::E2BIG | libc::ENAMETOOLONG => ERROR_FILENAME_EXCED_RANGE,
        libc::ETXTBSY => ERROR_SHARING_VIOLATION,
        libc::EMFILE | libc::ENFILE => ERROR_TOO_MANY_OPEN_FILES,
        libc::ENOMEM | libc::EAGAIN => ERROR_NOT_ENOUGH_MEMORY,
        _ => ERROR_GEN_FAILURE,
    }
}

/// Blocks all signals of the calling thread; tells those that were blocked before.
pub(super) fn block_signals() -> libc::sigset_t {
    let mut before = MaybeUninit::uninit();
    let mut all = MaybeUninit::uninit();
    // SAFETY: fills the set.
    unsafe { libc::sigfillset(all.as_mut_ptr()) };
    // SAFETY: both sets are there; the call cannot fail with this request, and fills the second.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()) };
    // SAFETY: filled by the call.
    unsafe { before.assume_init() }
}

/// Blocks these signals of the calling thread and no others.
pub(super) fn set_signals(mask: &libc::sigset_t) {
    // SAFETY: the set is there; the old one is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()) };
}

/// The parent's handlers are not for the child. What is ignored stays ignored, as after every `exec`.
fn forget_signal_handlers(ignore_interrupt: bool) {
    const LAST_SIGNAL: i32 = 64;
    for signal in 1..=LAST_SIGNAL {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: asks only; fails for numbers that are no signal, and leaves the zeros then.
        unsafe { libc::sigaction(signal, null(), action.as_mut_ptr()) };
        // SAFETY: zeros are a valid action, and so is what the kernel has filled in.
        let action = unsafe { action.assume_init() };
        if action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN {
            // SAFETY: the default needs no handler.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
    if ignore_interrupt {
        // SAFETY: ignoring needs no handler.
        unsafe { libc::signal(libc::SIGINT, libc::SIG_IGN) };
    }
}
