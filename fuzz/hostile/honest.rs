//! Who uses a slot as it is meant to be used, from several threads, beside a scribbler.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mailslot_queue::{Client, CreateOptions, Error, Server, SlotDir, Wait, wait_any};

use super::NAME;
use super::report::Report;

/// What the slot may hold.
const QUOTA: u64 = 2 << 20;
/// What a process needs that has nothing to do with slots, most of it the sanitizer's.
const BASE_KIB: u64 = 512 * 1024;

/// Serves the slot for a while, then closes it, which ends the threads.
pub(crate) fn serve(directory: &SlotDir, time: Duration) -> Result<(), String> {
    mailslot_fuzz::plant_bug();
    let options = CreateOptions { quota_bytes: QUOTA, ..CreateOptions::default() };
    let server = Server::create(directory, NAME, &options).map_err(super::text)?;
    let count = Counter::default();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for seed in 0..3 {
            let (server, count, stop) = (&server, &count, &stop);
            scope.spawn(move || until(stop, || take(server, seed, count)));
        }
        scope.spawn(|| until(&stop, || look(&server, directory, &count)));
        // Until the slot is closed, or time for ever.
        scope.spawn(|| while !matches!(server.wait(Wait::Forever), Err(Error::Cancelled)) {});
        thread::sleep(time);
        // While all of them are at it.
        count.time(|| server.close());
        stop.store(true, Ordering::Relaxed);
    });
    count.report(5).print();
    Ok(())
}

/// Sends to the slot for a while.
pub(crate) fn send(directory: &SlotDir, time: Duration) -> Result<(), String> {
    mailslot_fuzz::plant_bug();
    let client = patiently(|| Client::open(directory, NAME)).map_err(super::text)?;
    let count = Counter::default();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for seed in 0..3 {
            let (client, count, stop) = (&client, &count, &stop);
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(seed);
                until(stop, || write(client, &mut random, count));
            });
        }
        scope.spawn(|| until(&stop, || look_from_outside(directory, &client, &count)));
        thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
    });
    count.time(|| drop(client));
    count.report(4).print();
    Ok(())
}

/// Until it works, for a few seconds: the other process may not be there yet, or be scribbling already.
pub(crate) fn patiently<T>(mut action: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        match action() {
            Ok(value) => return Ok(value),
            Err(error) if Instant::now() > end => return Err(error),
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn until(stop: &AtomicBool, mut action: impl FnMut()) {
    while !stop.load(Ordering::Relaxed) {
        action();
    }
}

fn take(server: &Server, seed: u64, count: &Counter) {
    let mut out = Vec::new();
    let mut buffer = vec![0; 6000 * (seed as usize + 1)];
    for _ in 0..50 {
        if let Some(Some(_)) = count.run(|| server.take_vec(&mut out)) {
            count.message();
            // The sanitizer looks at every byte.
            std::hint::black_box(out.clone());
        }
        if let Some(Some(taken)) = count.run(|| server.take(&mut buffer)) {
            count.message();
            std::hint::black_box(buffer[..taken.size as usize].to_vec());
        }
    }
    let wait = Wait::For(Duration::from_micros(300 * seed));
    count.run(|| server.wait(wait));
}

fn look(server: &Server, directory: &SlotDir, count: &Counter) {
    count.run(|| server.info());
    count.run(|| directory.slots());
    count.run(|| server.next_size());
    std::hint::black_box((server.bytes_queued(), server.times()));
    if let Some(clone) = count.run(|| server.try_clone()) {
        let tap = clone.tap();
        count.run(|| wait_any(&[&tap], None, Wait::For(Duration::from_micros(100))));
        count.run(|| tap.take_if_free(&mut [0; 100]));
        count.time(|| clone.close());
    }
}

fn write(client: &Client, random: &mut fastrand::Rng, count: &Counter) {
    let size = if random.u8(..) == 0 { random.usize(..300_000) } else { random.usize(..3000) };
    let message = vec![7; size];
    for _ in 0..20 {
        if count.run(|| client.send(&message)).is_some() {
            count.message();
        }
    }
}

fn look_from_outside(directory: &SlotDir, client: &Client, count: &Counter) {
    count.run(|| client.info());
    count.run(|| directory.slots());
    std::hint::black_box(client.times());
    if let Some(other) = count.run(|| Client::open(directory, NAME)) {
        count.run(|| other.send(b"from another client"));
        count.run(|| other.check_server());
        count.time(|| drop(other));
    }
}

/// What the threads have seen.
#[derive(Default)]
struct Counter(Mutex<Report>);

impl Counter {
    fn message(&self) {
        self.change(|report| report.messages += 1);
    }

    /// Runs an operation, whose error is welcome.
    fn run<T>(&self, operation: impl FnOnce() -> Result<T, Error>) -> Option<T> {
        match self.time(operation) {
            Ok(value) => return Some(value),
            Err(Error::Corrupt { .. }) => self.change(|report| report.damaged += 1),
            Err(_) => self.change(|report| report.refused += 1),
        }
        None
    }

    fn time<T>(&self, operation: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let value = operation();
        let taken = start.elapsed().as_millis() as u64;
        if taken > 0 {
            self.change(|report| report.longest_ms = report.longest_ms.max(taken));
        }
        value
    }

    fn change(&self, change: impl FnOnce(&mut Report)) {
        change(&mut self.0.lock().expect("no thread panics"));
    }

    fn report(&self, threads: u64) -> Report {
        let mut report = *self.0.lock().expect("no thread panics");
        report.peak_kib = peak_kib();
        // What a slot of this quota takes at most in its file; see `Geometry::for_quota`.
        let file_kib = (2 * QUOTA).div_ceil(65_536) * 64 + 4096 * 64;
        report.limit_kib = BASE_KIB + file_kib * threads;
        report
    }
}

/// The most memory that this process has had at a time.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
