//! Every node against every constraint of a Pod. The scheduler stops at the first plugin that
//! refuses a node; people want to see all that is in the way.

use std::collections::HashMap;

use super::cluster::Cluster;
use super::constraint::{Constraint, Found, Objection};
use super::filter::{self, Filters};
use super::fit::{Answer, Rejection};

/// Which constraints each node meets.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// In the order in which the scheduler looks at them; those that every node meets, too.
    pub constraints: Vec<Constraint>,
    /// One for each node, in the order of the cluster.
    pub rows: Vec<Row>,
}

/// One node.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// The constraints that it does not meet, in order; none where nothing stands in the way.
    pub unmet: Vec<Unmet>,
}

/// A constraint that a node does not meet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmet {
    /// Position in [`Table::constraints`].
    pub constraint: usize,
    /// It belongs to the plugin for whose sake the scheduler refuses the node; the scheduler does not
    /// look at those after it.
    pub is_first: bool,
    /// What the node has instead.
    pub found: Found,
}

/// Asks all filters about all nodes.
pub(crate) fn of(cluster: &Cluster, filters: &Filters<'_>, answer: &Answer) -> Table {
    let mut positions: HashMap<Constraint, usize> = HashMap::new();
    let mut constraints: Vec<Constraint> = Vec::new();
    let mut position = |constraint: Constraint| {
        *positions.entry(constraint).or_insert_with_key(|constraint| {
            constraints.push(constraint.clone());
            constraints.len() - 1
        })
    };
    for constraint in filters.asks() {
        position(constraint);
    }
    let mut rejections = answer.rejected.iter().peekable();
    let mut rows = Vec::with_capacity(cluster.node_count());
    for (index, node) in cluster.indexed_nodes() {
        let rejection = rejections.next_if(|(rejected, _)| *rejected == index).map(|(_, rejection)| rejection);
        let mut objections = filters.against(index, node);
        if let Some(rejection) = rejection.filter(|it| !objections.iter().any(|objection| is_of(objection, it))) {
            objections.push(Objection::new(Constraint::of_plugin(rejection.plugin), rejection.reasons.join(", ")));
        }
        let unmet = objections.into_iter().map(|objection| Unmet {
            is_first: rejection.is_some_and(|rejection| is_of(&objection, rejection)),
            constraint: position(objection.constraint),
            found: objection.found,
        });
        rows.push(Row { unmet: unmet.collect() });
    }
    in_order(constraints, rows)
}

/// Whether an objection is what the scheduler refuses the node for. Where it names no plugin, the
/// Pod names its nodes.
fn is_of(objection: &Objection, rejection: &Rejection) -> bool {
    let plugin = objection.constraint.plugin;
    plugin == rejection.plugin || rejection.plugin.is_empty() && matches!(plugin, "NodeName" | "NodeAffinity")
}

/// Sorts the constraints by plugin, and within one by how they came.
fn in_order(constraints: Vec<Constraint>, mut rows: Vec<Row>) -> Table {
    let mut sorted: Vec<(usize, Constraint)> = constraints.into_iter().enumerate().collect();
    sorted.sort_by_key(|(_, constraint)| filter::rank(constraint.plugin));
    let mut places = vec![0; sorted.len()];
    for (to, (from, _)) in sorted.iter().enumerate() {
        if let Some(place) = places.get_mut(*from) {
            *place = to;
        }
    }
    for row in &mut rows {
        for unmet in &mut row.unmet {
            unmet.constraint = places.get(unmet.constraint).copied().unwrap_or_default();
        }
        row.unmet.sort_by_key(|unmet| unmet.constraint);
        row.unmet.dedup_by_key(|unmet| unmet.constraint);
    }
    Table { constraints: sorted.into_iter().map(|(_, constraint)| constraint).collect(), rows }
}
