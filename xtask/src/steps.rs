//! Runs the steps of a test run and adds up what passed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// The steps that have run, in order.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: &'static str,
    count: Count,
    seconds: f64,
    /// Of processors, by this process and its children; None where the system does not tell.
    cpu_seconds: Option<f64>,
}

impl Steps {
    /// Runs a check that passes or fails as one.
    pub(crate) fn check(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        self.count(name, || {
            step()?;
            Ok(Count { passed: 1, failed: 0 })
        });
    }

    /// Runs a step that counts its own tests. One that cannot run counts as a failed test.
    pub(crate) fn count(&mut self, name: &'static str, step: impl FnOnce() -> Result<Count>) {
        println!("\n==== {name}");
        let (start, cpu_before) = (Instant::now(), cpu_seconds());
        let count = step().unwrap_or_else(|error| {
            eprintln!("{name}: {error:#}");
            Count { passed: 0, failed: 1 }
        });
        let seconds = start.elapsed().as_secs_f64();
        let cpu_seconds = cpu_seconds().zip(cpu_before).map(|(after, before)| after - before);
        self.done.push(Step { name, count, seconds, cpu_seconds });
    }

    /// Prints the table and the closing line; an error if anything failed.
    pub(crate) fn finish(self) -> Result<()> {
        println!("\n==== summary");
        let mut total = Count::default();
        let (mut seconds, mut cpu_seconds) = (0.0, 0.0);
        for step in &self.done {
            println!("{}", step.line());
            total.passed += step.count.passed;
            total.failed += step.count.failed;
            seconds += step.seconds;
            cpu_seconds += step.cpu_seconds.unwrap_or_default();
        }
        println!("{seconds:.0} s, {cpu_seconds:.0} s of processors");
        println!("{} passed, {} failed", total.passed, total.failed);
        if total.failed > 0 {
            bail!("{} failed", total.failed);
        }
        Ok(())
    }
}

impl Step {
    fn line(&self) -> String {
        let Step { name, count, seconds, cpu_seconds } = self;
        let verdict = if count.failed == 0 { "ok" } else { "FAILED" };
        let cpu = cpu_seconds.map(|cpu| format!(", {cpu:>4.0} s of processors")).unwrap_or_default();
        format!("{name:<12} {:>5} passed {:>3} failed  {verdict:<6} {seconds:>4.0} s{cpu}", count.passed, count.failed)
    }
}

/// What this process and the children that it has waited for have had of the processors, in user mode and in the kernel.
fn cpu_seconds() -> Option<f64> {
    parse_stat(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// `4711 (name) S …`: fields 14 to 17 are utime, stime, cutime and cstime, in hundredths of seconds (see proc(5)).
fn parse_stat(stat: &str) -> Option<f64> {
    // The name may hold anything, parentheses and blanks as well.
    let after_name = stat.rsplit_once(')')?.1;
    let ticks: Vec<u64> =
        after_name.split_whitespace().skip(11).take(4).map_while(|field| field.parse().ok()).collect();
    (ticks.len() == 4).then(|| ticks.iter().sum::<u64>() as f64 / 100.0)
}

/// Runs a command that shows its own output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs `cargo test …`, shows its output and counts the tests from the harness's result lines.
pub(crate) fn run_counting(command: &mut Command) -> Result<Count> {
    let shown = show(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {shown}"))?;
    let mut count = Count::default();
    if let Some(stdout) = child.stdout.take() {
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            let one = result_line(&text).unwrap_or_default();
            count.passed += one.passed;
            count.failed += one.failed;
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        // A test binary that died or did not compile prints no result line.
        eprintln!("{shown}: {status}");
        count.failed = 1;
    }
    Ok(count)
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
fn result_line(line: &str) -> Option<Count> {
    let counts = line.trim().strip_prefix("test result: ")?;
    let number = |what: &str| {
        let before = counts.split_once(what)?.0.trim_end();
        before.rsplit(' ').next()?.parse().ok()
    };
    Some(Count { passed: number(" passed")?, failed: number(" failed")? })
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut shown = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        shown.push(' ');
        shown.push_str(&argument.to_string_lossy());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u64, failed: u64) -> Count {
        Count { passed, failed }
    }

    #[test]
    fn result_lines_are_counted() {
        let ok = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(result_line(ok), Some(count(12, 0)));
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored";
        assert_eq!(result_line(bad), Some(count(3, 2)));
        assert_eq!(result_line("test b39_peek ... ok"), None);
    }

    #[test]
    fn a_command_that_dies_without_a_result_line_fails() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo 'test result: ok. 4 passed; 0 failed'; exit 9"]);
        assert_eq!(run_counting(&mut command).unwrap(), count(4, 1));
    }

    #[test]
    fn a_failed_step_fails_the_run() {
        let mut steps = Steps::default();
        steps.check("good", || Ok(()));
        steps.check("bad", || bail!("broken"));
        steps.count("tests", || Ok(count(5, 0)));
        assert_eq!(steps.done[1].count, count(0, 1));
        assert!(steps.finish().is_err());
    }

    #[test]
    fn what_children_compute_is_a_steps_time() {
        let stat = "12 (a) b) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4000 20 0 1 0 5 6 7";
        assert_eq!(parse_stat(stat), Some(41.23));
        assert_eq!(parse_stat("12 (a) S 1 2"), None);
        let mut steps = Steps::default();
        steps.check("busy", || {
            run(Command::new("sh").args(["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done"]))
        });
        let step = &steps.done[0];
        assert!(step.cpu_seconds.unwrap() > 0.0 && step.seconds > 0.0, "{}", step.line());
    }

    #[test]
    fn run_names_the_command_that_failed() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().starts_with("sh -c exit 3: "), "{error}");
    }
}
