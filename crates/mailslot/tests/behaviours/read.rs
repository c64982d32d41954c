use std::thread;
use std::time::{Duration, Instant};

use mailslot::{ErrorKind, Timeout, quirks};

use crate::support::{Place, Watchdog, failure};

#[test]
fn b33_b34_empty_without_waiting() {
    let place = Place::new();
    let server = place.builder("orders").read_timeout(Timeout::NONE).create().unwrap();
    let _watchdog = Watchdog::start();
    assert_eq!(failure(server.recv(&mut [0; 8])), (ErrorKind::Timeout, 121));
    assert_eq!(failure(server.recv(&mut [])), (ErrorKind::Timeout, 121));
    assert_eq!(failure(server.recv_vec()), (ErrorKind::Timeout, 121));
    assert_eq!(server.try_recv(&mut []).unwrap(), None);
    assert_eq!(server.try_recv_vec().unwrap(), None);
}

#[test]
fn b35_a_timeout_is_never_early() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let server = place.builder("orders").read_timeout(Duration::from_millis(300)).create().unwrap();
    for milliseconds in [1, 20] {
        let start = Instant::now();
        let result = server.recv_timeout(&mut [0; 8], Timeout::from_millis(milliseconds));
        assert_eq!(failure(result), (ErrorKind::Timeout, 121));
        assert!(start.elapsed() >= Duration::from_millis(milliseconds.into()));
    }
    let start = Instant::now();
    let error = server.recv(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert_eq!(error.to_string(), r"no message in time: \\.\mailslot\orders: waited 300 ms");
}

#[test]
fn b36_a_read_for_ever_ends_with_a_write() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    thread::scope(|scope| {
        let reader = scope.spawn(|| server.recv_vec().unwrap().data);
        thread::sleep(Duration::from_millis(100));
        assert!(!reader.is_finished());
        client.send(b"hello").unwrap();
        assert_eq!(reader.join().unwrap(), b"hello");
    });
}

#[test]
fn b37_b38_messages_come_whole_in_order_one_a_read() {
    let place = Place::new();
    let (server, first) = place.pair("orders");
    let second = place.open("orders");
    let sizes = [1usize, 0, 63, 64, 65, 4096, 65_536, 100_000, 7];
    for (number, &size) in sizes.iter().enumerate() {
        let client = if number % 2 == 0 { &first } else { &second };
        client.send(&vec![number as u8; size]).unwrap();
    }
    let mut buffer = vec![0xff; 1 << 20];
    for (number, &size) in sizes.iter().enumerate() {
        assert_eq!(server.next_size().unwrap(), Some(size as u32));
        let received = server.recv(&mut buffer).unwrap();
        assert_eq!(received.size(), size);
        assert!(buffer[..size].iter().all(|&byte| byte == number as u8));
    }
}

#[test]
fn b39_b40_b59_a_small_buffer_leaves_the_message() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    client.send(b"four").unwrap();
    client.send(b"next").unwrap();
    let mut small = [7; 3];
    for _ in 0..2 {
        let error = server.recv(&mut small).unwrap_err();
        assert_eq!((error.kind(), error.win32_code()), (ErrorKind::BufferTooSmall, 122));
        assert_eq!((error.size(), error.limit()), (Some(4), Some(3)));
        assert_eq!(failure(server.try_recv(&mut small)), (ErrorKind::BufferTooSmall, 122));
    }
    assert_eq!(small, [7; 3], "nothing is copied");
    let info = server.info().unwrap();
    assert_eq!((info.next_size, info.message_count), (Some(4), 2));
    assert_eq!(server.recv_vec().unwrap().data, b"four");
    assert_eq!(server.recv_vec().unwrap().data, b"next");
}

#[test]
fn b39_also_for_a_read_that_waits() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    thread::scope(|scope| {
        let reader = scope.spawn(|| failure(server.recv(&mut [0; 3])));
        thread::sleep(Duration::from_millis(50));
        client.send(b"four").unwrap();
        assert_eq!(reader.join().unwrap(), (ErrorKind::BufferTooSmall, 122));
    });
    assert_eq!(server.recv_vec().unwrap().data, b"four");
}

#[test]
fn b41_b42_zero_lengths() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    client.send(b"").unwrap();
    client.send(b"").unwrap();
    client.send(b"x").unwrap();
    assert_eq!(server.recv(&mut [0; 8]).unwrap().size(), 0);
    assert_eq!(server.recv(&mut []).unwrap().size(), 0);
    assert_eq!(failure(server.recv(&mut [])), (ErrorKind::BufferTooSmall, 122));
    assert_eq!(server.recv_vec().unwrap().data, b"x");
}

#[test]
fn b53_b54_a_new_timeout_is_for_later_reads() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    thread::scope(|scope| {
        let reader = scope.spawn(|| server.recv_vec());
        thread::sleep(Duration::from_millis(50));
        server.set_read_timeout(Timeout::from_millis(1)).unwrap();
        thread::sleep(Duration::from_millis(100));
        assert!(!reader.is_finished(), "the read waits for ever, as it began");
        client.send(b"x").unwrap();
        reader.join().unwrap().unwrap();

        server.set_read_timeout(Timeout::from_millis(200)).unwrap();
        let reader = scope.spawn(|| server.recv_vec());
        thread::sleep(Duration::from_millis(50));
        server.set_read_timeout(Timeout::FOREVER).unwrap();
        assert_eq!(failure(reader.join().unwrap()), (ErrorKind::Timeout, 121));
    });
}

#[test]
fn a_timeout_of_the_call_goes_before_the_slots() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    assert_eq!(failure(server.recv_vec_timeout(Timeout::NONE)), (ErrorKind::Timeout, 121));
    assert_eq!(failure(server.recv_vec_timeout(Duration::from_millis(5))), (ErrorKind::Timeout, 121));
    server.set_read_timeout(Timeout::NONE).unwrap();
    thread::scope(|scope| {
        let reader = scope.spawn(|| server.recv_vec_timeout(None));
        thread::sleep(Duration::from_millis(50));
        client.send(b"x").unwrap();
        assert_eq!(reader.join().unwrap().unwrap().data, b"x");
    });
}

#[test]
fn b60_closing_ends_the_waiting_reads_of_that_handle_only() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let second = server.try_clone().unwrap();
    thread::scope(|scope| {
        let ended = scope.spawn(|| failure(server.recv_vec()));
        let goes_on = scope.spawn(|| second.recv_vec());
        thread::sleep(Duration::from_millis(50));
        server.close();
        assert_eq!(ended.join().unwrap(), (ErrorKind::Cancelled, quirks::READ_PENDING_AT_CLOSE_ERROR));
        assert!(!goes_on.is_finished());
        client.send(b"x").unwrap();
        assert_eq!(goes_on.join().unwrap().unwrap().data, b"x");
    });
    assert_eq!(failure(server.try_recv_vec()), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(server.info()), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(server.try_clone()), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(server.set_read_timeout(Timeout::NONE)), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(server.readiness()), (ErrorKind::Cancelled, 995));
    assert_eq!(server.raw_fd(), -1);
}

#[test]
fn several_readers_share_the_messages_and_keep_their_time() {
    const MESSAGES: usize = 20_000;
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let total: usize = thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0;
                    loop {
                        let start = Instant::now();
                        match server.recv_vec_timeout(Timeout::from_millis(200)) {
                            Ok(_) => count += 1,
                            Err(error) => {
                                assert_eq!(error.kind(), ErrorKind::Timeout);
                                assert!(start.elapsed() >= Duration::from_millis(200));
                                return count;
                            }
                        }
                    }
                })
            })
            .collect();
        for number in 0..MESSAGES {
            client.send(b"x").unwrap();
            // Pauses let the readers catch up, so that several wait for the same message and all but one lose it.
            if number % 4 == 0 {
                thread::yield_now();
            }
        }
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    });
    assert_eq!(total, MESSAGES);
}

#[test]
fn iterating_ends_with_the_read_timeout_and_after_an_error() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    server.set_read_timeout(Timeout::from_millis(20)).unwrap();
    for number in 0..3u8 {
        client.send(&[number]).unwrap();
    }
    let mut expected = 0;
    for message in &server {
        assert_eq!(message.unwrap().data, [expected]);
        expected += 1;
    }
    assert_eq!(expected, 3);

    let mut messages = server.messages();
    server.close();
    assert_eq!(failure(messages.next().unwrap()), (ErrorKind::Cancelled, 995));
    assert!(messages.next().is_none());
}

#[test]
fn a_message_tells_its_sender() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    client.send(b"x").unwrap();
    let sender = server.recv(&mut [0; 8]).unwrap().sender();
    assert_eq!(sender.pid(), std::process::id());
    let own_files_owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(place.path()).unwrap());
    assert_eq!(sender.uid(), own_files_owner);
    let age = mailslot::FileTime::now().since(sender.sent());
    assert!(age < Duration::from_secs(60), "{age:?}");
}
