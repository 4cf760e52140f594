//! Reviews: an admission review in, an answer out.
//!
//! The way of a review: [`message`] reads it, [`scope`] says whether and at what podlint looks,
//! [`examine`] asks core, [`policy`] weighs what core found, [`answer`] writes it down, and
//! [`reviewer`] keeps all of it within bounds.

pub mod answer;
pub mod examine;
mod lost;
pub mod message;
mod metrics;
pub mod policy;
pub mod reviewer;
mod routes;
pub mod scope;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use podlint_schemas::Version;

pub use metrics::Metrics;
pub use reviewer::{Bounds, Reviewer};
pub use routes::router;

/// What is reviewed, and how.
#[derive(Args, Clone, Debug)]
// Other modules name theirs the same.
#[group(skip)]
pub struct Arguments {
    /// Configuration as for the command line, with `webhook.actions`, e.g. `--config podlint.yaml`
    #[arg(long, value_name = "FILE", env = "PODLINT_CONFIG")]
    pub config: Option<PathBuf>,

    /// The Kubernetes version to check against, e.g. `--kubernetes-version 1.34`; by default the
    /// cluster's own
    #[arg(long, value_name = "VERSION", env = "PODLINT_KUBERNETES_VERSION")]
    pub kubernetes_version: Option<Version>,

    /// Let an object silence rules by its annotation `podlint.dev/ignore`
    #[arg(long, env = "PODLINT_ALLOW_IGNORE")]
    pub allow_ignore: bool,

    /// What to answer where podlint itself fails: overload, out of time, an error of its own
    #[arg(long, value_name = "ANSWER", env = "PODLINT_ON_FAILURE", default_value = "allow")]
    pub on_failure: OnFailure,

    /// The most reviews at work at once; by default one for each processor
    #[arg(long, value_name = "NUMBER", env = "PODLINT_CONCURRENCY")]
    pub concurrency: Option<u32>,

    /// The most reviews that wait for their turn; beyond it the answer is that of --on-failure
    #[arg(long, value_name = "NUMBER", env = "PODLINT_QUEUE", default_value = "256")]
    pub queue: u32,
}

/// The answer where there is no verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum OnFailure {
    /// Allow, with a warning
    Allow,
    /// Deny, with the reason
    Deny,
}
