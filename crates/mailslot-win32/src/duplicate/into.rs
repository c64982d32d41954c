//! Into another process.

use std::fs::{read_dir, symlink_metadata};
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, connect, sendmsg, sockopt};
use rustix::process::geteuid;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_NO_SYSTEM_RESOURCES, ERROR_NOT_SUPPORTED, ERROR_TOO_MANY_OPEN_FILES, HANDLE,
};

use super::mailbox::{Reservation, address, socket};
use super::message::Message;
use crate::access::Access;
use crate::compat::process::{Process, started_at};
use crate::handle::handle_of;
use crate::last_error::Win32Error;

const DENIED: Win32Error = Win32Error(ERROR_ACCESS_DENIED);

/// Gives a process a handle of the object behind a descriptor; tells the handle, which has that value there only.
///
/// # Errors
///
/// 4 the process or this one has no descriptor left, 5 the process has ended or may not be looked at, 50 it does not use this
/// library, 1450 too much is on its way.
pub(super) fn install(
    process: &Arc<Process>,
    descriptor: BorrowedFd<'_>,
    access: Access,
    inherit: bool,
) -> Result<HANDLE, Win32Error> {
    // One that has not begun to run has no mailbox yet, and takes handles at its gate.
    let at_gate = process.with_gate(|gate| {
        let number = free_number(process, |number| Ok((!gate.has_given(number)).then_some(())))?.0;
        gate.install(descriptor, number).map(|()| handle_of(number))
    });
    if let Some(outcome) = at_gate {
        return outcome;
    }
    let (mailbox, started_at) = connect_to(process)?;
    let id = process.id();
    let (number, reservation) = free_number(process, |number| Reservation::of(id, started_at, number))?;
    let descriptors = [descriptor, reservation.0.as_fd()];
    send(&mailbox, Message::Install { number, access: access.bits(), inherit }, &descriptors)?;
    Ok(handle_of(number))
}

/// Has a process close a handle of its own.
///
/// # Errors
///
/// 5 the process has ended or may not be looked at, 50 it does not use this library.
pub(super) fn close(process: &Arc<Process>, number: RawFd) -> Result<(), Win32Error> {
    send(&connect_to(process)?.0, Message::Close { number }, &[])
}

/// Where handles from other processes begin, so that they are not in the way of what the process opens itself. Not higher than
/// needed: the kernel's table of descriptors grows to the highest one.
pub(super) fn first_number(limit: u64) -> RawFd {
    const FIRST: u64 = 512;
    RawFd::try_from(FIRST.min(limit / 2)).unwrap_or(0)
}

/// How many descriptors a process may have; of this one with 0.
///
/// # Errors
///
/// 5 when it may not be looked at.
pub(super) fn descriptor_limit(id: u32) -> Result<u64, Win32Error> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let id = libc::pid_t::try_from(id).map_err(|_| DENIED)?;
    // SAFETY: changes nothing, and writes the structure.
    let result = unsafe { libc::prlimit(id, libc::RLIMIT_NOFILE, std::ptr::null(), &raw mut limit) };
    if result == 0 { Ok(limit.rlim_cur) } else { Err(DENIED) }
}

/// Finds a number that no descriptor of the process has, and that `reserve` grants.
fn free_number<T>(
    process: &Process,
    reserve: impl Fn(RawFd) -> Result<Option<T>, Errno>,
) -> Result<(RawFd, T), Win32Error> {
    let id = process.id();
    let limit = descriptor_limit(id)?;
    let folder = format!("/proc/{id}/fd");
    let taken: Vec<RawFd> = read_dir(&folder)
        .map_err(|_| DENIED)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    let end = RawFd::try_from(limit).unwrap_or(RawFd::MAX);
    for number in (first_number(limit)..end).filter(|number| !taken.contains(number)) {
        match reserve(number) {
            // What was reserved and on its way before lies in its place by now.
            Ok(Some(reserved)) if symlink_metadata(format!("{folder}/{number}")).is_err() => {
                return Ok((number, reserved));
            }
            Ok(_) => {}
            Err(Errno::MFILE | Errno::NFILE) => return Err(Win32Error(ERROR_TOO_MANY_OPEN_FILES)),
            Err(_) => return Err(Win32Error(ERROR_NO_SYSTEM_RESOURCES)),
        }
    }
    Err(Win32Error(ERROR_TOO_MANY_OPEN_FILES))
}

/// A connection to a process's mailbox, and when the process was started. A program that was just started may not have it yet.
fn connect_to(process: &Process) -> Result<(OwnedFd, u64), Win32Error> {
    const PATIENCE: Duration = Duration::from_secs(5);
    const FIRST_PAUSE: Duration = Duration::from_micros(200);
    const LONGEST_PAUSE: Duration = Duration::from_millis(20);
    let begin = Instant::now();
    let mut pause = FIRST_PAUSE;
    // What ended after this was the process all the time.
    let started_at = started_at(process.id()).filter(|_| !process.has_ended()).ok_or(DENIED)?;
    let address = address(process.id(), started_at, None).map_err(|_| DENIED)?;
    loop {
        let socket = socket().map_err(|_| Win32Error(ERROR_TOO_MANY_OPEN_FILES))?;
        let code = match connect(&socket, &address) {
            Ok(()) => return if belongs_to(&socket, process) { Ok((socket, started_at)) } else { Err(DENIED) },
            Err(Errno::CONNREFUSED) => ERROR_NOT_SUPPORTED,
            // It has not looked for long, and others have sent much.
            Err(Errno::AGAIN) => ERROR_NO_SYSTEM_RESOURCES,
            Err(Errno::PERM | Errno::ACCESS) => return Err(DENIED),
            Err(_) => return Err(Win32Error(ERROR_NO_SYSTEM_RESOURCES)),
        };
        if process.has_ended() {
            return Err(DENIED);
        }
        if begin.elapsed() >= PATIENCE {
            return Err(Win32Error(code));
        }
        sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn belongs_to(socket: &OwnedFd, process: &Process) -> bool {
    sockopt::socket_peercred(socket).is_ok_and(|peer| {
        peer.pid.as_raw_nonzero().get().unsigned_abs() == process.id() && (peer.uid == geteuid() || geteuid().is_root())
    })
}

fn send(mailbox: &OwnedFd, message: Message, descriptors: &[BorrowedFd<'_>]) -> Result<(), Win32Error> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(descriptors));
    }
    let bytes = message.to_bytes();
    match sendmsg(mailbox, &[IoSlice::new(&bytes)], &mut ancillary, SendFlags::NOSIGNAL) {
        Ok(_) => Ok(()),
        // It ended.
        Err(Errno::PIPE | Errno::CONNRESET) => Err(DENIED),
        Err(_) => Err(Win32Error(ERROR_NO_SYSTEM_RESOURCES)),
    }
}
