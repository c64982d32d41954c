//! Where handles from other processes arrive.
//!
//! Every process that has this library loaded has a mailbox: a listening socket in the abstract namespace, whose name says which
//! process it is. It is made when the library is loaded, so that a child that was just started has one before it calls anything.
//! Whoever duplicates a handle into this process connects, sends one message with the handle, and goes on; the kernel keeps the
//! handle in flight until this process looks, and drops it if this process ends before. There is no thread here: the process looks
//! when it opens or closes a handle or meets an unknown one.
//!
//! A process that forked and has not called this library since has no mailbox: if it goes on to `exec`, what had arrived would be
//! lost, as it is when a process that has one replaces its program by `exec` before it looked.
//!
//! # Who guarantees what
//!
//! - The name has the process's number and the time of its start. So it is never that of an earlier process, whose socket a fork
//!   may still have.
//! - Senders check by SO_PEERCRED that the socket is this process's, and this process that a message is from its own user or
//!   root: in the abstract namespace anybody may take any name and connect to any.
//! - A number is never given out twice: see [`Reservation`].

use std::any::Any;
use std::cell::RefCell;
use std::io::IoSliceMut;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use mailslot::beside::prepare_for_forks;
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketAddrUnix, SocketFlags, SocketType,
    accept_with, bind, listen, recvmsg, socket_with, sockopt,
};
use rustix::process::{geteuid, getpid};

use super::into;
use super::message::{MESSAGE_BYTES, Message};
use crate::access::Access;
use crate::compat::process::{hold_for_fork, started_at};
use crate::handle::handle_of;
use crate::{adopt, background, table};

/// What has a handle's number in another process while the handle is on its way there: a socket that is bound to a name made of
/// both, and that travels with the handle. So the name is taken, and the number with it, exactly until the target has put the
/// handle in its place, or has ended.
#[derive(Debug)]
pub(super) struct Reservation(pub(super) OwnedFd);

impl Reservation {
    /// Reserves a number; `None` if it is on its way already.
    ///
    /// # Errors
    ///
    /// When there is no descriptor left.
    pub(super) fn of(id: u32, started_at: u64, number: i32) -> Result<Option<Reservation>, Errno> {
        let socket = socket()?;
        match bind(&socket, &address(id, started_at, Some(number))?) {
            Ok(()) => Ok(Some(Reservation(socket))),
            Err(Errno::ADDRINUSE) => Ok(None),
            Err(errno) => Err(errno),
        }
    }
}

/// The name of a process's mailbox, or of a number in it.
pub(super) fn address(id: u32, started_at: u64, number: Option<i32>) -> Result<SocketAddrUnix, Errno> {
    let number = number.map(|number| format!("/{number}")).unwrap_or_default();
    SocketAddrUnix::new_abstract_name(format!("mailslot-win32/{id}/{started_at}{number}").as_bytes())
}

pub(super) fn socket() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)
}

struct Mailbox {
    listener: Option<OwnedFd>,
    /// Those who have connected and not sent yet.
    connections: Vec<OwnedFd>,
}

static MAILBOX: Mutex<Mailbox> = Mutex::new(Mailbox { listener: None, connections: Vec::new() });

/// The process that the mailbox belongs to; 0 before there is one. A fork finds its parent's number.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// Installs the handles that have arrived, and closes those that others asked to be closed.
pub(crate) fn collect() {
    let mut mailbox = lock();
    if OWNER.load(Ordering::Relaxed) != own_id() {
        mailbox.open();
    }
    let closed = mailbox.empty();
    drop(mailbox);
    for number in closed {
        // It may be closed already, or protected from close.
        let _ = table::close_known(handle_of(number));
    }
}

impl Mailbox {
    /// Makes the mailbox of this process. Without one (no descriptor, no such sockets here) it receives nothing.
    fn open(&mut self) {
        static PREPARE_FOR_FORKS: Once = Once::new();
        PREPARE_FOR_FORKS.call_once(|| {
            // A received slot is opened under the mailbox's lock: forks take the locks in the same order.
            prepare_for_forks();
            background::at_fork(before_fork, after_fork, after_fork);
        });
        self.connections.clear();
        self.listener = make_listener().ok();
        OWNER.store(own_id(), Ordering::Relaxed);
    }

    /// Takes everything out; tells which handles are to be closed.
    fn empty(&mut self) -> Vec<i32> {
        while let Some(listener) = &self.listener {
            match accept_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
                Ok(connection) if is_trusted(&connection) => self.connections.push(connection),
                Ok(_) | Err(Errno::INTR | Errno::CONNABORTED) => {}
                Err(Errno::BADF | Errno::NOTSOCK | Errno::INVAL | Errno::OPNOTSUPP) => {
                    // The program has closed all descriptors that it does not know, and the number is somebody else's.
                    std::mem::forget(self.listener.take());
                    self.listener = make_listener().ok();
                    break;
                }
                Err(_) => break,
            }
        }
        if self.connections.is_empty() {
            return Vec::new();
        }
        let mut closed = Vec::new();
        self.connections.retain(|connection| receive(connection, &mut closed));
        closed
    }
}

/// Reads the message of a connection; `true` if it has not arrived yet.
fn receive(connection: &OwnedFd, closed: &mut Vec<i32>) -> bool {
    // The handle, and its reservation.
    const DESCRIPTORS: usize = 2;
    let mut bytes = [0; MESSAGE_BYTES];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let length = match recvmsg(connection, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)
    {
        Ok(received) => received.bytes,
        Err(Errno::AGAIN | Errno::INTR) => return true,
        Err(_) => return false,
    };
    let descriptors: Vec<OwnedFd> = ancillary
        .drain()
        .filter_map(|message| if let RecvAncillaryMessage::ScmRights(some) = message { Some(some) } else { None })
        .flatten()
        .collect();
    match Message::from_bytes(&bytes[..length]) {
        Some(Message::Install { number, access, inherit }) => {
            // The reservation ends here, with the other descriptors: after the handle has its place.
            if let Some(descriptor) = descriptors.first() {
                install(descriptor, number, Access::from_bits(access), inherit);
            }
        }
        Some(Message::Close { number }) => closed.push(number),
        None => {}
    }
    false
}

/// Puts a handle at its number. Where the program has meanwhile opened so many descriptors that one lies there, the handle is
/// lost: another number would be another handle.
fn install(descriptor: &OwnedFd, number: i32, access: Access, inherit: bool) {
    let Ok(placed) = fcntl_dupfd_cloexec(descriptor, number) else { return };
    if placed.as_raw_fd() == number
        && let Ok(object) = adopt::received(placed, true)
    {
        let _ = table::insert_known(object, access, inherit);
    }
}

fn is_trusted(connection: &OwnedFd) -> bool {
    sockopt::socket_peercred(connection).is_ok_and(|peer| peer.uid == geteuid() || peer.uid.is_root())
}

fn make_listener() -> Result<OwnedFd, Errno> {
    // The kernel takes less if it allows less.
    const MOST_WAITING: i32 = 4096;
    let id = own_id();
    let started_at = started_at(id).ok_or(Errno::NOENT)?;
    // Programs expect the lowest numbers for what they open themselves. And it lies where it stays before anybody can connect, who
    // might take its number for a free one.
    let first = into::first_number(into::descriptor_limit(0).unwrap_or(0));
    let socket = socket()?;
    let socket = fcntl_dupfd_cloexec(&socket, first).unwrap_or(socket);
    bind(&socket, &address(id, started_at, None)?)?;
    listen(&socket, MOST_WAITING)?;
    Ok(socket)
}

fn own_id() -> u32 {
    getpid().as_raw_nonzero().get().unsigned_abs()
}

fn lock() -> MutexGuard<'static, Mailbox> {
    MAILBOX.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Holds the locks while this thread forks, so that the child does not find them locked by a thread that it does not have.
    /// Without a destructor, so that it is there until the thread's very end: functions that run at the end of a process may
    /// fork.
    static HELD: RefCell<Option<ManuallyDrop<Box<dyn Any>>>> = const { RefCell::new(None) };
}

extern "C" fn before_fork() {
    let _ = HELD.try_with(|held| {
        // In this order everywhere: what is received may be a process.
        let mailbox = lock();
        *held.borrow_mut() = Some(ManuallyDrop::new(Box::new((mailbox, hold_for_fork()))));
    });
}

extern "C" fn after_fork() {
    let _ = HELD.try_with(|held| drop(held.borrow_mut().take().map(ManuallyDrop::into_inner)));
}

/// Makes the mailbox when the library is loaded.
extern "C" fn at_load() {
    // Nothing here panics; if it did, the program could not be told.
    let _ = std::panic::catch_unwind(|| lock().open());
}

#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = at_load;
