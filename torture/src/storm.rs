//! A whole run: arenas side by side, one of them on a small file system where that can be mounted, until the time is up.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use crate::arena;
use crate::random::Random;
use crate::record::{self, Line, Record, Run};

/// Bytes of the small file system.
const SMALL: &str = "size=12m,mode=0700";
/// An arena looks at the clock between two slots only.
const GRACE: Duration = Duration::from_secs(180);

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How long, in minutes
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// What chooses; a random one by default. Which process runs when is chosen by the machine
    #[arg(long)]
    seed: Option<u64>,
    /// Slots at a time, each with a crowd of its own; one more on a small file system for root
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Appends a row to the table in this Markdown file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// What the record calls the tree
    #[arg(long, default_value = "unknown", hide = true)]
    commit: String,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let seed = match options.seed {
        Some(seed) => seed,
        None => std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos() as u64 % 1_000_000,
    };
    ensure!(options.minutes > 0.0 && options.jobs > 0, "minutes and jobs have to be more than 0");
    let run = Run {
        date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        commit: options.commit.clone(),
        seed,
        jobs: options.jobs,
    };
    println!("torture: {} minutes, {} slots at a time, seed {seed}", options.minutes, options.jobs);
    let place = tempfile::Builder::new().prefix("mailslot-torture-").tempdir_in("/dev/shm")?;
    let small = SmallFileSystem::mount(&place.path().join("small"));
    if let Err(error) = &small {
        println!("torture: no arena on a full file system, because none can be mounted: {error:#}");
    }
    let mut random = Random::new(seed);
    let mut arenas = Vec::new();
    for job in 0..options.jobs {
        let directory = place.path().join(format!("slots-{job}"));
        make_private(&directory)?;
        arenas.push(start(options, random.next() >> 16, &directory, false)?);
    }
    if let Ok(small) = &small {
        arenas.push(start(options, random.next() >> 16, &small.0, true)?);
    }
    let end = Instant::now() + Duration::from_secs_f64(options.minutes * 60.0) + GRACE;
    let mut total = Record::default();
    let mut failed = false;
    while !arenas.is_empty() && !failed {
        std::thread::sleep(Duration::from_millis(20));
        let mut going = Vec::new();
        for mut arena in arenas {
            match arena.try_wait()? {
                Some(status) => {
                    let (record, is_good) = outcome(arena, status)?;
                    total.add(&record);
                    failed |= !is_good;
                }
                None if Instant::now() > end => {
                    eprintln!("torture: VIOLATION: hung: an arena has not ended by itself");
                    total.violations += 1;
                    failed = true;
                    going.push(arena);
                }
                None => going.push(arena),
            }
        }
        arenas = going;
    }
    // One violation is enough; their processes end with them.
    for mut arena in arenas {
        arena.kill()?;
        arena.wait()?;
    }
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&Line { run: &run, record: &total })?)?;
    if let Some(file) = &options.record {
        record::append(file, &run, &total)?;
    }
    if failed {
        bail!("a promise was broken; the run's seed is {seed}");
    }
    println!("torture: every promise was kept");
    Ok(())
}

fn make_private(directory: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    Ok(std::fs::DirBuilder::new().mode(0o700).create(directory)?)
}

fn start(options: &Options, seed: u64, directory: &Path, may_be_full: bool) -> Result<Child> {
    let arena =
        arena::Options { seed, seconds: (options.minutes * 60.0) as u64, directory: directory.to_owned(), may_be_full };
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("arena").arg(format!("--seed={}", arena.seed)).arg(format!("--seconds={}", arena.seconds));
    command.arg("--directory").arg(&arena.directory).env("MAILSLOT_DIR", &arena.directory);
    if may_be_full {
        command.arg("--may-be-full");
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start an arena")
}

/// What an arena that has ended has counted, and whether it was content.
fn outcome(mut arena: Child, status: ExitStatus) -> Result<(Record, bool)> {
    let stdout = arena.stdout.take().context("an arena has no output")?;
    let text = std::io::read_to_string(stdout)?;
    match serde_json::from_str::<Record>(text.trim()) {
        Ok(record) => Ok((record, status.success())),
        Err(_) => {
            eprintln!("torture: VIOLATION: an arena ended with {status} and without a record: {text}");
            Ok((Record { violations: 1, ..Record::default() }, false))
        }
    }
}

/// A file system in memory that is mounted with the value.
struct SmallFileSystem(PathBuf);

impl SmallFileSystem {
    fn mount(path: &Path) -> Result<SmallFileSystem> {
        make_private(path)?;
        let options = std::ffi::CString::new(SMALL)?;
        mount("tmpfs", path, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, Some(options.as_c_str()))?;
        Ok(SmallFileSystem(path.to_owned()))
    }
}

impl Drop for SmallFileSystem {
    fn drop(&mut self) {
        // Nobody is left to tell; the folder that it is in is removed next.
        let _ = unmount(&self.0, UnmountFlags::DETACH);
    }
}
