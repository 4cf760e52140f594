//! `NodeAffinity`: `nodeSelector` and required node affinity.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::NodeSelectorTerm;

use super::{Before, Context, Filter};
use crate::schedule::candidate::Candidate;
use crate::schedule::cluster::{Cluster, NodeIndex};
use crate::schedule::constraint::{Constraint, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::selector::{Operator, Requirement};
use crate::schedule::symbols::{Symbol, Symbols};

pub(super) const NAME: &str = "NodeAffinity";

/// A Pod's requirements on the labels and the name of its node, by the cluster's symbols.
pub(super) struct Required<'c> {
    symbols: &'c Symbols,
    selector: Vec<Compiled<'c>>,
    terms: Option<Vec<(Vec<Compiled<'c>>, &'c [Requirement])>>,
}

/// A requirement whose key and values are symbols; a name that no node has is left out.
struct Compiled<'c> {
    key: Option<Symbol>,
    values: Vec<Symbol>,
    requirement: &'c Requirement,
}

impl<'c> Compiled<'c> {
    fn of(requirement: &'c Requirement, symbols: &Symbols) -> Self {
        let values = requirement.values.iter().filter_map(|value| symbols.find(value)).collect();
        Self { key: symbols.find(&requirement.key), values, requirement }
    }

    fn matches(&self, node: &Node, symbols: &Symbols) -> bool {
        let value = self.key.and_then(|key| node.label(key));
        match self.requirement.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(&value)),
            Operator::NotIn => !value.is_some_and(|value| self.values.contains(&value)),
            _ => self.requirement.matches(value.map(|value| symbols.name(value))),
        }
    }
}

impl<'c> Required<'c> {
    /// None where the Pod has no such requirements.
    pub(super) fn of(cluster: &'c Cluster, candidate: &'c Candidate<'c>) -> Option<Self> {
        if candidate.spec.node_selector.is_none() && candidate.node_terms.is_none() {
            return None;
        }
        let symbols = &cluster.symbols;
        let compile =
            |all: &'c [Requirement]| -> Vec<Compiled<'c>> { all.iter().map(|it| Compiled::of(it, symbols)).collect() };
        let terms = candidate.node_terms.as_ref();
        Some(Self {
            symbols,
            selector: compile(&candidate.node_selector),
            terms: terms.map(|terms| terms.iter().map(|term| (compile(&term.labels), &*term.names)).collect()),
        })
    }

    /// Whether a node meets them.
    pub(super) fn matches(&self, node: &Node) -> bool {
        self.selector.iter().all(|it| it.matches(node, self.symbols)) && self.meets_a_term(node)
    }

    fn meets_a_term(&self, node: &Node) -> bool {
        self.terms.as_ref().is_none_or(|terms| {
            terms.iter().any(|(labels, names)| {
                labels.iter().all(|it| it.matches(node, self.symbols))
                    && names.iter().all(|it| it.matches(Some(&node.name)))
            })
        })
    }
}

fn of_requirement(kind: &str, requirement: &Requirement) -> Constraint {
    Constraint::new(NAME, kind, requirement.to_string())
}

/// Of terms of which one must be met.
fn of_terms(count: usize) -> Constraint {
    let what = if count == 0 { "no term can match".to_owned() } else { format!("one of {count} terms") };
    Constraint::new(NAME, "nodeAffinity", what)
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let Some(required) = Required::of(context.cluster, context.candidate) else { return Before::Skip };
    let filter = Box::new(required);
    match named_nodes(context.candidate) {
        None => Before::Filter(filter),
        Some(names) if names.is_empty() => Before::Reject("pod affinity terms conflict".to_owned()),
        Some(names) => Before::Among(names, Some(filter)),
    }
}

/// The only nodes that required affinity can mean, where every term gives names.
/// Source: `NodeAffinity.PreFilter` (1.37).
fn named_nodes(candidate: &Candidate<'_>) -> Option<BTreeSet<String>> {
    let affinity = candidate.spec.affinity.as_ref()?.node_affinity.as_ref()?;
    let terms = &affinity.required_during_scheduling_ignored_during_execution.as_ref()?.node_selector_terms;
    if terms.is_empty() {
        return None;
    }
    let mut names = BTreeSet::new();
    for term in terms {
        names.extend(names_of(term)?);
    }
    Some(names)
}

fn names_of(term: &NodeSelectorTerm) -> Option<BTreeSet<String>> {
    let named = term.match_fields.iter().flatten().filter(|it| it.key == "metadata.name" && it.operator == "In");
    let sets = named.map(|it| it.values.iter().flatten().cloned().collect::<BTreeSet<String>>());
    sets.reduce(|one, other| one.intersection(&other).cloned().collect())
}

impl Filter for Required<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let reason = "node(s) didn't match Pod's node affinity/selector";
        (!self.matches(node)).then(|| Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason))
    }

    fn asks(&self) -> Vec<Constraint> {
        let selector = self.selector.iter().map(|it| of_requirement("nodeSelector", it.requirement));
        let terms = self.terms.iter().flat_map(|terms| match terms.as_slice() {
            [(labels, names)] => {
                let all = labels.iter().map(|it| it.requirement).chain(*names);
                all.map(|it| of_requirement("nodeAffinity", it)).collect()
            }
            terms => vec![of_terms(terms.len())],
        });
        selector.chain(terms).collect()
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let by_label = |kind, it: &Compiled<'_>| {
            (!it.matches(node, self.symbols)).then(|| {
                let key = &it.requirement.key;
                let found = match node.label_text(self.symbols, key) {
                    Some(value) => format!("{key}={value}"),
                    None => format!("no {key}"),
                };
                Objection::new(of_requirement(kind, it.requirement), found)
            })
        };
        let mut objections: Vec<Objection> =
            self.selector.iter().filter_map(|it| by_label("nodeSelector", it)).collect();
        match self.terms.as_deref() {
            Some([(labels, names)]) => {
                objections.extend(labels.iter().filter_map(|it| by_label("nodeAffinity", it)));
                let unmet = names.iter().filter(|it| !it.matches(Some(&node.name)));
                objections.extend(unmet.map(|it| Objection::new(of_requirement("nodeAffinity", it), "")));
            }
            Some(terms) if !self.meets_a_term(node) => objections.push(Objection::new(of_terms(terms.len()), "")),
            _ => {}
        }
        objections
    }
}
