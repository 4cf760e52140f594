//! `NodeUnschedulable`: cordoned nodes.

use super::{Before, Context, Filter};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::constraint::{Constraint, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::{Node, Taint};
use crate::schedule::toleration::tolerates;

pub(super) const NAME: &str = "NodeUnschedulable";

struct NodeUnschedulable;

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let taint = Taint { key: "node.kubernetes.io/unschedulable".into(), value: "".into(), effect: "NoSchedule".into() };
    let is_tolerated = context.candidate.spec.tolerations.iter().flatten().any(|it| tolerates(it, &taint));
    if is_tolerated { Before::Skip } else { Before::Filter(Box::new(NodeUnschedulable)) }
}

impl Filter for NodeUnschedulable {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let reason = "node(s) were unschedulable";
        node.unschedulable.then(|| Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason))
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let unmet = node.unschedulable.then(|| Objection::new(Constraint::new(NAME, "cordoned", ""), ""));
        unmet.into_iter().collect()
    }
}
