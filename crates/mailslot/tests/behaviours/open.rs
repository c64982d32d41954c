use mailslot::{Client, ErrorKind, Mailslot, Name};

use crate::support::{Place, failure};

#[test]
fn b20_b21_a_missing_slot_is_not_found() {
    let place = Place::new();
    for name in ["missing", "no/dir/x"] {
        let error = place.try_open(name).unwrap_err();
        assert_eq!((error.kind(), error.win32_code(), error.nt_status()), (ErrorKind::NotFound, 2, 0xC000_0034));
        assert_eq!(error.to_string(), format!("no such mailslot: {}", Name::local(name).unwrap()));
    }
    assert!(place.files().is_empty(), "an open creates nothing");
}

#[test]
fn b24_b31_fifty_clients_at_once_change_nothing_by_opening() {
    let place = Place::new();
    let (server, first) = place.pair("orders");
    first.send(b"before").unwrap();
    let clients: Vec<Client> = (0..50).map(|_| place.open("orders")).collect();
    assert_eq!(server.info().unwrap().message_count, 1);
    for (number, client) in clients.iter().enumerate() {
        client.send(&[number as u8]).unwrap();
    }
    assert_eq!(server.recv_vec().unwrap().data, b"before");
    for number in 0..50 {
        assert_eq!(server.recv_vec().unwrap().data, [number]);
    }
}

#[test]
fn b114_remote_slots_are_deprecated_and_this_machine_is_local() {
    let place = Place::new();
    let _server = place.create("x");
    for name in [r"\\host\mailslot\x", r"\\*\mailslot\x"] {
        assert_eq!(failure(place.try_open(name)), (ErrorKind::RemoteDeprecated, 3025), "{name}");
    }
    let own = rustix::system::uname().nodename().to_string_lossy().into_owned();
    for host in ["localhost", "127.0.0.1", &own] {
        place.open(format!(r"\\{host}\mailslot\x")).send(b"here").unwrap();
    }
}

#[test]
fn a_client_keeps_the_spelling_it_was_opened_with() {
    let place = Place::new();
    let (server, client) = (place.create("Orders"), place.open("ORDERS"));
    assert_eq!((server.name().path(), client.name().path()), ("Orders".to_owned(), "ORDERS".to_owned()));
    assert_eq!(server.name(), client.name());
}

#[test]
fn a_closed_client_answers_cancelled() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    let clone = client.try_clone().unwrap();
    client.close();
    client.close();
    assert_eq!(failure(client.send(b"x")), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(client.info()), (ErrorKind::Cancelled, 995));
    assert_eq!(failure(client.try_clone()), (ErrorKind::Cancelled, 995));
    assert_eq!(client.raw_fd(), -1);
    clone.send(b"x").unwrap();
    assert_eq!(server.info().unwrap().message_count, 1);
}

#[test]
fn both_ends_can_be_used_by_many_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Mailslot>();
    check::<Client>();
    check::<mailslot::Readiness>();
    check::<mailslot::Error>();
    check::<mailslot::Builder>();
}
