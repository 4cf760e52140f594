//! Objects as they come, made into a cluster.

use std::collections::HashMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

use super::cluster::{Cluster, NodeIndex};
use super::kept::{Inner, Kept, KeptPod, Kin};
use super::needed::Needed;
use super::node::Node;
use super::pod::{Footprint, Group, GroupIndex, Owner, PodIndex, RunningPod, Term, TermIndex};
use super::read::{self, Objects, Problem};
use super::symbols::Symbol;

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
    /// By the address of the [`Kin`], which stays where it is as long as it is held.
    families: HashMap<usize, (Arc<Kin>, Family)>,
}

/// What the Pods of a workload have in common, in the cluster's terms.
#[derive(Clone, Debug)]
struct Family {
    group: GroupIndex,
    owner: Option<Owner>,
    anti_affinity: Box<[TermIndex]>,
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

    /// Takes what was kept of an object. Of two nodes of one name the first counts.
    pub fn give(&mut self, kept: &Kept) {
        match kept.inner() {
            Inner::Pod(pod) => self.kept_pod(pod),
            Inner::Other(thin) => {
                let _ = self.take(thin.needed());
            }
        }
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
        let labels = pod.metadata.labels.iter().flatten();
        let family = Family {
            group: self.group(namespace, labels, pod.metadata.deletion_timestamp.is_some()),
            owner: controller_of(&pod.metadata).map(|it| self.owner(namespace, &it.kind, &it.name)),
            anti_affinity: Term::avoided(spec, namespace).into_iter().map(|term| self.term(term)).collect(),
        };
        self.running(node, family, Arc::new(Footprint::of(pod, spec)));
    }

    fn kept_pod(&mut self, pod: &KeptPod) {
        let address = Arc::as_ptr(&pod.kin).addr();
        let family = if let Some((_, family)) = self.families.get(&address) {
            family.clone()
        } else {
            let Kin { namespace, labels, terminating, owner, anti_affinity } = &*pod.kin;
            let family = Family {
                group: self.group(namespace, labels, *terminating),
                owner: owner.as_ref().map(|(kind, name)| self.owner(namespace, kind, name)),
                anti_affinity: anti_affinity.iter().map(|term| self.term(term.clone())).collect(),
            };
            self.families.insert(address, (Arc::clone(&pod.kin), family.clone()));
            family
        };
        self.running(&pod.node, family, Arc::clone(&pod.footprint));
    }

    fn running(&mut self, node: &str, family: Family, footprint: Arc<Footprint>) {
        let Family { group, owner, anti_affinity } = family;
        let node = self.cluster.symbols.add(node);
        self.waiting.push((node, RunningPod { node: NodeIndex(0), group, anti_affinity, footprint }, owner));
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
            node.requested.add(&pod.footprint.requests, 1);
            node.pods.push((pod.group, index));
            node.used_ports.extend(pod.footprint.host_ports.iter().cloned());
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

    fn group<'l>(
        &mut self,
        namespace: &str,
        labels: impl IntoIterator<Item = (&'l String, &'l String)>,
        terminating: bool,
    ) -> GroupIndex {
        let symbols = &mut self.cluster.symbols;
        let labels = labels.into_iter().map(|(key, value)| (symbols.add(key), symbols.add(value)));
        let mut labels: Vec<(Symbol, Symbol)> = labels.collect();
        labels.sort_unstable();
        let group = Group { namespace: symbols.add(namespace), labels: labels.into(), terminating };
        let next = GroupIndex(self.groups.len() as u32);
        *self.groups.entry(group).or_insert(next)
    }

    fn term(&mut self, term: Term) -> TermIndex {
        let next = TermIndex(self.terms.len() as u32);
        *self.terms.entry(term).or_insert(next)
    }

    fn owner(&mut self, namespace: &str, kind: &str, name: &str) -> Owner {
        let symbols = &mut self.cluster.symbols;
        Owner { namespace: symbols.add(namespace), kind: symbols.add(kind), name: symbols.add(name) }
    }
}

/// The node on which a Pod takes room: none for one that has finished, or that is on no node.
pub(super) fn running_on(pod: &api::Pod) -> Option<&str> {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    let node = pod.spec.as_ref()?.node_name.as_deref().filter(|node| !node.is_empty())?;
    (!matches!(phase, Some("Succeeded" | "Failed"))).then_some(node)
}

/// The controller that made an object.
pub(super) fn controller_of(metadata: &ObjectMeta) -> Option<&OwnerReference> {
    metadata.owner_references.iter().flatten().find(|it| it.controller == Some(true))
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
