//! Stepping through a child instruction by instruction, with ptrace.

use super::Child;

/// A forked child that stops before `body` and after it, and can be stepped in between.
pub struct Traced {
    child: Child,
    pub finished: bool,
}

impl Traced {
    /// Forks; returns once the child has stopped in front of `body`.
    pub fn fork(body: impl FnOnce()) -> Traced {
        Self::fork_after(|| (), body)
    }

    /// Forks; returns once the child has run through `before` and stopped in front of `body`.
    pub fn fork_after(before: impl FnOnce(), body: impl FnOnce()) -> Traced {
        let child = Child::fork(|| {
            before();
            unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) };
            unsafe { libc::raise(libc::SIGSTOP) };
            body();
            unsafe { libc::raise(libc::SIGSTOP) };
        });
        let traced = Traced { child, finished: false };
        assert_eq!(traced.wait(), libc::SIGSTOP);
        traced
    }

    /// Executes one instruction.
    pub fn step(&mut self) {
        assert!(!self.finished);
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_SINGLESTEP, self.child.pid, 0, 0) }, 0);
        // The second stop is the end of `body`; steps through `raise` itself come before it.
        self.finished = self.wait() == libc::SIGSTOP;
    }

    /// Executes up to `count` instructions.
    pub fn steps(&mut self, count: u64) {
        for _ in 0..count {
            if self.finished {
                return;
            }
            self.step();
        }
    }

    /// Kills the child where it stands.
    pub fn kill(self) {
        self.child.kill();
    }

    /// Lets the child run to its end.
    pub fn join(self) {
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_CONT, self.child.pid, 0, 0) }, 0);
        if !self.finished {
            assert_eq!(self.wait(), libc::SIGSTOP);
            assert_eq!(unsafe { libc::ptrace(libc::PTRACE_CONT, self.child.pid, 0, 0) }, 0);
        }
        self.child.join();
    }

    /// The signal that the child has stopped with.
    fn wait(&self) -> libc::c_int {
        let mut status = 0;
        assert_eq!(unsafe { libc::waitpid(self.child.pid, &mut status, libc::__WALL) }, self.child.pid);
        assert!(libc::WIFSTOPPED(status), "the child has ended: status {status:#x}");
        libc::WSTOPSIG(status)
    }
}
