//! The thread that sleeps until processes end.
//!
//! There is one while somebody waits for a process that has not ended, or while a child runs that nobody has a handle of: it
//! reaps that, so that it does not stay a zombie. It sleeps in one `poll` for all of them, and is gone when nothing is left to
//! be watched.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::{Errno, read, write};
use rustix::process::{Pid, getpid};
use windows_sys::Win32::Foundation::ERROR_NOT_ENOUGH_MEMORY;

use super::object::Process;
use crate::background;
use crate::last_error::Win32Error;

/// What the thread looks after.
struct Watched {
    processes: Vec<Arc<Process>>,
    /// Rung when the list has changed. There is a thread while there is a bell.
    bell: Option<Arc<OwnedFd>>,
    /// A fork has the list, but neither the thread nor the children.
    owner: Option<Pid>,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched { processes: Vec::new(), bell: None, owner: None });

/// Has the thread look after a process until it ends.
///
/// # Errors
///
/// 8 when there is no memory for the thread.
pub(super) fn watch(process: &Arc<Process>) -> Result<(), Win32Error> {
    let mut watched = lock();
    let owner = Some(getpid());
    if watched.owner != owner {
        *watched = Watched { processes: Vec::new(), bell: None, owner };
    }
    if !watched.processes.iter().any(|known| Arc::ptr_eq(known, process)) {
        watched.processes.push(Arc::clone(process));
        watched.ring();
    }
    if watched.bell.is_none() {
        watched.bell = Some(start()?);
    }
    Ok(())
}

/// Keeps the list as it is while this thread forks.
pub(super) fn hold() -> MutexGuard<'static, impl Sized> {
    lock()
}

impl Watched {
    fn ring(&self) {
        if let Some(bell) = &self.bell {
            // Only a full counter refuses, and then the bell has rung.
            let _ = write(&**bell, &1_u64.to_ne_bytes());
        }
    }
}

fn lock() -> MutexGuard<'static, Watched> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start() -> Result<Arc<OwnedFd>, Win32Error> {
    let no_memory = Win32Error(ERROR_NOT_ENOUGH_MEMORY);
    let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(|_| no_memory)?);
    let heard = Arc::clone(&bell);
    background::spawn("mailslot-process", move || run(&heard)).map_err(|_| no_memory)?;
    Ok(bell)
}

fn run(bell: &OwnedFd) {
    const AFTER_A_REFUSAL: Duration = Duration::from_millis(10);
    loop {
        let processes = {
            let mut watched = lock();
            // Handles and waits share in a process; one without either is looked after only to be reaped.
            watched.processes.retain(|process| {
                !process.has_ended() && (process.is_to_be_reaped() || Arc::strong_count(process) > 1)
            });
            if watched.processes.is_empty() {
                watched.bell = None;
                return;
            }
            watched.processes.clone()
        };
        let mut polled: Vec<PollFd<'_>> = vec![PollFd::new(bell, PollFlags::IN)];
        polled.extend(processes.iter().map(|process| PollFd::from_borrowed_fd(process.pidfd(), PollFlags::IN)));
        match poll(&mut polled, None) {
            Ok(_) | Err(Errno::INTR) => {}
            // The kernel has no memory.
            Err(_) => thread::sleep(AFTER_A_REFUSAL),
        }
        // Resets the counter. Nothing to read is nothing to reset.
        let _ = read(bell, &mut [0_u8; 8]);
    }
}
