//! What is killed, and what has to hold afterwards.

use std::os::unix::fs::MetadataExt;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use mailslot::{Client, Mailslot};

use super::sleeper::Sleeper;
use super::traced::Traced;
use crate::message::{HEADER, Id, Texts};
use crate::worker::Handle;

/// The victim's messages, and those of the writer that goes on.
const VICTIM: u32 = 1;
const SURVIVOR: u32 = 2;
/// A chunk has 1024 units of 64 bytes. This message leaves one.
const LEAVES_ONE_UNIT: usize = 1023 * 64 - 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The victim opens the slot and writes: everything before its first message.
    OpenAndWrite,
    /// The victim's first message through a client that is open.
    FirstWrite,
    /// Not its first.
    LaterWrite,
    /// Not its first, and it has to find another chunk for it.
    ChunkChange,
    /// Not its first, while a reader sleeps.
    WriteToSleeper,
    /// WriteFile, not its first.
    WriteFile,
    /// The victim's first read.
    FirstRead,
    LaterRead,
    /// ReadFile, not its first.
    ReadFile,
}

pub(super) struct Case {
    pub(super) name: String,
    /// In a short run every so many-th instruction; 0 leaves the case out.
    pub(super) stride: usize,
    kind: Kind,
    size: usize,
    slot: Slot,
    sleeper: Option<Sleeper>,
    number: u32,
}

struct Slot {
    directory: tempfile::TempDir,
    server: Mailslot,
    /// The victim's, which forked children use as their own.
    client: Client,
    survivor: Client,
    handle: Option<Handle>,
    texts: Rc<Texts>,
    buffer: Vec<u8>,
}

pub(super) fn all() -> Result<Vec<Case>> {
    let texts = Rc::new(Texts::new());
    let mut cases = Vec::new();
    let mut add = |kind: Kind, name: &str, size: usize, stride: usize| -> Result<()> {
        let name = format!("{name}, {size} bytes");
        cases.push(Case { name, stride, kind, size, slot: Slot::new(&texts, kind)?, sleeper: None, number: 0 });
        Ok(())
    };
    for (kind, name, strides) in [
        (Kind::LaterWrite, "a write", [3, 1, 13, 997]),
        (Kind::FirstWrite, "a client's first write", [0, 3, 0, 0]),
        (Kind::OpenAndWrite, "opening and the first write", [0, 61, 0, 0]),
        (Kind::FirstRead, "a process's first read", [0, 3, 0, 0]),
        (Kind::LaterRead, "a read", [3, 1, 13, 0]),
        (Kind::ChunkChange, "a write that needs another chunk", [0, 3, 0, 0]),
        (Kind::WriteToSleeper, "a write while a reader sleeps", [0, 1, 0, 0]),
        (Kind::WriteFile, "WriteFile", [0, 5, 0, 0]),
        (Kind::ReadFile, "ReadFile", [0, 5, 0, 0]),
    ] {
        for (size, stride) in [0, 40, 3000, 70_000].into_iter().zip(strides) {
            // A message that is larger than a chunk takes no chunk of the client's, and a run of new ones each time.
            if !(kind == Kind::ChunkChange && size == 70_000) {
                add(kind, name, size, stride)?;
            }
        }
    }
    Ok(cases)
}

impl Slot {
    fn new(texts: &Rc<Texts>, kind: Kind) -> Result<Slot> {
        let directory = tempfile::Builder::new().prefix("mailslot-torture-").tempdir_in("/dev/shm")?;
        let server = Mailslot::builder("s").directory(directory.path()).create()?;
        let open = || Client::options().directory(directory.path()).open("s");
        let (client, survivor) = (open()?, open()?);
        let descriptor = match kind {
            Kind::WriteFile => Some(client.raw_fd()),
            Kind::ReadFile => Some(server.raw_fd()),
            _ => None,
        };
        let handle = descriptor.map(Handle::of_duplicate).transpose()?;
        Ok(Slot { directory, server, client, survivor, handle, texts: Rc::clone(texts), buffer: vec![0; 1 << 17] })
    }

    fn message(&self, incarnation: u32, number: u32, size: usize) -> Vec<u8> {
        let mut message = Vec::new();
        self.texts.write(&mut message, Id { incarnation, number }, 0, size);
        message
    }

    /// The next message, whole; `None` if there is none.
    fn take(&mut self) -> Result<Option<(Id, usize)>> {
        let Some(received) = self.server.try_recv(&mut self.buffer)? else { return Ok(None) };
        let size = received.size();
        let id = self.texts.read(&self.buffer[..size], 0).map_err(|torn| anyhow::anyhow!("{torn}"))?;
        Ok(Some((id, size)))
    }

    fn count(&self) -> Result<u32> {
        Ok(self.server.info()?.message_count)
    }
}

impl Case {
    fn is_read(&self) -> bool {
        matches!(self.kind, Kind::FirstRead | Kind::LaterRead | Kind::ReadFile)
    }

    /// An empty queue, or two messages for the victim to read one of.
    pub(super) fn prepare(&mut self) -> Result<()> {
        while self.slot.take()?.is_some() {}
        self.number += 1;
        if self.is_read() {
            // One that the victim reads before it is stepped through.
            if self.kind != Kind::FirstRead {
                self.slot.survivor.send(&self.slot.message(SURVIVOR, self.number, 50))?;
            }
            for place in 0..2 {
                self.slot.survivor.send(&self.slot.message(VICTIM, self.number * 2 + place, self.size))?;
            }
        }
        Ok(())
    }

    /// A child that stands in front of what it will be killed in.
    pub(super) fn child(&mut self) -> Result<Traced> {
        let slot = &self.slot;
        let message = slot.message(VICTIM, self.number, self.size);
        // What goes wrong in a child shows in the checks: its message is not there, or it has not finished.
        let send = |message: &[u8]| drop(slot.client.send(message));
        let (client_handle, server_handle) = (&slot.handle, &slot.handle);
        let write_file = |message: &[u8]| {
            let _ = client_handle.as_ref().map(|handle| handle.write(message));
        };
        let mut room = vec![0; 1 << 17];
        let mut more_room = vec![0; 1 << 17];
        let take = |room: &mut [u8]| drop(slot.server.try_recv(room));
        let read_file = |room: &mut [u8]| {
            let _ = server_handle.as_ref().map(|handle| handle.read(room));
        };
        let child = match self.kind {
            Kind::OpenAndWrite => {
                let open = || Client::options().directory(slot.directory.path()).open("s");
                Traced::fork(|| (), || drop(open().map(|client| client.send(&message))))
            }
            Kind::FirstWrite => Traced::fork(|| (), || send(&message)),
            Kind::LaterWrite | Kind::WriteToSleeper => Traced::fork(|| send(&message), || send(&message)),
            Kind::ChunkChange => {
                let filler = slot.message(SURVIVOR, 0, LEAVES_ONE_UNIT);
                Traced::fork(|| send(&filler), || send(&message))
            }
            Kind::WriteFile => Traced::fork(|| write_file(&message), || write_file(&message)),
            Kind::FirstRead => Traced::fork(|| (), || take(&mut room)),
            Kind::LaterRead => Traced::fork(|| take(&mut room), || take(&mut more_room)),
            Kind::ReadFile => Traced::fork(|| read_file(&mut room), || read_file(&mut more_room)),
        }?;
        if !self.is_read() {
            // What it wrote before.
            while self.slot.take()?.is_some() {}
        }
        Ok(child)
    }

    pub(super) fn before_kill(&mut self) -> Result<()> {
        if self.kind == Kind::WriteToSleeper {
            self.sleeper = Some(Sleeper::fork(&self.slot.server)?);
        }
        Ok(())
    }

    /// Whether the victim's message was written, or read: all or nothing, and everything else goes on.
    pub(super) fn check(&mut self, step: usize) -> Result<bool> {
        let happened = if self.is_read() { self.check_read() } else { self.check_write() }?;
        if step % 256 == 255 {
            ensure!(self.held()? < 8 << 20, "a leak: the slot holds {} bytes", self.held()?);
        }
        Ok(happened)
    }

    fn check_write(&mut self) -> Result<bool> {
        let victim = Id { incarnation: VICTIM, number: self.number };
        let expected = if self.size < HEADER { Id::TINY } else { victim };
        if let Some(sleeper) = self.sleeper.take() {
            // Published, and the reader is not there yet, or has it already.
            let is_published = self.slot.count()? > 0 || sleeper.has_ended()?;
            if !is_published {
                self.slot.survivor.send(&self.slot.message(SURVIVOR, self.number, 50))?;
            }
            sleeper.join()?;
            // It may have taken the victim's before the count was asked for, and the other one may be left.
            if let Some(left) = self.slot.take()? {
                ensure!(left.0.incarnation == SURVIVOR, "{left:?} is left, which the reader should have taken");
            }
            return Ok(is_published);
        }
        let marker = self.slot.message(SURVIVOR, self.number, 100);
        self.slot.survivor.send(&marker).context("another writer")?;
        let count = self.slot.count()?;
        let mut first = self.slot.take()?;
        let happened = first == Some((expected, self.size));
        ensure!(count == 1 + u32::from(happened), "{count} messages are counted, and the first is {first:?}");
        if happened {
            first = self.slot.take()?;
        }
        let marker = (Id { incarnation: SURVIVOR, number: self.number }, 100);
        ensure!(first == Some(marker), "{first:?} is there in the place of the other writer's message");
        ensure!(self.slot.take()?.is_none(), "a message too many");
        Ok(happened)
    }

    fn check_read(&mut self) -> Result<bool> {
        let count = self.slot.count()?;
        let id = |place| {
            let id = Id { incarnation: VICTIM, number: self.number * 2 + place };
            Some((if self.size < HEADER { Id::TINY } else { id }, self.size))
        };
        let (first_id, second_id) = (id(0), id(1));
        let happened = match count {
            1 => true,
            2 => false,
            _ => bail!("{count} messages are left of two"),
        };
        if !happened {
            let first = self.slot.take()?;
            ensure!(first == first_id, "{first:?} is there in the place of {first_id:?}");
        }
        let second = self.slot.take()?;
        ensure!(second == second_id, "{second:?} is there in the place of {second_id:?}");
        ensure!(self.slot.take()?.is_none(), "a message too many");
        Ok(happened)
    }

    /// Bytes that the dead had counted are taken back, and so is what they held.
    pub(super) fn finish(&mut self) -> Result<()> {
        for _ in 0..3 {
            self.slot.survivor.send(&self.slot.message(SURVIVOR, 0, 50))?;
            for _ in 0..4 {
                while self.slot.server.try_recv(&mut self.slot.buffer)?.is_some() {}
                std::thread::sleep(Duration::from_millis(60));
            }
        }
        let bytes = self.slot.server.bytes_queued();
        ensure!(bytes == 0, "{bytes} bytes of the dead are still counted");
        let held = self.held()?;
        ensure!(held < 3 << 20, "a leak: the idle slot holds {held} bytes");
        Ok(())
    }

    fn held(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(self.slot.directory.path())? {
            bytes += entry?.metadata()?.blocks() * 512;
        }
        Ok(bytes)
    }
}
