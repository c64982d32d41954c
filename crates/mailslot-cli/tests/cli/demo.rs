//! `mailslot demo`, end to end: it compiles C and starts real clients.

use crate::support::{World, run};

/// The words of its last line that are numbers.
fn last_line(text: &str) -> Vec<u64> {
    let line = text.lines().last().unwrap();
    assert!(line.contains("none missing, torn or out of order"), "{text}");
    line.split(' ').filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn three_languages_on_one_slot() {
    let world = World::new();
    let ended = world.run(["demo"]).ok();
    let text = ended.text();
    assert!(text.contains(r"\\.\mailslot\demo\orders"), "{text}");
    for language in ["rust", "c", "shell"] {
        assert!(text.contains(&format!("client   {language}")), "{text}");
        assert!(text.lines().any(|line| line.contains(&format!(": {language} 3 "))), "{text}");
    }
    let counts = text.lines().filter_map(|line| line.trim().strip_prefix("info     "));
    let counts: Vec<u64> = counts.map(|count| count.split(' ').next().unwrap().parse().unwrap()).collect();
    assert_eq!(counts[..15], [4, 8, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    let numbers = last_line(text);
    assert_eq!(numbers[0], 3 * (4 + 10_000));
    assert!(numbers[1] > numbers[0] && numbers[2] > 0, "{numbers:?}");
    assert_eq!(world.slots(), 0);
}

#[test]
fn another_server_of_that_name_is_left_alone() {
    let world = World::new();
    let other = mailslot::Mailslot::builder("demo/orders").directory(world.path()).create().unwrap();
    let ended = world.run(["demo"]).ok();
    assert!(ended.text().contains("as another server has the name"), "{ended:?}");
    last_line(ended.text());
    assert_eq!(other.info().unwrap().message_count, 0);
}

#[test]
fn it_needs_a_c_compiler_and_says_so() {
    let world = World::new();
    let mut command = world.command(["demo"]);
    command.env("CC", "no-such-compiler");
    run(&mut command, b"").failed(1, "needs a C compiler, but there is no program 'no-such-compiler'");
    let mut command = world.command(["demo"]);
    command.env("CC", "false");
    run(&mut command, b"").failed(1, "the C client does not compile");
    assert_eq!(world.slots(), 0);
}
