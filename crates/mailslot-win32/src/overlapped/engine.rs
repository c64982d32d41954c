//! The one background thread, and the queues of pending reads that it works off.
//!
//! # Who does what
//!
//! A read is in exactly one queue from when it is issued until it ends, and ends under the lock of the queues: it takes a
//! message, runs out of time, is cancelled, or its file object is closed. Whoever removes it from the queue ends it, so it
//! ends once: the program's memory is not touched after the lock is free again. Who waits for it is told a moment later. The oldest read of a file object gets the next message; one whose buffer is too small for it ends with 122,
//! and the next one is tried.
//!
//! # Sleeping
//!
//! The thread sleeps in `mailslot::wait_any` on the doorbells of all slots that are read from and on the alarm, which is
//! raised for every read that is added and every one that is removed. So it uses no processor time while nothing happens. A
//! pollable descriptor for each slot was the other way: it needs a thread for each slot, because writers ring a futex.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use mailslot::{Alarm, ErrorKind, Tap, Timeout, wait_any};
use windows_sys::Win32::Foundation::{ERROR_NO_SYSTEM_RESOURCES, ERROR_OPERATION_ABORTED, ERROR_SEM_TIMEOUT};

use super::file_object::FileObject;
use super::notice::Ended;
use super::pending::{Attempt, PendingRead};
use super::target::Target;
use crate::background;
use crate::last_error::Win32Error;
use crate::thread::Thread;

static ENGINE: Mutex<Engine> = Mutex::new(Engine { queues: Vec::new(), is_running: false });
static ALARM: Alarm = Alarm::new();

/// What pends in this process.
struct Engine {
    queues: Vec<Queue>,
    /// Whether the background thread is there.
    is_running: bool,
}

/// The reads of one file object, oldest first. Never empty while the lock is free.
struct Queue {
    file: Arc<FileObject>,
    reads: VecDeque<PendingRead>,
}

/// Adds a read behind those that pend on its file object.
///
/// # Errors
///
/// 6 when the last handle was closed meanwhile; 1450 when the thread cannot be started.
pub(super) fn add(file: &Arc<FileObject>, read: impl FnOnce() -> PendingRead) -> Result<(), Win32Error> {
    let mut engine = lock();
    // Under the lock that the last close takes: nothing is added behind its back.
    if !file.is_open() {
        return Err(Win32Error::INVALID_HANDLE);
    }
    engine.ensure_running()?;
    let read = read();
    match engine.queues.iter_mut().find(|queue| Arc::ptr_eq(&queue.file, file)) {
        Some(queue) => queue.reads.push_back(read),
        None => engine.queues.push(Queue { file: Arc::clone(file), reads: VecDeque::from([read]) }),
    }
    drop(engine);
    ALARM.raise();
    Ok(())
}

/// Ends reads of a file object with 995: those of one thread or of all, those of one OVERLAPPED or all. Tells how many.
pub(super) fn cancel(file: &Arc<FileObject>, thread: Option<&Thread>, target: Option<Target>) -> usize {
    let is_meant = |read: &PendingRead| {
        thread.is_none_or(|thread| read.is_of_thread(thread)) && target.is_none_or(|target| read.is_known_by(target))
    };
    end_those(Some(file), is_meant, |read| Some(read.end(Err(Win32Error(ERROR_OPERATION_ABORTED)))))
}

/// The last handle of a file object of this process is being closed: ends all that pends on it.
pub(super) fn file_closed(file: &Arc<FileObject>) {
    end_those(Some(file), |_| true, |read| Some(read.end(Err(Win32Error(ErrorKind::Cancelled.win32_code())))));
}

/// A thread ends: so do its reads, with 995.
///
/// Their OVERLAPPEDs may have been on its stack, where other things lie by now: those are left alone, as is everything when
/// the main thread ends, which is the end of the process.
pub(crate) fn thread_ended(thread: &Thread) {
    let stack = background::own_stack();
    end_those(
        None,
        |read| read.is_of_thread(thread),
        |read| {
            if thread.is_main() || read.lies_within(&stack) {
                read.forget();
                return None;
            }
            Some(read.end(Err(Win32Error(ERROR_OPERATION_ABORTED))))
        },
    );
}

/// Takes reads out of their queues, oldest first, and ends them. Tells how many.
fn end_those(
    file: Option<&Arc<FileObject>>,
    is_meant: impl Fn(&PendingRead) -> bool,
    end: impl Fn(PendingRead) -> Option<Ended>,
) -> usize {
    let mut engine = lock();
    let mut ended = Vec::new();
    for queue in &mut engine.queues {
        if file.is_some_and(|file| !Arc::ptr_eq(&queue.file, file)) {
            continue;
        }
        for read in std::mem::take(&mut queue.reads) {
            if is_meant(&read) {
                ended.push(end(read));
            } else {
                queue.reads.push_back(read);
            }
        }
    }
    engine.queues.retain(|queue| !queue.reads.is_empty());
    drop(engine);
    let count = ended.len();
    if count > 0 {
        ALARM.raise();
    }
    ended.into_iter().flatten().for_each(Ended::deliver);
    count
}

impl Engine {
    fn ensure_running(&mut self) -> Result<(), Win32Error> {
        static PREPARE_FOR_FORKS: Once = Once::new();
        PREPARE_FOR_FORKS.call_once(|| background::at_fork(before_fork, after_fork_in_parent, after_fork_in_child));
        if !self.is_running {
            background::spawn("mailslot-io", run).map_err(|_| Win32Error(ERROR_NO_SYSTEM_RESOURCES))?;
            self.is_running = true;
        }
        Ok(())
    }

    /// Ends every read that can end now; tells when the next one's time is up.
    fn work(&mut self, ended: &mut Vec<Ended>) -> Option<Instant> {
        for queue in &mut self.queues {
            queue.serve(ended);
        }
        let now = Instant::now();
        for queue in &mut self.queues {
            queue.expire(now, ended);
        }
        self.queues.retain(|queue| !queue.reads.is_empty());
        self.queues.iter().flat_map(|queue| &queue.reads).filter_map(|read| read.deadline).min()
    }
}

impl Queue {
    /// Gives messages to reads, oldest to oldest.
    fn serve(&mut self, ended: &mut Vec<Ended>) {
        while let Some(mut read) = self.reads.pop_front() {
            match read.attempt() {
                Attempt::Ended(outcome) => ended.push(read.end(outcome)),
                Attempt::NothingQueued => {
                    self.reads.push_front(read);
                    return;
                }
            }
        }
    }

    fn expire(&mut self, now: Instant, ended: &mut Vec<Ended>) {
        let is_over = |read: &PendingRead| read.deadline.is_some_and(|deadline| deadline <= now);
        if !self.reads.iter().any(is_over) {
            return;
        }
        for read in std::mem::take(&mut self.reads) {
            if is_over(&read) {
                ended.push(read.end(Err(Win32Error(ERROR_SEM_TIMEOUT))));
            } else {
                self.reads.push_back(read);
            }
        }
    }
}

/// The background thread.
fn run() {
    let mut ended = Vec::new();
    loop {
        let seen = ALARM.seen();
        let mut engine = lock();
        let deadline = engine.work(&mut ended);
        let taps: Vec<Tap> = engine.queues.iter().filter_map(|queue| queue.file.tap()).cloned().collect();
        // A program that is told goes on at once, and often with the next read, which needs the lock.
        drop(engine);
        ended.drain(..).for_each(Ended::deliver);
        let timeout = deadline.map_or(Timeout::FOREVER, |deadline| {
            // A whole millisecond at least: a timeout that was rounded down to nothing would make this loop spin.
            let left = deadline.saturating_duration_since(Instant::now());
            Timeout::from(left.max(Duration::from_millis(1)))
        });
        let taps: Vec<&Tap> = taps.iter().collect();
        if wait_any(&taps, Some(seen), timeout).is_err() {
            // A slot whose file is damaged, or a handle that is being closed: the next round ends its reads. This pause keeps
            // an error that stays from using up a processor.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn lock() -> MutexGuard<'static, Engine> {
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Holds the queues still from before a fork until after it.
    static HELD: Cell<Option<MutexGuard<'static, Engine>>> = const { Cell::new(None) };
}

extern "C" fn before_fork() {
    HELD.set(Some(lock()));
}

extern "C" fn after_fork_in_parent() {
    HELD.set(None);
}

/// The child has neither the thread nor the reads: both are its parent's.
extern "C" fn after_fork_in_child() {
    if let Some(mut engine) = HELD.take() {
        engine.is_running = false;
        for queue in std::mem::take(&mut engine.queues) {
            queue.reads.into_iter().for_each(PendingRead::forget);
        }
    }
}
