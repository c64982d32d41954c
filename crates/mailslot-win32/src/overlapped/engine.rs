//! The one background thread, and the queues of pending reads that it works off.
//!
//! # Who does what
//!
//! A read is in exactly one queue from when it is issued until it ends, and ends under the lock of the queues: it takes a
//! message, runs out of time, is cancelled, or its file object is closed. Whoever removes it from the queue ends it, so it
//! ends once, and who waits for it is told in the order in which reads end. The oldest read of a file object gets the next
//! message; one whose buffer is too small for it ends with 122, and the next one is tried.
//!
//! # Sleeping
//!
//! The thread sleeps in `mailslot::wait_any` on the doorbells of all slots that are read from and on the alarm, which is
//! raised for every read that is added and every one that is removed. So it uses no processor time while nothing happens. A
//! pollable descriptor for each slot was the other way: it needs a thread for each slot, because writers ring a futex.

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use mailslot::{Alarm, ErrorKind, Tap, Timeout, wait_any};
use windows_sys::Win32::Foundation::{ERROR_NO_SYSTEM_RESOURCES, ERROR_OPERATION_ABORTED, ERROR_SEM_TIMEOUT};

use super::file_object::FileObject;
use super::notice::BlockedRead;
use super::pending::{Attempt, PENDING, PendingRead};
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
    /// Whether another process was reading when this one looked last.
    is_busy: bool,
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
        None => engine.queues.push(Queue { file: Arc::clone(file), reads: VecDeque::from([read]), is_busy: false }),
    }
    drop(engine);
    ALARM.raise();
    Ok(())
}

/// Ends reads of a file object with 995: those of one thread or of all, those of one OVERLAPPED or all. Tells how many.
pub(super) fn cancel(file: &Arc<FileObject>, thread: Option<u64>, target: Option<Target>) -> usize {
    let is_meant = |read: &PendingRead| {
        thread.is_none_or(|id| read.is_of_thread(id)) && target.is_none_or(|target| read.is_known_by(target))
    };
    end_those(Some(file), is_meant, |read| read.end(Err(Win32Error(ERROR_OPERATION_ABORTED))))
}

/// Ends the read of a thread that is blocked in ReadFile, if it still pends, with 995.
pub(super) fn cancel_blocked(blocked: &Arc<BlockedRead>) {
    let is_it = |read: &PendingRead| read.is_blocked(blocked);
    end_those(None, is_it, |read| read.end(Err(Win32Error(ERROR_OPERATION_ABORTED))));
}

/// The last handle of a file object of this process is being closed: ends all that pends on it.
pub(super) fn file_closed(file: &Arc<FileObject>) {
    end_those(Some(file), |_| true, |read| read.end(Err(Win32Error(ErrorKind::Cancelled.win32_code()))));
}

/// A thread ends: so do its reads, with 995. The main thread's go on if the process ends with it: what runs at the end of a
/// process may still ask for them.
///
/// Their OVERLAPPEDs may have been on its stack, where other things lie by now: those are left alone.
pub(crate) fn thread_ended(thread: &Thread) {
    let stack = background::own_stack();
    let goes_on = thread.ends_the_process();
    end_those(
        None,
        |read| read.is_of_thread(thread.id) && (!goes_on || read.lies_within(&stack)),
        |read| {
            if read.lies_within(&stack) {
                read.forget();
            } else {
                read.end(Err(Win32Error(ERROR_OPERATION_ABORTED)));
            }
        },
    );
}

/// Gives messages to the reads of a file object that wait for them, as the background thread is about to.
pub(super) fn serve(file: &Arc<FileObject>) {
    let mut engine = lock();
    for queue in engine.queues.iter_mut().filter(|queue| Arc::ptr_eq(&queue.file, file)) {
        queue.serve();
    }
    engine.queues.retain(|queue| !queue.reads.is_empty());
}

/// Returns when no read is about to end of which the program knows already that it has ended.
pub(super) fn let_notices_be_given() {
    if PENDING.load(Ordering::SeqCst) > 0 {
        drop(lock());
    }
}

/// Takes reads out of their queues, oldest first, and ends them. Tells how many.
fn end_those(
    file: Option<&Arc<FileObject>>,
    is_meant: impl Fn(&PendingRead) -> bool,
    end: impl Fn(PendingRead),
) -> usize {
    let mut engine = lock();
    let mut ended = 0;
    for queue in &mut engine.queues {
        if file.is_some_and(|file| !Arc::ptr_eq(&queue.file, file)) {
            continue;
        }
        for read in std::mem::take(&mut queue.reads) {
            if is_meant(&read) {
                end(read);
                ended += 1;
            } else {
                queue.reads.push_back(read);
            }
        }
    }
    engine.queues.retain(|queue| !queue.reads.is_empty());
    drop(engine);
    if ended > 0 {
        ALARM.raise();
    }
    ended
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
    fn work(&mut self) -> Option<Instant> {
        for queue in &mut self.queues {
            queue.serve();
        }
        let now = Instant::now();
        for queue in &mut self.queues {
            queue.expire(now);
        }
        self.queues.retain(|queue| !queue.reads.is_empty());
        self.queues.iter().flat_map(|queue| &queue.reads).filter_map(|read| read.deadline).min()
    }
}

impl Queue {
    /// Gives messages to reads, oldest to oldest.
    fn serve(&mut self) {
        self.is_busy = false;
        while let Some(mut read) = self.reads.pop_front() {
            match read.attempt() {
                Attempt::Ended(outcome) => read.end(outcome),
                unfinished => {
                    self.is_busy = matches!(unfinished, Attempt::Busy);
                    self.reads.push_front(read);
                    return;
                }
            }
        }
    }

    fn expire(&mut self, now: Instant) {
        let is_over = |read: &PendingRead| read.deadline.is_some_and(|deadline| deadline <= now);
        if !self.reads.iter().any(is_over) {
            return;
        }
        for read in std::mem::take(&mut self.reads) {
            if is_over(&read) {
                read.end(Err(Win32Error(ERROR_SEM_TIMEOUT)));
            } else {
                self.reads.push_back(read);
            }
        }
    }
}

/// The background thread.
fn run() {
    loop {
        let seen = ALARM.seen();
        let mut engine = lock();
        let deadline = engine.work();
        let is_waited_for = |queue: &&Queue| !queue.is_busy;
        let taps: Vec<Tap> =
            engine.queues.iter().filter(is_waited_for).filter_map(|queue| queue.file.tap()).cloned().collect();
        let is_complete = taps.len() == engine.queues.len();
        drop(engine);
        // A whole millisecond at least: a timeout that was rounded down to nothing would make this loop spin.
        let left =
            deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)));
        let pause = if is_complete { None } else { Some(BUSY_PAUSE) };
        let timeout = left.into_iter().chain(pause).min().map_or(Timeout::FOREVER, Timeout::from);
        let taps: Vec<&Tap> = taps.iter().collect();
        if wait_any(&taps, Some(seen), timeout).is_err() {
            // A slot whose file is damaged, or a handle that is being closed: the next round ends its reads. This pause keeps
            // an error that stays from using up a processor.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// When to look again at a slot from which another process is reading, or was stopped at it.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

fn lock() -> MutexGuard<'static, Engine> {
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Holds the queues still from before a fork until after it. Without a destructor, so that it is there until the thread's
    /// very end: functions that run at the end of a process may fork.
    static HELD: Cell<Option<ManuallyDrop<MutexGuard<'static, Engine>>>> = const { Cell::new(None) };
}

extern "C" fn before_fork() {
    HELD.set(Some(ManuallyDrop::new(lock())));
}

extern "C" fn after_fork_in_parent() {
    drop(HELD.take().map(ManuallyDrop::into_inner));
}

/// The child has neither the thread nor the reads: both are its parent's.
extern "C" fn after_fork_in_child() {
    if let Some(mut engine) = HELD.take().map(ManuallyDrop::into_inner) {
        engine.is_running = false;
        for queue in std::mem::take(&mut engine.queues) {
            queue.reads.into_iter().for_each(PendingRead::leave_to_parent);
        }
    }
}
