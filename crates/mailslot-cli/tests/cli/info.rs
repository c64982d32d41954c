//! `mailslot info` and `mailslot list`.

use mailslot::{Client, Mailslot};
use serde_json::{Value, json};

use crate::support::World;

fn server(world: &World, name: &str) -> Mailslot {
    Mailslot::builder(name).directory(world.path()).create().unwrap()
}

fn send(world: &World, name: &str, messages: &[&str]) {
    let client = Client::options().directory(world.path()).open(name).unwrap();
    for message in messages {
        client.send(message.as_bytes()).unwrap();
    }
}

#[test]
fn info_tells_what_is_queued() {
    let world = World::new();
    let server = server(&world, "Taxes/Bob");
    send(&world, "taxes/bob", &["12345", "1"]);
    let ended = world.run(["info", "taxes/bob"]).ok();
    let facts: Vec<Vec<&str>> =
        ended.text().lines().map(|line| line.splitn(2, "  ").map(str::trim).collect()).collect();
    assert!(facts.contains(&vec!["name", r"\\.\mailslot\Taxes\Bob"]), "{facts:?}");
    assert!(facts.contains(&vec!["messages", "2"]), "{facts:?}");
    assert!(facts.contains(&vec!["bytes", "6"]), "{facts:?}");
    assert!(facts.contains(&vec!["next", "5"]), "{facts:?}");
    assert!(facts.contains(&vec!["max", "any"]), "{facts:?}");
    assert!(facts.contains(&vec!["quota", "256 MiB"]), "{facts:?}");
    assert!(facts.contains(&vec!["timeout", "forever"]), "{facts:?}");
    assert!(facts.iter().any(|fact| fact[0] == "oldest" && fact[1].ends_with('s')), "{facts:?}");
    assert!(facts.contains(&vec!["reader pid", &std::process::id().to_string()]), "{facts:?}");
    let security = server.security().unwrap().to_string();
    assert!(security.ends_with("(A;;FA;;;BA)") && facts.contains(&vec!["security", &security]), "{facts:?}");
}

#[test]
fn info_about_a_slot_that_lets_nobody_in() {
    let world = World::new();
    let builder = Mailslot::builder("closed").permissions(mailslot::Permissions::Nobody);
    let _server = builder.directory(world.path()).create().unwrap();
    let ended = world.run(["info", "closed"]).ok();
    assert!(ended.text().lines().any(|line| line.starts_with("security") && line.ends_with("D:")), "{ended:?}");
    world.run(["send", "closed", "x"]).failed(6, r"\\.\mailslot\closed");
}

#[test]
fn info_as_json() {
    let world = World::new();
    let server = server(&world, "orders");
    let info = |world: &World| -> Value {
        serde_json::from_slice(&world.run(["info", r"\\.\MAILSLOT\ORDERS", "--json"]).ok().stdout).unwrap()
    };
    let mut empty = info(&world);
    let created = empty.as_object_mut().unwrap().remove("created").unwrap();
    created.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(
        empty,
        json!({
            "name": r"\\.\mailslot\orders", "messages": 0, "bytes": 0, "next_size": null,
            "max_message_size": 0, "quota": 268_435_456, "read_timeout_ms": null,
            "oldest_age_ms": null, "reader_pid": std::process::id(),
            "security": server.security().unwrap().to_string(),
        })
    );
    send(&world, "orders", &["", "22"]);
    let queued = info(&world);
    assert_eq!((&queued["messages"], &queued["bytes"], &queued["next_size"]), (&json!(2), &json!(2), &json!(0)));
    assert!(queued["oldest_age_ms"].is_u64());
}

#[test]
fn info_about_no_slot_gives_3() {
    let world = World::new();
    world.run(["info", "nobody"]).failed(3, r"\\.\mailslot\nobody");
    world.run(["info", "nobody", "--json"]).failed(3, r"\\.\mailslot\nobody");
}

#[test]
fn list_is_sorted_and_has_a_line_for_each_slot() {
    let world = World::new();
    let _servers = ["b", "a/c", "a"].map(|name| server(&world, name));
    send(&world, "b", &["123"]);
    let ended = world.run(["list"]).ok();
    let lines: Vec<Vec<&str>> = ended.text().lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0].join(" "), "NAME MESSAGES BYTES NEXT MAX QUOTA TIMEOUT OLDEST READER");
    let names: Vec<&str> = lines[1..].iter().map(|line| line[0]).collect();
    assert_eq!(names, ["a", "a/c", "b"]);
    assert_eq!(lines[1][1..5], ["0", "0", "-", "any"]);
    assert_eq!(lines[3][1..5], ["1", "3", "3", "any"]);
}

#[test]
fn list_as_json() {
    let world = World::new();
    assert_eq!(world.run(["list", "--json"]).ok().text(), "[]\n");
    let _servers = ["b", "a"].map(|name| server(&world, name));
    let slots: Value = serde_json::from_slice(&world.run(["list", "--json"]).ok().stdout).unwrap();
    assert_eq!(slots[0]["name"], r"\\.\mailslot\a");
    assert_eq!(slots[1]["name"], r"\\.\mailslot\b");
    assert_eq!(slots.as_array().unwrap().len(), 2);
}

#[test]
fn no_slots_leave_the_headings() {
    let world = World::new();
    let ended = world.run(["list"]).ok();
    assert!(ended.text().starts_with("NAME  MESSAGES"));
    assert_eq!(ended.text().lines().count(), 1);
}

#[test]
fn tables_fit_the_columns() {
    let world = World::new();
    let long = format!("long/{}", "x".repeat(200));
    let _servers = [long.as_str(), "日本語のスロット", "b"].map(|name| server(&world, name));
    for columns in [20, 40, 60, 80, 100, 132] {
        for arguments in [&["list"][..], &["info", &long]] {
            let mut command = world.command(arguments);
            command.env("COLUMNS", columns.to_string());
            let ended = crate::support::run(&mut command, b"").ok();
            for line in ended.text().lines() {
                let width: usize = line.chars().map(|c| if c > '\u{2fff}' { 2 } else { 1 }).sum();
                assert!(width <= columns, "{columns}: {line}");
            }
        }
    }
    // Without a terminal and without COLUMNS nothing is cut.
    assert!(world.run(["list"]).ok().text().contains(&long));
}

#[test]
fn a_name_cannot_send_escapes_to_the_terminal() {
    let world = World::new();
    let _server = server(&world, "evil\u{1b}]0;name\u{7}");
    for arguments in [&["list"][..], &["info", "evil\u{1b}]0;name\u{7}"]] {
        let ended = world.run(arguments).ok();
        assert!(!ended.text().contains('\u{1b}') && ended.text().contains(r"evil\u{1b}]0;name\u{7}"), "{ended:?}");
    }
}

#[test]
fn a_reader_that_left_is_no_error() {
    let world = World::new();
    let _server = server(&world, "a");
    for arguments in [&["list"][..], &["list", "--json"], &["info", "a"]] {
        let script = r#"{ sleep 0.1; "$0" "$@"; echo $? >&2; } | true"#;
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_mailslot")]).args(arguments);
        shell.env("MAILSLOT_DIR", world.path());
        assert_eq!(crate::support::run(&mut shell, b"").stderr, "0\n");
    }
}
