//! `NodeName`: `spec.nodeName`.

use std::collections::BTreeSet;

use super::{Before, Context, Filter};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::constraint::{Constraint, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;

pub(super) const NAME: &str = "NodeName";

struct NodeName<'c> {
    name: &'c str,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    match context.candidate.spec.node_name.as_deref() {
        None | Some("") => Before::Skip,
        Some(name) => Before::Among(BTreeSet::from([name.to_owned()]), Some(Box::new(NodeName { name }))),
    }
}

impl Filter for NodeName<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let reason = "node(s) didn't match the requested node name";
        (*node.name != *self.name).then(|| Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason))
    }

    fn asks(&self) -> Vec<Constraint> {
        vec![Constraint::new(NAME, "nodeName", self.name)]
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let unmet = self.asks().into_iter().filter(|_| *node.name != *self.name);
        unmet.map(|constraint| Objection::new(constraint, "")).collect()
    }
}
