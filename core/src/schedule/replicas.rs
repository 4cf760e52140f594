//! How many replicas find a node, placed one after another.

use super::candidate::Candidate;
use super::cluster::{Cluster, NodeIndex};
use super::filter::Filters;

/// How many of a workload's Pods find a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replicas {
    /// How many there are to be.
    pub wanted: usize,
    /// The fewest that found a node, over the orders that were tried.
    pub least: usize,
    /// The most, likewise.
    pub most: usize,
    /// The scheduler's choices cannot change the number.
    pub is_certain: bool,
}

/// Orders in which nodes are tried.
const ORDERS: usize = 12;
/// Looks at nodes, over all orders.
const MOST_LOOKS: usize = 4_000_000;

/// Places replicas one after another, in several orders of nodes.
pub(crate) fn count(
    cluster: &Cluster,
    candidate: &Candidate<'_>,
    filters: &mut Filters<'_>,
    wanted: usize,
) -> Replicas {
    let is_certain = is_order_free(candidate);
    let nodes: Vec<NodeIndex> = cluster.indexed_nodes().map(|(index, _)| index).collect();
    if let Some(most) = from_groups(cluster, filters, wanted) {
        return Replicas { wanted, least: most, most, is_certain: true };
    }
    let looks = (nodes.len() + wanted).max(1);
    let orders = if is_certain { 1 } else { (MOST_LOOKS / looks).clamp(1, ORDERS) };
    let placed = (0..orders).map(|order| place(cluster, filters, &ordered(&nodes, order), wanted));
    let (least, most) = placed.fold((usize::MAX, 0), |(least, most), placed| (least.min(placed), most.max(placed)));
    Replicas { wanted, least: least.min(most), most, is_certain }
}

/// Whether each way of placing ends with the same number: without constraints between replicas each
/// node takes so many, with one constraint each domain does.
fn is_order_free(candidate: &Candidate<'_>) -> bool {
    let hard = candidate.spec.topology_spread_constraints.iter().flatten();
    let spread = hard.filter(|it| it.when_unsatisfiable == "DoNotSchedule").count();
    let wider = candidate.anti_affinity.iter().filter(|term| term.topology_key != "kubernetes.io/hostname").count();
    candidate.affinity.is_empty() && spread + wider <= 1 && candidate.volumes.is_empty()
}

/// A feasible node that stands for a group which may grow large enough takes a replica on each of its
/// nodes; none where there is no such group.
fn from_groups(cluster: &Cluster, filters: &Filters<'_>, wanted: usize) -> Option<usize> {
    let groups = cluster.indexed_nodes().filter_map(|(index, node)| Some((index, node, node.count?.1)));
    let feasible = groups.filter(|(index, node, _)| filters.reject(*index, node).is_none());
    let room: usize = feasible.map(|(_, _, most)| most as usize).sum();
    (room >= wanted && wanted > 0).then_some(wanted)
}

/// In the order given, backwards, and shuffled in ways that are the same each time.
fn ordered(nodes: &[NodeIndex], order: usize) -> Vec<NodeIndex> {
    let mut nodes = nodes.to_vec();
    match order {
        0 => {}
        1 => nodes.reverse(),
        _ => nodes
            .sort_by_key(|node| (u64::from(node.0) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ ((order as u64) << 7))),
    }
    nodes
}

/// Places as many as find a node, takes them away again, and says how many they were.
fn place(cluster: &Cluster, filters: &mut Filters<'_>, nodes: &[NodeIndex], wanted: usize) -> usize {
    let mut taken: Vec<NodeIndex> = Vec::new();
    // Where a node refuses, the next may take it; a refusal may end once another domain has caught
    // up, so that a full round without success ends it.
    let (mut at, mut refused) = (0, 0);
    while taken.len() < wanted && refused < nodes.len() {
        let Some(index) = nodes.get(at % nodes.len()).copied() else { break };
        let Some(node) = cluster.node(index) else { break };
        if filters.reject(index, node).is_none() {
            filters.place(index, node, 1);
            taken.push(index);
            refused = 0;
        } else {
            refused += 1;
            at += 1;
        }
    }
    for index in &taken {
        if let Some(node) = cluster.node(*index) {
            filters.place(*index, node, -1);
        }
    }
    taken.len()
}
