//! The Pods that already run on nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1 as api;

use super::cluster::NodeIndex;
use super::resources::{self, Resources};
use super::selector::Selector;
use super::storage::PodVolume;
use super::symbols::{Symbol, Symbols};

/// Position in [`super::Cluster`]'s Pods.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct PodIndex(pub(crate) u32);

/// Position in [`super::Cluster`]'s groups.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct GroupIndex(pub(crate) u32);

/// Position in [`super::Cluster`]'s terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct TermIndex(pub(crate) u32);

/// What selectors see of a Pod: the replicas of a workload share it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Group {
    pub(crate) namespace: Symbol,
    /// Sorted by key.
    pub(crate) labels: Box<[(Symbol, Symbol)]>,
    /// It is being deleted.
    pub(crate) terminating: bool,
}

impl Group {
    /// The value of a label.
    pub(crate) fn label<'s>(&self, symbols: &'s Symbols, key: &str) -> Option<&'s str> {
        let key = symbols.find(key)?;
        let at = self.labels.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.labels.get(at).map(|(_, value)| symbols.name(*value))
    }
}

/// The workload that a Pod belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Owner {
    pub(crate) namespace: Symbol,
    pub(crate) kind: Symbol,
    pub(crate) name: Symbol,
}

/// A port of the node that a Pod takes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct HostPort {
    pub(crate) ip: Box<str>,
    pub(crate) protocol: Box<str>,
    pub(crate) port: i32,
}

const ANY_ADDRESS: &str = "0.0.0.0";

impl HostPort {
    /// Whether the two cannot both be taken on one node.
    /// Source: `HostPortInfo.CheckConflict` in `k8s.io/kube-scheduler/framework` (1.37).
    pub(crate) fn conflicts(&self, other: &Self) -> bool {
        self.port == other.port
            && self.protocol == other.protocol
            && (self.ip == other.ip || &*self.ip == ANY_ADDRESS || &*other.ip == ANY_ADDRESS)
    }

    /// As people write it: `80`, `127.0.0.1:80`, `53/UDP`.
    pub(crate) fn text(&self) -> String {
        let Self { ip, protocol, port } = self;
        let address = if &**ip == ANY_ADDRESS { String::new() } else { format!("{ip}:") };
        let protocol = if &**protocol == "TCP" { String::new() } else { format!("/{protocol}") };
        format!("{address}{port}{protocol}")
    }

    /// The host ports that a Pod takes as long as it runs.
    /// Source: `GetHostPorts` in `pkg/scheduler/util` (1.37).
    pub(crate) fn of_spec(spec: &api::PodSpec) -> Vec<Self> {
        let sidecars = spec.init_containers.iter().flatten();
        let sidecars = sidecars.filter(|it| it.restart_policy.as_deref() == Some("Always"));
        let ports = sidecars.chain(&spec.containers).flat_map(|it| it.ports.iter().flatten());
        let taken = ports.filter_map(|port| {
            let text = |given: &Option<String>, default: &str| -> Box<str> {
                given.as_deref().filter(|text| !text.is_empty()).unwrap_or(default).into()
            };
            let host_port = port.host_port.filter(|port| *port > 0)?;
            let (ip, protocol) = (text(&port.host_ip, ANY_ADDRESS), text(&port.protocol, "TCP"));
            Some(Self { ip, protocol, port: host_port })
        });
        taken.collect()
    }
}

/// A required term of inter-Pod affinity or anti-affinity.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Term {
    /// Sorted.
    pub(crate) namespaces: Vec<String>,
    pub(crate) namespace_selector: Selector,
    pub(crate) selector: Selector,
    pub(crate) topology_key: String,
}

impl Term {
    /// Reads a term of a Pod in this namespace.
    /// Source: `newAffinityTerm` in `k8s.io/kube-scheduler/framework` (1.37).
    pub(crate) fn of(term: &api::PodAffinityTerm, namespace: &str) -> Self {
        let mut namespaces = term.namespaces.clone().unwrap_or_default();
        if namespaces.is_empty() && term.namespace_selector.is_none() {
            namespaces.push(namespace.to_owned());
        }
        namespaces.sort_unstable();
        namespaces.dedup();
        Self {
            namespaces,
            namespace_selector: Selector::of(term.namespace_selector.as_ref()),
            selector: Selector::of(term.label_selector.as_ref()),
            topology_key: term.topology_key.clone(),
        }
    }

    /// The required terms of an affinity or anti-affinity.
    pub(crate) fn all(terms: Option<&Vec<api::PodAffinityTerm>>, namespace: &str) -> Vec<Self> {
        terms.into_iter().flatten().map(|term| Self::of(term, namespace)).collect()
    }

    /// Required anti-affinity of a Pod in this namespace.
    pub(crate) fn avoided(spec: &api::PodSpec, namespace: &str) -> Vec<Self> {
        let anti = spec.affinity.as_ref().and_then(|it| it.pod_anti_affinity.as_ref());
        Self::all(anti.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_ref()), namespace)
    }

    /// Whether it speaks of a Pod: of this namespace, with its labels, and of these labels.
    pub(crate) fn matches<'l>(
        &self,
        namespace: &str,
        namespace_labels: Option<&BTreeMap<String, String>>,
        label: impl Fn(&str) -> Option<&'l str>,
    ) -> bool {
        let of_namespace = |key: &str| namespace_labels.and_then(|labels| labels.get(key)).map(String::as_str);
        let is_listed = self.namespaces.iter().any(|it| it == namespace);
        (is_listed || self.namespace_selector.matches(of_namespace)) && self.selector.matches(label)
    }
}

/// A Pod on a node.
#[derive(Clone, Debug)]
pub(crate) struct RunningPod {
    pub(crate) node: NodeIndex,
    pub(crate) group: GroupIndex,
    /// Required anti-affinity.
    pub(crate) anti_affinity: Box<[TermIndex]>,
    /// The same in each cluster that the Pod is part of.
    pub(crate) footprint: Arc<Footprint>,
}

/// What a Pod takes, on whatever node it is.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Footprint {
    /// The Pod's.
    pub(crate) name: Box<str>,
    pub(crate) requests: Resources,
    pub(crate) host_ports: Box<[HostPort]>,
    pub(crate) volumes: Box<[PodVolume]>,
}

impl Footprint {
    /// Of a Pod with this spec.
    pub(crate) fn of(pod: &api::Pod, spec: &api::PodSpec) -> Self {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        Self {
            name: name.into(),
            requests: Resources::of(&resources::of_running(pod)),
            host_ports: HostPort::of_spec(spec).into(),
            volumes: PodVolume::all(spec, name).collect(),
        }
    }
}
