//! Waiting for several slots at once, through taps.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use common::{Child, Watchdog, World, is_readable, message};
use mailslot_queue::{Alarm, Client, Error, Ready, Server, Tap, Wait, wait_any};

/// Servers and clients of so many slots.
fn slots(world: &World, count: usize) -> (Vec<Server>, Vec<Client>) {
    let name = |index| format!("S{index}");
    let servers = (0..count).map(|index| world.server(&name(index))).collect();
    (servers, (0..count).map(|index| world.client(&name(index))).collect())
}

fn taps(servers: &[Server]) -> Vec<Tap> {
    servers.iter().map(Server::tap).collect()
}

fn any(taps: &[Tap], alarm: Option<&Alarm>, wait: Wait) -> Ready {
    wait_any(&taps.iter().collect::<Vec<_>>(), alarm.map(Alarm::seen), wait).unwrap()
}

#[test]
fn a_message_in_any_slot_ends_the_wait() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, _clients) = slots(&world, 3);
    let taps = taps(&servers);
    assert_eq!(any(&taps, None, Wait::Now), Ready::TimedOut);
    for round in 0..60u64 {
        let index = round as usize % 3;
        let child = Child::fork(|| {
            std::thread::sleep(Duration::from_micros(round * 300));
            world.client(&format!("S{index}")).send(&message(0, round, 100)).unwrap();
        });
        assert_eq!(any(&taps, None, Wait::Forever), Ready::Message(index));
        let mut buffer = [0; 200];
        assert_eq!(taps[index].next_size().unwrap(), Some(100));
        assert_eq!(
            taps[index].take(&mut [0; 8]).unwrap_err().to_string(),
            "a message of 100 bytes; the buffer holds 8"
        );
        let taken = taps[index].take(&mut buffer).unwrap().unwrap();
        assert_eq!(common::check_message(&buffer[..taken.size as usize]), (0, round));
        assert!(taps[index].take(&mut buffer).unwrap().is_none());
        child.join();
    }
}

#[test]
fn what_is_there_already_is_told_at_once_and_in_order() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, clients) = slots(&world, 3);
    let taps = taps(&servers);
    let alarm = Alarm::new();
    let before = alarm.seen();
    clients[1].send(b"x").unwrap();
    clients[2].send(b"y").unwrap();
    assert_eq!(any(&taps, Some(&alarm), Wait::Now), Ready::Message(1));
    servers[0].close();
    assert_eq!(any(&taps, Some(&alarm), Wait::Forever), Ready::Closed(0));
    alarm.raise();
    let all: Vec<_> = taps.iter().collect();
    assert_eq!(wait_any(&all, Some(before), Wait::Forever).unwrap(), Ready::Alarm);
    // The same slot twice is no harm.
    assert_eq!(wait_any(&[&taps[1], &taps[1]], None, Wait::Forever).unwrap(), Ready::Message(0));
}

#[test]
fn a_timeout_is_never_early() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, _clients) = slots(&world, 3);
    let taps = taps(&servers);
    for milliseconds in [0, 1, 2, 10, 100, 333] {
        for taps in [&taps[..], &[]] {
            for alarm in [None, Some(&Alarm::new())] {
                let (wanted, start) = (Duration::from_millis(milliseconds), Instant::now());
                assert_eq!(any(taps, alarm, Wait::For(wanted)), Ready::TimedOut);
                assert!(start.elapsed() >= wanted, "{:?} instead of {wanted:?}", start.elapsed());
            }
        }
    }
}

/// Raised before it was seen: nothing. After, before the wait: at once. During the wait: it ends.
#[test]
fn an_alarm_ends_waits_that_have_not_seen_it() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let (servers, _clients) = slots(&world, 2);
    let taps = taps(&servers);
    for taps in [&taps[..], &[]] {
        let all: Vec<_> = taps.iter().collect();
        let alarm = Alarm::new();
        alarm.raise();
        let seen = alarm.seen();
        assert_eq!(wait_any(&all, Some(seen), Wait::For(Duration::from_millis(20))).unwrap(), Ready::TimedOut);
        alarm.raise();
        assert_eq!(wait_any(&all, Some(seen), Wait::Forever).unwrap(), Ready::Alarm);
        // Many short sleeps: a lost one would hang.
        let answered = AtomicI32::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for round in 1..=5000 {
                    alarm.raise();
                    while answered.load(Ordering::Acquire) < round {
                        std::hint::spin_loop();
                    }
                }
            });
            let mut seen = seen;
            seen = if seen.is_raised() { alarm.seen() } else { seen };
            // The first may have been raised before it was seen here.
            answered.fetch_add(1, Ordering::Release);
            while answered.load(Ordering::Relaxed) < 5000 {
                match wait_any(&all, Some(seen), Wait::For(Duration::from_secs(50))).unwrap() {
                    Ready::Alarm => {
                        seen = alarm.seen();
                        answered.fetch_add(1, Ordering::Release);
                    }
                    other => panic!("{other:?}"),
                }
            }
        });
    }
}

#[test]
fn no_wake_up_is_lost_between_several_slots() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let (servers, clients) = slots(&world, 6);
    // One side listens to the first half, the other to the second.
    let serve = |own: &[Server], answer_to: &[Client], begins: bool| {
        let taps = taps(own);
        for round in 0..10_000 {
            let index = round % 3;
            if begins {
                answer_to[index].send(b"ping").unwrap();
            }
            assert_eq!(any(&taps, None, Wait::Forever), Ready::Message(index));
            assert!(taps[index].take(&mut [0; 8]).unwrap().is_some());
            if !begins {
                answer_to[index].send(b"pong").unwrap();
            }
        }
    };
    let child = Child::fork(|| serve(&servers[..3], &clients[3..], false));
    serve(&servers[3..], &clients[..3], true);
    child.join();
}

/// Beside readers of single slots: each message wakes somebody who takes it.
#[test]
fn it_shares_slots_with_other_readers() {
    const MESSAGES: i32 = 20_000;
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let (servers, clients) = slots(&world, 2);
    let taken = AtomicI32::new(0);
    std::thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| {
                while !matches!(server.wait(Wait::Forever), Err(Error::Cancelled)) {
                    if let Ok(Some(_)) = server.take(&mut [0; 64]) {
                        taken.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
            let others = servers.iter().map(|server| server.tap()).collect::<Vec<_>>();
            let taken = &taken;
            scope.spawn(move || {
                while let Ready::Message(index) = any(&others, None, Wait::Forever) {
                    if let Ok(Some(_)) = others[index].take(&mut [0; 64]) {
                        taken.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        for number in 0..MESSAGES {
            clients[number as usize % 2].send(b"x").unwrap();
            if number % 7 == 0 {
                while taken.load(Ordering::SeqCst) <= number {
                    std::thread::yield_now();
                }
            }
        }
        while taken.load(Ordering::SeqCst) < MESSAGES {
            std::thread::sleep(Duration::from_millis(1));
        }
        servers.iter().for_each(Server::close);
    });
}

#[test]
fn the_last_handle_ends_the_wait_and_no_other() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (mut servers, clients) = slots(&world, 2);
    for round in 0..100 {
        let server = world.server(&format!("CLOSING{round}"));
        let second = server.try_clone().unwrap();
        let taps = [servers[0].tap(), server.tap(), servers[1].tap()];
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| any(&taps, None, Wait::Forever));
            server.close();
            assert!(matches!(server.take(&mut [0; 8]).unwrap_err(), Error::Cancelled));
            assert!(taps[1].take(&mut [0; 8]).unwrap().is_none());
            if round % 4 == 0 {
                std::thread::sleep(Duration::from_millis(2));
            }
            assert!(!waits.is_finished());
            second.close();
            assert_eq!(waits.join().unwrap(), Ready::Closed(1));
        });
        assert!(taps[1].is_closed());
        assert!(matches!(taps[1].take(&mut [0; 8]), Err(Error::Cancelled)));
        assert!(matches!(taps[1].take_vec(&mut Vec::new()), Err(Error::Cancelled)));
        assert!(matches!(taps[1].info(), Err(Error::Cancelled)));
        assert!(matches!(taps[1].read_timeout_ms(), Err(Error::Cancelled)));
        assert!(matches!(taps[1].wait(Wait::Forever), Err(Error::Cancelled)));
        assert!(matches!(server.try_clone(), Err(Error::Cancelled)));
        assert!(taps[1].is_closed(), "a failed duplicate does not open it again");
    }
    clients[1].send(b"x").unwrap();
    assert_eq!(any(&taps(&servers), None, Wait::Forever), Ready::Message(1));
    // A tap from a handle that is closed already.
    let kept = servers[0].try_clone().unwrap();
    servers[0].close();
    let tap = servers[0].tap();
    clients[0].send(b"for the tap").unwrap();
    assert!(tap.wait(Wait::Forever).unwrap());
    assert!(tap.take(&mut [0; 20]).unwrap().is_some());
    servers.clear();
    assert!(!tap.is_closed());
    drop(kept);
    assert!(tap.is_closed());
}

/// A child has copies of the handles and taps; it can close and wait on its own.
#[test]
fn a_forked_child_closes_what_its_own_threads_wait_for() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, _clients) = slots(&world, 2);
    let alarm = Alarm::new();
    std::thread::scope(|scope| {
        let parent_waits = scope.spawn(|| any(&taps(&servers), Some(&alarm), Wait::Forever));
        std::thread::sleep(Duration::from_millis(20));
        Child::fork(|| {
            let taps = taps(&servers);
            std::thread::scope(|scope| {
                let waits = scope.spawn(|| any(&taps, None, Wait::Forever));
                let single = scope.spawn(|| servers[0].wait(Wait::Forever));
                std::thread::sleep(Duration::from_millis(20));
                servers[0].close();
                assert_eq!(waits.join().unwrap(), Ready::Closed(0));
                assert!(matches!(single.join().unwrap(), Err(Error::Cancelled)));
            });
        })
        .join();
        assert!(!parent_waits.is_finished());
        alarm.raise();
        assert_eq!(parent_waits.join().unwrap(), Ready::Alarm);
    });
}

#[test]
fn more_slots_than_one_system_call_takes() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, clients) = slots(&world, 200);
    let taps = taps(&servers);
    let alarm = Alarm::new();
    for index in [0, 1, 126, 127, 128, 150, 199] {
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| any(&taps, Some(&alarm), Wait::Forever));
            std::thread::sleep(Duration::from_millis(15));
            clients[index].send(b"x").unwrap();
            assert_eq!(waits.join().unwrap(), Ready::Message(index));
        });
        assert!(taps[index].take(&mut [0; 8]).unwrap().is_some());
    }
    let (wanted, start) = (Duration::from_millis(55), Instant::now());
    assert_eq!(any(&taps, Some(&alarm), Wait::For(wanted)), Ready::TimedOut);
    assert!(start.elapsed() >= wanted);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| any(&taps, Some(&alarm), Wait::Forever));
        std::thread::sleep(Duration::from_millis(15));
        alarm.raise();
        assert_eq!(waits.join().unwrap(), Ready::Alarm);
        let waits = scope.spawn(|| any(&taps, Some(&alarm), Wait::Forever));
        servers[177].close();
        assert_eq!(waits.join().unwrap(), Ready::Closed(177));
    });
}

/// How often the thread has given up the processor by itself.
fn voluntary_switches(thread: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn an_idle_wait_does_not_run() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, clients) = slots(&world, 3);
    let (taps, alarm) = (taps(&servers), Alarm::new());
    // Memory to give back, which is done once and then not again.
    for number in 0..100 {
        clients[0].send(&message(0, number, 60_000)).unwrap();
    }
    while taps[0].take_vec(&mut Vec::new()).unwrap().is_some() {}
    let thread = AtomicI32::new(0);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| {
            thread.store(unsafe { libc::gettid() }, Ordering::SeqCst);
            any(&taps, Some(&alarm), Wait::Forever)
        });
        std::thread::sleep(Duration::from_millis(400));
        let thread = thread.load(Ordering::SeqCst);
        let before = voluntary_switches(thread);
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(voluntary_switches(thread), before);
        alarm.raise();
        assert_eq!(waits.join().unwrap(), Ready::Alarm);
    });
}

/// Of a slot that has fallen silent beside one that is never silent.
#[test]
fn memory_of_a_quiet_slot_is_given_back_beside_a_busy_one() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, clients) = slots(&world, 2);
    let taps = taps(&servers);
    // While they are read, memory is given back every 2 MiB: the last 1.5 MiB are left for when it is quiet.
    for number in 0..2600 {
        clients[0].send(&message(0, number, 3000)).unwrap();
    }
    while taps[0].take_vec(&mut Vec::new()).unwrap().is_some() {}
    let held = world.memory_bytes("S0");
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(400) {
        clients[1].send(b"x").unwrap();
        assert_eq!(any(&taps, None, Wait::Forever), Ready::Message(1));
        assert!(taps[1].take(&mut [0; 8]).unwrap().is_some());
        assert_eq!(any(&taps, None, Wait::For(Duration::from_millis(5))), Ready::TimedOut);
    }
    let left = world.memory_bytes("S0");
    assert!(left < held - (1 << 20), "{left} of {held} bytes");
}

#[test]
fn a_tap_keeps_the_polled_descriptor_right() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let (servers, clients) = slots(&world, 1);
    let tap = servers[0].tap();
    let readiness = servers[0].readiness().unwrap();
    for _ in 0..100 {
        clients[0].send(b"x").unwrap();
        assert!(is_readable(&readiness, 10_000));
        assert!(tap.take(&mut [0; 8]).unwrap().is_some());
        assert!(!is_readable(&readiness, 0));
        assert!(tap.take_vec(&mut Vec::new()).unwrap().is_none());
    }
}

/// Makes futex_waitv fail in this process from now on, as on an older kernel or in a sandbox.
fn forbid_futex_waitv(errno: libc::c_int) {
    let instruction = |code, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    let filter = [
        // The system call's number is the first word.
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, libc::SYS_futex_waitv as u32),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | errno as u32),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_ptr().cast_mut() };
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }, 0);
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
    let answer = unsafe { libc::syscall(libc::SYS_futex_waitv, 0, 0, 0, 0, 0) };
    assert_eq!((answer, std::io::Error::last_os_error().raw_os_error()), (-1, Some(errno)));
}

#[test]
fn it_works_without_the_system_call() {
    let _watchdog = Watchdog::seconds(60);
    for errno in [libc::ENOSYS, libc::EPERM] {
        // Names that were used before may be held by children of other tests.
        let world = World::new();
        let (servers, clients) = slots(&world, 3);
        Child::fork(|| {
            forbid_futex_waitv(errno);
            let (taps, alarm) = (taps(&servers), Alarm::new());
            for index in [2, 0, 1] {
                std::thread::scope(|scope| {
                    let waits = scope.spawn(|| any(&taps, Some(&alarm), Wait::Forever));
                    std::thread::sleep(Duration::from_millis(15));
                    clients[index].send(b"x").unwrap();
                    assert_eq!(waits.join().unwrap(), Ready::Message(index));
                });
                assert!(taps[index].take(&mut [0; 8]).unwrap().is_some());
                let (wanted, start) = (Duration::from_millis(33), Instant::now());
                assert_eq!(any(&taps, None, Wait::For(wanted)), Ready::TimedOut);
                assert!(start.elapsed() >= wanted);
            }
            std::thread::scope(|scope| {
                let waits = scope.spawn(|| any(&taps, Some(&alarm), Wait::Forever));
                std::thread::sleep(Duration::from_millis(15));
                alarm.raise();
                assert_eq!(waits.join().unwrap(), Ready::Alarm);
                let waits = scope.spawn(|| any(&taps, Some(&alarm), Wait::Forever));
                std::thread::sleep(Duration::from_millis(15));
                servers[1].close();
                assert_eq!(waits.join().unwrap(), Ready::Closed(1));
            });
        })
        .join();
        servers.iter().for_each(Server::close);
    }
}
