//! Which nodes a Pod can run on, and why not: the scheduler's filters
//! (`pkg/scheduler/framework/plugins`, 1.37) over a cluster that was given.
//!
//! The way of a Pod: [`Builder`] makes a [`Cluster`] of objects, `candidate` reads the Pod, `filter`
//! holds one file per plugin, `fit` asks them about every node and writes the scheduler's message.

mod admission;
pub(crate) mod advice;
mod builder;
pub(crate) mod candidate;
mod cluster;
mod constraint;
pub(crate) mod contradiction;
mod devices;
mod extras;
mod filter;
mod fit;
mod kept;
mod kubelet;
mod needed;
pub(crate) mod node;
mod pod;
mod read;
mod replicas;
pub(crate) mod report;
mod resources;
pub(crate) mod selector;
mod stamp;
mod storage;
mod symbols;
mod table;
mod thin;
pub(crate) mod toleration;
pub(crate) mod well_known;
mod workload;
pub(crate) mod written;

use crate::object::template::Workload;

pub use builder::Builder;
pub use cluster::{Cluster, NodeDescription, NodeIndex};
pub use constraint::{Constraint, Found};
pub use fit::{Answer, Code, Rejection, schedule};
pub use kept::{Keeper, Kept};
pub use kubelet::Refusal;
pub use needed::Needed;
pub use node::COUNT_ANNOTATION;
pub use read::{ClusterProblem, Given, KINDS_ANNOTATION, Objects, TAKEN_ANNOTATION};
pub use replicas::Replicas;
pub use report::Scheduling;
pub use stamp::Stamp;
pub use table::{Row, Table, Unmet};
pub use thin::{Thin, thin};

/// Whether objects of this kind hold a Pod or a template of one.
pub fn holds_pods(api_version: &str, kind: &str) -> bool {
    Workload::of(api_version, kind).is_some()
}
