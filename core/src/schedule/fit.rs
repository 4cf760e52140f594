//! One Pod against every node: the scheduler's verdict and its message.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use k8s_openapi::api::core::v1::Pod;
use podlint_schemas::Version;

use super::candidate::Candidate;
use super::cluster::{Cluster, NodeIndex};
use super::filter::{Context, Filters};
use crate::document::Document;
use crate::object::defaults;
use crate::yaml::{Tree, from_node};

/// Whether removing Pods from a node could make room on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// It could.
    Unschedulable,
    /// It could not.
    UnschedulableAndUnresolvable,
}

impl Code {
    /// As the scheduler prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unschedulable => "Unschedulable",
            Self::UnschedulableAndUnresolvable => "UnschedulableAndUnresolvable",
        }
    }
}

/// Why one node was refused: the first plugin that refuses it, and its reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejection {
    /// The plugin's name; empty where the scheduler names none.
    pub plugin: &'static str,
    /// Whether removing Pods could help.
    pub code: Code,
    /// In the scheduler's words.
    pub reasons: Vec<Cow<'static, str>>,
}

impl Rejection {
    /// With one reason.
    pub(crate) fn new(plugin: &'static str, code: Code, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { plugin, code, reasons: vec![reason.into()] }
    }
}

/// The scheduler's answer for one Pod.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// The nodes that take it, in the order given.
    pub feasible: Vec<NodeIndex>,
    /// The nodes that do not, in the order given.
    pub rejected: Vec<(NodeIndex, Rejection)>,
    /// Set where no node was looked at: the words of the plugin that ended the attempt.
    pub prefilter: Option<String>,
    /// The plugin behind `prefilter`.
    pub prefilter_plugin: Option<&'static str>,
    /// The Pod waits for its scheduling gates: the scheduler has not looked at it.
    pub gated: bool,
    /// The plugins whose question the given objects leave open.
    pub unevaluated: Vec<&'static str>,
    /// How many nodes there are.
    pub nodes: usize,
}

impl Answer {
    /// Whether what was not given could change the answer.
    pub(crate) fn is_open(&self) -> bool {
        self.unevaluated.iter().any(|plugin| {
            self.prefilter_plugin.is_none_or(|it| it == *plugin)
                && self.rejected.iter().any(|(_, rejection)| rejection.plugin == *plugin)
                || self.prefilter_plugin == Some(plugin)
        })
    }

    /// The scheduler's message, without preemption; none where some node is feasible, or where the
    /// scheduler has not looked at the Pod.
    /// Source: `FitError.Error` in `pkg/scheduler/framework` (1.37).
    pub fn message(&self) -> Option<String> {
        if !self.feasible.is_empty() || self.gated {
            return None;
        }
        if self.nodes == 0 && self.prefilter.is_none() {
            return Some("no nodes available to schedule pods".to_owned());
        }
        let message = format!("0/{} nodes are available:", self.nodes);
        if let Some(prefilter) = &self.prefilter {
            return Some(format!("{message} {prefilter}."));
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for reason in self.rejected.iter().flat_map(|(_, rejection)| &rejection.reasons) {
            *counts.entry(reason).or_default() += 1;
        }
        let mut reasons: Vec<String> = counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        reasons.sort_unstable();
        Some(if reasons.is_empty() { message } else { format!("{message} {}.", reasons.join(", ")) })
    }
}

/// Asks the filters about every node.
pub(crate) fn answer(cluster: &Cluster, candidate: &Candidate<'_>, filters: &Filters<'_>) -> Answer {
    let mut answer =
        Answer { nodes: cluster.node_count(), unevaluated: filters.unevaluated.clone(), ..Answer::default() };
    if let Some(gates) = waiting_for(candidate) {
        return Answer { prefilter: Some(gates), prefilter_plugin: Some("SchedulingGates"), gated: true, ..answer };
    }
    if let Some((plugin, reason)) = &filters.rejected {
        return Answer { prefilter: Some(reason.clone()), prefilter_plugin: *plugin, gated: filters.gated, ..answer };
    }
    for (index, node) in cluster.indexed_nodes() {
        match filters.reject(index, node) {
            None => answer.feasible.push(index),
            Some(rejection) => answer.rejected.push((index, rejection)),
        }
    }
    answer
}

/// Source: `pkg/scheduler/framework/plugins/schedulinggates` (1.37).
fn waiting_for(candidate: &Candidate<'_>) -> Option<String> {
    let gates = candidate.spec.scheduling_gates.as_ref().filter(|gates| !gates.is_empty())?;
    let names: Vec<&str> = gates.iter().map(|gate| gate.name.as_str()).collect();
    Some(format!("waiting for scheduling gates: [{}]", names.join(" ")))
}

/// The scheduler's answer for the Pod of a document, defaulted but without what admission adds; none
/// where there is no Pod.
pub fn schedule(cluster: &Cluster, document: &Document<'_>, version: Version) -> Option<Answer> {
    let tree = if document.json { Tree::parse_json(document.text) } else { Tree::parse(document.text) }.ok()?;
    let mut pod: Pod = from_node(&tree, tree.root()?).ok()?;
    pod.spec.as_ref()?;
    defaults::pod(&mut pod);
    let candidate = Candidate::of(&pod)?;
    let gone = HashSet::new();
    let context = Context { cluster, candidate: &candidate, gone: &gone, version };
    Some(answer(cluster, &candidate, &Filters::new(&context)))
}
