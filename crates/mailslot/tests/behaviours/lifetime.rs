use mailslot::ErrorKind;

use crate::support::{Place, failure};

#[test]
fn b18_the_name_is_free_at_once() {
    let place = Place::new();
    for _ in 0..100 {
        let (server, client) = place.pair("orders");
        client.send(b"left behind").unwrap();
        assert_eq!(server.info().unwrap().message_count, 1, "a new slot is empty");
    }
    let server = place.create("orders");
    server.close();
    assert!(place.files().is_empty());
    place.create("orders");
}

#[test]
fn b77_a_client_of_a_dead_slot() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    client.send(b"x").unwrap();
    drop(server);
    let error = client.send(b"x").unwrap_err();
    assert_eq!((error.kind(), error.win32_code(), error.nt_status()), (ErrorKind::ServerGone, 38, 0xC000_00B6));
    assert_eq!(failure(client.send(b"")), (ErrorKind::ServerGone, 38));
    assert_eq!(failure(client.info()), (ErrorKind::ServerGone, 38));
    client.close();
}

#[test]
fn b78_b93_clients_neither_keep_a_slot_nor_find_its_successor() {
    let place = Place::new();
    let (server, old_client) = place.pair("orders");
    drop(server);
    assert_eq!(failure(place.try_open("orders")), (ErrorKind::NotFound, 2));
    let successor = place.create("orders");
    assert_eq!(failure(old_client.send(b"x")), (ErrorKind::ServerGone, 38));
    assert_eq!(successor.info().unwrap().message_count, 0);
    place.open("orders").send(b"y").unwrap();
    assert_eq!(successor.recv_vec().unwrap().data, b"y");
}

#[test]
fn b90_clones_read_one_queue() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let clone = server.try_clone().unwrap();
    for text in [b"1", b"2", b"3"] {
        client.send(text).unwrap();
    }
    assert_eq!(clone.recv_vec().unwrap().data, b"1");
    assert_eq!(server.info().unwrap(), clone.info().unwrap());
    assert_eq!(server.recv_vec().unwrap().data, b"2");
    assert_eq!(clone.recv_vec().unwrap().data, b"3");
    assert_eq!(server.info().unwrap().message_count, 0);
}

#[test]
fn b91_the_slot_lives_with_its_last_handle() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let clone = server.try_clone().unwrap();
    client.send(b"kept").unwrap();
    drop(server);
    client.send(b"also").unwrap();
    assert_eq!(failure(place.builder("orders").create()), (ErrorKind::AlreadyExists, 183));
    assert_eq!(clone.recv_vec().unwrap().data, b"kept");
    drop(clone);
    assert_eq!(failure(client.send(b"x")), (ErrorKind::ServerGone, 38));
}
