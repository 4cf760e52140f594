//! What the kubelet of a named node says to a Pod that no scheduler has looked at.
//! Source: `pkg/kubelet/lifecycle` (1.37).

use super::candidate::Candidate;
use super::cluster::{Cluster, NodeIndex};
use super::filter::{Context, Filters};
use super::fit::Rejection;
use super::node::Node;
use super::toleration::first_untolerated;

/// The kubelet refuses the Pod, which ends as `Failed`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The node.
    pub node: String,
    /// `status.reason`, e.g. `OutOfcpu`.
    pub reason: String,
    /// `status.message`.
    pub message: String,
}

/// The first check that refuses; none where the Pod is let in.
pub(crate) fn admit(cluster: &Cluster, context: &Context<'_>, index: NodeIndex, node: &Node) -> Option<Refusal> {
    let candidate = context.candidate;
    let refuse =
        |reason: &str, message: String| Refusal { node: node.name.to_string(), reason: reason.to_owned(), message };
    let system = node.label_text(&cluster.symbols, "kubernetes.io/os").unwrap_or("linux");
    if candidate.label("kubernetes.io/os").is_some_and(|wanted| wanted != system) {
        let message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
        return Some(refuse("PodOSSelectorNodeLabelDoesNotMatch", message.to_owned()));
    }
    if candidate.spec.os.as_ref().is_some_and(|os| os.name != system) {
        return Some(refuse(
            "PodOSNotSupported",
            "Failed to admit pod as the OS field doesn't match node OS".to_owned(),
        ));
    }
    let rejections = Filters::new(context).each(index, node);
    let short = rejections.iter().find(|it| it.plugin == "NodeResourcesFit").and_then(|it| short(candidate, node, it));
    if let Some((resource, amounts)) = short {
        let message = format!("Node didn't have enough resource: {resource}, {amounts}");
        return Some(refuse(&format!("OutOf{resource}"), message));
    }
    for (plugin, reason) in [
        ("NodeAffinity", "node(s) didn't match Pod's node affinity/selector"),
        ("NodePorts", "node(s) didn't have free ports for the requested pod ports"),
    ] {
        if rejections.iter().any(|it| it.plugin == plugin) {
            return Some(refuse(plugin, format!("Predicate {plugin} failed: {reason}")));
        }
    }
    let tolerations = candidate.spec.tolerations.as_deref().unwrap_or_default();
    first_untolerated(&node.taints, tolerations, |taint| &*taint.effect == "NoExecute").map(|_| {
        let message = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
        refuse("TaintToleration", message.to_owned())
    })
}

/// The first resource that is short, with its amounts; one that the node does not know is no matter.
fn short(candidate: &Candidate<'_>, node: &Node, rejection: &Rejection) -> Option<(String, String)> {
    let (wanted, used, all) = (&candidate.requests, &node.requested, &node.allocatable);
    let reasons = rejection.reasons.iter();
    let names = reasons.filter_map(|reason| match &**reason {
        "Too many pods" => Some("pods".to_owned()),
        reason => reason.strip_prefix("Insufficient ").map(str::to_owned),
    });
    let mut known = names.filter_map(|name| {
        let (requested, used, capacity) = match name.as_str() {
            "pods" => (1, i64::try_from(node.pods.len()).unwrap_or(i64::MAX), all.pods),
            "cpu" => (wanted.milli_cpu, used.milli_cpu, all.milli_cpu),
            "memory" => (wanted.memory, used.memory, all.memory),
            "ephemeral-storage" => (wanted.ephemeral_storage, used.ephemeral_storage, all.ephemeral_storage),
            scalar => {
                if !all.scalars.iter().any(|(name, _)| name == scalar) {
                    return None;
                }
                (wanted.scalar(scalar), used.scalar(scalar), all.scalar(scalar))
            }
        };
        Some((name, format!("requested: {requested}, used: {used}, capacity: {capacity}")))
    });
    known.next()
}
