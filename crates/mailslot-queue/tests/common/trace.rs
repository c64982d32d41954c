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

    /// Runs to the child's next system call of that number, and stops in front of it.
    pub fn run_to_system_call(&mut self, number: libc::c_long) {
        // Without it the kernel does not tell what a stop is.
        let options = libc::PTRACE_O_TRACESYSGOOD;
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, self.child.pid, 0, options) }, 0);
        loop {
            self.run_to_next_system_call_stop();
            self.wait_for_system_call();
            let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
            let size = size_of_val(&info);
            let length = unsafe { libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, self.child.pid, size, &raw mut info) };
            assert!(length > 0);
            if info.op == libc::PTRACE_SYSCALL_INFO_ENTRY && unsafe { info.u.entry.nr } == number as u64 {
                return;
            }
        }
    }

    /// Lets the child make the system call. It stops behind it: see [`Traced::wait_for_system_call`].
    pub fn begin_system_call(&self) {
        self.run_to_next_system_call_stop();
    }

    /// Waits until the system call has returned.
    pub fn wait_for_system_call(&self) {
        assert_eq!(self.wait(), libc::SIGTRAP | 0x80, "this is no system call");
    }

    fn run_to_next_system_call_stop(&self) {
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_SYSCALL, self.child.pid, 0, 0) }, 0);
    }

    pub fn pid(&self) -> libc::pid_t {
        self.child.pid
    }

    /// Executes up to `count` instructions, unless the child falls asleep in one of them: `false`, and it sleeps on.
    pub fn steps_until_asleep(&mut self, count: u64, is_asleep: impl Fn(libc::pid_t) -> bool) -> bool {
        for _ in 0..count {
            assert!(!self.finished);
            assert_eq!(unsafe { libc::ptrace(libc::PTRACE_SINGLESTEP, self.child.pid, 0, 0) }, 0);
            let mut status = 0;
            while unsafe { libc::waitpid(self.child.pid, &mut status, libc::__WALL | libc::WNOHANG) } == 0 {
                if is_asleep(self.child.pid) {
                    return false;
                }
            }
            assert!(libc::WIFSTOPPED(status) && libc::WSTOPSIG(status) == libc::SIGTRAP, "status {status:#x}");
        }
        true
    }

    /// Lets a child that has fallen asleep in a step run to its end.
    pub fn join_asleep(self) {
        assert_eq!(self.wait(), libc::SIGTRAP);
        self.join();
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
        self.child.reaped.set(!libc::WIFSTOPPED(status));
        assert!(libc::WIFSTOPPED(status), "the child has ended: status {status:#x}");
        libc::WSTOPSIG(status)
    }
}
