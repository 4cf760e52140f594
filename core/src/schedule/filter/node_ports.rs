//! `NodePorts`: host ports that are taken.

use std::collections::HashMap;

use super::{Before, Context, Filter};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::constraint::{Constraint, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::pod::{HostPort, RunningPod};

pub(super) const NAME: &str = "NodePorts";

struct NodePorts<'c> {
    context: Context<'c>,
    wanted: &'c [HostPort],
    /// Replicas by node.
    placed: HashMap<NodeIndex, i64>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let wanted = &context.candidate.host_ports;
    if wanted.is_empty() {
        return Before::Skip;
    }
    let filter = Box::new(NodePorts { context: *context, wanted, placed: HashMap::new() });
    if context.cluster.knows("Pod") { Before::Filter(filter) } else { Before::Partly(filter) }
}

impl NodePorts<'_> {
    fn is_taken(&self, node: &Node) -> bool {
        let conflicts = |taken: &HostPort| self.wanted.iter().any(|wanted| wanted.conflicts(taken));
        if self.context.gone.is_empty() {
            return node.used_ports.iter().any(conflicts);
        }
        self.staying(node).any(|pod| pod.footprint.host_ports.iter().any(conflicts))
    }

    fn staying<'n>(&self, node: &'n Node) -> impl Iterator<Item = &'n RunningPod>
    where
        Self: 'n,
    {
        let staying = node.pods.iter().filter(|(_, pod)| !self.context.gone.contains(pod));
        staying.filter_map(|(_, pod)| self.context.cluster.pod(*pod))
    }

    fn holder_of(&self, node: &Node, port: &HostPort) -> Option<String> {
        let cluster = self.context.cluster;
        let pod = self.staying(node).find(|pod| pod.footprint.host_ports.iter().any(|taken| port.conflicts(taken)))?;
        let namespace = cluster.group(pod.group).map_or("", |group| cluster.symbols.name(group.namespace));
        Some(format!("{} taken by {namespace}/{}", port.text(), pod.footprint.name))
    }
}

impl Filter for NodePorts<'_> {
    fn reject(&self, index: NodeIndex, node: &Node) -> Option<Rejection> {
        let holds_replica = self.placed.get(&index).is_some_and(|count| *count > 0);
        let reason = "node(s) didn't have free ports for the requested pod ports";
        (holds_replica || self.is_taken(node)).then(|| Rejection::new(NAME, Code::Unschedulable, reason))
    }

    fn asks(&self) -> Vec<Constraint> {
        self.wanted.iter().map(|port| Constraint::new(NAME, "hostPort", port.text())).collect()
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let taken = self.asks().into_iter().zip(self.wanted);
        let taken = taken.filter_map(|(constraint, port)| Some((constraint, self.holder_of(node, port)?)));
        taken.map(|(constraint, holder)| Objection::new(constraint, holder)).collect()
    }

    fn place(&mut self, index: NodeIndex, _: &Node, count: i64) {
        *self.placed.entry(index).or_default() += count;
    }
}
