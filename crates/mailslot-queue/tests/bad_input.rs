//! What is not a slot file, or is not this user's, has an error of its own; and a slot file that somebody has scribbled in
//! never leads to a panic, a hang or worse.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::fs::{File, Permissions};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use common::{Random, Shared, Watchdog, World, message, slot};
use mailslot_queue::{Client, CreateOptions, Error, Ready, Server, SlotDir, Wait, wait_any};
use proptest::prelude::*;

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Opening and creating over `name` both give an error that `expected` accepts; listing passes the file over.
fn both_refuse(world: &World, name: &str, expected: fn(&Error) -> bool) {
    let error = Client::open(&world.directory, slot(name)).unwrap_err();
    assert!(expected(&error), "open: {error:?}");
    let error = Server::create(&world.directory, slot(name), &CreateOptions::default()).unwrap_err();
    assert!(expected(&error), "create: {error:?}");
    assert!(world.directory.slots().unwrap().is_empty());
    assert!(std::fs::symlink_metadata(world.path.path().join(name)).is_ok(), "the foreign file was removed");
}

fn foreign(world: &World, name: &str, contents: &[u8]) {
    let path = world.path.path().join(name);
    std::fs::write(&path, contents).unwrap();
    set_mode(&path, 0o600);
}

#[test]
fn a_foreign_file_is_no_slot() {
    let world = World::new();
    foreign(&world, "TEXT", &[b'x'; 10_000]);
    foreign(&world, "EMPTY", b"");
    foreign(&world, "SHORT", b"MAILSLOT");
    for name in ["TEXT", "EMPTY", "SHORT"] {
        both_refuse(&world, name, |error| matches!(error, Error::NotASlot { .. }));
    }
}

#[test]
fn links_directories_and_pipes_are_no_slots() {
    let world = World::new();
    let _server = world.server("REAL");
    let path = world.path.path();
    symlink(path.join("REAL"), path.join("LINK")).unwrap();
    std::fs::create_dir(path.join("DIRECTORY")).unwrap();
    let pipe = std::ffi::CString::new(path.join("PIPE").to_str().unwrap()).unwrap();
    assert_eq!(unsafe { libc::mkfifo(pipe.as_ptr(), 0o600) }, 0);
    for name in ["LINK", "DIRECTORY", "PIPE"] {
        let error = Client::open(&world.directory, slot(name)).unwrap_err();
        assert!(matches!(error, Error::NotASlot { .. }), "{name}: {error:?}");
        let error = Server::create(&world.directory, slot(name), &CreateOptions::default()).unwrap_err();
        assert!(matches!(error, Error::NotASlot { .. }), "{name}: {error:?}");
    }
    assert_eq!(world.directory.slots().unwrap().len(), 1);
}

#[test]
fn a_wrong_layout_version_and_a_truncated_file_say_so() {
    let world = World::new();
    let server = world.server("S");
    let file = File::options().read(true).write(true).open(world.path.path().join("S")).unwrap();
    file.write_all_at(&7u32.to_ne_bytes(), 8).unwrap();
    let error = Client::open(&world.directory, slot("S")).unwrap_err();
    assert!(matches!(error, Error::LayoutVersion { found: 7, supported: 2 }), "{error:?}");
    let create = || Server::create(&world.directory, slot("S"), &CreateOptions::default()).unwrap_err();
    assert!(matches!(create(), Error::AlreadyExists));
    file.write_all_at(&2u32.to_ne_bytes(), 8).unwrap();
    // Longer or shorter than the header says; nothing here touches the mapping behind the new end.
    let length = file.metadata().unwrap().len();
    file.set_len(length + 4096).unwrap();
    let error = Client::open(&world.directory, slot("S")).unwrap_err();
    assert!(matches!(error, Error::NotASlot { .. }), "{error:?}");
    file.set_len(length - (1 << 20)).unwrap();
    let error = Client::open(&world.directory, slot("S")).unwrap_err();
    assert!(matches!(error, Error::NotASlot { .. }), "{error:?}");
    assert!(matches!(create(), Error::AlreadyExists));
    file.set_len(length).unwrap();
    drop(server);
}

/// What a dead server of another version left does not keep the name.
#[test]
fn leftovers_of_another_version_are_removed() {
    let world = World::new();
    let server = world.server("S");
    let copy = world.path.path().join("COPY");
    let mut bytes = vec![0; 4096];
    File::open(world.path.path().join("S")).unwrap().read_exact_at(&mut bytes, 0).unwrap();
    bytes[8] = 9;
    std::fs::write(&copy, &bytes).unwrap();
    set_mode(&copy, 0o600);
    drop(server);
    assert!(matches!(Client::open(&world.directory, slot("COPY")).unwrap_err(), Error::NotFound));
    assert!(!copy.exists());
}

#[test]
fn a_file_that_others_may_touch_is_refused() {
    let world = World::new();
    let _server = world.server("S");
    set_mode(&world.path.path().join("S"), 0o660);
    let error = Client::open(&world.directory, slot("S")).unwrap_err();
    assert!(matches!(error, Error::NotASlot { .. }), "{error:?}");
}

#[test]
fn another_users_file_is_refused() {
    if unsafe { libc::geteuid() } != 0 {
        eprintln!("skipped: only root can give a file away");
        return;
    }
    let world = World::new();
    let server = world.server("S");
    std::os::unix::fs::chown(world.path.path().join("S"), Some(12_345), None).unwrap();
    both_refuse(&world, "S", |error| matches!(error, Error::AccessDenied { .. }));
    drop(server);
}

#[test]
fn an_unsafe_directory_is_refused() {
    let place = tempfile::tempdir_in("/dev/shm").unwrap();
    let path = place.path().join("slots");
    std::fs::create_dir(&path).unwrap();
    let refuses = |path: &Path| matches!(SlotDir::open(path), Err(Error::UnsafeDirectory { .. }));
    for (mode, is_refused) in [(0o700, false), (0o755, false), (0o770, true), (0o777, true), (0o702, true)] {
        set_mode(&path, mode);
        assert_eq!(refuses(&path), is_refused, "mode {mode:o}");
    }
    set_mode(&path, 0o1777);
    assert_eq!(refuses(&path), unsafe { libc::geteuid() } != 0, "sticky and root's");
    set_mode(&path, 0o700);
    let link = place.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(refuses(&link));
    let file = place.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(refuses(&file));
    assert!(matches!(SlotDir::open(&place.path().join("none")), Err(Error::Os(_))));
    if unsafe { libc::geteuid() } == 0 {
        std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
        assert!(refuses(&path));
    }
}

#[test]
fn what_says_who_may_open_is_kept_verbatim() {
    let world = World::new();
    for length in [0, 1, 4095, 4097, 65_536] {
        let security: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let server = world.server_with("S", &CreateOptions { security: security.clone(), ..Default::default() });
        assert_eq!(server.security(), security);
        assert_eq!(world.client("S").security(), security);
        assert_eq!(world.directory.slots().unwrap()[0].security, security);
    }
    let too_long = CreateOptions { security: vec![0; 65_537], ..Default::default() };
    let error = Server::create(&world.directory, slot("S"), &too_long).unwrap_err();
    assert!(matches!(error, Error::InvalidOption { .. }), "{error:?}");
}

#[test]
fn a_length_that_cannot_be_is_damage() {
    let world = World::new();
    let _server = world.server("S");
    let file = File::options().write(true).open(world.path.path().join("S")).unwrap();
    scribble(&file, 20, &65_537u32.to_ne_bytes());
    let error = Client::open(&world.directory, slot("S")).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
}

#[test]
fn unusable_file_names_are_refused() {
    let world = World::new();
    let long = "x".repeat(256);
    for name in ["", "a/b", "nul\0", &long] {
        let error = Server::create(&world.directory, slot(name), &CreateOptions::default()).unwrap_err();
        assert!(matches!(error, Error::InvalidOption { .. }), "{error:?}");
    }
}

#[test]
fn descriptors_tell_what_they_are() {
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let duplicate = |number| unsafe { BorrowedFd::borrow_raw(number) }.try_clone_to_owned().unwrap();
    assert!(matches!(Server::from_fd(duplicate(client.raw_fd())).unwrap_err(), Error::NotASlot { .. }));
    assert!(matches!(Client::from_fd(duplicate(server.raw_fd())).unwrap_err(), Error::NotASlot { .. }));
    let same_server = Server::from_fd(duplicate(server.raw_fd())).unwrap();
    let same_client = Client::from_fd(duplicate(client.raw_fd())).unwrap();
    same_client.send(b"x").unwrap();
    drop(server);
    assert!(same_server.take(&mut [0; 8]).unwrap().is_some());
    let null = File::open("/dev/null").unwrap();
    assert!(matches!(Client::from_fd(null.into()).unwrap_err(), Error::NotASlot { .. }));
}

/// Every operation from both sides. Errors are welcome; panics and hangs are not.
fn use_everything(world: &World, server: &Server, client: &Client) {
    let text = message(1, 2, 70_000);
    let mut out = Vec::new();
    for round in 0..4 {
        let _ = client.send(b"small");
        let _ = client.send(&text);
        let _ = server.info();
        let _ = client.info();
        let _ = server.take(&mut [0; 3]);
        let _ = server.take_vec(&mut out);
        assert!(out.len() < 1 << 30);
        let _ = server.wait(Wait::For(Duration::from_micros(round)));
        let _ = (server.bytes_queued(), server.times(), client.times());
        let _ = world.directory.slots();
        if let Ok(other) = Client::open(&world.directory, slot("S")) {
            let _ = other.send(b"other");
        }
    }
    for _ in 0..50 {
        if !matches!(server.take_vec(&mut out), Ok(Some(_))) {
            break;
        }
    }
}

fn scribble(file: &File, offset: u64, bytes: &[u8]) {
    file.write_all_at(bytes, offset).unwrap();
}

/// The fuzzers try many more. With debug assertions each takes several times as long.
const CASES: u32 = if cfg!(debug_assertions) { 100 } else { 200 };

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random bytes over any part of the file: header, hint ring, chunk table, chunks in use.
    #[test]
    fn damage_is_an_error_at_worst(
        damage in prop::collection::vec((0u64..6, any::<u64>(), prop::collection::vec(any::<u8>(), 1..200)), 1..12),
        queued in 0u64..40,
    ) {
        let _watchdog = Watchdog::seconds(60);
        let world = World::new();
        // A small quota keeps what a damaged length can claim small.
        let server = world.server_with("S", &CreateOptions { quota_bytes: 4 << 20, ..Default::default() });
        let client = world.client("S");
        for number in 0..queued {
            client.send(&message(0, number, (number * 37 % 3000) as usize)).unwrap();
        }
        let file = File::options().write(true).open(world.path.path().join("S")).unwrap();
        let body = file.metadata().unwrap().len() - 4224 * 65_536;
        for (area, place, bytes) in damage {
            let (start, length) = match area {
                0 => (128, 448),
                1 => (0, 4096),
                2 => (4096, 16_384),
                3 => (151_552, 64),
                4 => (86_016, 65_536),
                _ => (body, 100_000),
            };
            let room = length - bytes.len().min(length as usize) as u64;
            scribble(&file, start + place % (room + 1), &bytes[..bytes.len().min(length as usize)]);
            use_everything(&world, &server, &client);
        }
    }

    /// Single words set to values that mean something.
    #[test]
    fn plausible_lies_are_errors_at_worst(
        lies in prop::collection::vec((0u64..70, prop::sample::select(vec![
            0u64, 1, 2, u64::MAX, 1 << 31, 1 << 32, (1 << 32) - 1, 1 << 62, 1 << 63, 5 << 32 | 3000, 7 << 32 | 1344, 3 << 62 | 9,
        ])), 1..10),
    ) {
        let _watchdog = Watchdog::seconds(60);
        let world = World::new();
        let server = world.server_with("S", &CreateOptions { quota_bytes: 4 << 20, ..Default::default() });
        let client = world.client("S");
        for number in 0..10 {
            client.send(&message(0, number, 100)).unwrap();
        }
        let file = File::options().write(true).open(world.path.path().join("S")).unwrap();
        for (word, value) in lies {
            scribble(&file, 128 + word * 8, &value.to_ne_bytes());
            use_everything(&world, &server, &client);
        }
    }
}

/// Nobody takes a name from a living slot because the slot's file says that it is dead.
#[test]
fn a_living_slot_that_is_marked_as_closed_keeps_its_name() {
    let world = World::new();
    let server = world.server("S");
    let file = File::options().write(true).open(world.path.path().join("S")).unwrap();
    scribble(&file, 260, &1u32.to_ne_bytes());
    let error = Client::open(&world.directory, slot("S")).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
    let error = Server::create(&world.directory, slot("S"), &CreateOptions::default()).unwrap_err();
    assert!(matches!(error, Error::AlreadyExists), "{error:?}");
    drop(server);
    drop(world.server("S"));
}

/// What is not where a long list says is looked for once, not until the server takes a message.
#[test]
fn a_long_list_that_is_damaged_at_its_end_is_walked_once() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let _server = world.server("S");
    let client = world.client("S");
    for _ in 0..300_000 {
        client.send(b"").unwrap();
    }
    let file = File::options().read(true).write(true).open(world.path.path().join("S")).unwrap();
    // The hint of message 1 names its block.
    let mut hint = [0; 8];
    file.read_exact_at(&mut hint, 4096 + 8).unwrap();
    let block = u64::from(u64::from_ne_bytes(hint) as u32);
    scribble(&file, 4096 + 8, &[0; 8]);
    scribble(&file, block * 64, &[0; 8]);
    let error = client.info().unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
    assert!(world.directory.slots().unwrap().is_empty());
}

/// A hint at a message that nobody has sent is not looked at for as long as the wait lasts.
#[test]
fn a_wait_beside_a_wrong_hint_sleeps() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let file = File::options().write(true).open(world.path.path().join("S")).unwrap();
    // The hint of message 1.
    scribble(&file, 4096 + 8, &(1u64 << 32 | 77).to_ne_bytes());
    let before = processor_time();
    assert!(!server.wait(Wait::For(Duration::from_millis(400))).unwrap());
    let tap = server.tap();
    let ready = wait_any(&[&tap], None, Wait::For(Duration::from_millis(400))).unwrap();
    assert_eq!(ready, Ready::TimedOut);
    let used = processor_time() - before;
    assert!(used < Duration::from_millis(200), "{used:?} of 800 ms");
}

/// What this thread has used.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) }, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The kernel lets who maps a word move its sleepers to another one, where nobody rings for them.
#[test]
fn a_peer_that_moves_the_sleepers_away_holds_up_no_end() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let path = world.path.path().join("S");
    let moved = Shared::new(1);
    let child = common::Child::fork(|| {
        // Also if the watchdog ends the test.
        unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let (length, access) = (4096, libc::PROT_READ | libc::PROT_WRITE);
        let base = unsafe { libc::mmap(std::ptr::null_mut(), length, access, libc::MAP_SHARED, file.as_raw_fd(), 0) };
        assert_ne!(base, libc::MAP_FAILED);
        // From the doorbell to a place where nothing is. All of them, and no one is woken.
        let (doorbell, elsewhere) = (base.wrapping_byte_add(256), base.wrapping_byte_add(2048));
        loop {
            let all = i64::from(i32::MAX);
            let count = unsafe { libc::syscall(libc::SYS_futex, doorbell, libc::FUTEX_REQUEUE, 0, all, elsewhere, 0) };
            moved.at(0).fetch_add(count.max(0) as u64, Ordering::SeqCst);
        }
    });
    std::thread::scope(|scope| {
        let sleeper = scope.spawn(|| server.wait(Wait::Forever));
        while moved.at(0).load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        server.close();
        assert!(matches!(sleeper.join().unwrap(), Err(Error::Cancelled)));
    });
    child.kill();
}

/// A peer that scribbles while both sides work.
#[test]
fn a_scribbler_at_work_does_no_more_than_damage() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server_with("S", &CreateOptions { quota_bytes: 4 << 20, ..Default::default() });
    let client = world.client("S");
    let path = world.path.path().join("S");
    let child = common::Child::fork(|| {
        let file = File::options().write(true).open(&path).unwrap();
        let mut random = Random(11);
        loop {
            let areas = [(128, 448), (4096, 16_384), (151_552, 64), (196_608, 200_000)];
            let (start, length) = areas[random.below(4) as usize];
            scribble(&file, start + random.below(length / 8) * 8, &random.next().to_ne_bytes());
        }
    });
    let end = std::time::Instant::now() + Duration::from_secs(5);
    while std::time::Instant::now() < end {
        use_everything(&world, &server, &client);
    }
    child.kill();
    drop(client);
    drop(server);
}
