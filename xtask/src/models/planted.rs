//! The proof that the models look: bugs, each of one place, that a model must report.
//!
//! All of them are planted at once, in a copy of the sources, and sleep there until the environment names one. So one build serves
//! them all, and the real sources know nothing of it.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::runs;
use crate::steps::Count;
use crate::workspace::Workspace;

struct Bug {
    name: &'static str,
    /// In `crates/mailslot-queue/src`.
    file: &'static str,
    /// Text that is there once. What is between « and » is replaced: an expression, or statements that end in a semicolon.
    place: &'static str,
    bad: &'static str,
    /// The model that must report it. A bug that takes two places has it in the second.
    model: &'static str,
}

const fn bug(
    name: &'static str,
    file: &'static str,
    place: &'static str,
    bad: &'static str,
    model: &'static str,
) -> Bug {
    Bug { name, file, place, bad, model }
}

const BUGS: &[Bug] = &[
    bug(
        "a message is published relaxed",
        "writer.rs",
        "match «word.compare_exchange_weak(head, next.to_word(), layout::PUBLISH, Ordering::Relaxed)» {",
        "word.compare_exchange_weak(head, next.to_word(), Ordering::Relaxed, Ordering::Relaxed)",
        "push::a_reader_walks_beside_a_writer",
    ),
    bug(
        "a message is published without sequential consistency",
        "writer.rs",
        "match «word.compare_exchange_weak(head, next.to_word(), layout::PUBLISH, Ordering::Relaxed)» {",
        "word.compare_exchange_weak(head, next.to_word(), Ordering::AcqRel, Ordering::Relaxed)",
        "sleep::a_sleeper_is_woken",
    ),
    bug(
        "the hint is there before the message",
        "writer.rs",
        "            «slot.map.u64_at(offset).store(header.link_word(), Ordering::Relaxed);»",
        "slot.map.u64_at(offset).store(header.link_word(), Ordering::Relaxed); \
         self.hint(slot, Head { sequence: header.sequence, block });",
        "push::a_writer_and_a_reader",
    ),
    bug(
        "a hint is stored relaxed",
        "writer.rs",
        "store(entry.to_word(), «layout::HINT»)",
        "Ordering::Relaxed",
        "push::a_writer_and_a_reader",
    ),
    bug(
        "a hint is followed relaxed",
        "blocks.rs",
        ".load(«layout::FOLLOW_HINT»)",
        "Ordering::Relaxed",
        "push::a_writer_and_a_reader",
    ),
    bug(
        "head is looked at relaxed",
        "slot/mod.rs",
        "self.map.u64_at(layout::HEAD).load(«layout::OBSERVE»)",
        "Ordering::Relaxed",
        "push::a_reader_walks_beside_a_writer",
    ),
    bug(
        "a writer does not announce that it will wake",
        "writer.rs",
        "        «let word = slot.map.u64_at(layout::HEAD);»",
        "drop(WakeDuty::begin(slot.doorbell()));",
        "killed::a_writer_beside_a_sleeper",
    ),
    bug(
        "the doorbell is looked at before the message is there",
        "writer.rs",
        "        «let block = (offset / UNIT_BYTES) as u32;»",
        "slot.ring(&mut self.rung_for);",
        "",
    ),
    bug(
        "the doorbell is looked at before the message is there",
        "writer.rs",
        "        «slot.ring(&mut self.rung_for);»",
        "();",
        "sleep::a_sleeper_is_woken",
    ),
    bug(
        "the doorbell is looked at relaxed",
        "doorbell.rs",
        "let state = self.doorbell().load(«Ordering::SeqCst»);",
        "Ordering::Relaxed",
        "sleep::a_sleeper_is_woken",
    ),
    bug(
        "a writer leaves the wake to who has undertaken it",
        "doorbell.rs",
        "if «is_first || *rung_for != Some(newest)» {",
        "is_first",
        "stopped::a_writer_beside_a_writer_and_a_sleeper",
    ),
    bug(
        "a sleeper looks for messages before it arms the doorbell",
        "doorbell.rs",
        "        let seen = self.head();\n        if «is_over()» {",
        "false",
        "sleep::a_sleeper_is_woken",
    ),
    bug(
        "a sleeper does not watch head",
        "doorbell.rs",
        "futex::wait(bell, doorbell::SLEEPING, head, «seen.sequence», ",
        "self.head().sequence",
        "killed::a_writer_beside_a_sleeper",
    ),
    bug(
        "a sleeper does not pass a wake on",
        "doorbell.rs",
        "            Ok(()) => {\n                «self.pass_on();»",
        "();",
        "killed::a_writer_beside_two_sleepers",
    ),
    bug(
        "a message is taken before it is copied",
        "reader.rs",
        "        «let header = found.header;»",
        "slot.map.u64_at(layout::READ_SEQUENCE).store(read.wrapping_add(1), layout::CONSUMED);",
        "chunks::a_writer_uses_again_what_is_read",
    ),
    bug(
        "a message is taken relaxed",
        "reader.rs",
        "store(read.wrapping_add(1), «layout::CONSUMED»)",
        "Ordering::Relaxed",
        "chunks::a_writer_uses_again_what_is_read",
    ),
    bug(
        "what was taken is looked at relaxed",
        "slot/mod.rs",
        "self.map.u64_at(layout::READ_SEQUENCE).load(«layout::REUSE»)",
        "Ordering::Relaxed",
        "chunks::a_writer_uses_again_what_is_read",
    ),
    bug(
        "a chunk is used again with a message unread",
        "chunks.rs",
        "if «last_sequence <= read» && self.change_chunk(chunk, state, mine)",
        "last_sequence <= read + 1",
        "chunks::a_writer_uses_again_what_is_read",
    ),
    bug(
        "a chunk is given up with a number that is too low",
        "writer.rs",
        "            let last_sequence = «slot.head_sequence()»;\n            slot.release_chunk(",
        "slot.read_sequence()",
        "chunks::a_reader_gives_memory_back_beside_a_writer",
    ),
    bug(
        "memory is given back with a message unread",
        "chunks.rs",
        "Some(state @ ChunkState::Free { last_sequence, .. }) if «last_sequence <= read» => {\n                    spare += 1;",
        "last_sequence <= read + 1",
        "chunks::a_reader_gives_memory_back_beside_a_writer",
    ),
    bug(
        "a chunk is given up before its memory is",
        "chunks.rs",
        "        «let _ = self.punch(self.geometry.chunk_offset(chunks.start), chunks.len() as u64 * CHUNK_BYTES);»",
        "for chunk in chunks.clone() { self.release_chunk(chunk, ChunkState::Empty); } \
         let _ = self.punch(self.geometry.chunk_offset(chunks.start), chunks.len() as u64 * CHUNK_BYTES);",
        "chunks::the_last_memory_is_given_back_beside_a_writer",
    ),
    bug(
        "a dead writer's chunk stays its own",
        "chunks.rs",
        "        if «kernel::is_locked_by_another(self.file(), LockByte::Participant(owner))?»",
        "true",
        "killed::a_writer_beside_a_writer",
    ),
    bug(
        "a living writer's chunk is taken",
        "chunks.rs",
        "        if «kernel::is_locked_by_another(self.file(), LockByte::Participant(owner))?»",
        "false",
        "chunks::a_reader_gives_memory_back_beside_a_writer",
    ),
    bug(
        "a dead writer's chunk is used again with its messages unread",
        "chunks.rs",
        "used_units: CHUNK_UNITS, last_sequence: «self.head_sequence()» }",
        "self.read_sequence()",
        "killed::a_writer_beside_a_writer",
    ),
    bug(
        "the reader lock is taken from the living",
        "reader.rs",
        "holder != me && «!kernel::is_locked_by_another(slot.file(), LockByte::Participant(holder))?»;",
        "true",
        "take::two_readers_at_once",
    ),
    bug(
        "the reader lock stays with the dead",
        "reader.rs",
        "holder != me && «!kernel::is_locked_by_another(slot.file(), LockByte::Participant(holder))?»;",
        "false",
        "killed::a_reader_beside_a_reader",
    ),
    bug(
        "the reader lock is given back relaxed",
        "reader.rs",
        "self.0.map.u64_at(layout::READER_LOCK).store(0, «Ordering::Release»);",
        "Ordering::Relaxed",
        "take::two_readers_at_once",
    ),
];

/// The workspace's manifest with the queue as its only member.
fn of_one_crate(manifest: &str) -> Result<String> {
    let is_about_members =
        |line: &str| ["members =", "exclude =", "default-members ="].iter().any(|key| line.starts_with(key));
    let mut lines: Vec<&str> = manifest.lines().filter(|line| !is_about_members(line)).collect();
    match lines.iter().position(|line| *line == "[workspace]") {
        Some(at) => lines.insert(at + 1, "members = [\"crates/mailslot-queue\"]"),
        None => bail!("the manifest has no [workspace]"),
    }
    Ok(lines.join("\n"))
}

/// Copies the queue's sources with all bugs in them, as a workspace of its own; returns its folder.
pub(super) fn plant(workspace: &Workspace, folder: &Path) -> Result<PathBuf> {
    let manifest = workspace.read(Path::new("Cargo.toml"))?;
    put(&folder.join("Cargo.toml"), &of_one_crate(&manifest)?)?;
    put(&folder.join("Cargo.lock"), &workspace.read(Path::new("Cargo.lock"))?)?;
    let package = Path::new("crates/mailslot-queue");
    for name in ["Cargo.toml", "build.rs"] {
        put(&folder.join(package).join(name), &workspace.read(&package.join(name))?)?;
    }
    let sources = package.join("src");
    let files = workspace.files_ending(&["rs"])?;
    for file in files.iter().filter(|file| file.starts_with(&sources)) {
        let mut text = workspace.read(file)?;
        let name = file.strip_prefix(&sources)?.to_string_lossy();
        plant_in(&mut text, &name)?;
        if name == "lib.rs" {
            text.insert_str(0, "#![allow(unused_parens)]\n");
            text += SWITCH;
        }
        put(&folder.join(file), &text)?;
    }
    Ok(folder.into())
}

/// Which of them is awake.
const SWITCH: &str = "
pub(crate) fn is_planted(name: &str) -> bool {
    static NAME: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(|| std::env::var(\"MAILSLOT_PLANTED\").ok());
    NAME.as_deref() == Some(name)
}
";

/// Bugs that share a place stand in one chain of conditions.
fn plant_in(text: &mut String, file: &str) -> Result<()> {
    let mut places: Vec<&str> = BUGS.iter().filter(|bug| bug.file == file).map(|bug| bug.place).collect();
    places.sort_unstable();
    places.dedup();
    let sources = text.clone();
    // Each is found in the sources as they are, and replaced from the end of the file on.
    let mut edits = Vec::new();
    for place in places {
        let (start, good) = find(&sources, place).with_context(|| format!("in {file}"))?;
        let is_statement = good.ends_with(';');
        let (open, close) = if is_statement { ("", "") } else { ("(", ")") };
        let mut new = String::from(open);
        for bug in BUGS.iter().filter(|bug| bug.file == file && bug.place == place) {
            let Bug { name, bad, .. } = bug;
            if is_statement && good.starts_with("let ") {
                // What it names is needed further down.
                new += &format!("if crate::is_planted({name:?}) {{ {bad} }} ");
            } else {
                new += &format!("if crate::is_planted({name:?}) {{ {bad} }} else ");
            }
        }
        if is_statement && good.starts_with("let ") {
            new += good;
        } else {
            new += &format!("{{ {good} }}");
        }
        edits.push((start, good.len(), new + close));
    }
    edits.sort_by_key(|(start, ..)| *start);
    for (start, length, new) in edits.into_iter().rev() {
        text.replace_range(start..start + length, &new);
    }
    Ok(())
}

/// Where the marked part of a place is, and what it says.
fn find<'a>(text: &'a str, place: &str) -> Result<(usize, &'a str)> {
    let (before, rest) = place.split_once('«').context("a place without a mark")?;
    let (good, after) = rest.split_once('»').context("a place without a second mark")?;
    let whole = format!("{before}{good}{after}");
    let mut found = text.match_indices(&whole);
    match (found.next(), found.next()) {
        (Some((start, _)), None) => {
            let start = start + before.len();
            Ok((start, &text[start..start + good.len()]))
        }
        (None, _) => bail!("there is no {whole:?}"),
        _ => bail!("there is more than one {whole:?}"),
    }
}

/// Writes what has changed: cargo builds again whatever is newer.
fn put(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let folder = path.parent().context("a file without a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Wakes one bug after the other, and prints which model has reported it.
pub(super) fn check(program: &Path, filter: Option<&str>) -> Result<Count> {
    let bugs =
        BUGS.iter().filter(|bug| !bug.model.is_empty() && filter.is_none_or(|filter| bug.model.contains(filter)));
    let queue = Mutex::new(bugs.collect::<Vec<_>>());
    let count = Mutex::new(Count::default());
    println!("{:<64} {:<16} model that reports it", "planted bug", "in");
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                while let Some(bug) = take_first(&queue) {
                    let start = Instant::now();
                    let result = check_one(program, bug);
                    let verdict = match &result {
                        Ok(()) => String::from("ok"),
                        Err(error) => format!("FAILED: {error:#}"),
                    };
                    let seconds = start.elapsed().as_secs_f64();
                    let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
                    println!("{:<64} {:<16} {:<52} {verdict} {seconds:.1} s", bug.name, bug.file, bug.model);
                    match result {
                        Ok(()) => count.passed += 1,
                        Err(_) => count.failed += 1,
                    }
                }
            });
        }
    });
    Ok(count.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn take_first<'a>(queue: &Mutex<Vec<&'a Bug>>) -> Option<&'a Bug> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    if queue.is_empty() { None } else { Some(queue.remove(0)) }
}

fn check_one(program: &Path, bug: &Bug) -> Result<()> {
    let name = format!("models::{}", bug.model);
    let output = runs(program).args([&name, "--exact"]).env("MAILSLOT_PLANTED", bug.name).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("running 0 tests") {
        bail!("there is no model {name}");
    }
    if output.status.success() {
        bail!("no report");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_to_be_there_once() {
        assert_eq!(find("if a <= b {}", "if «a <= b» {").unwrap(), (3, "a <= b"));
        assert!(find("if a < b {}", "if «a <= b» {").is_err());
        assert!(find("if a <= b {} if a <= b {}", "if «a <= b» {").is_err());
    }
}
