use std::thread;
use std::time::{Duration, Instant};

use mailslot::{Alarm, Client, ErrorKind, Mailslot, Ready, Tap, Timeout, wait_any};

use crate::support::{Place, Watchdog, failure};

const NAMES: [&str; 3] = ["orders", "returns", "complaints"];

fn three(place: &Place) -> [(Mailslot, Client); 3] {
    NAMES.map(|name| place.pair(name))
}

#[test]
fn a_send_to_any_of_three_slots_ends_the_wait() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let slots = three(&place);
    let taps = slots.each_ref().map(|(server, _)| server.tap());
    for round in 0..60 {
        let index = round % 3;
        thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_any(&taps.each_ref(), None, Timeout::FOREVER).unwrap());
            thread::sleep(Duration::from_millis(round as u64 % 4));
            slots[index].1.send(NAMES[index].as_bytes()).unwrap();
            assert_eq!(waiter.join().unwrap(), Ready::Message(index));
        });
        assert_eq!(taps[index].try_recv_vec().unwrap().unwrap().data, NAMES[index].as_bytes());
    }
    let (wanted, start) = (Duration::from_millis(50), Instant::now());
    assert_eq!(wait_any(&taps.each_ref(), None, wanted).unwrap(), Ready::TimedOut);
    assert!(start.elapsed() >= wanted);
}

#[test]
fn a_tap_receives_as_its_server_does() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let tap = server.tap();
    client.send(b"first").unwrap();
    client.send(b"").unwrap();
    client.send(b"third").unwrap();
    assert_eq!(tap.info().unwrap(), server.info().unwrap());
    let mut buffer = [0; 5];
    assert_eq!(failure(tap.recv(&mut buffer[..4])), (ErrorKind::BufferTooSmall, 122));
    assert_eq!(tap.recv(&mut buffer).unwrap().size(), 5);
    assert_eq!(&buffer, b"first");
    assert_eq!(server.recv_vec().unwrap().data, b"");
    assert_eq!(tap.clone().try_recv_vec().unwrap().unwrap().data, b"third");
    let (wanted, start) = (Duration::from_millis(30), Instant::now());
    assert_eq!(failure(tap.recv_timeout(&mut buffer, wanted)), (ErrorKind::Timeout, 121));
    assert!(start.elapsed() >= wanted);
    server.set_read_timeout(Timeout::NONE).unwrap();
    assert_eq!(failure(tap.recv_vec()), (ErrorKind::Timeout, 121));
}

/// The name is free although taps are left, and they find nothing of the next slot of that name.
#[test]
fn taps_do_not_keep_a_slot() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let second = server.try_clone().unwrap();
    let tap = server.tap();
    client.send(b"lost").unwrap();
    server.close();
    assert_eq!(tap.info().unwrap().message_count, 1);
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            assert_eq!(tap.recv_vec().unwrap().data, b"lost");
            failure(tap.recv_vec())
        });
        thread::sleep(Duration::from_millis(20));
        drop(second);
        assert_eq!(waiter.join().unwrap(), (ErrorKind::Cancelled, 995));
    });
    let (_next, client) = place.pair("orders");
    client.send(b"for the next").unwrap();
    assert_eq!(failure(tap.try_recv_vec()), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(tap.info()), (ErrorKind::Cancelled, 995));
}

#[test]
fn the_close_of_a_last_handle_and_an_alarm_end_the_wait() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let slots = three(&place);
    let taps: Vec<Tap> = slots.iter().map(|(server, _)| server.tap()).collect();
    let all: Vec<&Tap> = taps.iter().collect();
    let all = all.as_slice();
    let kept = slots[2].0.try_clone().unwrap();
    let alarm = Alarm::new();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| wait_any(all, Some(alarm.seen()), Timeout::FOREVER).unwrap());
        thread::sleep(Duration::from_millis(20));
        slots[2].0.close();
        thread::sleep(Duration::from_millis(20));
        assert!(!waiter.is_finished(), "another handle is open");
        kept.close();
        assert_eq!(waiter.join().unwrap(), Ready::Closed(2));

        let seen = alarm.seen();
        let waiter = scope.spawn(move || wait_any(&all[..2], Some(seen), Timeout::FOREVER).unwrap());
        thread::sleep(Duration::from_millis(20));
        alarm.raise();
        assert_eq!(waiter.join().unwrap(), Ready::Alarm);
    });
}
