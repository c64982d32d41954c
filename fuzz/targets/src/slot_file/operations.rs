//! Both sides at work.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use mailslot_queue::{Client, CreateOptions, Error, FileTime, Server, SlotDir, Wait, wait_any};
use rustix::fs::{Mode, OFlags};

use super::NAME;
use crate::script::Script;

/// No operation waits this long, on however busy a machine: a reader lock that seems to be held is waited for, twice at most in an
/// operation, and not as long as this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server, a client, and what has to be in the queue between them.
pub(super) struct Users {
    directory: SlotDir,
    server: Server,
    client: Client,
    number: u8,
    /// The sizes of what is queued; `None` once the file has been scribbled in.
    expected: Option<VecDeque<(usize, u8)>>,
    max_message_size: u32,
    out: Vec<u8>,
}

impl Users {
    pub(super) fn new(directory: &SlotDir, options: &CreateOptions) -> Users {
        let server = Server::create(directory, NAME, options).unwrap();
        let client = Client::open(directory, NAME).unwrap();
        Users {
            directory: directory.clone(),
            server,
            client,
            number: 0,
            expected: Some(VecDeque::new()),
            max_message_size: options.max_message_size,
            out: Vec::new(),
        }
    }

    /// From here on only errors, panics and hangs count.
    pub(super) fn distrust(&mut self) {
        self.expected = None;
    }

    pub(super) fn send(&mut self, size: usize) {
        self.number = self.number.wrapping_add(1);
        let sent = self.client.send(&vec![self.number; size]);
        let Some(expected) = &mut self.expected else { return };
        let queued: usize = expected.iter().map(|(size, _)| size).sum();
        let limit = self.max_message_size as usize;
        match sent {
            Ok(()) => {
                assert!(limit == 0 || size <= limit);
                assert!((queued + size) as u64 <= self.server.quota_bytes());
                expected.push_back((size, self.number));
            }
            Err(Error::TooLarge { .. }) => assert!(limit != 0 && size > limit),
            Err(Error::QuotaExceeded { .. }) => assert!((queued + size) as u64 > self.server.quota_bytes()),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// One operation.
    pub(super) fn do_one(&mut self, which: u8, script: &mut Script<'_>) {
        let start = Instant::now();
        match which % 16 {
            0 => self.send(usize::from(script.u8())),
            1 => self.send(usize::from(script.u16()) * 4),
            2 => drop(self.take_vec()),
            3 => self.take(usize::from(script.u16())),
            4 => self.info(),
            5 => self.wait(Duration::ZERO),
            6 => self.wait(Duration::from_micros(u64::from(script.u8()) * 4)),
            7 => self.list(),
            8 => self.create_over_it(),
            9 => self.another_client(),
            10 => self.another_server(),
            11 => self.set(script),
            12 => drop((0..20).take_while(|_| self.take_vec()).count()),
            13 => (0..20).for_each(|_| self.send(100)),
            14 => drop(self.client.check_server()),
            _ => self.wait_for_any(),
        }
        assert!(start.elapsed() < PATIENCE, "operation {} took {:?}", which % 16, start.elapsed());
    }

    /// Every operation, and what is queued is taken.
    pub(super) fn do_everything(&mut self) {
        for which in 0..16 {
            self.do_one(which, &mut Script::new(&[200, 200]));
        }
        while self.take_vec() {}
    }

    /// Closes the server. The slot is gone for its client.
    pub(super) fn close(self) {
        let start = Instant::now();
        self.server.close();
        assert!(matches!(self.server.take(&mut [0; 4]), Err(Error::Cancelled)));
        assert!(self.client.send(b"too late").is_err());
        assert!(Client::open(&self.directory, NAME).is_err());
        drop(self.client);
        assert!(start.elapsed() < PATIENCE, "closing took {:?}", start.elapsed());
    }

    /// Whether there was a message.
    fn take_vec(&mut self) -> bool {
        let taken = self.server.take_vec(&mut self.out);
        if let Ok(Some(taken)) = &taken {
            assert_eq!(self.out.len(), taken.size as usize);
            // Every byte is there: a sanitizer looks.
            std::hint::black_box(self.out.clone());
        }
        let is_taken = matches!(taken, Ok(Some(_)));
        let Some(expected) = &mut self.expected else { return is_taken };
        let (found, expected) = (taken.unwrap(), expected.pop_front());
        assert_eq!(found.map(|taken| taken.size as usize), expected.map(|(size, _)| size));
        assert!(expected.is_none_or(|(size, number)| self.out == vec![number; size]), "another message");
        is_taken
    }

    fn take(&mut self, room: usize) {
        let mut buffer = vec![0xaa; room];
        let taken = self.server.take(&mut buffer);
        let size = taken.as_ref().ok().copied().flatten().map_or(0, |taken| taken.size as usize);
        assert!(size <= room && buffer[size..] == vec![0xaa; room - size], "written behind the message");
        let Some(expected) = &mut self.expected else { return };
        match (taken, expected.front()) {
            (Ok(None), None) => {}
            (Ok(Some(taken)), Some(&(size, number))) => {
                assert_eq!(taken.size as usize, size);
                assert!(buffer[..size] == vec![number; size], "another message");
                expected.pop_front();
            }
            (Err(Error::BufferTooSmall { size, buffer }), Some(&(expected, _))) => {
                assert!(size as usize == expected && buffer == room && expected > room);
            }
            (taken, expected) => panic!("{taken:?} instead of {expected:?}"),
        }
    }

    fn info(&self) {
        for info in [self.server.info(), self.client.info()] {
            let Some(expected) = &self.expected else { continue };
            let info = info.unwrap();
            assert_eq!(info.message_count as usize, expected.len());
            assert_eq!(info.next_size.map(|size| size as usize), expected.front().map(|(size, _)| *size));
        }
        let _ = (self.server.bytes_queued(), self.server.times(), self.client.times(), self.server.next_size());
    }

    fn wait(&self, time: Duration) {
        let found = self.server.wait(if time.is_zero() { Wait::Now } else { Wait::For(time) });
        if let Some(expected) = &self.expected {
            assert_eq!(found.unwrap(), !expected.is_empty());
        }
    }

    fn wait_for_any(&self) {
        let taps = [self.server.tap(), self.server.tap()];
        let _ = wait_any(&[&taps[0], &taps[1]], None, Wait::For(Duration::from_micros(50)));
        let _ = taps[0].next_size();
    }

    fn list(&self) {
        let slots = self.directory.slots().unwrap();
        if self.expected.is_some() {
            assert_eq!(slots.len(), 1);
            assert_eq!(slots[0].name, NAME.full);
            assert_eq!(slots[0].security, self.server.security());
        }
    }

    fn create_over_it(&self) {
        let error = Server::create(&self.directory, NAME, &CreateOptions::default()).unwrap_err();
        // Without the magic number it looks like a foreign file: that is not removed either.
        assert!(matches!(error, Error::AlreadyExists | Error::NotASlot { .. }), "{error:?}");
        assert!(self.expected.is_none() || matches!(error, Error::AlreadyExists));
    }

    fn another_client(&mut self) {
        let opened = Client::open(&self.directory, NAME);
        assert!(opened.is_ok() || self.expected.is_none(), "{opened:?}");
        if let Ok(other) = opened {
            self.client = other;
            self.send(9);
        }
    }

    fn another_server(&mut self) {
        let clone = self.server.try_clone().unwrap();
        std::mem::replace(&mut self.server, clone).close();
        // A descriptor of the same file that is none of a server, as a process that inherits it does.
        let path = format!("/proc/self/fd/{}", self.server.raw_fd());
        let descriptor = rustix::fs::open(path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).unwrap();
        if let Ok(other) = Client::from_fd(descriptor) {
            let _ = other.info();
        }
    }

    fn set(&self, script: &mut Script<'_>) {
        let time = Some(FileTime(script.u64()));
        self.server.set_times(time, time, time);
        self.client.set_times(None, time, None);
        self.server.set_keeps_access_time(script.u8() & 1 == 1);
        self.client.set_keeps_write_time(script.u8() & 1 == 1);
        let _ = self.server.set_read_timeout_ms(script.u32());
    }
}
