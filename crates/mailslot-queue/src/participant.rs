//! A process as the others see it: a number whose lock it holds while it lives.

#[cfg(not(mailslot_model))]
use std::os::fd::AsFd;
use std::sync::PoisonError;

use crate::error::Error;
use crate::fork;
use crate::kernel::{self, LockByte, SlotFile};
use crate::layout;
use crate::memory::Mapping;
use crate::primitive::{AtomicU64, Mutex, Ordering};

/// This process's number in one slot, drawn when it is first needed and drawn anew after a fork.
#[derive(Debug, Default)]
pub(crate) struct Participant {
    /// 0 until a number is drawn, then the number: it changes only when `generation` does.
    number: AtomicU64,
    /// The fork generation that drew it.
    generation: AtomicU64,
    drawing: Mutex<()>,
}

impl Participant {
    /// Numbers stay below this, so that they fit into a chunk word and a lock position.
    const NUMBER_LIMIT: u64 = 1 << 60;

    /// The number. One system call the first time, none later.
    #[inline]
    pub(crate) fn number(&self, map: &Mapping, file: &SlotFile) -> Result<u64, Error> {
        // The generation is stored behind its number: whoever sees it sees the number.
        if self.generation.load(Ordering::Acquire) == fork::generation() {
            let number = self.number.load(Ordering::Relaxed);
            if number != 0 {
                return Ok(number);
            }
        }
        self.draw(map, file)
    }

    #[cold]
    fn draw(&self, map: &Mapping, file: &SlotFile) -> Result<u64, Error> {
        let _drawing = self.drawing.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = fork::generation();
        let number = self.number.load(Ordering::Relaxed);
        if number != 0 && self.generation.load(Ordering::Relaxed) == generation {
            return Ok(number);
        }
        file.ensure_private()?;
        let file = file.as_fd();
        let counter = map.u64_at(layout::NEXT_PARTICIPANT);
        // A peer may have set the counter back: then numbers are in use, and the next is tried.
        for _ in 0..1000 {
            let number = counter.fetch_add(1, Ordering::Relaxed) % Self::NUMBER_LIMIT;
            if number != 0 && kernel::try_lock(file, LockByte::Participant(number))? {
                self.number.store(number, Ordering::Relaxed);
                self.generation.store(generation, Ordering::Release);
                return Ok(number);
            }
        }
        Err(Error::Corrupt { what: "a thousand participant numbers in a row are taken" })
    }
}
