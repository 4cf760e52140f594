//! `InterPodAffinity`: required affinity and anti-affinity between Pods.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Before, Context, Filter};
use crate::schedule::candidate::Candidate;
use crate::schedule::cluster::{Cluster, NodeIndex};
use crate::schedule::constraint::{Constraint, Objection, topology};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::pod::Term;
use crate::schedule::symbols::{Symbol, Symbols};

pub(super) const NAME: &str = "InterPodAffinity";

/// Pods that match, by topology key and domain.
#[derive(Default)]
struct Counts {
    by_domain: HashMap<(Symbol, Symbol), i64>,
    total: i64,
}

impl Counts {
    fn add(&mut self, node: &Node, key: Option<Symbol>, count: i64) {
        if count == 0 {
            return;
        }
        if let Some((key, domain)) = key.and_then(|key| Some((key, node.label(key)?))) {
            *self.by_domain.entry((key, domain)).or_default() += count;
            self.total += count;
        }
    }

    fn holds(&self, node: &Node, key: Option<Symbol>) -> bool {
        let domain = key.and_then(|key| Some((key, node.label(key)?)));
        domain.is_some_and(|domain| self.by_domain.get(&domain).is_some_and(|count| *count > 0))
    }
}

struct InterPodAffinity<'c> {
    symbols: &'c Symbols,
    candidate: &'c Candidate<'c>,
    /// The topology keys of required affinity.
    affinity: Vec<Option<Symbol>>,
    anti_affinity: Vec<Option<Symbol>>,
    /// Which of its own anti-affinity terms the Pod itself matches.
    avoids_itself: Vec<bool>,
    /// The Pod meets all its own affinity terms.
    wants_itself: bool,
    /// Pods that meet all affinity terms.
    wanted: Counts,
    /// Pods that an anti-affinity term matches.
    avoided: Counts,
    /// Pods whose anti-affinity matches this one, by the keys in `avoiding_keys`.
    avoiding: Counts,
    avoiding_keys: Vec<Symbol>,
}

/// A term with its `namespaceSelector` resolved to names.
/// Source: `mergeAffinityTermNamespacesIfNotEmpty` (1.37).
struct Resolved<'t> {
    term: &'t Term,
    /// Namespaces that the selector adds; none where it selects every one.
    selected: Option<Vec<&'t str>>,
}

impl<'t> Resolved<'t> {
    fn of(term: &'t Term, cluster: &'t Cluster) -> Self {
        let is_selected = |labels: &BTreeMap<String, String>| {
            term.namespace_selector.matches(|key| labels.get(key).map(String::as_str))
        };
        let names =
            || cluster.namespaces.iter().filter(|(_, labels)| is_selected(labels)).map(|(name, _)| name.as_str());
        Self { term, selected: (!term.namespace_selector.is_empty()).then(|| names().collect()) }
    }

    fn matches<'l>(&self, namespace: &str, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        let in_namespace = match &self.selected {
            None => true,
            Some(names) => names.contains(&namespace) || self.term.namespaces.iter().any(|it| it == namespace),
        };
        in_namespace && self.term.selector.matches(label)
    }
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let (cluster, candidate) = (context.cluster, context.candidate);
    let resolve =
        |terms: &'c [Term]| -> Vec<Resolved<'c>> { terms.iter().map(|it| Resolved::of(it, cluster)).collect() };
    let (affinity, anti_affinity) = (resolve(&candidate.affinity), resolve(&candidate.anti_affinity));
    let itself = |term: &Resolved<'_>| term.matches(candidate.namespace, |key| candidate.label(key));
    let keys = |terms: &[Term]| terms.iter().map(|it| cluster.symbols.find(&it.topology_key)).collect();
    let mut filter = InterPodAffinity {
        symbols: &cluster.symbols,
        candidate,
        affinity: keys(&candidate.affinity),
        anti_affinity: keys(&candidate.anti_affinity),
        avoids_itself: anti_affinity.iter().map(itself).collect(),
        wants_itself: !affinity.is_empty() && affinity.iter().all(itself),
        wanted: Counts::default(),
        avoided: Counts::default(),
        avoiding: Counts::default(),
        avoiding_keys: Vec::new(),
    };
    filter.count_existing(context);
    if affinity.is_empty() && anti_affinity.is_empty() {
        return if filter.avoiding.total > 0 { Before::Filter(Box::new(filter)) } else { Before::Skip };
    }
    filter.count_own(context, &affinity, &anti_affinity);
    if cluster.knows("Pod") { Before::Filter(Box::new(filter)) } else { Before::Partly(Box::new(filter)) }
}

/// The topology keys of some terms, each with the position of its first term: terms of one key are
/// counted together.
fn by_topology(terms: &[Term]) -> Vec<(&str, usize)> {
    let mut seen = BTreeSet::new();
    let keys = terms.iter().enumerate().map(|(at, term)| (term.topology_key.as_str(), at));
    keys.filter(|(key, _)| seen.insert(*key)).collect()
}

/// The terms of one topology key, as people write them.
fn of_terms(kind: &str, terms: &[Term], key: &str) -> Constraint {
    let selectors = terms.iter().filter(|term| term.topology_key == key).map(|term| term.selector.to_string());
    let selectors: Vec<String> = selectors.collect();
    Constraint::new(NAME, kind, format!("{} per {}", selectors.join(" or "), topology(key)))
}

impl InterPodAffinity<'_> {
    /// Counts the Pods that keep this one away.
    fn count_existing(&mut self, context: &Context<'_>) {
        let (cluster, candidate) = (context.cluster, self.candidate);
        let labels = cluster.namespaces.get(candidate.namespace);
        let matches = |term: &Term| term.matches(candidate.namespace, labels, |key| candidate.label(key));
        let matching: Vec<Option<Symbol>> = cluster
            .terms
            .iter()
            .map(|term| matches(term).then(|| cluster.symbols.find(&term.topology_key)).flatten())
            .collect();
        if matching.iter().all(Option::is_none) {
            return;
        }
        for (at, pod) in cluster.pods_with_anti_affinity() {
            if context.gone.contains(&at) {
                continue;
            }
            let Some(node) = cluster.node(pod.node) else { continue };
            for term in &pod.anti_affinity {
                let key = matching.get(term.0 as usize).copied().flatten();
                self.avoiding.add(node, key, 1);
            }
        }
        self.avoiding_keys = matching.into_iter().flatten().collect();
        self.avoiding_keys.sort_unstable();
        self.avoiding_keys.dedup();
    }

    /// Counts the Pods that this one looks for or avoids.
    fn count_own(&mut self, context: &Context<'_>, affinity: &[Resolved<'_>], anti_affinity: &[Resolved<'_>]) {
        let cluster = context.cluster;
        let matches = |term: &Resolved<'_>| {
            cluster.groups_where(|namespace, group| term.matches(namespace, |key| group.label(&cluster.symbols, key)))
        };
        let is_wanted = cluster.groups_where(|namespace, group| {
            !affinity.is_empty()
                && affinity.iter().all(|it| it.matches(namespace, |key| group.label(&cluster.symbols, key)))
        });
        let is_avoided: Vec<Vec<bool>> = anti_affinity.iter().map(matches).collect();
        let is_marked = |marks: &[bool], at: u32| marks.get(at as usize).copied().unwrap_or_default();
        let concerned: Vec<bool> = (0..cluster.groups.len() as u32)
            .map(|at| is_marked(&is_wanted, at) || is_avoided.iter().any(|marks| is_marked(marks, at)))
            .collect();
        for (_, node) in cluster.indexed_nodes() {
            for (group, pod) in &node.pods {
                if !is_marked(&concerned, group.0) || context.gone.contains(pod) {
                    continue;
                }
                if is_marked(&is_wanted, group.0) {
                    for key in &self.affinity {
                        self.wanted.add(node, *key, 1);
                    }
                }
                for (key, marks) in self.anti_affinity.iter().zip(&is_avoided) {
                    self.avoided.add(node, *key, i64::from(is_marked(marks, group.0)));
                }
            }
        }
    }

    /// Source: `nodeTopologyMatchesAffinity` (1.37).
    fn meets_affinity(&self, node: &Node) -> bool {
        if !self.affinity.iter().all(|key| key.is_some_and(|key| node.label(key).is_some())) {
            return false;
        }
        self.affinity.iter().all(|key| self.wanted.holds(node, *key))
            // The first of several Pods that want each other finds nobody yet.
            || self.wanted.total == 0 && self.wants_itself
    }
}

impl Filter for InterPodAffinity<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        if !self.meets_affinity(node) {
            let reason = "node(s) didn't match pod affinity rules";
            return Some(Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason));
        }
        if self.anti_affinity.iter().any(|key| self.avoided.holds(node, *key)) {
            let reason = "node(s) didn't match pod anti-affinity rules";
            return Some(Rejection::new(NAME, Code::Unschedulable, reason));
        }
        if self.avoiding_keys.iter().any(|key| self.avoiding.holds(node, Some(*key))) {
            let reason = "node(s) didn't satisfy existing pods anti-affinity rules";
            return Some(Rejection::new(NAME, Code::Unschedulable, reason));
        }
        None
    }

    fn asks(&self) -> Vec<Constraint> {
        let affinity = by_topology(&self.candidate.affinity).into_iter();
        let affinity = affinity.map(|(key, _)| of_terms("podAffinity", &self.candidate.affinity, key));
        let anti_affinity = by_topology(&self.candidate.anti_affinity).into_iter();
        let anti_affinity =
            anti_affinity.map(|(key, _)| of_terms("podAntiAffinity", &self.candidate.anti_affinity, key));
        affinity.chain(anti_affinity).collect()
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let symbols = self.symbols;
        let domain = |key: Option<Symbol>| key.and_then(|key| node.label(key)).map(|it| symbols.name(it));
        let mut objections = Vec::new();
        let finds_nobody_yet = self.wanted.total == 0 && self.wants_itself;
        for (key, at) in by_topology(&self.candidate.affinity) {
            let symbol = self.affinity.get(at).copied().flatten();
            let found = match domain(symbol) {
                None => format!("no {}", topology(key)),
                Some(_) if finds_nobody_yet || self.wanted.holds(node, symbol) => continue,
                Some(domain) => format!("none in {domain}"),
            };
            objections.push(Objection::new(of_terms("podAffinity", &self.candidate.affinity, key), found));
        }
        for (key, at) in by_topology(&self.candidate.anti_affinity) {
            let symbol = self.anti_affinity.get(at).copied().flatten();
            if self.avoided.holds(node, symbol) {
                let found = format!("one in {}", domain(symbol).unwrap_or_default());
                objections.push(Objection::new(of_terms("podAntiAffinity", &self.candidate.anti_affinity, key), found));
            }
        }
        for key in self.avoiding_keys.iter().filter(|key| self.avoiding.holds(node, Some(**key))) {
            let what = format!("per {}", topology(symbols.name(*key)));
            let found = format!("one in {}", domain(Some(*key)).unwrap_or_default());
            objections.push(Objection::new(Constraint::new(NAME, "anti-affinity of a running Pod", what), found));
        }
        objections
    }

    fn place(&mut self, _: NodeIndex, node: &Node, count: i64) {
        if self.wants_itself {
            for key in &self.affinity {
                self.wanted.add(node, *key, count);
            }
        }
        // A replica keeps the next one away by its own terms and by being there: one and the same
        // domain, told as the Pod's own rule.
        for (key, avoids) in self.anti_affinity.iter().zip(&self.avoids_itself) {
            self.avoided.add(node, *key, if *avoids { count } else { 0 });
        }
    }
}
