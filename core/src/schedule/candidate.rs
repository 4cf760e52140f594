//! The Pod that looks for a node.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as api;

use super::pod::{HostPort, Term};
use super::resources::{self, Resources};
use super::selector::{NodeTerm, Requirement, Selector};
use super::storage::PodVolume;

/// What the filters read of a Pod that is to be placed.
pub(crate) struct Candidate<'p> {
    pub(crate) pod: &'p api::Pod,
    pub(crate) spec: &'p api::PodSpec,
    pub(crate) namespace: &'p str,
    pub(crate) labels: &'p BTreeMap<String, String>,
    pub(crate) requests: Resources,
    pub(crate) host_ports: Vec<HostPort>,
    pub(crate) node_selector: Vec<Requirement>,
    /// The terms of required node affinity that can match; none where there is no such affinity.
    pub(crate) node_terms: Option<Vec<NodeTerm>>,
    pub(crate) affinity: Vec<Term>,
    pub(crate) anti_affinity: Vec<Term>,
    pub(crate) volumes: Vec<PodVolume>,
}

static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();

impl<'p> Candidate<'p> {
    /// Reads a defaulted Pod; none where it has no spec.
    pub(crate) fn of(pod: &'p api::Pod) -> Option<Self> {
        let spec = pod.spec.as_ref()?;
        let namespace = pod.metadata.namespace.as_deref().filter(|it| !it.is_empty()).unwrap_or("default");
        let affinity = spec.affinity.as_ref();
        let required = |affinity: Option<&api::PodAffinity>| {
            Term::all(
                affinity.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_ref()),
                namespace,
            )
        };
        let node_affinity = affinity.and_then(|it| it.node_affinity.as_ref());
        let node_affinity =
            node_affinity.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_ref());
        let selector = spec.node_selector.as_ref().map(Selector::of_labels);
        Some(Self {
            pod,
            spec,
            namespace,
            labels: pod.metadata.labels.as_ref().unwrap_or(&NO_LABELS),
            requests: Resources::of(&resources::of_spec(spec)),
            host_ports: HostPort::of_spec(spec),
            node_selector: if let Some(Selector::All(requirements)) = selector { requirements } else { Vec::new() },
            node_terms: node_affinity.map(|it| it.node_selector_terms.iter().filter_map(NodeTerm::of).collect()),
            affinity: required(affinity.and_then(|it| it.pod_affinity.as_ref())),
            anti_affinity: Term::avoided(spec, namespace),
            volumes: PodVolume::all(spec, pod.metadata.name.as_deref().unwrap_or_default()).collect(),
        })
    }

    /// The Pod is in the cluster already, and so is what is made with it.
    pub(crate) fn exists(&self) -> bool {
        self.uid().is_some()
    }

    pub(crate) fn uid(&self) -> Option<&str> {
        self.pod.metadata.uid.as_deref().filter(|uid| !uid.is_empty())
    }

    /// The value of a label of the Pod.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }
}
