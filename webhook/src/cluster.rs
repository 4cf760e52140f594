//! The cluster as it is now: watched, thinned, and made anew for the filters when it has changed.

mod freshness;
mod live;
mod metrics;
mod watch;

use std::path::PathBuf;

use clap::Args;

pub use live::Live;
pub use metrics::Metrics;
pub use watch::follow;

/// Where the cluster is.
#[derive(Args, Clone, Debug)]
// Other modules name theirs the same.
#[group(skip)]
pub struct Arguments {
    /// How to reach the API server, e.g. `--kubeconfig ~/.kube/config`; by default as a Pod does
    #[arg(long, value_name = "FILE", env = "PODLINT_KUBECONFIG")]
    pub kubeconfig: Option<PathBuf>,

    /// Do not watch the cluster: only what needs no nodes is reviewed, and no namespace is milder
    #[arg(long, env = "PODLINT_WITHOUT_CLUSTER")]
    pub without_cluster: bool,
}
