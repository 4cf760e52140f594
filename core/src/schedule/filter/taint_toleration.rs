//! `TaintToleration`: taints with the effects `NoSchedule` and `NoExecute`.

use k8s_openapi::api::core::v1::Toleration;

use super::{Before, Context, Filter, is_before};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::constraint::{Constraint, Objection};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::{Node, Taint};
use crate::schedule::toleration::{first_untolerated, untolerated};

pub(super) const NAME: &str = "TaintToleration";

struct TaintToleration<'c> {
    tolerations: &'c [Toleration],
    names_taint: bool,
}

/// Since 1.35, and the last patches of 1.34, the taint is no longer named.
const UNNAMED_SINCE: (u8, u8) = (1, 34);

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let tolerations = context.candidate.spec.tolerations.as_deref().unwrap_or_default();
    Before::Filter(Box::new(TaintToleration { tolerations, names_taint: is_before(context.version, UNNAMED_SINCE) }))
}

impl Filter for TaintToleration<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let taint = first_untolerated(&node.taints, self.tolerations, Taint::is_filtering)?;
        let code = Code::UnschedulableAndUnresolvable;
        Some(if self.names_taint {
            Rejection::new(NAME, code, format!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value))
        } else {
            Rejection::new(NAME, code, "node(s) had untolerated taint(s)")
        })
    }

    fn against(&self, _: NodeIndex, node: &Node) -> Vec<Objection> {
        let taints = untolerated(&node.taints, self.tolerations).filter(|taint| taint.is_filtering());
        taints.map(|taint| Objection::new(Constraint::new(NAME, "taint", taint.text()), "")).collect()
    }
}
