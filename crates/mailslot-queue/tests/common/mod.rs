//! What the tests of this crate share: a slot directory of their own, a watchdog, forked children, shared counters.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block,
    clippy::unwrap_used
)]

use std::cell::Cell;
use std::os::fd::AsFd;
use std::sync::Arc;
pub mod trace;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mailslot_queue::{Client, CreateOptions, Server, SlotDir, SlotName};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A slot directory that goes with the value.
pub struct World {
    pub path: tempfile::TempDir,
    pub directory: SlotDir,
}

impl World {
    pub fn new() -> World {
        let path = tempfile::Builder::new().prefix("mailslot-test-").tempdir_in("/dev/shm").unwrap();
        let directory = SlotDir::open(path.path()).unwrap();
        World { path, directory }
    }

    pub fn server(&self, name: &str) -> Server {
        self.server_with(name, &CreateOptions::default())
    }

    pub fn server_with(&self, name: &str, options: &CreateOptions) -> Server {
        Server::create(&self.directory, slot(name), options).unwrap()
    }

    pub fn client(&self, name: &str) -> Client {
        Client::open(&self.directory, slot(name)).unwrap()
    }

    /// Bytes of memory that the slot's file holds at this moment.
    pub fn memory_bytes(&self, name: &str) -> u64 {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(self.path.path().join(name)).unwrap().blocks() * 512
    }
}

pub fn slot(name: &str) -> SlotName<'_> {
    SlotName { file: name, full: name.as_bytes() }
}

/// Ends the whole test program if the test has not ended by itself in time.
pub struct Watchdog(Arc<AtomicBool>);

impl Watchdog {
    pub fn seconds(seconds: u64) -> Watchdog {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let test = std::thread::current().name().unwrap_or("?").to_owned();
        std::thread::spawn(move || {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(seconds) {
                std::thread::sleep(Duration::from_millis(50));
                if seen.load(Ordering::Relaxed) {
                    return;
                }
            }
            eprintln!("watchdog: {test} has hung for {seconds} s");
            std::process::abort();
        });
        Watchdog(ended)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Counters that survive any child, in memory that the slot files have nothing to do with.
pub struct Shared {
    base: *mut AtomicU64,
    words: usize,
}

unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Shared {
    pub fn new(words: usize) -> Shared {
        let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
        let base =
            unsafe { libc::mmap(std::ptr::null_mut(), words * 8, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
        assert_ne!(base, libc::MAP_FAILED);
        Shared { base: base.cast(), words }
    }

    pub fn at(&self, index: usize) -> &AtomicU64 {
        assert!(index < self.words);
        unsafe { &*self.base.add(index) }
    }
}

/// A forked child process; killed and reaped with the value.
pub struct Child {
    pub pid: libc::pid_t,
    reaped: Cell<bool>,
}

impl Child {
    /// Runs `body` in a forked child, which then exits with status 0 (or 101 if it panics).
    pub fn fork(body: impl FnOnce()) -> Child {
        let pid = unsafe { libc::fork() };
        assert_ne!(pid, -1);
        if pid == 0 {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
            unsafe { libc::_exit(if outcome.is_ok() { 0 } else { 101 }) };
        }
        Child { pid, reaped: Cell::new(false) }
    }

    pub fn signal(&self, signal: libc::c_int) {
        assert_eq!(unsafe { libc::kill(self.pid, signal) }, 0);
    }

    /// SIGKILL, and waits until it is gone.
    pub fn kill(self) {
        self.signal(libc::SIGKILL);
        self.reap();
    }

    /// Waits for the end and wants it to be a good one.
    pub fn join(self) {
        let status = self.reap();
        assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "child ended with status {status:#x}");
    }

    fn reap(&self) -> libc::c_int {
        let mut status = 0;
        assert_eq!(unsafe { libc::waitpid(self.pid, &mut status, libc::__WALL) }, self.pid);
        self.reaped.set(true);
        status
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped.get() {
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
            self.reap();
        }
    }
}

/// A child that is the server of a slot until it is killed; returns once the slot is there.
pub fn serve_in_child(world: &World, name: &str) -> Child {
    let ready = Shared::new(1);
    let child = Child::fork(|| {
        let _server = world.server(name);
        ready.at(0).store(1, Ordering::SeqCst);
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    while ready.at(0).load(Ordering::SeqCst) == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

/// Whether a descriptor becomes readable in that time.
pub fn is_readable(descriptor: &impl AsFd, milliseconds: i64) -> bool {
    let timeout = Timespec { tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000 };
    let mut descriptors = [PollFd::new(descriptor, PollFlags::IN)];
    poll(&mut descriptors, Some(&timeout)).unwrap() == 1
}

/// Pseudo-random numbers that repeat from run to run (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A message that tells who wrote it, its number and whether it is whole: 24 bytes, then a pattern that follows from both.
pub fn message(writer: u64, number: u64, size: usize) -> Vec<u8> {
    let size = size.max(24);
    let mut bytes = Vec::with_capacity(size);
    for word in [writer, number, size as u64] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let seed = (writer.wrapping_mul(31) ^ number.wrapping_mul(17)) as u8;
    bytes.extend((24..size).map(|at| seed.wrapping_add(at as u8)));
    bytes
}

/// Writer and number of a message made by [`message`]; panics if it is torn.
pub fn check_message(bytes: &[u8]) -> (u64, u64) {
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let (writer, number) = (word(0), word(8));
    assert_eq!(word(16), bytes.len() as u64, "torn: size of message {number} of writer {writer}");
    assert!(bytes == message(writer, number, bytes.len()), "torn: contents of message {number} of writer {writer}");
    (writer, number)
}
