//! Objects as they come, made into a cluster.

use std::collections::HashMap;

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::cluster::{Cluster, NodeIndex};
use super::needed::Needed;
use super::node::Node;
use super::pod::{Group, GroupIndex, HostPort, Owner, PodIndex, RunningPod, Term, TermIndex};
use super::read::{self, Objects, Problem};
use super::resources::{self, Resources};
use super::storage::PodVolume;
use super::symbols::Symbol;
use super::thin::Thin;

/// The label that the API server gives every namespace.
const NAMESPACE_LABEL: &str = "kubernetes.io/metadata.name";

/// Said of a node whose name another one has.
const TWICE: &str = "was given twice; give each node once";

/// Takes objects one by one, in any order, and keeps of each only what scheduling needs.
#[derive(Debug, Default)]
pub struct Builder {
    pub(super) cluster: Cluster,
    groups: HashMap<Group, GroupIndex>,
    terms: HashMap<Term, TermIndex>,
    /// Pods by the name of their node, which may come later.
    waiting: Vec<(Symbol, RunningPod, Option<Owner>)>,
}

impl Builder {
    /// Takes an object, and says what stands against it.
    pub(super) fn take(&mut self, needed: &Needed) -> Option<Problem> {
        match needed {
            Needed::Node(it) => return self.node_once(it),
            Needed::Pod(it) => self.pod(it),
            Needed::Namespace(it) => self.namespace(it),
            Needed::LimitRange(it) => self.limit_range(it),
            Needed::PriorityClass(it) => self.priority_class(it),
            Needed::RuntimeClass(it) => self.runtime_class(it),
            Needed::PersistentVolumeClaim(it) => self.claim(it),
            Needed::PersistentVolume(it) => self.volume(it),
            Needed::StorageClass(it) => self.storage_class(it),
            Needed::CSINode(it) => self.csi_node(it),
            Needed::CSIDriver(it) => self.csi_driver(it),
            Needed::CSIStorageCapacity(it) => self.csi_storage_capacity(it),
            Needed::VolumeAttachment(it) => self.volume_attachment(it),
            Needed::ResourceClaim(it) => self.resource_claim(it),
            Needed::ResourceClaimTemplate(it) => self.resource_claim_template(it),
            Needed::DeviceClass(it) => self.device_class(it),
            Needed::ResourceSlice(it) => self.resource_slice(it),
        }
        None
    }

    /// Takes what is left of an object. Of two nodes of one name the first counts.
    pub fn give(&mut self, thin: &Thin) {
        let _ = self.take(thin.needed());
    }

    /// Takes what is applied together with the Pods, beside what the cluster has already: it says
    /// nothing of other objects of its kind. Nodes and Pods are none of it.
    pub fn add_written(&mut self, objects: Objects) {
        for needed in objects.into_parts().0 {
            match needed {
                Needed::Namespace(it) => self.written_namespace(&it),
                Needed::LimitRange(it) => {
                    let other = |old: &api::LimitRange| {
                        old.metadata.name != it.metadata.name
                            || namespace_of(&old.metadata) != namespace_of(&it.metadata)
                    };
                    self.cluster.extras.limit_ranges.retain(other);
                    self.limit_range(&it);
                }
                Needed::RuntimeClass(it) => {
                    self.cluster.extras.runtime_classes.retain(|old| old.metadata.name != it.metadata.name);
                    self.runtime_class(&it);
                }
                Needed::PersistentVolumeClaim(it) => self.written_claim(&it),
                Needed::PersistentVolume(it) => self.written_volume(&it),
                Needed::StorageClass(it) => self.storage_class(&it),
                Needed::ResourceClaim(it) => self.written_resource_claim(&it),
                Needed::ResourceClaimTemplate(it) => self.resource_claim_template(&it),
                Needed::DeviceClass(it) => self.device_class(&it),
                _ => {}
            }
        }
    }

    fn written_namespace(&mut self, namespace: &api::Namespace) {
        let name = namespace.metadata.name.clone().unwrap_or_default();
        let labels = self.cluster.namespaces.entry(name.clone()).or_default();
        labels.extend(namespace.metadata.labels.clone().unwrap_or_default());
        labels.insert(NAMESPACE_LABEL.to_owned(), name);
    }

    fn node_once(&mut self, node: &api::Node) -> Option<Problem> {
        if self.cluster.node_by_name.contains_key(node.metadata.name.as_deref().unwrap_or_default()) {
            return Some((TWICE.to_owned(), true));
        }
        self.node(node, read::count(&node.metadata).and_then(Result::ok));
        None
    }

    /// Takes a node.
    pub(crate) fn node(&mut self, node: &api::Node, count: Option<(u32, u32)>) {
        let node = Node::of(node, &mut self.cluster.symbols, count);
        let index = NodeIndex(self.cluster.nodes.len() as u32);
        self.cluster.node_by_name.insert(node.name.clone(), index);
        self.cluster.nodes.push(node);
    }

    /// Takes a Pod. One that has finished, or that is on no node, takes no room.
    pub(crate) fn pod(&mut self, pod: &api::Pod) {
        let (Some(spec), Some(node)) = (pod.spec.as_ref(), running_on(pod)) else { return };
        let namespace = namespace_of(&pod.metadata);
        let anti = spec.affinity.as_ref().and_then(|it| it.pod_anti_affinity.as_ref());
        let anti = anti.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_ref());
        let group = self.group(&pod.metadata, namespace);
        let owner = self.owner(&pod.metadata, namespace);
        let anti_affinity = Term::all(anti, namespace).into_iter().map(|term| self.term(term)).collect();
        let running = RunningPod {
            name: pod.metadata.name.as_deref().unwrap_or_default().into(),
            node: NodeIndex(0),
            group,
            requests: Resources::of(&resources::of_running(pod)),
            host_ports: HostPort::of_spec(spec).into(),
            anti_affinity,
            volumes: PodVolume::all(spec, pod.metadata.name.as_deref().unwrap_or_default()).collect(),
        };
        let node = self.cluster.symbols.add(node);
        self.waiting.push((node, running, owner));
    }

    /// Takes a namespace.
    pub(crate) fn namespace(&mut self, namespace: &api::Namespace) {
        let name = namespace.metadata.name.clone().unwrap_or_default();
        self.cluster.namespaces.insert(name, namespace.metadata.labels.clone().unwrap_or_default());
    }

    /// Takes what gives Pods of a namespace their default requests.
    pub(crate) fn limit_range(&mut self, it: &api::LimitRange) {
        self.cluster.extras.limit_ranges.push(it.clone());
    }

    /// Takes a priority class.
    pub(crate) fn priority_class(&mut self, it: &PriorityClass) {
        self.cluster.extras.priority_classes.push(it.clone());
    }

    /// Takes a runtime class.
    pub(crate) fn runtime_class(&mut self, it: &RuntimeClass) {
        self.cluster.extras.runtime_classes.push(it.clone());
    }

    /// Objects of this kind were given.
    pub fn knows(&mut self, kind: &str) {
        if !self.cluster.knows(kind) {
            self.cluster.kinds.insert(kind.to_owned());
        }
    }

    /// The cluster of all that was taken.
    pub fn finish(self) -> Cluster {
        let mut cluster = self.cluster;
        for (node, mut pod, owner) in self.waiting {
            let Some(at) = cluster.node_by_name.get(cluster.symbols.name(node)).copied() else { continue };
            let Some(node) = cluster.nodes.get_mut(at.0 as usize) else { continue };
            let index = PodIndex(cluster.pods.len() as u32);
            node.requested.add(&pod.requests, 1);
            node.pods.push((pod.group, index));
            node.used_ports.extend(pod.host_ports.iter().cloned());
            pod.node = at;
            if let Some(owner) = owner {
                cluster.by_owner.entry(owner).or_default().push(index);
            }
            if !pod.anti_affinity.is_empty() {
                cluster.avoiding.push(index);
            }
            cluster.pods.push(pod);
        }
        cluster.groups = in_order(self.groups, |index| index.0);
        cluster.terms = in_order(self.terms, |index| index.0);
        cluster
    }

    fn group(&mut self, metadata: &ObjectMeta, namespace: &str) -> GroupIndex {
        let symbols = &mut self.cluster.symbols;
        let labels = metadata.labels.iter().flatten().map(|(key, value)| (symbols.add(key), symbols.add(value)));
        let mut labels: Vec<(Symbol, Symbol)> = labels.collect();
        labels.sort_unstable();
        let terminating = metadata.deletion_timestamp.is_some();
        let group = Group { namespace: symbols.add(namespace), labels: labels.into(), terminating };
        let next = GroupIndex(self.groups.len() as u32);
        *self.groups.entry(group).or_insert(next)
    }

    fn term(&mut self, term: Term) -> TermIndex {
        let next = TermIndex(self.terms.len() as u32);
        *self.terms.entry(term).or_insert(next)
    }

    fn owner(&mut self, metadata: &ObjectMeta, namespace: &str) -> Option<Owner> {
        let owner = metadata.owner_references.iter().flatten().find(|it| it.controller == Some(true))?;
        let symbols = &mut self.cluster.symbols;
        let (kind, name) = (symbols.add(&owner.kind), symbols.add(&owner.name));
        Some(Owner { namespace: symbols.add(namespace), kind, name })
    }
}

/// The node on which a Pod takes room: none for one that has finished, or that is on no node.
pub(super) fn running_on(pod: &api::Pod) -> Option<&str> {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    let node = pod.spec.as_ref()?.node_name.as_deref().filter(|node| !node.is_empty())?;
    (!matches!(phase, Some("Succeeded" | "Failed"))).then_some(node)
}

/// The namespace of an object that has one.
pub(super) fn namespace_of(metadata: &ObjectMeta) -> &str {
    metadata.namespace.as_deref().filter(|it| !it.is_empty()).unwrap_or("default")
}

/// The keys of a table of positions, at their positions.
fn in_order<K, I>(table: HashMap<K, I>, position: impl Fn(&I) -> u32) -> Vec<K> {
    let mut entries: Vec<(K, I)> = table.into_iter().collect();
    entries.sort_by_key(|(_, index)| position(index));
    entries.into_iter().map(|(key, _)| key).collect()
}
