//! `NodeResourcesFit`: what is left of a node's allocatable resources.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Before, Context, Filter, dynamic_resources};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::constraint::{Constraint, Found, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::resources::{Resources, written};

pub(super) const NAME: &str = "NodeResourcesFit";

struct NodeResourcesFit<'c> {
    wanted: &'c Resources,
    /// Resources that devices stand for, on nodes that have none themselves.
    delegated: Vec<&'c str>,
    /// What Pods that are gone give back, and how many they are.
    freed: HashMap<NodeIndex, (Resources, i64)>,
    /// Replicas by node.
    placed: HashMap<NodeIndex, i64>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let mut freed: HashMap<NodeIndex, (Resources, i64)> = HashMap::new();
    for pod in context.gone.iter().filter_map(|index| context.cluster.pod(*index)) {
        let (resources, pods) = freed.entry(pod.node).or_default();
        resources.add(&pod.footprint.requests, 1);
        *pods += 1;
    }
    let wanted = &context.candidate.requests;
    let delegated = wanted.scalars.iter().map(|(name, _)| name.as_str());
    let delegated = delegated.filter(|name| dynamic_resources::may_stand_for(context, name)).collect();
    let filter = Box::new(NodeResourcesFit { wanted, delegated, freed, placed: HashMap::new() });
    if context.cluster.knows("Pod") { Before::Filter(filter) } else { Before::Partly(filter) }
}

/// The amounts of one resource on one node, as the scheduler compares them.
struct Amounts {
    wanted: i64,
    allocatable: i64,
    used: i64,
}

impl Amounts {
    fn is_short(&self) -> bool {
        self.wanted > 0 && self.wanted > self.allocatable.saturating_sub(self.used)
    }

    fn never_fits(&self) -> bool {
        self.wanted > self.allocatable
    }
}

fn of_resource(name: &str, amount: i64) -> Constraint {
    Constraint::new(NAME, name, written(name, amount))
}

impl NodeResourcesFit<'_> {
    fn used(&self, index: NodeIndex, node: &Node) -> (Option<Resources>, i64) {
        let pods = i64::try_from(node.pods.len()).unwrap_or(i64::MAX);
        let (freed, placed) = (self.freed.get(&index), self.placed.get(&index).copied().unwrap_or_default());
        if freed.is_none() && placed == 0 {
            return (None, pods);
        }
        let mut used = node.requested.clone();
        used.add(self.wanted, placed);
        let mut count = pods + placed;
        if let Some((resources, pods)) = freed {
            used.add(resources, -1);
            count -= pods;
        }
        (Some(used), count)
    }
}

impl Filter for NodeResourcesFit<'_> {
    /// Source: `fitsRequest` in `pkg/scheduler/framework/plugins/noderesources` (1.37).
    fn reject(&self, index: NodeIndex, node: &Node) -> Option<Rejection> {
        let (changed, pods) = self.used(index, node);
        let used = changed.as_ref().unwrap_or(&node.requested);
        let (wanted, all) = (self.wanted, &node.allocatable);
        let mut reasons: Vec<Cow<'static, str>> = Vec::new();
        let mut code = Code::Unschedulable;
        if pods.saturating_add(1) > all.pods {
            reasons.push("Too many pods".into());
        }
        let mut compare = |amounts: Amounts, reason: &dyn Fn() -> Cow<'static, str>| {
            if amounts.is_short() {
                reasons.push(reason());
                if amounts.never_fits() {
                    code = Code::UnschedulableAndUnresolvable;
                }
            }
        };
        let cpu = Amounts { wanted: wanted.milli_cpu, allocatable: all.milli_cpu, used: used.milli_cpu };
        compare(cpu, &|| "Insufficient cpu".into());
        let memory = Amounts { wanted: wanted.memory, allocatable: all.memory, used: used.memory };
        compare(memory, &|| "Insufficient memory".into());
        let storage = Amounts {
            wanted: wanted.ephemeral_storage,
            allocatable: all.ephemeral_storage,
            used: used.ephemeral_storage,
        };
        compare(storage, &|| "Insufficient ephemeral-storage".into());
        for (name, wanted) in &wanted.scalars {
            if all.scalar(name) == 0 && self.delegated.contains(&name.as_str()) {
                continue;
            }
            let amounts = Amounts { wanted: *wanted, allocatable: all.scalar(name), used: used.scalar(name) };
            compare(amounts, &|| format!("Insufficient {name}").into());
        }
        (!reasons.is_empty()).then_some(Rejection { plugin: NAME, code, reasons })
    }

    fn asks(&self) -> Vec<Constraint> {
        let wanted = self.wanted;
        let named =
            [("cpu", wanted.milli_cpu), ("memory", wanted.memory), ("ephemeral-storage", wanted.ephemeral_storage)];
        let scalars = wanted.scalars.iter().map(|(name, amount)| (name.as_str(), *amount));
        let asked = named.into_iter().chain(scalars).filter(|(_, amount)| *amount > 0);
        asked.map(|(name, amount)| of_resource(name, amount)).collect()
    }

    fn against(&self, index: NodeIndex, node: &Node) -> Vec<Objection> {
        let Some(rejection) = self.reject(index, node) else { return Vec::new() };
        let (changed, pods) = self.used(index, node);
        let used = changed.as_ref().unwrap_or(&node.requested);
        let objections = rejection.reasons.iter().map(|reason| {
            let Some(name) = reason.strip_prefix("Insufficient ") else {
                let found = format!("{pods} of {} Pods run", node.allocatable.pods);
                return Objection::new(Constraint::new(NAME, "room for a Pod", ""), found);
            };
            let amount = |of: &Resources| of.amount(name);
            let constraint = of_resource(name, amount(self.wanted));
            Objection { constraint, found: Found::Free(amount(&node.allocatable).saturating_sub(amount(used))) }
        });
        objections.collect()
    }

    fn place(&mut self, index: NodeIndex, _: &Node, count: i64) {
        *self.placed.entry(index).or_default() += count;
    }
}
