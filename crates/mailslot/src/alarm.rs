//! Waking a thread that waits for slots, for another reason than a message.

use mailslot_queue as queue;

/// Ends calls of [`wait_any`](crate::wait_any) in this process: because there is other work, or none any more. It has no
/// descriptor and belongs to no slot.
///
/// The thread that waits takes note of the alarm with [`Alarm::seen`] *before* it looks for other work. What is raised
/// after that ends its wait, be it during the wait or before. So nothing is lost in between.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// use mailslot::{Alarm, Ready, Timeout, wait_any};
/// use std::sync::Mutex;
/// use std::thread;
///
/// let (alarm, work) = (Alarm::new(), Mutex::new(Vec::new()));
/// let tap = server.tap();
/// thread::scope(|scope| {
///     scope.spawn(|| {
///         work.lock().unwrap().push("sweep the floor");
///         alarm.raise();
///     });
///     let task = loop {
///         let seen = alarm.seen();
///         if let Some(task) = work.lock().unwrap().pop() {
///             break task;
///         }
///         let ready = wait_any(&[&tap], Some(seen), Timeout::FOREVER).unwrap();
///         assert_eq!(ready, Ready::Alarm);
///     };
///     assert_eq!(task, "sweep the floor");
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Alarm(queue::Alarm);

/// An [`Alarm`] as it was at one moment.
///
/// ```
/// let alarm = mailslot::Alarm::new();
/// let seen = alarm.seen();
/// assert!(!seen.is_raised());
/// alarm.raise();
/// assert!(seen.is_raised());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a>(pub(crate) queue::Seen<'a>);

impl Alarm {
    /// One that was never raised.
    ///
    /// ```
    /// static STOP: mailslot::Alarm = mailslot::Alarm::new();
    /// assert!(!STOP.seen().is_raised());
    /// ```
    pub const fn new() -> Alarm {
        Alarm(queue::Alarm::new())
    }

    /// Ends every wait that is given this alarm as it was before. One system call if anybody sleeps, else none.
    ///
    /// ```
    /// use mailslot::{Alarm, Ready, Timeout, wait_any};
    ///
    /// let alarm = Alarm::new();
    /// let seen = alarm.seen();
    /// alarm.raise();
    /// assert_eq!(wait_any(&[], Some(seen), Timeout::FOREVER)?, Ready::Alarm);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn raise(&self) {
        self.0.raise();
    }

    /// The alarm as it is now.
    ///
    /// ```
    /// use mailslot::{Alarm, Ready, Timeout, wait_any};
    ///
    /// let alarm = Alarm::new();
    /// alarm.raise();
    /// assert_eq!(wait_any(&[], Some(alarm.seen()), Timeout::NONE)?, Ready::TimedOut);
    /// # Ok::<(), mailslot::Error>(())
    /// ```
    pub fn seen(&self) -> Seen<'_> {
        Seen(self.0.seen())
    }
}

impl Seen<'_> {
    /// Whether the alarm was raised since.
    ///
    /// ```
    /// assert!(!mailslot::Alarm::new().seen().is_raised());
    /// ```
    pub fn is_raised(&self) -> bool {
        self.0.is_raised()
    }
}
