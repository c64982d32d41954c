//! Many exist at a time: what it costs to open one of them, and to list them.

use anyhow::{Context as _, Result, ensure};

use super::meeting::Meeting;
use super::{Bench, Outcome, number};
use crate::clock::now_ns;
use crate::process::{self, Numbers, Role};
use crate::transport::{Plan, Transport, Waiting};

/// Slots of one process: a few descriptors each.
const SLOTS_OF_EACH: usize = 2500;

const ALL_ARE_THERE: usize = 0;
const DONE: usize = 1;

pub(super) fn measure<T: Transport>(bench: &Bench, slots: usize) -> Result<Outcome> {
    if !T::SCALES {
        return Ok(Outcome::Refused("it has no names, or few".to_owned()));
    }
    let plans: Vec<Plan> = (0..slots).map(|_| bench.plan(64, 1, Waiting::Blocking)).collect();
    let meeting = Meeting::new()?;
    let keepers = plans.chunks(SLOTS_OF_EACH);
    let count = keepers.len();
    let mut roles = vec![Role::new("opener", bench.cpus[0], || {
        meeting.wait_for(ALL_ARE_THERE, count);
        let found = open::<T>(&plans, bench);
        meeting.arrive(DONE);
        found
    })];
    for plans in keepers {
        roles.push(Role::new("keeper", bench.cpus[1], || keep::<T>(plans, &meeting)));
    }
    let mut answers = process::run(roles, bench.limit)?;
    Ok(Outcome::Measured(answers.swap_remove(0)))
}

fn keep<T: Transport>(plans: &[Plan], meeting: &Meeting) -> Result<Numbers> {
    let mut kept = Vec::with_capacity(plans.len());
    for plan in plans {
        kept.push(T::receiver(&T::link(plan)?).with_context(|| format!("after {}", kept.len()))?);
    }
    meeting.arrive(ALL_ARE_THERE);
    meeting.wait_for(DONE, 1);
    Ok(Numbers::new())
}

fn open<T: Transport>(plans: &[Plan], bench: &Bench) -> Result<Numbers> {
    let links = plans.iter().map(T::link).collect::<Result<Vec<_>>>()?;
    let mut random = fastrand::Rng::with_seed(1);
    let mut open = || T::sender(&links[random.usize(..links.len())]).map(drop);
    open()?;
    let start = now_ns();
    let mut times = 0;
    while now_ns() - start < bench.sample.as_nanos() as u64 {
        open()?;
        times += 1;
    }
    let ns = (now_ns() - start) as f64 / f64::from(times);
    let mut numbers = Numbers::from([(number::NS.to_owned(), ns), (number::MESSAGES.to_owned(), f64::from(times))]);
    let start = now_ns();
    if let Some(listed) = T::list(&plans[0]) {
        let (listed, ns) = (listed?, now_ns() - start);
        ensure!(listed == plans.len(), "{listed} were listed instead of {}", plans.len());
        numbers.insert(number::LIST.to_owned(), ns as f64);
    }
    Ok(numbers)
}
