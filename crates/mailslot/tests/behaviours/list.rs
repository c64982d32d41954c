use std::fs;
use std::time::Duration;

use mailslot::{ErrorKind, FileTime, Timeout, list_in};

use crate::support::{Place, failure};

#[test]
fn b111_live_slots_are_listed_and_dead_ones_are_not() {
    let place = Place::new();
    assert_eq!(list_in(place.path()).unwrap(), []);
    let before = FileTime::now();
    let _empty = place.create("Zebra");
    let _full = place
        .builder("apples/Green")
        .max_message_size(50)
        .quota(500)
        .read_timeout(Timeout::from_millis(9))
        .create()
        .unwrap();
    drop(place.create("dead"));
    let client = place.open("APPLES/green");
    client.send(b"first").unwrap();
    client.send(b"2nd").unwrap();

    let slots = list_in(place.path()).unwrap();
    let names: Vec<String> = slots.iter().map(|slot| slot.name.to_string()).collect();
    assert_eq!(names, [r"\\.\mailslot\apples\Green", r"\\.\mailslot\Zebra"], "as created, sorted by name");
    let apples = &slots[0];
    assert_eq!((apples.message_count, apples.bytes_queued, apples.next_size), (2, 8, Some(5)));
    assert_eq!((apples.max_message_size, apples.quota, apples.read_timeout.as_millis()), (50, 500, 9));
    assert_eq!(apples.reader_pid, Some(std::process::id()));
    assert!(apples.oldest_age.unwrap() < Duration::from_secs(60));
    assert!(before.since(apples.created) < Duration::from_secs(1));
    let zebra = &slots[1];
    assert_eq!((zebra.message_count, zebra.bytes_queued, zebra.next_size, zebra.oldest_age), (0, 0, None, None));
    assert_eq!((zebra.max_message_size, zebra.quota, zebra.read_timeout), (0, 256 << 20, Timeout::FOREVER));
}

#[test]
fn the_list_is_sorted_by_name_whatever_the_case() {
    let place = Place::new();
    let servers: Vec<_> = ["m", "B", "x", "a", "K", "c", "Z", "d", "Y", "l"].map(|name| place.create(name)).into();
    let listed: String = list_in(place.path()).unwrap().iter().map(|slot| slot.name.path()).collect();
    assert_eq!(listed, "aBcdKlmxYZ");
    drop(servers);
}

#[test]
fn listing_changes_nothing_and_passes_other_files_over() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    client.send(b"x").unwrap();
    fs::write(place.path().join("NOTES"), "no slot").unwrap();
    fs::create_dir(place.path().join("FOLDER")).unwrap();
    std::os::unix::fs::symlink(place.path().join("ORDERS"), place.path().join("LINK")).unwrap();
    for _ in 0..2 {
        assert_eq!(list_in(place.path()).unwrap().len(), 1);
    }
    assert_eq!(place.files(), ["FOLDER", "LINK", "NOTES", "ORDERS"]);
    assert_eq!(server.recv_vec().unwrap().data, b"x");
}

#[test]
fn a_directory_that_is_not_there_cannot_be_listed() {
    let place = Place::new();
    let error = list_in(place.path().join("missing")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PathNotFound);
    assert!(error.to_string().contains("missing"), "{error}");
    assert_eq!(failure(list_in("/dev/null")), (ErrorKind::UnsafeDirectory, 5));
}

/// Events, mutexes and the like that have names lie in the same directory.
#[test]
fn what_lies_beside_the_slots_is_passed_over_and_kept() {
    let place = Place::new();
    let slot = place.create("shown");
    let hidden = place.path().join(".object-hidden");
    // A slot's file by its contents, but not by its name.
    fs::hard_link(place.path().join("SHOWN"), &hidden).unwrap();
    let slots = list_in(place.path()).unwrap();
    assert_eq!(slots.len(), 1);
    drop(slot);
    assert_eq!(list_in(place.path()).unwrap(), []);
    assert!(hidden.exists());
}
