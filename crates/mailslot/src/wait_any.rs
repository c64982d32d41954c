//! Waiting for several slots at once.

use mailslot_queue as queue;

use crate::Result;
use crate::alarm::Seen;
use crate::error::Error;
use crate::tap::Tap;
use crate::timeout::Timeout;

/// Why [`wait_any`] has returned.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let server = mailslot::Mailslot::builder("orders").directory(dir.path()).create()?;
/// # let client = mailslot::Client::options().directory(dir.path()).open("orders")?;
/// use mailslot::{Ready, Timeout, wait_any};
///
/// let tap = server.tap();
/// client.send(b"hello")?;
/// assert_eq!(wait_any(&[&tap], None, Timeout::FOREVER)?, Ready::Message(0));
/// drop(server);
/// assert_eq!(wait_any(&[&tap], None, Timeout::FOREVER)?, Ready::Closed(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ready {
    /// A message is queued in the slot of this index. Others may have one as well.
    Message(usize),
    /// This process's last handle of the slot of this index is closed.
    Closed(usize),
    /// The alarm was raised.
    Alarm,
    /// The time is up.
    TimedOut,
}

/// Waits until a message is queued in one of the slots, or one of them loses its last handle in this process, or the alarm is
/// raised, or the time is up. What is the case already is reported at once.
///
/// Of several, the alarm comes first, then the slots in the order given: whoever serves slots that never run dry should look
/// at all of them before the next wait ([`Tap::try_recv`] does not wait). Another reader may take the message before the
/// caller gets to it. Leave closed slots out of the next call, which would return at once otherwise.
///
/// The thread sleeps without using processor time, and is woken as fast as by a receive, for up to 127 slots. Slots beyond
/// those are looked at every 10 ms. Where Linux has no `futex_waitv` (before 5.16, under some sandboxes and valgrind), all
/// are looked at every 1 to 5 ms.
///
/// # Errors
///
/// [`OutOfMemory`](crate::ErrorKind::OutOfMemory) if the system has no memory left to wait with.
///
/// ```
/// # let dir = tempfile::tempdir_in("/dev/shm")?;
/// # let create = |name: &str| mailslot::Mailslot::builder(name).directory(dir.path()).create();
/// # let clients = mailslot::Client::options().directory(dir.path());
/// use mailslot::{Mailslot, Ready, Tap, wait_any};
/// use std::time::Duration;
///
/// let slots = [create("orders")?, create("returns")?, create("complaints")?];
/// clients.open("complaints")?.send(b"too salty")?;
/// clients.open("orders")?.send(b"two pounds of flour")?;
///
/// let taps = slots.each_ref().map(Mailslot::tap);
/// let taps = taps.each_ref();
/// while let Ready::Message(_) = wait_any(&taps, None, Duration::from_millis(10))? {
///     for tap in taps {
///         while let Some(message) = tap.try_recv_vec()? {
///             println!("{}: {} bytes", tap.name(), message.data.len());
///         }
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wait_any(taps: &[&Tap], alarm: Option<Seen<'_>>, timeout: impl Into<Timeout>) -> Result<Ready> {
    let wait = timeout.into().as_duration().map_or(queue::Wait::Forever, queue::Wait::For);
    let taps: Vec<_> = taps.iter().map(|tap| tap.queue()).collect();
    match queue::wait_any(&taps, alarm.map(|seen| seen.0), wait) {
        Ok(queue::Ready::Message(index)) => Ok(Ready::Message(index)),
        Ok(queue::Ready::Closed(index)) => Ok(Ready::Closed(index)),
        Ok(queue::Ready::Alarm) => Ok(Ready::Alarm),
        Ok(queue::Ready::TimedOut) => Ok(Ready::TimedOut),
        Err(error) => Err(Error::from_queue(error)),
    }
}
