//! `cargo xtask`: what the project does to itself. `cargo xtask --help` lists the commands.

#![forbid(unsafe_code)]

mod bench;
mod conformance;
mod docs;
mod fuzz;
mod install;
mod lint;
mod models;
mod porting;
mod sanitize;
mod steps;
mod test;
mod tools;
mod torture;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The project's chores. Every one exits with 0 only if nothing was wrong.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what the tests need (apt, as root), then runs every check and every test
    Test,
    /// Checks that `cargo fmt` would change nothing
    FmtCheck,
    /// Runs clippy and the project's own rules: dependency directions, unsafe code, file lengths, machine names
    Lint,
    /// Compiles the C and C++ programs against the headers and runs them
    CTest,
    /// Runs the C programs and the library under AddressSanitizer, ThreadSanitizer and valgrind
    Sanitize {
        /// Run these programs only, by file name, and these tests of crates, by theirs
        #[arg(value_name = "PROGRAM")]
        programs: Vec<String>,
        /// Under this tool only; may be given twice
        #[arg(long = "tool", value_enum, value_name = "TOOL")]
        tools: Vec<sanitize::Tool>,
    },
    /// Checks the queue's logic in every order of steps, under loom, and that planted bugs are reported
    Models {
        /// Those models only whose name contains this
        #[arg(value_name = "NAME")]
        filter: Option<String>,
        /// How often participants may interrupt one another within one order; more than 2 takes minutes to hours
        #[arg(long, value_name = "N")]
        preemptions: Option<u32>,
        /// Only the planted bugs
        #[arg(long)]
        planted: bool,
        /// Only the models, without planted bugs
        #[arg(long, conflicts_with = "planted")]
        sound: bool,
    },
    /// Runs the models under Miri, where it is installed
    Miri,
    /// Fuzzes slot files, names, security descriptors and arguments, and lets hostile processes at slots
    Fuzz {
        /// One of the fuzzers in fuzz/fuzz_targets, or `hostile`; all if there is none
        target: Option<String>,
        /// For how long, each
        #[arg(long, value_name = "N", default_value_t = 60)]
        seconds: u64,
    },
    /// Kills and stops writers, readers and servers in real processes, and checks from outside that every promise is kept
    Torture(torture::Options),
    /// Checks every documented behaviour through the C ABI, the Rust API and under Wine, against docs/conformance.md
    Conformance {
        /// Writes docs/conformance.md and the other generated files instead of comparing them
        #[arg(long)]
        write: bool,
    },
    /// Measures mailslots beside other ways to pass messages; `cargo xtask bench --help` lists the options
    #[command(disable_help_flag = true)]
    Bench {
        /// For the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
        arguments: Vec<String>,
    },
    /// Checks the paths that the documents name, runs the code that they show and builds the API documentation
    DocCheck,
    /// Checks that docs/porting.md lists the functions of the headers as they are
    Porting {
        /// Write the list
        #[arg(long)]
        write: bool,
    },
    /// Builds the release and installs command, library, headers, pkg-config file and documents
    Install {
        /// Folder to install under, as the programs will see it
        #[arg(long, value_name = "DIR", default_value = "/usr/local")]
        prefix: PathBuf,
        /// Staging folder that stands for `/`, for package builders
        #[arg(long, value_name = "DIR")]
        destdir: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Test => test::run_all(&workspace),
        Command::FmtCheck => lint::check_format(&workspace),
        Command::Lint => lint::check(&workspace),
        Command::CTest => test::run_c_programs(&workspace),
        Command::Sanitize { programs, tools } => test::run_sanitizers(&workspace, programs, tools),
        Command::Models { filter, preemptions, planted, sound } => {
            let only = if planted { Some(models::Only::Planted) } else { sound.then_some(models::Only::Sound) };
            test::run_models(&workspace, &models::Selection { filter, preemptions, only })
        }
        Command::Miri => test::run_miri(&workspace),
        Command::Fuzz { target, seconds } => test::run_fuzzers(&workspace, target, seconds),
        Command::Torture(options) => torture::run(&workspace, &options),
        Command::Conformance { write } => test::run_conformance(&workspace, write),
        Command::Bench { arguments } => bench::run(&workspace, &arguments),
        Command::DocCheck => docs::check(&workspace),
        Command::Porting { write } => porting::update(&workspace, write),
        Command::Install { prefix, destdir } => {
            let installed = install::install(&workspace, &prefix, destdir.as_deref())?;
            println!("installed {} files under {}", installed.files.len(), installed.root.display());
            Ok(())
        }
    }
}
