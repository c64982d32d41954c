use std::thread;

use mailslot::{ErrorKind, Timeout};

use crate::support::{Place, Watchdog, failure};

#[test]
fn b70_b71_each_write_is_counted() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    client.send(b"").unwrap();
    let info = server.info().unwrap();
    assert_eq!((info.next_size, info.message_count), (Some(0), 1));
    client.send(b"abc").unwrap();
    assert_eq!(server.info().unwrap().message_count, 2);
    assert_eq!(server.bytes_queued(), 3);
    server.recv_vec().unwrap();
    let info = server.info().unwrap();
    assert_eq!((info.next_size, info.message_count), (Some(3), 1));
}

#[test]
fn b73_the_largest_message_and_one_byte_more() {
    let place = Place::new();
    let server = place.builder("orders").max_message_size(10).create().unwrap();
    let client = place.open("orders");
    client.send(&[1; 10]).unwrap();
    let error = client.send(&[1; 11]).unwrap_err();
    assert_eq!((error.kind(), error.win32_code(), error.nt_status()), (ErrorKind::MessageTooLarge, 87, 0xC000_000D));
    assert_eq!((error.size(), error.limit()), (Some(11), Some(10)));
    assert_eq!(error.name(), Some(r"\\.\mailslot\orders"));
    assert_eq!(server.info().unwrap().message_count, 1);
}

#[test]
fn b74_b76_sizes_that_were_special_elsewhere() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    for size in [425, 426, 427, 1 << 20] {
        let message: Vec<u8> = (0..size).map(|at: u32| (at * 31) as u8).collect();
        client.send(&message).unwrap();
        assert!(server.recv_vec().unwrap().data == message, "{size} bytes");
    }
}

#[test]
fn b75_ten_thousand_messages_wait() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    for number in 0..10_000u32 {
        client.send(&number.to_le_bytes()).unwrap();
    }
    assert_eq!(server.info().unwrap().message_count, 10_000);
    server.set_read_timeout(Timeout::NONE).unwrap();
    let received: Vec<u32> =
        server.messages().map(|message| u32::from_le_bytes(message.unwrap().data.try_into().unwrap())).collect();
    assert!(received.into_iter().eq(0..10_000));
}

#[test]
fn b80_threads_write_whole_messages_each_in_its_order() {
    const WRITERS: u8 = 4;
    const EACH: u32 = 2_000;
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, shared) = place.pair("orders");
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (place, shared) = (&place, &shared);
            scope.spawn(move || {
                let own = place.open("orders");
                // Half of the threads write through one client.
                let client = if writer % 2 == 0 { &own } else { shared };
                for number in 0..EACH {
                    let mut message = vec![writer; 5 + (number as usize * 7) % 300];
                    message[1..5].copy_from_slice(&number.to_le_bytes());
                    client.send(&message).unwrap();
                }
            });
        }
        let mut next = [0u32; WRITERS as usize];
        for _ in 0..u32::from(WRITERS) * EACH {
            let data = server.recv_vec().unwrap().data;
            let number = u32::from_le_bytes(data[1..5].try_into().unwrap());
            let expected = &mut next[data[0] as usize];
            assert_eq!(number, *expected);
            assert_eq!(data.len(), 5 + (number as usize * 7) % 300);
            assert!(data[5..].iter().all(|&byte| byte == data[0]), "torn");
            *expected += 1;
        }
    });
    assert_eq!(server.info().unwrap().message_count, 0);
}

#[test]
fn a_full_slot_refuses_and_loses_nothing() {
    let place = Place::new();
    let server = place.builder("orders").quota(100).create().unwrap();
    assert_eq!(server.quota(), 100);
    let client = place.open("orders");
    client.send(&[1; 60]).unwrap();
    let error = client.send(&[2; 41]).unwrap_err();
    assert_eq!((error.kind(), error.win32_code()), (ErrorKind::QuotaExceeded, 1816));
    assert_eq!((error.size(), error.limit()), (Some(41), Some(100)));
    assert!(error.to_string().contains("60 bytes are queued"), "{error}");
    client.send(&[3; 40]).unwrap();
    assert_eq!(server.recv_vec().unwrap().data, [1; 60]);
    client.send(&[4; 60]).unwrap();
    assert_eq!(server.recv_vec().unwrap().data, [3; 40]);
    assert_eq!(server.recv_vec().unwrap().data, [4; 60]);
    assert_eq!(failure(client.send(&[0; 101])), (ErrorKind::QuotaExceeded, 1816));
}
