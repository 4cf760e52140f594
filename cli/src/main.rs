//! `podlint`: checks Kubernetes manifests from the command line.

#![forbid(unsafe_code)]

mod args;
mod batch;
mod cluster;
mod config;
mod fix;
mod input;
mod job;
mod kustomize;
mod output;
mod paths;
mod pool;
mod progress;
mod render;
mod replace;
mod report;
mod rules_page;
mod run;
mod schedule;
mod size;
mod snapshot;
mod stream;
mod tally;
mod terminal;
mod work;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a run comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Status {
    /// Nothing found.
    Clean = 0,
    /// Findings that fail the run.
    Findings = 1,
    /// It could not be done.
    Failed = 2,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        None => run::run(&cli.check),
        Some(command) => aside(command),
    };
    let status = result.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        Status::Failed
    });
    ExitCode::from(status as u8)
}

/// What podlint does besides checking.
fn aside(command: Command) -> anyhow::Result<Status> {
    match command {
        Command::Schedule(args) => return schedule::run(*args),
        Command::Snapshot { paths, output } => snapshot::run(&paths, output.as_deref())?,
        Command::Rules { output, markdown } => rules_page::list(output, markdown)?,
        Command::Explain { rule } => rules_page::explain(rule)?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "podlint", &mut script);
            output::print(&script)?;
        }
    }
    Ok(Status::Clean)
}

/// Says on standard error what went wrong. A closed standard error is no reason to stop.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "podlint: {text}");
}
