//! Processes are killed and stopped for real: at random moments, and behind every single instruction of a write or a read.
//!
//! Children are forked, here and in the tests that run at the same time: for the moment of their lives they hold copies of
//! every server handle of this process. So no test uses a name again that it has let go.
#![allow(clippy::panic, clippy::undocumented_unsafe_blocks, clippy::unwrap_used, missing_docs)]

mod common;

use std::cell::OnceCell;
use std::os::fd::BorrowedFd;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use common::trace::Traced;
use common::{Child, Random, Shared, Watchdog, World, check_message, message, serve_in_child, slot};
use mailslot_queue::{Client, CreateOptions, Error, Ready, Server, Wait, wait_any};

fn take(server: &Server) -> Option<(u64, u64)> {
    let mut out = Vec::new();
    server.take_vec(&mut out).unwrap().map(|_| check_message(&out))
}

/// Kills a forked child behind `0`, `stride`, `2 * stride`, … instructions of `body`, until one gets to the end. Each kill is
/// followed by `check`, which is told how many instructions there were.
fn kill_behind_every(stride: usize, body: impl Fn(), mut check: impl FnMut(u64)) {
    for steps in (0..).step_by(stride) {
        let mut traced = Traced::fork(&body);
        traced.steps(steps);
        let finished = traced.finished;
        traced.kill();
        check(steps);
        if finished {
            return;
        }
    }
}

fn is_asleep(pid: libc::pid_t) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/wchan")).unwrap().contains("futex")
}

fn wait_until_asleep(pid: libc::pid_t) {
    while !is_asleep(pid) {
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// A copy of 64 KiB is as many steps; the code around it is that of small messages for the most part.
const LARGE: usize = 70_000;
const LARGE_STRIDE: usize = 9_000;

/// At each stop another writer writes and the reader reads. They cannot do so behind every instruction of one and the same
/// write: it would find the head changed each time it tries to publish. So each write stops behind every 64th, and there
/// are 64 writes.
#[test]
fn a_writer_stopped_behind_any_instruction_blocks_nobody() {
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    for (name, size, phases, stride) in [("SMALL", 40, 64, 64), ("MIDDLE", 3000, 64, 64), ("LARGE", LARGE, 2, 2000)] {
        let server = world.server(name);
        let other = world.client(name);
        let stopped = world.client(name);
        let mut number = 0;
        for phase in 0..phases {
            let text = message(9, phase, size);
            // A writer that has written before, or one that has everything before it.
            let write = || stopped.send(&text).unwrap();
            let mut traced = if phase % 8 == 0 { Traced::fork(write) } else { Traced::fork_after(write, write) };
            while take(&server).is_some() {}
            let mut seen_stopped = false;
            traced.steps(phase);
            while !traced.finished {
                traced.steps(stride);
                // Writes are done when they return; what is read is whole and in order.
                other.send(&message(0, number, size)).unwrap();
                let count = server.info().unwrap().message_count;
                assert!(count == 1 || count == 2, "{count}");
                loop {
                    match take(&server).expect("the returned write is there") {
                        (0, got) => {
                            assert_eq!(got, number);
                            break;
                        }
                        (9, got) if got == phase => assert!(!std::mem::replace(&mut seen_stopped, true)),
                        other => panic!("{other:?}"),
                    }
                }
                number += 1;
            }
            traced.join();
            if !seen_stopped {
                assert_eq!(take(&server), Some((9, phase)));
            }
            assert_eq!(take(&server), None);
        }
    }
}

#[test]
fn a_writer_killed_behind_any_instruction_loses_at_most_its_message() {
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    for (name, size, stride) in [("SMALL", 40, 67), ("LARGE", LARGE, LARGE_STRIDE)] {
        let server = world.server(name);
        let survivor = world.client(name);
        let text = message(9, 0, size);
        let write = || Client::open(&world.directory, slot(name)).unwrap().send(&text).unwrap();
        let (mut number, mut published) = (0, 0);
        kill_behind_every(stride, write, |_| {
            survivor.send(&message(0, number, 100)).unwrap();
            let first = take(&server).unwrap();
            if first == (9, 0) {
                published += 1;
                assert_eq!(take(&server), Some((0, number)));
            } else {
                assert_eq!(first, (0, number));
            }
            assert_eq!(take(&server), None);
            number += 1;
        });
        assert!(published > 0 && published < number, "{published} of {number}");
        // Chunks of the dead are used again: hundreds of clients have died, each with one or two.
        for number in 0..5000 {
            survivor.send(&message(0, number, 3000)).unwrap();
            assert_eq!(take(&server), Some((0, number)));
        }
        assert!(world.memory_bytes(name) < 8 << 20, "{} bytes", world.memory_bytes(name));
    }
}

/// The last instruction that matters: published, but the reader not woken yet. The kernel wakes it.
#[test]
fn a_sleeping_reader_learns_of_a_message_whose_writer_was_killed_behind_any_instruction() {
    readers_learn_of_a_message_whose_writer_was_killed(|_| wait_alone, |_| wait_alone);
}

/// The same for readers that sleep in several slots at once, the slot in question being the first of them or not.
#[test]
fn a_reader_of_several_slots_learns_of_a_message_whose_writer_was_killed_behind_any_instruction() {
    let sleeper = |steps| if steps % 2 == 0 { wait_first_of_two } else { wait_second_of_two };
    readers_learn_of_a_message_whose_writer_was_killed(sleeper, |steps| {
        if steps % 3 == 0 { wait_alone } else { wait_second_of_two }
    });
}

/// Waits for a message in the first slot; whether it was woken for it.
type Sleep = fn(&Server, &Server) -> bool;

fn wait_alone(server: &Server, _: &Server) -> bool {
    is_woken(|wait| server.wait(wait).unwrap())
}

fn wait_first_of_two(server: &Server, other: &Server) -> bool {
    is_woken(|wait| wait_any(&[&server.tap(), &other.tap()], None, wait).unwrap() == Ready::Message(0))
}

fn wait_second_of_two(server: &Server, other: &Server) -> bool {
    is_woken(|wait| wait_any(&[&other.tap(), &server.tap()], None, wait).unwrap() == Ready::Message(1))
}

/// A wait that nobody ends looks once more when its time is up, and finds the message beside which it has slept.
fn is_woken(wait: impl FnOnce(Wait) -> bool) -> bool {
    let (long, start) = (Duration::from_secs(20), Instant::now());
    wait(Wait::For(long)) && start.elapsed() < long
}

fn readers_learn_of_a_message_whose_writer_was_killed(first: fn(u64) -> Sleep, second: fn(u64) -> Sleep) {
    let _watchdog = Watchdog::seconds(300);
    let world = World::new();
    let server = world.server("S");
    let other = world.server("OTHER");
    let client = world.client("S");
    let text = message(9, 0, 40);
    let (mut published, mut unpublished) = (0, 0);
    for steps in 0.. {
        // The child has written before: what is stepped through is the way of a writer that is at home.
        let write = || client.send(&text).unwrap();
        let mut traced = Traced::fork_after(write, write);
        assert_eq!(take(&server), Some((9, 0)));
        // Two, because the kernel wakes one, and that one may be killed as well before it takes the message.
        let wait = |sleep: Sleep| Child::fork(|| assert!(sleep(&server, &other), "asleep beside a message"));
        let readers = [wait(first(steps)), wait(second(steps))];
        readers.iter().for_each(|reader| wait_until_asleep(reader.pid));
        traced.steps(steps);
        let finished = traced.finished;
        traced.kill();
        if server.info().unwrap().message_count == 0 {
            unpublished += 1;
            client.send(&text).unwrap();
        } else {
            published += 1;
        }
        readers.into_iter().for_each(Child::join);
        assert_eq!(take(&server), Some((9, 0)));
        if finished {
            break;
        }
    }
    assert!(published > 0 && unpublished > 0);
}

/// A reader on its way to sleep sees what is written behind any of its instructions, or is woken for it.
#[test]
fn a_reader_that_falls_asleep_misses_no_message() {
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    for (name, sleep) in [("ALONE", wait_alone as Sleep), ("ANY", wait_second_of_two)] {
        let (server, other) = (world.server(name), world.server(&format!("OTHER {name}")));
        let client = world.client(name);
        let mut asleep = false;
        // There are more instructions than that between the last look of a reader that spins and its sleep.
        for steps in (0..).step_by(17) {
            let look = || assert!(!server.wait(Wait::Now).unwrap());
            let mut reader = Traced::fork_after(look, || assert!(sleep(&server, &other), "asleep beside a message"));
            asleep = !reader.steps_until_asleep(steps, is_asleep);
            client.send(&message(9, steps, 40)).unwrap();
            if asleep {
                reader.join_asleep()
            } else {
                reader.join()
            }
            assert_eq!(take(&server), Some((9, steps)));
            if asleep {
                break;
            }
        }
        assert!(asleep);
    }
}

/// A reader has looked for a message and is about to fall asleep; a writer sends one and dies before it has looked at the doorbell;
/// the kernel wakes nobody, because nobody sleeps yet. The reader does not fall asleep beside the message.
#[test]
fn a_reader_on_its_way_to_sleep_misses_no_message_of_a_dead_writer() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let (server, client) = (world.server("S"), world.client("S"));
    let text = message(9, 0, 40);
    let write = || client.send(&text).unwrap();
    let mut writer = Traced::fork_after(write, write);
    assert_eq!(take(&server), Some((9, 0)));
    let mut reader = Traced::fork(|| assert!(wait_alone(&server, &server), "asleep beside a message"));
    reader.run_to_system_call(libc::SYS_futex_waitv);
    while server.info().unwrap().message_count == 0 {
        writer.step();
    }
    writer.kill();
    reader.begin_system_call();
    reader.wait_for_system_call();
    reader.join();
    assert_eq!(take(&server), Some((9, 0)));
}

/// Two readers sleep; the writer dies behind its publication; the kernel wakes the first reader, and that one is killed behind
/// any of its next instructions. The other one wakes up all the same.
#[test]
fn the_second_reader_learns_of_a_message_although_writer_and_first_reader_were_killed() {
    let _watchdog = Watchdog::seconds(300);
    let world = World::new();
    for (name, sleep) in [("ALONE", wait_alone as Sleep), ("ANY", wait_first_of_two)] {
        let (server, other) = (world.server(name), world.server(&format!("OTHER {name}")));
        let client = world.client(name);
        let text = message(9, 0, 40);
        for steps in 0.. {
            let write = || client.send(&text).unwrap();
            let mut writer = Traced::fork_after(write, write);
            assert_eq!(take(&server), Some((9, 0)));
            let mut first = Traced::fork(|| assert!(sleep(&server, &other)));
            first.run_to_system_call(libc::SYS_futex_waitv);
            first.begin_system_call();
            wait_until_asleep(first.pid());
            let second = Child::fork(|| assert!(sleep(&server, &other), "asleep beside a message"));
            wait_until_asleep(second.pid);
            while server.info().unwrap().message_count == 0 {
                writer.step();
            }
            writer.kill();
            first.wait_for_system_call();
            first.steps(steps);
            let finished = first.finished;
            first.kill();
            second.join();
            assert_eq!(take(&server), Some((9, 0)));
            if finished {
                break;
            }
        }
    }
}

/// Two readers sleep; a writer is stopped, or killed, behind an instruction; then another writer writes. Each reader gets a
/// message, whatever the first writer had undertaken to do.
#[test]
fn nobody_sleeps_beside_messages_because_a_writer_does_not_go_on() {
    let _watchdog = Watchdog::seconds(300);
    let world = World::new();
    let server = world.server("S");
    let (client, other) = (world.client("S"), world.client("S"));
    let text = message(9, 0, 40);
    let read_one = || {
        let mut out = Vec::new();
        while server.take_vec(&mut out).unwrap().is_none() {
            assert!(wait_alone(&server, &server), "asleep beside a message");
        }
    };
    for steps in 0.. {
        let write = || client.send(&text).unwrap();
        let mut traced = Traced::fork_after(write, write);
        assert_eq!(take(&server), Some((9, 0)));
        let readers = [Child::fork(read_one), Child::fork(read_one)];
        readers.iter().for_each(|reader| wait_until_asleep(reader.pid));
        traced.steps(steps);
        let finished = traced.finished;
        let stopped = if steps % 2 == 0 {
            Some(traced)
        } else {
            traced.kill();
            None
        };
        for number in 0..2 {
            other.send(&message(0, number, 40)).unwrap();
        }
        readers.into_iter().for_each(Child::join);
        drop(stopped);
        while take(&server).is_some() {}
        if finished {
            break;
        }
    }
}

#[test]
fn a_reader_killed_behind_any_instruction_takes_at_most_one_message() {
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    for (name, size, stride) in [("SMALL", 40, 3), ("LARGE", LARGE, LARGE_STRIDE)] {
        let server = world.server(name);
        let client = world.client(name);
        let (mut number, mut left, mut gone) = (0, 0, 0);
        let send_two = |number: u64| {
            client.send(&message(0, number, size)).unwrap();
            client.send(&message(0, number + 1, size)).unwrap();
        };
        send_two(0);
        let read = || {
            let _ = server.take_vec(&mut Vec::new()).unwrap();
        };
        kill_behind_every(stride, read, |_| {
            assert!((1..=2).contains(&server.info().unwrap().message_count));
            let first = take(&server).unwrap();
            if first == (0, number) {
                left += 1;
                assert_eq!(take(&server), Some((0, number + 1)));
            } else {
                gone += 1;
                assert_eq!(first, (0, number + 1));
            }
            assert_eq!(take(&server), None);
            number += 2;
            send_two(number);
        });
        assert!(left > 0 && gone > 0, "left {left}, gone {gone}");
    }
}

/// The forked child of a reader has a copy of everything that its parent had open and mapped, and lives on when the parent is killed:
/// that must not keep alive what stands for the parent's life.
#[test]
fn a_reader_killed_while_its_forked_child_lives_on_holds_up_nobody() {
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let children = Shared::new(1);
    let text = message(9, 0, 3000);
    let mut left = 0;
    for steps in (0..).step_by(23) {
        for _ in 0..3 {
            client.send(&text).unwrap();
        }
        // A handle that it has opened itself, as a started process has.
        let own = OnceCell::new();
        let before = || {
            let descriptor = unsafe { BorrowedFd::borrow_raw(server.raw_fd()) };
            let own = own.get_or_init(|| Server::from_fd(descriptor.try_clone_to_owned().unwrap()).unwrap());
            assert_eq!(take(own), Some((9, 0)));
            let child = unsafe { libc::fork() };
            if child == 0 {
                // SIGALRM ends it if nobody else does.
                unsafe { libc::alarm(240) };
                loop {
                    unsafe { libc::pause() };
                }
            }
            children.at(0).store(child as u64, Ordering::SeqCst);
        };
        let read = || {
            let _ = own.get().unwrap().take_vec(&mut Vec::new()).unwrap();
        };
        let mut traced = Traced::fork_after(before, read);
        traced.steps(steps);
        let finished = traced.finished;
        traced.kill();
        let _orphan = Orphan(children.at(0).load(Ordering::SeqCst) as libc::pid_t);
        // The one that it was killed in, or had taken, and the last.
        let start = Instant::now();
        let mut count = 0;
        while take(&server).is_some() {
            count += 1;
        }
        assert!(start.elapsed() < Duration::from_secs(4), "the dead reader was waited for");
        assert!(count == 1 || count == 2, "{count}");
        left += u64::from(count == 2);
        if finished {
            break;
        }
    }
    assert!(left > 0);
}

/// A grandchild, killed with the value.
struct Orphan(libc::pid_t);

impl Drop for Orphan {
    fn drop(&mut self) {
        unsafe { libc::kill(self.0, libc::SIGKILL) };
    }
}

/// Behind the end of the hint ring the reader walks the list and leaves links: killed there, another goes on.
#[test]
fn a_reader_killed_while_it_walks_a_backlog_loses_nothing_else() {
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    for number in 0..6000 {
        client.send(&message(0, number, 40)).unwrap();
    }
    for number in 0..2048 {
        assert_eq!(take(&server), Some((0, number)));
    }
    let mut next = 2048;
    let read = || {
        let _ = server.take_vec(&mut Vec::new()).unwrap();
    };
    kill_behind_every(9000, read, |_| {
        let (_, number) = take(&server).unwrap();
        assert!(number == next || number == next + 1, "{number} after {next}");
        next = number + 1;
    });
    while let Some((_, number)) = take(&server) {
        assert_eq!(number, next);
        next += 1;
    }
    assert_eq!(next, 6000);
}

/// A killed writer's bytes do not count against the quota for ever, although the reader never finds time to look twice.
#[test]
fn bytes_of_a_dead_writer_are_settled_under_load() {
    let _watchdog = Watchdog::seconds(120);
    let world = World::new();
    let server = world.server("S");
    let client = world.client("S");
    let text = message(9, 0, 40);
    // Until one has died between counting its bytes and publishing the message.
    for steps in 0.. {
        let write = || client.send(&text).unwrap();
        let mut traced = Traced::fork_after(write, write);
        assert_eq!(take(&server), Some((9, 0)));
        traced.steps(steps);
        let finished = traced.finished;
        traced.kill();
        if server.info().unwrap().message_count == 0 && server.bytes_queued() > 0 {
            break;
        }
        while take(&server).is_some() {}
        assert!(!finished, "no instruction was the right one");
    }
    assert_eq!(server.bytes_queued(), 40);
    // A reader that takes one message each time, and waits for the next.
    for number in 0..30 {
        client.send(&message(0, number, 100)).unwrap();
        assert!(server.wait(Wait::Forever).unwrap());
        assert_eq!(take(&server), Some((0, number)));
        assert_eq!(take(&server), None);
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(server.bytes_queued(), 0);
}

/// Thousands of writers, killed at random moments: what was accepted is read, whole, once, in order.
#[test]
fn writers_killed_at_random_moments() {
    const KILLS: u64 = 2000;
    let _watchdog = Watchdog::seconds(240);
    let world = World::new();
    let server = world.server("S");
    let returned = Shared::new(KILLS as usize);
    let mut random = Random(7);
    let mut next = vec![0; KILLS as usize];
    let mut received = 0u64;
    for writer in 0..KILLS {
        let child = Child::fork(|| {
            let client = world.client("S");
            let mut random = Random(writer);
            for number in 0.. {
                let size = if random.below(50) == 0 { 150_000 } else { random.below(2000) as usize };
                client.send(&message(writer, number, size)).unwrap();
                returned.at(writer as usize).store(number + 1, Ordering::SeqCst);
            }
        });
        std::thread::sleep(Duration::from_micros(random.below(1500)));
        child.kill();
        let accepted = returned.at(writer as usize).load(Ordering::SeqCst);
        let count = u64::from(server.info().unwrap().message_count);
        assert!(count == accepted || count == accepted + 1, "{accepted} returned, {count} counted");
        while let Some((from, number)) = take(&server) {
            assert_eq!((from, number), (writer, next[from as usize]));
            next[from as usize] += 1;
            received += 1;
        }
        assert!(next[writer as usize] >= accepted);
    }
    assert!(received > KILLS, "{received}");
    // Everything that the dead held is used again or given back.
    let client = world.client("S");
    for number in 0..3000 {
        client.send(&message(0, number, 2000)).unwrap();
        assert!(take(&server).is_some());
    }
    for _ in 0..2 {
        assert!(take(&server).is_none());
        std::thread::sleep(Duration::from_millis(150));
        assert!(take(&server).is_none());
    }
    assert!(world.memory_bytes("S") < 8 << 20, "{} bytes", world.memory_bytes("S"));
    assert_eq!(server.bytes_queued(), 0, "bytes of dead writers are still counted");
}

#[test]
fn a_writer_stopped_by_sigstop_keeps_nothing_from_others() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let mut random = Random(3);
    for writer in 0..30 {
        let child = Child::fork(|| {
            let client = world.client("S");
            for number in 0.. {
                if let Err(Error::QuotaExceeded { .. }) = client.send(&message(writer, number, 5000)) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        });
        std::thread::sleep(Duration::from_micros(2000 + random.below(500)));
        child.signal(libc::SIGSTOP);
        while take(&server).is_some() {}
        let client = world.client("S");
        for number in 0..500 {
            client.send(&message(1000, number, 5000)).unwrap();
        }
        let mut number = 0;
        while let Some((from, got)) = take(&server) {
            if from == 1000 {
                assert_eq!(got, number);
                number += 1;
            }
        }
        assert_eq!(number, 500);
        child.kill();
    }
}

/// B94, B78, B93: SIGKILL of the server frees the name and the messages; old clients stay dead.
#[test]
fn b94_b78_a_killed_server_leaves_a_free_name() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    for round in 0..20 {
        let name = &format!("S{round}");
        let child = serve_in_child(&world, name);
        let old = world.client(name);
        old.send(b"for the dead").unwrap();
        assert!(matches!(
            Server::create(&world.directory, slot(name), &CreateOptions::default()).unwrap_err(),
            Error::AlreadyExists
        ));
        child.kill();
        if round % 2 == 0 {
            assert!(matches!(Client::open(&world.directory, slot(name)).unwrap_err(), Error::NotFound));
        }
        let server = world.server(name);
        assert!(matches!(old.info().unwrap_err(), Error::ServerGone));
        assert!(matches!(old.send(b"late").unwrap_err(), Error::ServerGone));
        assert_eq!(server.info().unwrap().message_count, 0);
        let new = world.client(name);
        new.send(b"for the living").unwrap();
        assert!(matches!(old.send(b"late").unwrap_err(), Error::ServerGone));
        let mut buffer = [0; 64];
        let taken = server.take(&mut buffer).unwrap().unwrap();
        assert_eq!(&buffer[..taken.size as usize], b"for the living");
        assert!(server.take(&mut buffer).unwrap().is_none());
    }
}

/// A client notices a kill without being told: within a few milliseconds, not at once.
#[test]
fn clients_notice_a_killed_server() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let child = serve_in_child(&world, "S");
    let client = world.client("S");
    client.send(b"x").unwrap();
    child.kill();
    std::thread::sleep(Duration::from_millis(30));
    assert!(matches!(client.send(b"y").unwrap_err(), Error::ServerGone));
    assert!(world.directory.slots().unwrap().is_empty());
    assert!(!world.path.path().join("S").exists(), "the file of the dead slot is still there");
}

/// B91, B92: the slot lives on in a forked child that has a copy of the handle, and dies with it.
#[test]
fn b91_b92_the_slot_lives_as_long_as_any_copy_of_its_handle() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let server = world.server("S");
    let stage = Shared::new(1);
    let child = Child::fork(|| {
        while stage.at(0).load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(server.wait(Wait::For(Duration::from_secs(20))).unwrap());
        assert_eq!(take(&server), Some((0, 5)));
        stage.at(0).store(2, Ordering::SeqCst);
        std::thread::sleep(Duration::from_secs(60));
    });
    drop(server);
    let client = world.client("S");
    client.send(&message(0, 5, 100)).unwrap();
    stage.at(0).store(1, Ordering::SeqCst);
    while stage.at(0).load(Ordering::SeqCst) != 2 {
        std::thread::sleep(Duration::from_millis(1));
    }
    client.send(&message(0, 6, 100)).unwrap();
    child.kill();
    // Children of other tests may still have a copy.
    while !matches!(Client::open(&world.directory, slot("S")), Err(Error::NotFound)) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(10));
    assert!(matches!(client.send(b"x").unwrap_err(), Error::ServerGone));
}

#[test]
fn the_memory_of_a_killed_servers_slot_goes_when_a_client_notices() {
    let _watchdog = Watchdog::seconds(60);
    let world = World::new();
    let child = serve_in_child(&world, "S");
    let client = world.client("S");
    for number in 0..500 {
        client.send(&message(0, number, 60_000)).unwrap();
    }
    let file = std::fs::File::open(world.path.path().join("S")).unwrap();
    child.kill();
    std::thread::sleep(Duration::from_millis(20));
    assert!(matches!(client.send(b"x").unwrap_err(), Error::ServerGone));
    use std::os::unix::fs::MetadataExt;
    assert!(file.metadata().unwrap().blocks() * 512 < 1 << 20);
}
