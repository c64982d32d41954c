//! Both ends are made, and closed again.

use anyhow::Result;

use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::transport::{Plan, Transport};

/// What a message might take.
const MESSAGE_BYTES: usize = 64;

/// Times before the clock counts.
const WARM_UP: u32 = 3;

pub(super) fn measure<T: Transport>(bench: &Bench) -> Result<Outcome> {
    let plan = bench.plan_without_limit(MESSAGE_BYTES);
    if !T::KEEPS_BACKLOG && T::ALLOCATES {
        return Ok(Outcome::Refused("it takes all of its memory at once".to_owned()));
    }
    let work = || run::<T>(&plan, bench);
    let mut answers = process::run(vec![Role::new("process", bench.cpus[0], work)], bench.limit)?;
    Ok(Outcome::Measured(answers.swap_remove(0)))
}

fn run<T: Transport>(plan: &Plan, bench: &Bench) -> Result<Numbers> {
    let once = || -> Result<()> {
        let link = T::link(plan)?;
        let receiver = T::receiver(&link)?;
        let sender = T::sender(&link)?;
        drop(sender);
        drop(receiver);
        Ok(())
    };
    for _ in 0..WARM_UP {
        once()?;
    }
    let start = now_ns();
    let mut times = 0;
    while now_ns() - start < bench.sample.as_nanos() as u64 {
        once()?;
        times += 1;
    }
    let ns = (now_ns() - start) as f64 / f64::from(times);
    Ok(Numbers::from([(number::NS.to_owned(), ns), (number::MESSAGES.to_owned(), f64::from(times))]))
}
