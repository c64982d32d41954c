use std::os::fd::BorrowedFd;

use mailslot::{ErrorKind, Mailslot, Timeout};

use crate::support::{Place, Watchdog, failure};

#[test]
fn b83_b84_next_size_and_count_follow_the_queue() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let state = || {
        let info = server.info().unwrap();
        assert_eq!(server.next_size().unwrap(), info.next_size);
        (info.next_size, info.message_count)
    };
    assert_eq!(state(), (None, 0));
    for size in [1, 2, 0] {
        client.send(&[0; 2][..size]).unwrap();
    }
    for expected in [(Some(1), 3), (Some(2), 2), (Some(0), 1)] {
        assert_eq!(state(), expected);
        server.recv_vec().unwrap();
    }
    assert_eq!(state(), (None, 0));
}

#[test]
fn b86_a_client_sees_the_slots_data() {
    let place = Place::new();
    let server = place.builder("orders").max_message_size(77).read_timeout(Timeout::from_millis(5)).create().unwrap();
    let client = place.open("orders");
    client.send(b"abc").unwrap();
    let info = client.info().unwrap();
    assert_eq!(info, server.info().unwrap());
    assert_eq!((info.max_message_size, info.next_size, info.message_count), (77, Some(3), 1));
}

#[test]
fn b87_b88_a_new_timeout_is_seen_through_every_handle() {
    let place = Place::new();
    let _watchdog = Watchdog::start();
    let (server, client) = place.pair("orders");
    let clone = server.try_clone().unwrap();
    // SAFETY: `server` keeps its descriptor open until the end of this test.
    let descriptor = unsafe { BorrowedFd::borrow_raw(server.raw_fd()) };
    let received = Mailslot::from_fd(descriptor.try_clone_to_owned().unwrap()).unwrap();
    assert_eq!(received.name(), server.name());

    server.set_read_timeout(Timeout::NONE).unwrap();
    for handle in [&server, &clone, &received] {
        assert_eq!(handle.info().unwrap().read_timeout, Timeout::NONE);
        assert_eq!(failure(handle.recv_vec()), (ErrorKind::Timeout, 121));
    }
    assert_eq!(client.info().unwrap().read_timeout, Timeout::NONE);
}
