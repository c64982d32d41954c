//! Emptying the slot while nobody else does anything: there the counts are exact, one by one.

use std::time::Duration;

use anyhow::{Result, bail};

use super::{End, Patience, Worker, unexpected};
use crate::board::{ENTRIES, global};
use crate::message::MAX_SIZE;

/// The queue gives memory back, and takes back the bytes of dead writers, when it has been empty for 100 ms: asked for so often.
const LOOKS: u32 = 12;
const PAUSE: Duration = Duration::from_millis(60);

impl Worker<'_> {
    pub(super) fn drain(&mut self, settles: bool) -> Result<()> {
        // No read may wait here, through the C functions neither.
        self.set_read_timeout(0)?;
        self.drain_once()?;
        if settles {
            self.settle()?;
        }
        self.set_read_timeout(self.board.get(global::TIMEOUT) as u32)
    }

    fn drain_once(&mut self) -> Result<()> {
        let mut expected = None;
        loop {
            let (count, next) = self.info()?;
            if expected.is_some_and(|expected| expected != count) {
                bail!(
                    "{count} messages are counted after one of {expected:?} more than now was taken, nobody else writing"
                );
            }
            if self.block.journal_lengths().0 >= ENTRIES {
                return Ok(());
            }
            let taken = self.take(Patience::None, MAX_SIZE + 1)?;
            match (taken, next) {
                (None, None) => return Ok(()),
                (Some(size), Some(next)) if size == next as usize => expected = Some(count - 1),
                (taken, next) => bail!("{count} messages, the next of {next:?} bytes, but {taken:?} was taken"),
            }
        }
    }

    /// Comes back until nothing is counted any more.
    fn settle(&mut self) -> Result<()> {
        let mut bytes = None;
        for look in 0..LOOKS {
            std::thread::sleep(PAUSE);
            self.drain_once()?;
            bytes = match &self.end {
                End::Reader(Some(receiver)) => receiver.bytes_queued(),
                _ => None,
            };
            // Memory takes longer than bytes.
            if look >= 4 && bytes.is_none_or(|bytes| bytes == 0) {
                return Ok(());
            }
        }
        bail!("{bytes:?} bytes are counted in an empty queue, {LOOKS} looks of {PAUSE:?} later")
    }

    fn set_read_timeout(&mut self, milliseconds: u32) -> Result<()> {
        match &self.end {
            End::Reader(Some(receiver)) => {
                receiver.set_read_timeout(milliseconds).map_err(unexpected("set the timeout"))
            }
            _ => Ok(()),
        }
    }
}
