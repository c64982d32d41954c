//! What lies in the way in the slot directory, and descriptors that are something else.

use std::fs::{self, File, Permissions};
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use mailslot::{Client, ErrorKind, Mailslot};

use crate::support::{Place, failure};

#[test]
fn a_foreign_file_of_that_name_is_no_mailslot_and_stays() {
    for contents in [&b""[..], b"hello", &[0; 100_000], &[0xff; 5000]] {
        let place = Place::new();
        let path = place.path().join("ORDERS");
        fs::write(&path, contents).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(failure(place.try_open("orders")), (ErrorKind::NotAMailslot, 6));
        assert_eq!(failure(place.builder("orders").create()), (ErrorKind::NotAMailslot, 6));
        assert_eq!(fs::read(&path).unwrap(), contents);
    }
}

#[test]
fn links_folders_and_pipes_are_no_mailslots() {
    let place = Place::new();
    let _target = place.create("target");
    symlink(place.path().join("TARGET"), place.path().join("LINK")).unwrap();
    symlink("nowhere", place.path().join("DANGLING")).unwrap();
    fs::create_dir(place.path().join("FOLDER")).unwrap();
    let made = Command::new("mkfifo").arg(place.path().join("PIPE")).status().unwrap();
    assert!(made.success());
    for name in ["link", "dangling", "folder", "pipe"] {
        assert_eq!(failure(place.try_open(name)), (ErrorKind::NotAMailslot, 6), "{name}");
        assert_eq!(failure(place.builder(name).create()), (ErrorKind::NotAMailslot, 6), "{name}");
    }
    assert_eq!(place.files(), ["DANGLING", "FOLDER", "LINK", "PIPE", "TARGET"]);
}

#[test]
fn a_slot_file_under_another_name_is_not_that_slot() {
    let place = Place::new();
    let long = |last: char| format!("{}{last}", "long".repeat(100));
    for (created, asked) in [("orders".to_owned(), "other".to_owned()), (long('a'), long('b'))] {
        drop(place.create(&asked));
        let probe = place.create(&asked);
        let asked_file = place.files().remove(0);
        drop(probe);
        let server = place.create(&created);
        fs::rename(place.path().join(place.files().remove(0)), place.path().join(&asked_file)).unwrap();

        let error = place.try_open(&asked).unwrap_err();
        assert_eq!((error.kind(), error.win32_code()), (ErrorKind::NotFound, 2));
        assert_eq!(failure(place.builder(&asked).create()), (ErrorKind::AlreadyExists, 183));
        drop(server);
        fs::remove_file(place.path().join(&asked_file)).ok();
    }
}

#[test]
fn a_directory_that_others_may_change_is_not_used() {
    for mode in [0o777, 0o770, 0o702] {
        let place = Place::new();
        fs::set_permissions(place.path(), Permissions::from_mode(mode)).unwrap();
        for error in [place.try_open("orders").unwrap_err(), place.builder("orders").create().unwrap_err()] {
            assert_eq!((error.kind(), error.win32_code()), (ErrorKind::UnsafeDirectory, 5), "{mode:o}");
            assert!(error.to_string().contains(place.path().to_str().unwrap()), "{error}");
        }
    }
}

#[test]
fn a_directory_that_is_a_link_a_file_or_missing_is_not_used() {
    let place = Place::new();
    let link = place.path().join("link");
    symlink(place.path(), &link).unwrap();
    for (path, kind) in [
        (link.as_path(), ErrorKind::UnsafeDirectory),
        ("/dev/null".as_ref(), ErrorKind::UnsafeDirectory),
        ("/no/such/directory".as_ref(), ErrorKind::PathNotFound),
    ] {
        assert_eq!(
            Mailslot::builder("orders").directory(path).create().unwrap_err().kind(),
            kind,
            "{}",
            path.display()
        );
        assert_eq!(Client::options().directory(path).open("orders").unwrap_err().kind(), kind, "{}", path.display());
    }
}

#[test]
fn descriptors_of_other_things_are_no_mailslots() {
    let place = Place::new();
    let file = place.path().join("file");
    fs::write(&file, [0; 8192]).unwrap();
    for path in [file.to_str().unwrap(), "/dev/null", "/", "/dev/shm"] {
        let open = || File::open(path).unwrap().into();
        assert_eq!(failure(Mailslot::from_fd(open())), (ErrorKind::NotAMailslot, 6), "{path}");
        assert_eq!(failure(Client::from_fd(open())), (ErrorKind::NotAMailslot, 6), "{path}");
    }
}

#[test]
fn a_clients_descriptor_makes_a_client_and_no_server() {
    let place = Place::new();
    let (server, client) = place.pair("orders");
    // SAFETY: `client` keeps its descriptor open until the end of this test.
    let descriptor = unsafe { BorrowedFd::borrow_raw(client.raw_fd()) };
    let duplicate = || descriptor.try_clone_to_owned().unwrap();
    assert_eq!(failure(Mailslot::from_fd(duplicate())), (ErrorKind::NotAMailslot, 6));
    let second = Client::from_fd(duplicate()).unwrap();
    assert_eq!(second.name(), server.name());
    second.send(b"x").unwrap();
    assert_eq!(server.recv_vec().unwrap().data, b"x");
}
