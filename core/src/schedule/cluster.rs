//! The cluster to schedule against: the nodes and what else was given, thinned to what the
//! scheduler's filters read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::devices::Devices;
use super::extras::Extras;
use super::node::{Node, Taint};
use super::pod::{Group, GroupIndex, Owner, PodIndex, RunningPod, Term};
use super::stamp::Stamp;
use super::storage::Storage;
use super::symbols::Symbols;

/// Position of a node in the cluster, in the order it was given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeIndex(pub(crate) u32);

/// Nodes and what else was given; made by [`super::Builder`].
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    pub(crate) symbols: Symbols,
    pub(crate) nodes: Vec<Node>,
    pub(crate) node_by_name: HashMap<Box<str>, NodeIndex>,
    pub(crate) pods: Vec<RunningPod>,
    /// The distinct namespaces and labels of the Pods.
    pub(crate) groups: Vec<Group>,
    /// The distinct required anti-affinity terms of the Pods.
    pub(crate) terms: Vec<Term>,
    /// The Pods that have such terms.
    pub(crate) avoiding: Vec<PodIndex>,
    /// The Pods of a workload.
    pub(crate) by_owner: HashMap<Owner, Vec<PodIndex>>,
    /// Labels by namespace.
    pub(crate) namespaces: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) extras: Extras,
    pub(crate) storage: Storage,
    pub(crate) devices: Devices,
    /// The kinds that were given at all: of the others nothing is known.
    pub(crate) kinds: BTreeSet<String>,
    /// When the oldest snapshot in it was taken.
    pub(crate) taken: Option<Stamp>,
}

/// A node as people know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeDescription<'c> {
    /// Its name.
    pub name: &'c str,
    /// Sorted by key.
    pub labels: Vec<(&'c str, &'c str)>,
    /// As `dedicated=ml:NoSchedule`.
    pub taints: Vec<String>,
    /// It stands for a group of at least and at most so many nodes.
    pub count: Option<(u32, u32)>,
}

impl Cluster {
    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// How many Pods run on them.
    pub fn pod_count(&self) -> usize {
        self.pods.len()
    }

    /// The names of the nodes, in the order given.
    pub fn node_names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| &*node.name)
    }

    /// The name of a node.
    pub fn node_name(&self, index: NodeIndex) -> &str {
        self.node(index).map_or("", |node| &node.name)
    }

    /// The labels of a namespace; none where it was not given.
    pub fn namespace_labels(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        self.namespaces.get(name)
    }

    /// The nodes as people know them, in the order given.
    pub fn descriptions(&self) -> impl Iterator<Item = NodeDescription<'_>> {
        self.nodes.iter().map(|node| {
            let name = |symbol| self.symbols.name(symbol);
            let mut labels: Vec<(&str, &str)> =
                node.labels.iter().map(|(key, value)| (name(*key), name(*value))).collect();
            labels.sort_unstable();
            let taints = node.taints.iter().map(Taint::text).collect();
            NodeDescription { name: &node.name, labels, taints, count: node.count }
        })
    }

    /// When the oldest snapshot in it was taken; none where there is no snapshot in it.
    pub const fn taken(&self) -> Option<Stamp> {
        self.taken
    }

    /// Whether objects of this kind were given.
    pub(crate) fn knows(&self, kind: &str) -> bool {
        self.kinds.contains(kind)
    }

    pub(crate) fn node(&self, index: NodeIndex) -> Option<&Node> {
        self.nodes.get(index.0 as usize)
    }

    pub(crate) fn pod(&self, index: PodIndex) -> Option<&RunningPod> {
        self.pods.get(index.0 as usize)
    }

    pub(crate) fn group(&self, index: GroupIndex) -> Option<&Group> {
        self.groups.get(index.0 as usize)
    }

    /// Pods with their positions.
    pub(crate) fn indexed_pods(&self) -> impl Iterator<Item = (PodIndex, &RunningPod)> {
        self.pods.iter().enumerate().map(|(at, pod)| (PodIndex(at as u32), pod))
    }

    /// The Pods that keep others away.
    pub(crate) fn pods_with_anti_affinity(&self) -> impl Iterator<Item = (PodIndex, &RunningPod)> {
        self.avoiding.iter().filter_map(|index| Some((*index, self.pod(*index)?)))
    }

    /// Nodes with their positions.
    pub(crate) fn indexed_nodes(&self) -> impl Iterator<Item = (NodeIndex, &Node)> {
        self.nodes.iter().enumerate().map(|(at, node)| (NodeIndex(at as u32), node))
    }

    /// For each group of Pods, whether `wanted` is true of its namespace and labels.
    pub(crate) fn groups_where(&self, wanted: impl Fn(&str, &Group) -> bool) -> Vec<bool> {
        self.groups.iter().map(|group| wanted(self.symbols.name(group.namespace), group)).collect()
    }
}
