//! Processes of a measurement: forked, pinned, and heard out.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// What a process found out, by name.
pub(crate) type Numbers = BTreeMap<String, f64>;

/// One process of a measurement.
pub(crate) struct Role<'a> {
    name: &'static str,
    cpu: usize,
    work: Box<dyn FnOnce() -> Result<Numbers> + 'a>,
}

impl<'a> Role<'a> {
    pub(crate) fn new(name: &'static str, cpu: usize, work: impl FnOnce() -> Result<Numbers> + 'a) -> Role<'a> {
        Role { name, cpu, work: Box::new(work) }
    }
}

/// Runs all roles at a time, each in a process of its own, and returns what they found out, in their order.
///
/// # Errors
/// The first error of a process; the others are killed then. So they are when `limit` is over.
pub(crate) fn run(roles: Vec<Role<'_>>, limit: Duration) -> Result<Vec<Numbers>> {
    let mut children = Vec::new();
    for role in roles {
        children.push(Child::start(role)?);
    }
    let deadline = Instant::now() + limit;
    while children.iter().any(|child| child.answer.is_none()) {
        hear(&mut children, deadline)?;
    }
    children.into_iter().map(Child::numbers).collect()
}

/// Two cores for the two sides of a measurement: those with the lowest numbers that this process may use; the same twice where
/// there is one only.
pub(crate) fn two_cpus() -> Result<[usize; 2]> {
    let set = sched_getaffinity(None).context("cannot ask for the cores that may be used")?;
    let mut cpus = (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu));
    let first = cpus.next().context("no core may be used")?;
    Ok([first, cpus.next().unwrap_or(first)])
}

/// Keeps the calling thread, and those that it starts from now on, on one core.
pub(crate) fn pin(cpu: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(cpu);
    sched_setaffinity(None, &set).with_context(|| format!("cannot stay on core {cpu}"))
}

/// Killed and waited for when it is dropped.
struct Child {
    name: &'static str,
    pid: Option<Pid>,
    pipe: File,
    answer: Option<Numbers>,
}

impl Child {
    fn start(role: Role<'_>) -> Result<Child> {
        let (reading, writing) = pipe_with(PipeFlags::CLOEXEC)?;
        // SAFETY: this process has one thread, so that the child may do whatever its parent might.
        let pid = unsafe { libc::fork() };
        match pid {
            -1 => Err(std::io::Error::last_os_error()).context("cannot fork"),
            0 => {
                drop(reading);
                let code = act(role, writing);
                // SAFETY: it ends the process; nothing of its parent's shall run at its exit.
                unsafe { libc::_exit(code) }
            }
            _ => Ok(Child { name: role.name, pid: Pid::from_raw(pid), pipe: reading.into(), answer: None }),
        }
    }

    /// Everything it says, which it does at its end.
    fn listen(&mut self) -> Result<()> {
        let mut text = String::new();
        self.pipe.read_to_string(&mut text)?;
        if text.is_empty() {
            bail!("the {} ended without a word", self.name);
        }
        let answer: Result<Numbers, String> = serde_json::from_str(&text)?;
        self.answer = Some(answer.map_err(|error| anyhow!("the {}: {error}", self.name))?);
        Ok(())
    }

    fn numbers(mut self) -> Result<Numbers> {
        if let Some(pid) = self.pid.take() {
            waitpid(Some(pid), WaitOptions::empty())?;
        }
        self.answer.take().with_context(|| format!("the {} said nothing", self.name))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Some(pid) = self.pid {
            // It may have ended already.
            let _ = kill_process(pid, Signal::KILL);
            let _ = waitpid(Some(pid), WaitOptions::empty());
        }
    }
}

/// In the child.
fn act(role: Role<'_>, answer: OwnedFd) -> i32 {
    // Nobody is left to listen once the parent is gone.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    let found = pin(role.cpu).and_then(|()| (role.work)()).map_err(|error| format!("{error:#}"));
    let said = serde_json::to_vec(&found).map_err(std::io::Error::from);
    i32::from(said.and_then(|text| File::from(answer).write_all(&text)).is_err())
}

/// Waits until one of the children says something.
fn hear(children: &mut [Child], deadline: Instant) -> Result<()> {
    let silent = || children.iter().enumerate().filter(|(_, child)| child.answer.is_none());
    let indices: Vec<usize> = silent().map(|(index, _)| index).collect();
    let mut polled: Vec<_> = silent().map(|(_, child)| PollFd::new(&child.pipe, PollFlags::IN)).collect();
    let left = deadline.saturating_duration_since(Instant::now());
    let timeout = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
    match poll(&mut polled, Some(&timeout)) {
        Ok(0) => bail!("nothing came of the {} in time", children[indices[0]].name),
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error).context("cannot wait for the processes"),
    }
    let ready: Vec<usize> = indices
        .into_iter()
        .zip(&polled)
        .filter(|(_, poll)| !poll.revents().is_empty())
        .map(|(index, _)| index)
        .collect();
    ready.into_iter().try_for_each(|index| children[index].listen())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn role(work: impl FnOnce() -> Result<Numbers> + 'static) -> Role<'static> {
        Role::new("child", two_cpus().unwrap()[0], work)
    }

    #[test]
    fn answers_come_back_in_order() {
        let say = |number: f64| role(move || Ok(Numbers::from([("x".to_owned(), number)])));
        let answers = run(vec![say(1.5), say(2.5)], LIMIT).unwrap();
        assert_eq!(answers.iter().map(|numbers| numbers["x"]).collect::<Vec<_>>(), [1.5, 2.5]);
    }

    #[test]
    fn an_error_ends_the_others() {
        let sleeper = || {
            role(|| {
                std::thread::sleep(LIMIT * 10);
                Ok(Numbers::new())
            })
        };
        let error = run(vec![sleeper(), role(|| bail!("no luck"))], LIMIT).unwrap_err();
        assert_eq!(error.to_string(), "the child: no luck");
        let error = run(vec![sleeper()], Duration::from_millis(20)).unwrap_err();
        assert!(error.to_string().contains("in time"), "{error}");
    }
}
