//! Where a measurement's processes wait for each other.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::line::Line;
use crate::shared::SharedMemory;

/// Steps that processes report, and a cache line to play with.
pub(crate) struct Meeting {
    memory: SharedMemory,
    pub(crate) line: Line,
}

impl Meeting {
    pub(crate) fn new() -> Result<Meeting> {
        Ok(Meeting { memory: SharedMemory::new(4096, false)?, line: Line::new()? })
    }

    /// One more process has reached the step.
    pub(crate) fn arrive(&self, step: usize) {
        self.arrived(step).fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until `count` processes have reached the step. It sleeps: others may have something to do on this core.
    pub(crate) fn wait_for(&self, step: usize, count: usize) {
        while (self.arrived(step).load(Ordering::SeqCst) as usize) < count {
            std::thread::sleep(Duration::from_micros(50));
        }
    }

    fn arrived(&self, step: usize) -> &AtomicU32 {
        self.memory.half_word(step * 4)
    }
}
