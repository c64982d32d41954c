use std::time::Duration;

use mailslot::{ErrorKind, FileTime, TimesUpdate};

use crate::support::{Place, failure};

#[test]
fn b104_a_fresh_slot_was_created_just_now() {
    let place = Place::new();
    let before = FileTime::now();
    let server = place.create("orders");
    let after = FileTime::now();
    let times = server.times();
    // The clock behind may be a timer tick old.
    assert!(before.since(times.creation) < Duration::from_secs(1) && times.creation <= after);
    assert_eq!((times.access, times.write), (times.creation, times.creation));
}

#[test]
fn b106_b107_set_times_are_exact_and_the_others_stay() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let before = server.times();
    server.set_times(&TimesUpdate::new()).unwrap();
    server.set_times(&TimesUpdate::new().creation(FileTime(0)).access(FileTime(0)).write(FileTime(0))).unwrap();
    assert_eq!(server.times(), before);

    let odd = FileTime(123_456_789_012_345_677);
    server.set_times(&TimesUpdate::new().creation(odd)).unwrap();
    assert_eq!(server.times().creation, odd);
    assert_eq!((server.times().access, server.times().write), (before.access, before.write));
    assert_eq!(client.times(), server.times());

    client.set_times(&TimesUpdate::new().access(FileTime(3)).write(FileTime(4))).unwrap();
    assert_eq!((server.times().access, server.times().write), (FileTime(3), FileTime(4)));

    let refused = server.set_times(&TimesUpdate::new().creation(FileTime(9)).write(FileTime(u64::MAX)));
    assert_eq!(failure(refused), (ErrorKind::InvalidParameter, 87));
    assert_eq!(server.times().creation, odd, "nothing is set by a refused call");
}

#[test]
fn b109_messages_change_the_access_and_write_times_only() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let long_ago = FileTime(1_000_000);
    let all = TimesUpdate::new().creation(long_ago).access(long_ago).write(long_ago);

    server.set_times(&all).unwrap();
    client.send(b"x").unwrap();
    let times = server.times();
    assert!(times.creation == long_ago && times.write > long_ago && times.access == long_ago, "{times:?}");

    server.set_times(&all).unwrap();
    server.recv_vec().unwrap();
    let times = server.times();
    assert!(times.creation == long_ago && times.write == long_ago && times.access > long_ago, "{times:?}");
}

/// Through the handle and its clones, not through others; a refused call changes nothing of it.
#[test]
fn b107_updates_are_stopped_and_resumed_by_handle() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let other = place.open("orders");
    let long_ago = FileTime(1_000_000);
    let all = TimesUpdate::new().creation(long_ago).access(long_ago).write(long_ago);
    // What a message through which client and server changes: write time, access time.
    let changes = |client: &mailslot::Client, server: &mailslot::Mailslot| {
        server.set_times(&all).unwrap();
        client.send(b"x").unwrap();
        server.recv_vec().unwrap();
        let times = server.times();
        (times.write > long_ago, times.access > long_ago)
    };
    assert_eq!(changes(&client, &server), (true, true));
    client.set_times(&TimesUpdate::new().stop_write()).unwrap();
    assert_eq!(changes(&client, &server), (false, true));
    assert_eq!(changes(&client.try_clone().unwrap(), &server), (false, true));
    assert_eq!(changes(&other, &server), (true, true));

    let second = server.try_clone().unwrap();
    second.set_times(&TimesUpdate::new().stop_access()).unwrap();
    assert_eq!(changes(&client, &server), (false, false));
    client.send(b"x").unwrap();
    assert!(server.tap().try_recv_vec().unwrap().is_some());
    assert_eq!(server.times().access, long_ago);

    let refused = TimesUpdate::new().resume_access().resume_write().creation(FileTime(u64::MAX));
    assert_eq!(failure(server.set_times(&refused)), (ErrorKind::InvalidParameter, 87));
    assert_eq!(failure(client.set_times(&refused)), (ErrorKind::InvalidParameter, 87));
    assert_eq!(changes(&client, &server), (false, false));
    // Each end has its own; the other's is nothing to it.
    server.set_times(&TimesUpdate::new().resume_write()).unwrap();
    client.set_times(&TimesUpdate::new().resume_access()).unwrap();
    assert_eq!(changes(&client, &server), (false, false));
    server.set_times(&TimesUpdate::new().resume_access()).unwrap();
    client.set_times(&TimesUpdate::new().resume_write()).unwrap();
    assert_eq!(changes(&client, &second), (true, true));
}
