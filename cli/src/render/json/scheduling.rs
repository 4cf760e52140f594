//! The elements of `scheduling`.

use podlint_core::schedule::{self, Scheduling};
use serde::Serialize;

/// One Pod template's answer.
#[derive(Serialize)]
pub struct SchedulingV1<'a> {
    file: &'a str,
    document: usize,
    feasible: &'a [String],
    rejected: Vec<RejectedV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefilter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kubelet: Option<KubeletV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replicas: Option<ReplicasV1>,
    unevaluated: &'a [&'static str],
}

#[derive(Serialize)]
struct RejectedV1<'a> {
    node: &'a str,
    code: &'static str,
    plugin: &'static str,
    reasons: Vec<&'a str>,
}

#[derive(Serialize)]
struct KubeletV1<'a> {
    node: &'a str,
    reason: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct ReplicasV1 {
    wanted: usize,
    placed: PlacedV1,
}

#[derive(Serialize)]
struct PlacedV1 {
    least: usize,
    most: usize,
}

impl<'a> SchedulingV1<'a> {
    /// Of an entry of a document whose first object has this position in `documents`.
    pub fn new(file: &'a str, entry: &'a Scheduling, first: usize) -> Self {
        let rejected = entry.rejected.iter().map(|(node, rejection)| RejectedV1 {
            node,
            code: rejection.code.as_str(),
            plugin: rejection.plugin,
            reasons: rejection.reasons.iter().map(|reason| &**reason).collect(),
        });
        let kubelet = entry.kubelet.as_ref();
        Self {
            file,
            document: first + entry.object,
            feasible: &entry.feasible,
            rejected: rejected.collect(),
            prefilter: entry.prefilter.as_deref(),
            message: entry.message.as_deref(),
            kubelet: kubelet.map(|schedule::Refusal { node, reason, message }| KubeletV1 { node, reason, message }),
            replicas: entry.replicas.map(|replicas| ReplicasV1 {
                wanted: replicas.wanted,
                placed: PlacedV1 { least: replicas.least, most: replicas.most },
            }),
            unevaluated: &entry.unevaluated,
        }
    }
}
