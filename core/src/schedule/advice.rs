//! The constraint that excludes most nodes, and the smallest change that makes a node feasible.

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::cluster::{Cluster, NodeIndex};
use super::filter::Filters;
use super::fit::Rejection;
use super::node::{Node, Taint};
use super::resources::written;
use super::toleration::first_untolerated;
use crate::path::Path;
use crate::schema::spelling;

/// What to look at and what to do.
pub(crate) struct Advice {
    /// Below the Pod's `spec`.
    pub(crate) path: Path,
    /// What to do.
    pub(crate) help: String,
    /// What the value at `path` should be instead, where that is plain.
    pub(crate) value: Option<String>,
    /// Other constraints that exclude nodes: their paths below `spec`, and how many nodes.
    pub(crate) others: Vec<(Path, String)>,
}

/// Looks at every node with every plugin.
pub(crate) fn advise(cluster: &Cluster, candidate: &Candidate<'_>, filters: &Filters<'_>) -> Advice {
    let scene = Scene { cluster, candidate };
    if let Some((plugin, reason)) = &filters.rejected {
        let (path, help, value) = scene.for_nodes(plugin.unwrap_or_default(), &[]);
        let is_missing = reason.ends_with("not found");
        let help =
            if is_missing { "create it in the Pod's namespace, or name one that is there".to_owned() } else { help };
        return Advice { path, help, value, others: Vec::new() };
    }
    if cluster.node_count() == 0 {
        let help = "the cluster has no nodes: add one".to_owned();
        return Advice { path: Path::root(), help, value: None, others: Vec::new() };
    }
    let mut excluded: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut nearest = Nearest::new();
    for (index, node) in cluster.indexed_nodes() {
        let mut rejections = filters.each(index, node);
        for rejection in &rejections {
            *excluded.entry(rejection.plugin).or_default() += 1;
        }
        if rejections.len() == 1 {
            let rejection = rejections.swap_remove(0);
            nearest.entry(rejection.plugin).or_default().push((index, rejection));
        }
    }
    let most = excluded.iter().max_by_key(|(_, nodes)| **nodes).map_or("", |(plugin, _)| plugin);
    let near = scene.smallest_change(&nearest);
    let (value_path, help, value) = match near {
        Some((plugin, nodes)) => scene.for_nodes(plugin, nodes),
        None => scene.for_nodes(most, &[]),
    };
    let path = if value.is_some() { value_path } else { scene.path(most) };
    let others = excluded.iter().filter(|(plugin, _)| **plugin != most);
    let others = others
        .map(|(plugin, nodes)| (scene.path(plugin), format!("{} {nodes} of {}", words(plugin), cluster.node_count())));
    Advice { others: others.filter(|(other, _)| *other != path).collect(), path, help, value }
}

/// `2 of 3 nodes`.
fn counted(nodes: usize, of: usize) -> String {
    format!("{nodes} of {of} node{}", if of == 1 { "" } else { "s" })
}

/// What excludes nodes, as the start of a sentence.
fn words(plugin: &str) -> &'static str {
    match plugin {
        "TaintToleration" => "untolerated taints exclude nodes:",
        "NodeUnschedulable" => "cordoned nodes:",
        "NodeResourcesFit" => "nodes with too little room:",
        "NodePorts" => "nodes where the port is taken:",
        _ => "this excludes nodes:",
    }
}

/// Nodes that one plugin alone stands against, by plugin.
type Nearest = BTreeMap<&'static str, Vec<(NodeIndex, Rejection)>>;

struct Scene<'a> {
    cluster: &'a Cluster,
    candidate: &'a Candidate<'a>,
}

impl Scene<'_> {
    /// The constraint behind a plugin, below the Pod's `spec`.
    fn path(&self, plugin: &str) -> Path {
        let root = Path::root();
        let affinity = || root.key("affinity");
        match plugin {
            "NodeName" => root.key("nodeName"),
            "TaintToleration" | "NodeUnschedulable" => root.key("tolerations"),
            "NodeAffinity" => match self.selector_entry() {
                Some((key, _)) => root.key("nodeSelector").key(key),
                None => affinity().key("nodeAffinity").key("requiredDuringSchedulingIgnoredDuringExecution"),
            },
            "NodePorts" => root.key("containers").index(0).key("ports"),
            "NodeResourcesFit" => self.largest_container().key("resources"),
            "PodTopologySpread" => root.key("topologySpreadConstraints"),
            "InterPodAffinity" if self.candidate.affinity.is_empty() => affinity().key("podAntiAffinity"),
            "InterPodAffinity" => affinity().key("podAffinity"),
            "VolumeRestrictions" | "NodeVolumeLimits" | "VolumeBinding" | "VolumeZone" => root.key("volumes"),
            "DynamicResources" => root.key("resourceClaims"),
            "SchedulingGates" => root.key("schedulingGates"),
            _ => root,
        }
    }

    /// The plugin whose constraint is to change. Where some nodes are of the kind that is asked for,
    /// what else stands against those is nearer than asking for others.
    fn smallest_change<'n>(&self, nearest: &'n Nearest) -> Option<(&'static str, &'n Vec<(NodeIndex, Rejection)>)> {
        let is_met = self.selector_entry().is_some_and(|(key, value)| self.nodes_with(key, value) > 0);
        let first = |wanted: &dyn Fn(&str) -> bool| {
            let found = nearest.iter().filter(|(plugin, _)| wanted(plugin));
            found.max_by_key(|(_, nodes)| nodes.len()).map(|(plugin, nodes)| (*plugin, nodes))
        };
        first(&|plugin| (plugin == "NodeAffinity") != is_met).or_else(|| first(&|_| true))
    }

    /// The entry of `nodeSelector` that the fewest nodes have.
    fn selector_entry(&self) -> Option<(&str, &str)> {
        let entries = self.candidate.spec.node_selector.iter().flatten();
        let fewest = entries.min_by_key(|(key, value)| self.nodes_with(key, value))?;
        (self.nodes_with(fewest.0, fewest.1) < self.cluster.node_count()).then_some((fewest.0, fewest.1))
    }

    fn nodes_with(&self, key: &str, value: &str) -> usize {
        self.cluster.nodes.iter().filter(|node| self.label(node, key) == Some(value)).count()
    }

    fn label(&self, node: &Node, key: &str) -> Option<&str> {
        node.label_text(&self.cluster.symbols, key)
    }

    fn largest_container(&self) -> Path {
        let containers = self.candidate.spec.containers.iter().enumerate();
        let named = containers.filter(|(_, it)| it.resources.as_ref().is_some_and(|it| it.requests.is_some()));
        let first = named.map(|(at, _)| at).next().unwrap_or_default();
        Path::root().key("containers").index(first)
    }

    /// What to do where only this plugin stands against these nodes.
    fn for_nodes(&self, plugin: &str, nodes: &[(NodeIndex, Rejection)]) -> (Path, String, Option<String>) {
        let path = self.path(plugin);
        let count = nodes.len();
        let fit = format!("the {count} node{} that fit{} otherwise", plural(count), if count == 1 { "s" } else { "" });
        let (help, value) = match plugin {
            "TaintToleration" => (self.about_taints(nodes, &fit), None),
            "NodeUnschedulable" => (format!("{fit}: cordoned; `kubectl uncordon` lets Pods in again"), None),
            "NodeAffinity" => self.about_labels(nodes),
            "NodeResourcesFit" => (self.about_resources(), None),
            "NodePorts" => ("choose another `hostPort`, or do without: a Service reaches the Pod too".to_owned(), None),
            "PodTopologySpread" => ("raise `maxSkew`, or use `whenUnsatisfiable: ScheduleAnyway`".to_owned(), None),
            "InterPodAffinity" if self.candidate.affinity.is_empty() => {
                ("make the anti-affinity preferred instead of required, or add nodes".to_owned(), None)
            }
            "InterPodAffinity" => {
                ("no Pod with the labels asked for runs in the same topology: see its `labelSelector`".to_owned(), None)
            }
            "VolumeBinding" | "VolumeZone" | "VolumeRestrictions" | "NodeVolumeLimits" => {
                ("see the claims of the Pod: their volumes cannot be used on these nodes".to_owned(), None)
            }
            _ => ("more than one constraint stands against every node".to_owned(), None),
        };
        (path, help, value)
    }

    fn about_taints(&self, nodes: &[(NodeIndex, Rejection)], fit: &str) -> String {
        let tolerations = self.candidate.spec.tolerations.as_deref().unwrap_or_default();
        let all = self.cluster.nodes.iter();
        let chosen: Vec<&Node> = match nodes {
            [] => all.collect(),
            nodes => nodes.iter().filter_map(|(index, _)| self.cluster.node(*index)).collect(),
        };
        let mut carried: BTreeMap<&Taint, usize> = BTreeMap::new();
        for node in chosen {
            if let Some(taint) = first_untolerated(&node.taints, tolerations, Taint::is_filtering) {
                *carried.entry(taint).or_default() += 1;
            }
        }
        let most = carried.iter().max_by_key(|(_, count)| **count);
        let Some((taint, _)) = most else { return "add a toleration".to_owned() };
        match nodes {
            [] => format!("add a toleration for `{}`, and see the other constraints", taint.text()),
            _ => format!("add a toleration for `{}`, carried by {fit}", taint.text()),
        }
    }

    fn about_labels(&self, nodes: &[(NodeIndex, Rejection)]) -> (String, Option<String>) {
        let Some((key, value)) = self.selector_entry() else {
            let help = "no node meets a term of the required node affinity: compare it with the nodes' labels";
            return (help.to_owned(), None);
        };
        let mut values: BTreeMap<&str, usize> = BTreeMap::new();
        for found in self.cluster.nodes.iter().filter_map(|node| self.label(node, key)) {
            *values.entry(found).or_default() += 1;
        }
        let total = self.cluster.node_count();
        let with = self.nodes_with(key, value);
        if let Some((same, _)) = values.iter().find(|(it, _)| **it != value && it.eq_ignore_ascii_case(value)) {
            let help = format!("`{key}: {value}` differs from the nodes' `{key}: {same}` only in case");
            return (help, Some((*same).to_owned()));
        }
        if values.is_empty() {
            return (format!("no node has a label `{key}`: drop `{key}` from the nodeSelector, or label nodes"), None);
        }
        let known: Vec<String> = values.iter().take(4).map(|(it, _)| format!("`{it}`")).collect();
        let known = known.join(", ");
        if with > 0 {
            let have = counted(with, total);
            let near = if nodes.is_empty() { ", none of which fits otherwise" } else { "" };
            return (format!("{have} have `{key}: {value}`{near}; the nodes have {known}"), None);
        }
        match spelling::nearest(value, values.keys().copied()) {
            Some(near) if is_alone(value, near, values.keys().copied()) => {
                (format!("no node has `{key}: {value}`; did you mean `{near}`?"), Some(near.to_owned()))
            }
            _ => (format!("no node has `{key}: {value}`; the nodes have {known}"), None),
        }
    }

    fn about_resources(&self) -> String {
        let wanted = &self.candidate.requests;
        let free = self.cluster.nodes.iter().map(|node| {
            (node.allocatable.milli_cpu - node.requested.milli_cpu, node.allocatable.memory - node.requested.memory)
        });
        let (cpu, memory) = free.fold((0, 0), |(cpu, memory), free| (free.0.max(cpu), free.1.max(memory)));
        let mut parts = Vec::new();
        let mut compare = |name: &str, wanted: i64, free: i64| {
            if wanted > free {
                let (wanted, free) = (written(name, wanted), written(name, free.max(0)));
                parts.push(format!("{name}: the Pod asks for {wanted}, at most {free} is free on a node"));
            }
        };
        compare("cpu", wanted.milli_cpu, cpu);
        compare("memory", wanted.memory, memory);
        for (name, amount) in &wanted.scalars {
            let free =
                self.cluster.nodes.iter().map(|it| it.allocatable.scalar(name) - it.requested.scalar(name)).max();
            compare(name, *amount, free.unwrap_or_default());
        }
        if parts.is_empty() { "no node has enough of everything at once".to_owned() } else { parts.join("; ") }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Whether no other value is as near.
fn is_alone<'v>(value: &str, near: &str, values: impl Iterator<Item = &'v str>) -> bool {
    let best = strsim::osa_distance(value, near);
    values.filter(|it| strsim::osa_distance(value, it) <= best).count() == 1
}
