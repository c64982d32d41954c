//! Where and when a run took place, and of what.

use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::process;

/// What a reader has to know in order to compare.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) date: String,
    /// Of the project, with a `+` if files were changed since.
    pub(crate) commit: String,
    pub(crate) processor: String,
    /// The reader's core and the writers'.
    pub(crate) cpus: [usize; 2],
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) rounds: u32,
    pub(crate) sample_ms: u64,
    pub(crate) far_ns: f64,
    pub(crate) seed: u64,
    pub(crate) versions: Vec<String>,
}

impl About {
    pub(crate) fn here(rounds: u32, sample_ms: u64, far_ns: f64, seed: u64) -> anyhow::Result<About> {
        Ok(About {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            commit: commit(),
            processor: processor(),
            cpus: process::two_cpus()?,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            rounds,
            sample_ms,
            far_ns,
            seed,
            versions: crate::peers::versions(),
        })
    }
}

fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return "unknown".to_owned();
    };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_none_or(|files| !files.is_empty());
    commit + if changed { "+" } else { "" }
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
