//! Logs, on standard error.

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

/// What is logged, and how.
#[derive(Args, Clone, Debug)]
// Other modules name theirs the same.
#[group(skip)]
pub struct Arguments {
    /// How a line of the log is written
    #[arg(long, value_name = "FORMAT", env = "PODLINT_LOG_FORMAT", default_value = "json")]
    log_format: Format,

    /// What is logged, e.g. `--log-level warn` or `--log-level info,kube=debug`
    #[arg(long, value_name = "LEVEL", env = "PODLINT_LOG_LEVEL", default_value = "info")]
    log_level: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For programs
    Json,
    /// For people
    Text,
}

/// Begins to log.
pub fn start(arguments: &Arguments) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&arguments.log_level)
        .map_err(|error| anyhow::anyhow!("--log-level {}: {error}", arguments.log_level))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match arguments.log_format {
        Format::Json => subscriber.json().flatten_event(true).init(),
        Format::Text => subscriber.with_ansi(io::stderr().is_terminal()).init(),
    }
    Ok(())
}
