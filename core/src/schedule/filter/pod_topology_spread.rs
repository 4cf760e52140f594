//! `PodTopologySpread`: constraints with `whenUnsatisfiable: DoNotSchedule`.

use std::collections::HashMap;

use k8s_openapi::api::core::v1::TopologySpreadConstraint;

use super::node_affinity::Required;
use super::{Before, Context, Filter};
use crate::schedule::candidate::Candidate;
use crate::schedule::cluster::NodeIndex;
use crate::schedule::constraint::{self, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::{Node, Taint};
use crate::schedule::selector::{Operator, Requirement, Selector};
use crate::schedule::symbols::Symbol;
use crate::schedule::toleration::first_untolerated;

pub(super) const NAME: &str = "PodTopologySpread";

/// One constraint with the matching Pods of each domain.
struct Constraint {
    topology_key: String,
    key: Option<Symbol>,
    max_skew: i64,
    min_domains: usize,
    selector: Selector,
    matches_itself: bool,
    honors_affinity: bool,
    honors_taints: bool,
    /// Matching Pods by domain.
    counts: HashMap<Symbol, i64>,
    /// The smallest of `counts`.
    least: i64,
}

struct PodTopologySpread<'c> {
    context: Context<'c>,
    required: Option<Required<'c>>,
    constraints: Vec<Constraint>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let candidate = context.candidate;
    let given = candidate.spec.topology_spread_constraints.iter().flatten();
    let hard = given.filter(|it| it.when_unsatisfiable == "DoNotSchedule");
    let constraints: Vec<Constraint> = hard.map(|it| Constraint::of(it, context)).collect();
    if constraints.is_empty() {
        return Before::Skip;
    }
    let required = Required::of(context.cluster, candidate);
    let mut filter = Box::new(PodTopologySpread { context: *context, required, constraints });
    filter.count();
    if context.cluster.knows("Pod") { Before::Filter(filter) } else { Before::Partly(filter) }
}

impl Constraint {
    /// Source: `filterTopologySpreadConstraints` (1.37).
    fn of(given: &TopologySpreadConstraint, context: &Context<'_>) -> Self {
        let candidate = context.candidate;
        let selector = selector_of(given, candidate);
        Self {
            topology_key: given.topology_key.clone(),
            key: context.cluster.symbols.find(&given.topology_key),
            max_skew: given.max_skew.into(),
            min_domains: given.min_domains.and_then(|it| usize::try_from(it).ok()).unwrap_or(1),
            matches_itself: selector.matches(|key| candidate.label(key)),
            selector,
            honors_affinity: given.node_affinity_policy.as_deref() != Some("Ignore"),
            honors_taints: given.node_taints_policy.as_deref() == Some("Honor"),
            counts: HashMap::new(),
            least: 0,
        }
    }

    /// As people write it.
    fn told(&self) -> constraint::Constraint {
        let what = format!("{} maxSkew {}", constraint::topology(&self.topology_key), self.max_skew);
        constraint::Constraint::new(NAME, "spread", what)
    }

    fn find_least(&mut self) {
        self.least = self.counts.values().copied().min().unwrap_or(i64::from(i32::MAX));
    }

    fn skew(&self, domain: Symbol) -> i64 {
        let least = if self.counts.len() < self.min_domains { 0 } else { self.least };
        let count = self.counts.get(&domain).copied().unwrap_or_default();
        count + i64::from(self.matches_itself) - least
    }
}

/// The selector of a constraint, with the values of its `matchLabelKeys`.
pub(crate) fn selector_of(given: &TopologySpreadConstraint, candidate: &Candidate<'_>) -> Selector {
    let mut selector = Selector::of(given.label_selector.as_ref());
    for key in given.match_label_keys.iter().flatten() {
        if let Some(value) = candidate.label(key) {
            selector.and(Requirement { key: key.clone(), operator: Operator::In, values: vec![value.to_owned()] });
        }
    }
    selector
}

impl PodTopologySpread<'_> {
    /// Counts the Pods of every domain.
    /// Source: `calPreFilterState` (1.37).
    fn count(&mut self) {
        let cluster = self.context.cluster;
        for at in 0..self.constraints.len() {
            let Some(constraint) = self.constraints.get(at) else { continue };
            let is_counted = cluster.groups_where(|namespace, group| {
                // A selector that selects all counts no Pods, as the scheduler has it.
                !constraint.selector.is_empty()
                    && !group.terminating
                    && namespace == self.context.candidate.namespace
                    && constraint.selector.matches(|key| group.label(&cluster.symbols, key))
            });
            let mut counts: HashMap<Symbol, i64> = HashMap::new();
            for (_, node) in cluster.indexed_nodes().filter(|(_, node)| self.counts(constraint, node)) {
                let Some(domain) = constraint.key.and_then(|key| node.label(key)) else { continue };
                let matching = node.pods.iter().filter(|(group, pod)| {
                    is_counted.get(group.0 as usize).copied().unwrap_or_default()
                        && (self.context.gone.is_empty() || !self.context.gone.contains(pod))
                });
                *counts.entry(domain).or_default() += i64::try_from(matching.count()).unwrap_or(i64::MAX);
            }
            if let Some(constraint) = self.constraints.get_mut(at) {
                constraint.counts = counts;
                constraint.find_least();
            }
        }
    }

    /// Whether a node's domain counts for a constraint.
    fn counts(&self, constraint: &Constraint, node: &Node) -> bool {
        let has_all = self.constraints.iter().all(|it| it.key.is_some_and(|key| node.label(key).is_some()));
        let tolerations = self.context.candidate.spec.tolerations.as_deref().unwrap_or_default();
        has_all
            && (!constraint.honors_affinity || self.required.as_ref().is_none_or(|it| it.matches(node)))
            && (!constraint.honors_taints
                || first_untolerated(&node.taints, tolerations, Taint::is_filtering).is_none())
    }
}

impl Filter for PodTopologySpread<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        for constraint in &self.constraints {
            let Some(domain) = constraint.key.and_then(|key| node.label(key)) else {
                let reason = "node(s) didn't match pod topology spread constraints (missing required label)";
                return Some(Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason));
            };
            if constraint.skew(domain) > constraint.max_skew {
                let reason = "node(s) didn't match pod topology spread constraints";
                return Some(Rejection::new(NAME, Code::Unschedulable, reason));
            }
        }
        None
    }

    fn asks(&self) -> Vec<constraint::Constraint> {
        self.constraints.iter().map(Constraint::told).collect()
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let symbols = &self.context.cluster.symbols;
        let objections = self.constraints.iter().filter_map(|constraint| {
            let found = match constraint.key.and_then(|key| node.label(key)) {
                None => format!("no {}", constraint::topology(&constraint.topology_key)),
                Some(domain) if constraint.skew(domain) > constraint.max_skew => {
                    format!("skew {} in {}", constraint.skew(domain), symbols.name(domain))
                }
                Some(_) => return None,
            };
            Some(Objection::new(constraint.told(), found))
        });
        objections.collect()
    }

    fn place(&mut self, _: NodeIndex, node: &Node, count: i64) {
        for at in 0..self.constraints.len() {
            let Some(constraint) = self.constraints.get(at) else { continue };
            if !constraint.matches_itself || constraint.selector.is_empty() || !self.counts(constraint, node) {
                continue;
            }
            let Some(constraint) = self.constraints.get_mut(at) else { continue };
            if let Some(domain) = constraint.key.and_then(|key| node.label(key)) {
                *constraint.counts.entry(domain).or_default() += count;
                constraint.find_least();
            }
        }
    }
}
