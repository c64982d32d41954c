//! Waiting for several slots at once.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::futex;
use rustix::time::ClockId;

use crate::alarm::{Seen, Sleeper};
use crate::doorbell::{Deadline, Wait};
use crate::error::Error;
use crate::fork;
use crate::gate::Waiting;
use crate::kernel::WakeDuty;
use crate::layout::doorbell;
use crate::primitive::{AtomicU32, Ordering};
use crate::sizes::{LONGEST_SLEEP, SPIN_ROUNDS};
use crate::tap::Tap;

/// Why [`wait_any`] has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// A message is queued in the slot of this index. Others may have one as well.
    Message(usize),
    /// The last handle of the slot of this index is closed.
    Closed(usize),
    /// The alarm was raised.
    Alarm,
    /// The time is up.
    TimedOut,
}

/// The futex words that one system call takes, less the alarm's.
const MOST_DOORBELLS: usize = 127;
/// Slots beyond those are looked at so often.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Without the system call all are looked at, first so often and then more seldom.
const SHORTEST_SLICE: Duration = Duration::from_millis(1);
const LONGEST_SLICE: Duration = Duration::from_millis(5);

/// Waits until a message is queued in one of the slots, or one of them loses its last handle in this process, or the alarm is
/// raised, or the time is up. What is the case already is reported at once. Of several, the alarm comes first, then the slots in
/// the order given; who serves slots that never run dry should therefore look at all of them
/// ([`Tap::take`] never waits).
///
/// Sleeps without using processor time, woken as fast as by [`Tap::wait`], for up to 127 slots. Slots beyond those are looked at
/// every 10 ms. Where the system call futex_waitv is missing (before Linux 5.16, under some sandboxes and valgrind), all are
/// looked at every 1 to 5 ms; the alarm wakes at once there, too.
///
/// Another reader may take the message before the caller gets to it. A slot may be given several times.
///
/// A writer that dies before it has rung is rung for by the kernel, here as in [`Tap::wait`]. The kernel wakes one sleeper only,
/// which wakes the others. Should that one be killed in turn, before it could, the kernel does it again for one slot of a waiting
/// thread: the first of the list while it sleeps, then the one it was woken for. What is left is a thread that was woken on
/// behalf of a dead writer for another slot, and is killed within the first microsecond: then other readers of *that* slot
/// that were asleep with it sleep until the next message.
///
/// # Errors
/// [`Error::Os`] if the system has no memory left to wait with. A closed slot is no error here, but [`Ready::Closed`].
pub fn wait_any(taps: &[&Tap], alarm: Option<Seen<'_>>, wait: Wait) -> Result<Ready, Error> {
    if let Some(ready) = look(taps, alarm) {
        return Ok(ready);
    }
    let deadline = Deadline::after(wait);
    let mut watch = Watch::new(taps, alarm);
    let mut may_spin = true;
    loop {
        if let Some(ready) = look(taps, alarm) {
            return Ok(ready);
        }
        if deadline.has_passed() {
            return Ok(Ready::TimedOut);
        }
        if may_spin && spin(taps) {
            // A hint without its message is damage, and will be there in the next round as well.
            may_spin = look(taps, alarm).is_some();
            continue;
        }
        let until = match watch.rest() {
            None => deadline,
            Some(nap) => deadline.or_earlier(Deadline::after(Wait::For(nap))),
        };
        watch.sleep(until)?;
    }
}

fn look(taps: &[&Tap], alarm: Option<Seen<'_>>) -> Option<Ready> {
    if alarm.is_some_and(|alarm| alarm.is_raised()) {
        return Some(Ready::Alarm);
    }
    taps.iter().enumerate().find_map(|(index, tap)| {
        if tap.is_closed() {
            Some(Ready::Closed(index))
        } else if !tap.core().slot.is_empty() {
            Some(Ready::Message(index))
        } else {
            None
        }
    })
}

/// Spins as long as a wait for one slot does, whatever the number of slots.
fn spin(taps: &[&Tap]) -> bool {
    // One round for many slots would be nothing but a longer way to sleep.
    const MOST_TO_SPIN_FOR: usize = 8;
    if taps.len() > MOST_TO_SPIN_FOR {
        return false;
    }
    let rounds = SPIN_ROUNDS as usize / taps.len().max(1);
    for _ in 0..rounds {
        if taps.iter().any(|tap| tap.core().slot.next_hint().is_there()) {
            return true;
        }
        std::hint::spin_loop();
    }
    false
}

/// One call's sleeps.
struct Watch<'a> {
    taps: &'a [&'a Tap],
    alarm: Option<Seen<'a>>,
    /// Whether memory of the slot may still be given back during this call.
    may_rest: Vec<bool>,
    /// How long the next sleep without the system call is.
    slice: Duration,
    _waiting: Vec<Waiting<'a>>,
    _sleeper: Option<Sleeper<'a>>,
}

impl<'a> Watch<'a> {
    /// From here on who closes a slot rings until this is dropped, and who raises the alarm rings as well.
    fn new(taps: &'a [&'a Tap], alarm: Option<Seen<'a>>) -> Watch<'a> {
        Watch {
            taps,
            alarm,
            may_rest: vec![true; taps.len()],
            slice: SHORTEST_SLICE,
            _waiting: taps.iter().map(|tap| tap.core().tap_gate.wait_here()).collect(),
            _sleeper: alarm.map(|alarm| alarm.sleep_here()),
        }
    }

    /// Gives back memory of slots in which nothing has come for a while; tells how long it is until the next is due.
    fn rest(&mut self) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        // The thread may be one that the program does not know of.
        let _hidden_work = fork::hidden_work();
        for (tap, may_rest) in self.taps.iter().zip(&mut self.may_rest).filter(|(_, may_rest)| **may_rest) {
            let core = tap.core();
            match core.reader.rest_in(&core.slot) {
                Some(Duration::ZERO) => {
                    *may_rest = false;
                    // Nobody has asked for it here. If the slot is damaged, the next take says so.
                    let _ = core.reader.rest_if_free(&core.slot);
                }
                Some(later) => next = Some(next.map_or(later, |next| next.min(later))),
                None => {}
            }
        }
        next
    }

    /// Sleeps until something may have happened. May return early for no reason.
    fn sleep(&mut self, deadline: Deadline) -> Result<(), Error> {
        static IS_MISSING: AtomicBool = AtomicBool::new(false);
        if !IS_MISSING.load(Ordering::Relaxed) {
            match self.sleep_on_doorbells(deadline) {
                Ok(()) => return Ok(()),
                // Sandboxes answer EPERM to what they do not know.
                Err(Errno::NOSYS | Errno::PERM) => IS_MISSING.store(true, Ordering::Relaxed),
                Err(errno) => return Err(errno.into()),
            }
        }
        self.sleep_for_a_slice(deadline)
    }

    /// As `Slot::sleep`, on all doorbells and the alarm.
    fn sleep_on_doorbells(&self, deadline: Deadline) -> rustix::io::Result<()> {
        let rung = &self.taps[..self.taps.len().min(MOST_DOORBELLS)];
        let longest = if rung.len() < self.taps.len() { Wait::For(LOOK_AGAIN) } else { LONGEST_SLEEP };
        let until = deadline.or_earlier(Deadline::after(longest));
        let Some(first) = rung.first() else {
            return self.sleep_on_alarm(until);
        };
        // One duty is all that a thread can have at a time.
        let duty = WakeDuty::begin(first.core().slot.doorbell());
        for tap in rung {
            duty.turn_to(tap.core().slot.doorbell());
            tap.core().slot.arm();
        }
        duty.turn_to(first.core().slot.doorbell());
        if look(self.taps, self.alarm).is_some() {
            pass_on(rung, 0, &duty);
            return Ok(());
        }
        let mut words = [futex::Wait::new(); MOST_DOORBELLS + 1];
        for (word, tap) in words.iter_mut().zip(rung) {
            *word = wait_for(tap.core().slot.doorbell(), doorbell::SLEEPING, futex::WaitFlags::SIZE_U32);
        }
        let mut count = rung.len();
        if let Some(alarm) = self.alarm {
            let (word, seen) = alarm.word();
            words[count] = wait_for(word, seen, futex::WaitFlags::SIZE_U32 | futex::WaitFlags::PRIVATE);
            count += 1;
        }
        let until = until.timespec();
        match futex::waitv(&words[..count], futex::WaitvFlags::empty(), until.as_ref(), ClockId::Monotonic) {
            Ok(index) => {
                pass_on(rung, index, &duty);
                Ok(())
            }
            Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    /// Looks again soon; only the alarm wakes. Doorbells are not armed: nobody would be woken.
    fn sleep_for_a_slice(&mut self, deadline: Deadline) -> Result<(), Error> {
        let end = Deadline::after(Wait::For(self.slice));
        self.slice = (self.slice * 2).min(LONGEST_SLICE);
        let deadline = if self.taps.is_empty() { deadline } else { deadline.or_earlier(end) };
        Ok(self.sleep_on_alarm(deadline)?)
    }

    fn sleep_on_alarm(&self, deadline: Deadline) -> rustix::io::Result<()> {
        let nobody_rings = AtomicU32::new(0);
        let (word, value) = self.alarm.as_ref().map_or((&nobody_rings, 0), Seen::word);
        let until = deadline.timespec();
        match futex::wait_bitset(word, futex::Flags::PRIVATE, value, until.as_ref(), std::num::NonZeroU32::MAX) {
            Ok(()) | Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => Ok(()),
            Err(errno) => Err(errno),
        }
    }
}

/// Several doorbells can have rung, and for each of them this may be the only sleeper that was woken.
fn pass_on<'a>(rung: &[&'a Tap], woken_for: usize, duty: &WakeDuty<'a>) {
    let (before, from_there) = rung.split_at(woken_for.min(rung.len()));
    for tap in from_there.iter().chain(before) {
        duty.turn_to(tap.core().slot.doorbell());
        tap.core().slot.pass_on();
    }
}

fn wait_for(word: &AtomicU32, value: u32, flags: futex::WaitFlags) -> futex::Wait {
    let mut wait = futex::Wait::new();
    wait.val = u64::from(value);
    wait.uaddr = futex::WaitPtr::new(word.as_ptr().cast());
    wait.flags = flags;
    wait
}
