//! A forked child that is led to one instruction and killed there, with ptrace.

use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

const BREAKPOINT: u8 = 0xcc;

/// Where a child has been, instruction by instruction, between its two stops.
pub(super) struct Trace {
    /// The instruction pointer before each.
    addresses: Vec<u64>,
    /// How often the instruction had come before, this time included.
    occurrences: Vec<u32>,
}

impl Trace {
    pub(super) fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether the instruction is one of a copy: outside of this program, and gone through more often than any other loop is.
    pub(super) fn is_bulk(&self, step: usize, program: &Range<u64>) -> bool {
        self.occurrences[step] > 16 && !program.contains(&self.addresses[step])
    }
}

/// The addresses of this program's own code; the C library's are elsewhere.
pub(super) fn own_code() -> Result<Range<u64>> {
    let program = std::env::current_exe()?;
    let maps = std::fs::read_to_string("/proc/self/maps")?;
    let line = maps.lines().find(|line| line.contains(" r-xp ") && line.ends_with(&*program.to_string_lossy()));
    let (start, end) = line
        .and_then(|line| line.split(' ').next())
        .and_then(|range| range.split_once('-'))
        .context("this program's code is not mapped")?;
    Ok(u64::from_str_radix(start, 16)?..u64::from_str_radix(end, 16)?)
}

/// Killed and reaped with the value.
pub(super) struct Traced {
    pid: Pid,
    is_reaped: bool,
    /// It has got to the end of what it was to do.
    pub(super) is_finished: bool,
}

impl Traced {
    /// A child that has done `before` and stands in front of `body`.
    pub(super) fn fork(before: impl FnOnce(), body: impl FnOnce()) -> Result<Traced> {
        // SAFETY: this process has one thread.
        match unsafe { libc::fork() } {
            -1 => bail!("cannot fork: {}", std::io::Error::last_os_error()),
            0 => {
                let work = || -> nix::Result<()> {
                    before();
                    ptrace::traceme()?;
                    raise(Signal::SIGSTOP)?;
                    body();
                    raise(Signal::SIGSTOP)
                };
                let status = i32::from(work().is_err());
                // SAFETY: ends a forked child, without what its parent would do at its end.
                unsafe { libc::_exit(status) }
            }
            pid => {
                let mut traced = Traced { pid: Pid::from_raw(pid), is_reaped: false, is_finished: false };
                ensure!(traced.wait()? == Signal::SIGSTOP, "the child has stopped too early");
                Ok(traced)
            }
        }
    }

    /// Steps to the end.
    pub(super) fn trace(mut self) -> Result<Trace> {
        let mut trace = Trace { addresses: Vec::new(), occurrences: Vec::new() };
        let mut seen = std::collections::HashMap::<u64, u32>::new();
        while !self.is_finished {
            let address = self.address()?;
            let occurrence = seen.entry(address).or_default();
            *occurrence += 1;
            trace.addresses.push(address);
            trace.occurrences.push(*occurrence);
            self.step()?;
        }
        Ok(trace)
    }

    /// Leads it to the place behind `step` instructions; `false` if it came to its end without getting there.
    pub(super) fn lead_to(&mut self, trace: &Trace, step: usize) -> Result<bool> {
        let (address, occurrence) = (trace.addresses[step], trace.occurrences[step]);
        if step <= 2 * occurrence as usize {
            for _ in 0..step {
                if self.is_finished {
                    return Ok(false);
                }
                self.step()?;
            }
            return Ok(!self.is_finished && self.address()? == address);
        }
        for number in 1..=occurrence {
            if number > 1 {
                // Off the place, so that it can be waited for again.
                self.step()?;
            }
            if self.is_finished || !self.run_to(address)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Runs to an instruction, which it may stand at already.
    fn run_to(&mut self, address: u64) -> Result<bool> {
        if self.address()? == address {
            return Ok(true);
        }
        let place = address as ptrace::AddressType;
        let word = ptrace::read(self.pid, place)?;
        ptrace::write(self.pid, place, word & !0xff | libc::c_long::from(BREAKPOINT))?;
        ptrace::cont(self.pid, None)?;
        let signal = self.wait()?;
        ptrace::write(self.pid, place, word)?;
        if signal == Signal::SIGSTOP {
            self.is_finished = true;
            return Ok(false);
        }
        ensure!(signal == Signal::SIGTRAP, "the child got {signal}");
        let mut registers = ptrace::getregs(self.pid)?;
        ensure!(registers.rip == address + 1, "a breakpoint at {address:#x} stopped the child at {:#x}", registers.rip);
        registers.rip = address;
        ptrace::setregs(self.pid, registers)?;
        Ok(true)
    }

    pub(super) fn step(&mut self) -> Result<()> {
        ptrace::step(self.pid, None)?;
        // The second stop is the end; steps through `raise` itself come before it.
        self.is_finished = self.wait()? == Signal::SIGSTOP;
        Ok(())
    }

    fn address(&self) -> Result<u64> {
        Ok(ptrace::getregs(self.pid)?.rip)
    }

    /// Kills it where it stands.
    pub(super) fn kill(mut self) -> Result<()> {
        kill(self.pid, Signal::SIGKILL)?;
        self.is_reaped = true;
        loop {
            match waitpid(self.pid, None)? {
                WaitStatus::Signaled(..) | WaitStatus::Exited(..) => return Ok(()),
                _ => continue,
            }
        }
    }

    fn wait(&mut self) -> Result<Signal> {
        match waitpid(self.pid, None)? {
            WaitStatus::Stopped(_, signal) => Ok(signal),
            status => {
                self.is_reaped = true;
                bail!("the child has ended: {status:?}")
            }
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        if !self.is_reaped {
            // Best effort: an error is on its way already.
            let _ = kill(self.pid, Signal::SIGKILL);
            let _ = waitpid(self.pid, None);
        }
    }
}
