//! The ways in which a slot ends, and what must hold then: its name is free, its file is gone, its clients are told.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use mailslot::ErrorKind;

use super::Arena;
use crate::board::{Mode, global, now_ns, word};
use crate::worker::Role;

/// Writers find out in this time, with much to spare for a busy machine.
const NOTICE: Duration = Duration::from_secs(20);

impl Arena<'_> {
    pub(super) fn end(&mut self) -> Result<()> {
        let is_killed = self.random.one_in(2);
        if is_killed {
            self.kill_server()?;
        } else {
            self.close_server()?;
        }
        self.check_writers_notice()?;
        self.come_to_rest()?;
        self.check_journals(false)?;
        if let Some(client) = self.client.take() {
            match client.send(b"late") {
                Err(error) if error.kind() == ErrorKind::ServerGone => {}
                other => bail!("the conductor's client of the slot that is gone: {other:?}"),
            }
        }
        self.check_directory_empty()
    }

    /// SIGKILL for everybody who holds a server handle, while the others write.
    fn kill_server(&mut self) -> Result<()> {
        // All that were ordered have come: one more would keep the slot alive.
        self.check(true)?;
        self.crowd.set_mode(Mode::Storm);
        let end = Instant::now() + self.random.millis(1, 60);
        while Instant::now() < end {
            self.crowd.look()?;
            std::thread::sleep(self.random.micros(1000));
        }
        self.board.set(global::DEAD_SINCE, 1);
        let readers = self.crowd.living(Role::Reader);
        for &block in &readers {
            self.crowd.doom(block)?;
            std::thread::sleep(self.random.micros(300));
        }
        self.crowd.wait_until_dead(&readers)?;
        self.board.set(global::DEAD_SINCE, now_ns());
        self.record.servers_killed += 1;
        // Its name is free at once.
        match self.open_client() {
            Ok(_) => bail!("the slot can be opened after its last holder was killed"),
            Err(error) if error.downcast_ref::<mailslot::Error>().map(|e| e.kind()) == Some(ErrorKind::NotFound) => {}
            Err(error) => return Err(error),
        }
        self.check_directory_empty()
    }

    /// Everybody closes and leaves. The last one takes the slot along.
    fn close_server(&mut self) -> Result<()> {
        self.check(true)?;
        self.crowd.set_mode(Mode::Write);
        std::thread::sleep(self.random.millis(0, 20));
        self.board.set(global::DEAD_SINCE, 1);
        for block in self.crowd.living(Role::Reader) {
            self.crowd.dismiss(block)?;
        }
        self.board.set(global::DEAD_SINCE, now_ns());
        self.check_directory_empty()
    }

    fn check_writers_notice(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            self.crowd.look()?;
            let holders = self.crowd.holders(Role::Writer);
            // Those that have written all that they may do not try.
            let is_trying = |&block: &usize| {
                let is_stopped = self.crowd.members.iter().any(|member| member.block == block && member.is_stopped());
                let block = self.board.block(block);
                !is_stopped && block.journal_lengths().0 < 5900 && block.get(word::HOLDS) != 0
            };
            if !holders.iter().any(is_trying) {
                return Ok(());
            }
            ensure!(
                start.elapsed() < NOTICE,
                "writers have not noticed in {:?} that the server is gone: {}",
                start.elapsed(),
                holders.iter().map(|block| block.to_string()).collect::<Vec<_>>().join(", ")
            );
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    pub(super) fn check_directory_empty(&self) -> Result<()> {
        let mut left = Vec::new();
        for entry in std::fs::read_dir(&self.options.directory)? {
            left.push(entry?.file_name().to_string_lossy().into_owned());
        }
        ensure!(left.is_empty(), "files of slots that are gone: {}", left.join(", "));
        Ok(())
    }
}
