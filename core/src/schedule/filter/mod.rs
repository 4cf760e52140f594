//! The scheduler's filter plugins, one file each, in the scheduler's order.

mod dynamic_resources;
mod inter_pod_affinity;
mod node_affinity;
mod node_declared_features;
mod node_name;
mod node_ports;
mod node_resources_fit;
mod node_unschedulable;
mod node_volume_limits;
mod pod_topology_spread;
mod taint_toleration;
mod volume_binding;
mod volume_restrictions;
mod volume_zone;

use std::collections::{BTreeSet, HashSet};

use podlint_schemas::Version;

use super::candidate::Candidate;
use super::cluster::{Cluster, NodeIndex};
use super::constraint::{Constraint, Objection};
use super::fit::{Code, Rejection};
use super::node::Node;
use super::pod::PodIndex;

/// What the plugins are asked about.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c> {
    pub(crate) cluster: &'c Cluster,
    pub(crate) candidate: &'c Candidate<'c>,
    /// Pods that are taken to be gone: the ones that the candidate's workload runs already.
    pub(crate) gone: &'c HashSet<PodIndex>,
    /// The scheduler's version, for its words.
    pub(crate) version: Version,
}

/// A plugin with what it found out about the Pod and the cluster.
pub(crate) trait Filter {
    /// Why the node cannot take the Pod; none where it can.
    fn reject(&self, index: NodeIndex, node: &Node) -> Option<Rejection>;

    /// Another replica of the same Pod now runs on the node; with a `count` of -1 it left again.
    fn place(&mut self, index: NodeIndex, node: &Node, count: i64) {
        let _ = (index, node, count);
    }

    /// The constraints that the Pod itself writes down.
    fn asks(&self) -> Vec<Constraint> {
        Vec::new()
    }

    /// What stands behind a rejection, one by one; nothing where the node is not rejected.
    fn against(&self, index: NodeIndex, node: &Node) -> Vec<Objection> {
        let rejection = self.reject(index, node).into_iter();
        let rejection = rejection.map(|it| Objection::new(Constraint::of_plugin(it.plugin), it.reasons.join(", ")));
        rejection.collect()
    }
}

/// What a plugin says before it looks at nodes.
pub(crate) enum Before<'c> {
    /// It has nothing to say about this Pod.
    Skip,
    /// No node will do: the reason.
    Reject(String),
    /// The Pod is not queued at all until something happens: the reason.
    Wait(String),
    /// It looks at each node.
    Filter(Box<dyn Filter + 'c>),
    /// It looks at each node of these names; the others will not do.
    Among(BTreeSet<String>, Option<Box<dyn Filter + 'c>>),
    /// It would look, but the given objects do not tell.
    Unevaluated,
    /// It looks at each node, but what was given may not be all that counts.
    Partly(Box<dyn Filter + 'c>),
}

/// A plugin's name and its first look.
type Plugin = (&'static str, for<'c> fn(&Context<'c>) -> Before<'c>);

/// In the order of `getDefaultPlugins` in `pkg/scheduler/apis/config/v1` (1.37).
const PLUGINS: [Plugin; 14] = [
    (node_name::NAME, node_name::before),
    (node_unschedulable::NAME, node_unschedulable::before),
    (taint_toleration::NAME, taint_toleration::before),
    (node_affinity::NAME, node_affinity::before),
    (node_ports::NAME, node_ports::before),
    (node_resources_fit::NAME, node_resources_fit::before),
    (volume_restrictions::NAME, volume_restrictions::before),
    (node_volume_limits::NAME, node_volume_limits::before),
    (volume_binding::NAME, volume_binding::before),
    (volume_zone::NAME, volume_zone::before),
    (pod_topology_spread::NAME, pod_topology_spread::before),
    (inter_pod_affinity::NAME, inter_pod_affinity::before),
    (dynamic_resources::NAME, dynamic_resources::before),
    (node_declared_features::NAME, node_declared_features::before),
];

/// The plugins that have something to say about a Pod.
pub(crate) struct Filters<'c> {
    active: Vec<Box<dyn Filter + 'c>>,
    /// The names of the only nodes that are looked at, and the words for the others.
    among: Option<(BTreeSet<String>, String)>,
    /// No node is looked at: the plugin, and its words.
    pub(crate) rejected: Option<(Option<&'static str>, String)>,
    /// The Pod is not queued.
    pub(crate) gated: bool,
    /// Names of plugins whose question is open.
    pub(crate) unevaluated: Vec<&'static str>,
}

/// Where a plugin stands in the scheduler's order.
pub(crate) fn rank(plugin: &str) -> usize {
    PLUGINS.iter().take_while(|(name, _)| *name != plugin).count()
}

/// Whether a version is older than the one in which something came.
fn is_before(version: Version, (major, minor): (u8, u8)) -> bool {
    format!("{major}.{minor}").parse::<Version>().is_ok_and(|since| version < since)
}

impl<'c> Filters<'c> {
    /// Lets every plugin have its first look.
    /// Source: `RunPreFilterPlugins` in `pkg/scheduler/framework/runtime` (1.37).
    pub(crate) fn new(context: &Context<'c>) -> Self {
        let mut filters =
            Self { active: Vec::new(), among: None, rejected: None, gated: false, unevaluated: Vec::new() };
        let mut among: Option<BTreeSet<String>> = None;
        let mut naming: Vec<&'static str> = Vec::new();
        for (name, before) in PLUGINS {
            match before(context) {
                Before::Skip => {}
                Before::Unevaluated => filters.unevaluated.push(name),
                Before::Filter(filter) => filters.active.push(filter),
                Before::Partly(filter) => {
                    filters.unevaluated.push(name);
                    filters.active.push(filter);
                }
                Before::Wait(reason) => {
                    filters.gated = true;
                    filters.rejected = Some((Some(name), reason));
                    return filters;
                }
                // A Pod that waits outside the queue is not looked at, whatever another plugin says.
                Before::Reject(reason) => {
                    filters.rejected.get_or_insert((Some(name), reason));
                }
                Before::Among(names, filter) => {
                    naming.push(name);
                    filters.active.extend(filter);
                    let both =
                        among.map_or_else(|| names.clone(), |other| other.intersection(&names).cloned().collect());
                    if both.is_empty() {
                        filters.rejected.get_or_insert((None, none_of_both(&naming)));
                    }
                    among = Some(both);
                }
            }
        }
        filters.among = among.map(|names| {
            naming.sort_unstable();
            (names, format!("node(s) didn't satisfy plugin(s) [{}]", naming.join(" ")))
        });
        filters
    }

    /// The first plugin's rejection of a node.
    pub(crate) fn reject(&self, index: NodeIndex, node: &Node) -> Option<Rejection> {
        if let Some((names, reason)) = &self.among
            && !names.contains(&*node.name)
        {
            return Some(Rejection::new("", Code::UnschedulableAndUnresolvable, reason.clone()));
        }
        self.active.iter().find_map(|filter| filter.reject(index, node))
    }

    /// Every plugin's rejection of a node.
    pub(crate) fn each(&self, index: NodeIndex, node: &Node) -> Vec<Rejection> {
        self.active.iter().filter_map(|filter| filter.reject(index, node)).collect()
    }

    /// The constraints that the Pod itself writes down.
    pub(crate) fn asks(&self) -> Vec<Constraint> {
        self.active.iter().flat_map(|filter| filter.asks()).collect()
    }

    /// Everything that stands against a node.
    pub(crate) fn against(&self, index: NodeIndex, node: &Node) -> Vec<Objection> {
        self.active.iter().flat_map(|filter| filter.against(index, node)).collect()
    }

    /// Another replica of the same Pod now runs on the node; with a `count` of -1 it left again.
    pub(crate) fn place(&mut self, index: NodeIndex, node: &Node, count: i64) {
        for filter in &mut self.active {
            filter.place(index, node, count);
        }
    }
}

fn none_of_both(naming: &[&'static str]) -> String {
    let mut names = naming.to_vec();
    names.sort_unstable();
    match names.as_slice() {
        [name] => format!("node(s) didn't satisfy plugin {name}"),
        _ => format!("node(s) didn't satisfy plugin(s) [{}] simultaneously", names.join(" ")),
    }
}
