//! Kills behind every instruction: a writer after the k-th instruction of a whole write, for every k, and a reader after the k-th of
//! a whole read. After each kill another writer and another reader go on, and the message is there or it is not.
//!
//! A child is stepped through once, to learn the way. Then, for each instruction, another child runs to it (a breakpoint that is
//! counted) and is killed there. Copies are left out in part: of the instructions outside of this program that were gone through
//! more than 16 times, which is the C library's memcpy, every [`BULK_STRIDE`]th or [`LONG_BULK_STRIDE`]th is one to be killed at.

mod cases;
mod sleeper;
mod traced;

use std::ops::Range;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;

use cases::Case;
use traced::{Trace, Traced};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Every instruction of every case: some minutes. Without it, every one of the small cases and some of the others
    #[arg(long)]
    complete: bool,
    /// The cases whose names contain this
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
}

/// Of a copy's instructions, every so many-th; primes, so that it is not always the same of a loop's. Each costs as many steps as
/// it has before it.
const BULK_STRIDE: usize = 997;
/// The same of a copy of a [`LONG`] way.
const LONG_BULK_STRIDE: usize = 9973;

/// A child that took another way is followed by another one, so often.
const TRIES: usize = 4;

/// So many ways are looked at for the shortest.
const LESSONS: usize = 12;
/// A way of so many instructions is learnt once: it takes a second, and the clock has ticked anyway.
const LONG: usize = 30_000;

/// What one case has come to.
struct Tally {
    /// Instructions of the way that was learnt.
    instructions: usize,
    /// Places that were left out because they are inside of a copy.
    in_copies: usize,
    killed: usize,
    /// Children that took another way and ended.
    missed: usize,
    happened: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let program = traced::own_code()?;
    let cases = cases::all()?;
    println!(
        "{:<44} {:>12} {:>8} {:>9} {:>7} {:>9} {:>6}",
        "case", "instructions", "killed", "in copies", "missed", "happened", "s"
    );
    let mut total = 0;
    for mut case in cases.into_iter().filter(|case| case.name.contains(&options.only)) {
        let start = Instant::now();
        let stride = if options.complete { 1 } else { case.stride };
        if stride == 0 {
            continue;
        }
        let tally = run_case(&mut case, stride, &program).with_context(|| format!("VIOLATION: {}", case.name))?;
        let Tally { instructions, in_copies, killed, missed, happened } = tally;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{:<44} {instructions:>12} {killed:>8} {in_copies:>9} {missed:>7} {happened:>9} {seconds:>6.1}",
            case.name
        );
        total += killed;
    }
    println!("torture: {total} processes killed, each behind an instruction of its own; every promise was kept");
    Ok(())
}

fn run_case(case: &mut Case, stride: usize, program: &Range<u64>) -> Result<Tally> {
    let trace = learn(case).context("the way that is to be learnt")?;
    let bulk_stride = if trace.len() > LONG { LONG_BULK_STRIDE } else { BULK_STRIDE };
    let mut tally = Tally { instructions: trace.len(), in_copies: 0, killed: 0, missed: 0, happened: 0 };
    for step in 0..trace.len() {
        if trace.is_bulk(step, program) && step % bulk_stride != 0 {
            tally.in_copies += 1;
            continue;
        }
        // The last ones are where a message is published and a reader woken.
        if step % stride != 0 && step + 40 < trace.len() {
            continue;
        }
        let mut has_arrived = false;
        for _ in 0..TRIES {
            let killed = kill_at(case, &trace, step).with_context(|| format!("killed behind instruction {step}"))?;
            has_arrived = killed.has_arrived;
            tally.happened += usize::from(killed.has_happened);
            if has_arrived {
                break;
            }
        }
        tally.killed += usize::from(has_arrived);
        tally.missed += usize::from(!has_arrived);
    }
    case.finish()?;
    let Tally { killed, missed, happened, .. } = tally;
    // A busy machine makes the clock tick in between.
    ensure!(missed * 4 <= killed, "{missed} children of {} did not get to their instruction", missed + killed);
    ensure!(happened > 0, "nothing ever happened: this is no test");
    Ok(tally)
}

/// The shortest of some ways: now and then a tick of the clock makes a writer ask whether the server lives.
fn learn(case: &mut Case) -> Result<Trace> {
    let mut shortest: Option<Trace> = None;
    for _ in 0..LESSONS {
        if shortest.as_ref().is_some_and(|shortest| shortest.len() > LONG) {
            break;
        }
        case.prepare()?;
        let trace = case.child()?.trace()?;
        case.check(trace.len())?;
        shortest = match shortest {
            Some(shortest) if shortest.len() <= trace.len() => Some(shortest),
            _ => Some(trace),
        };
    }
    shortest.context("no way was learnt")
}

/// What has become of a child that was to be killed at an instruction.
struct Killed {
    /// What it was to do has happened.
    has_happened: bool,
    /// It got there; else it went another way and was killed at its end.
    has_arrived: bool,
}

fn kill_at(case: &mut Case, trace: &Trace, step: usize) -> Result<Killed> {
    case.prepare()?;
    let mut child: Traced = case.child()?;
    case.before_kill()?;
    let has_arrived = child.lead_to(trace, step)?;
    child.kill()?;
    Ok(Killed { has_happened: case.check(step)?, has_arrived })
}
