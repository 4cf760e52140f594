//! Of each object the part that scheduling reads: what a snapshot holds. Whatever is not named here is
//! left out, so that nothing else of a cluster gets into one.

mod devices;
mod pod;
mod storage;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use serde::{Serialize, Serializer};

use super::builder::controller_of;
use super::needed::Needed;
use super::node::COUNT_ANNOTATION;
use super::read::{Given, Objects};
use crate::document::Document;

/// What is left of an object: it serializes as one of its kind that the API server may not take, and
/// that podlint reads as it reads the whole of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Thin(Needed);

impl Thin {
    /// Of an object; none where nothing of it is of use, such as of a Pod that has finished.
    pub(super) fn of(object: Needed) -> Option<Self> {
        thinned(object).map(Self)
    }

    pub(super) const fn needed(&self) -> &Needed {
        &self.0
    }

    /// Its kind.
    pub const fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// Its namespace; empty for none.
    pub fn namespace(&self) -> &str {
        self.0.namespace()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.name()
    }
}

impl Serialize for Thin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Thins the objects of a document, and hands on those that are of use.
pub fn thin(document: &Document<'_>, mut keep: impl FnMut(Thin)) -> Given {
    let (objects, given) = Objects::read(document).into_parts();
    objects.filter_map(thinned).map(Thin).for_each(&mut keep);
    given
}

fn thinned(needed: Needed) -> Option<Needed> {
    Some(match needed {
        Needed::Pod(it) => Needed::Pod(Box::new(pod::pod(&it)?)),
        Needed::Node(it) => Needed::Node(Box::new(node(*it))),
        Needed::Namespace(it) => {
            let metadata = ObjectMeta { labels: it.metadata.labels.clone(), ..metadata(&it.metadata) };
            Needed::Namespace(Box::new(core::Namespace { metadata, ..core::Namespace::default() }))
        }
        Needed::LimitRange(it) => {
            let metadata = metadata(&it.metadata);
            Needed::LimitRange(Box::new(core::LimitRange { metadata, ..*it }))
        }
        Needed::PriorityClass(it) => {
            let metadata = metadata(&it.metadata);
            Needed::PriorityClass(Box::new(PriorityClass { metadata, description: None, ..*it }))
        }
        Needed::RuntimeClass(it) => {
            let metadata = metadata(&it.metadata);
            Needed::RuntimeClass(Box::new(RuntimeClass { metadata, ..*it }))
        }
        Needed::PersistentVolume(it) => Needed::PersistentVolume(Box::new(storage::volume(*it))),
        Needed::PersistentVolumeClaim(it) => Needed::PersistentVolumeClaim(Box::new(storage::claim(*it))),
        Needed::StorageClass(it) => Needed::StorageClass(Box::new(storage::class(*it))),
        Needed::CSINode(it) => Needed::CSINode(Box::new(storage::csi_node(*it))),
        Needed::CSIDriver(it) => Needed::CSIDriver(Box::new(storage::csi_driver(&it))),
        Needed::CSIStorageCapacity(it) => {
            let metadata = metadata(&it.metadata);
            Needed::CSIStorageCapacity(Box::new(k8s_openapi::api::storage::v1::CSIStorageCapacity { metadata, ..*it }))
        }
        Needed::VolumeAttachment(it) => Needed::VolumeAttachment(Box::new(storage::attachment(*it)?)),
        Needed::ResourceClaim(it) => Needed::ResourceClaim(Box::new(devices::claim(*it))),
        Needed::ResourceClaimTemplate(it) => Needed::ResourceClaimTemplate(Box::new(devices::template(*it))),
        Needed::DeviceClass(it) => Needed::DeviceClass(Box::new(devices::class(*it))),
        Needed::ResourceSlice(it) => Needed::ResourceSlice(Box::new(devices::slice(*it))),
    })
}

/// Name and namespace.
fn metadata(of: &ObjectMeta) -> ObjectMeta {
    ObjectMeta { name: of.name.clone(), namespace: of.namespace.clone(), ..ObjectMeta::default() }
}

/// The annotations of these names.
fn annotations(of: &ObjectMeta, names: &[&str]) -> Option<BTreeMap<String, String>> {
    let kept = of.annotations.iter().flatten().filter(|(name, _)| names.contains(&name.as_str()));
    let kept: BTreeMap<String, String> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    (!kept.is_empty()).then_some(kept)
}

/// The owner that made the object.
fn controller(of: &ObjectMeta) -> Option<Vec<OwnerReference>> {
    let owner = controller_of(of)?;
    Some(vec![OwnerReference { block_owner_deletion: None, ..owner.clone() }])
}

fn node(node: core::Node) -> core::Node {
    let metadata = ObjectMeta {
        annotations: annotations(&node.metadata, &[COUNT_ANNOTATION]),
        labels: node.metadata.labels.clone(),
        ..metadata(&node.metadata)
    };
    let spec = node.spec.unwrap_or_default();
    let taints = spec.taints.map(|taints| {
        let taints = taints.into_iter().map(|taint| core::Taint { time_added: None, ..taint });
        taints.collect()
    });
    let status = node.status.unwrap_or_default();
    let spec = core::NodeSpec { taints, unschedulable: spec.unschedulable, ..core::NodeSpec::default() };
    core::Node {
        metadata,
        spec: (spec != core::NodeSpec::default()).then_some(spec),
        status: Some(core::NodeStatus {
            allocatable: status.allocatable,
            declared_features: status.declared_features,
            ..core::NodeStatus::default()
        }),
    }
}
