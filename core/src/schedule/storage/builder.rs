//! What the builder of a cluster takes of storage.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::storage::v1 as api;

use super::{Attachment, Capacity, Claim, ClaimBinding, CsiDriver, CsiNode, StorageClass, Volume};
use crate::schedule::builder::{Builder, namespace_of};

impl Builder {
    /// Takes a claim.
    pub(crate) fn claim(&mut self, claim: &core::PersistentVolumeClaim) {
        let name = claim.metadata.name.as_deref().unwrap_or_default();
        self.cluster.storage.add_claim(namespace_of(&claim.metadata), name, Claim::of(claim));
    }

    /// Takes a claim that is applied together with the Pods; one that is there already stays as it is.
    pub(crate) fn written_claim(&mut self, claim: &core::PersistentVolumeClaim) {
        let (namespace, name) = (namespace_of(&claim.metadata), claim.metadata.name.as_deref().unwrap_or_default());
        if self.cluster.storage.claim(namespace, name).is_none() {
            let claim = Claim { binding: ClaimBinding::Written, ..Claim::of(claim) };
            self.cluster.storage.add_claim(namespace, name, claim);
        }
    }

    /// Takes a volume that is applied together with the Pods, likewise.
    pub(crate) fn written_volume(&mut self, volume: &core::PersistentVolume) {
        let name = volume.metadata.name.as_deref().unwrap_or_default();
        if self.cluster.storage.find_volume(name).is_none() {
            self.cluster.storage.add_volume(name, Volume::of(volume).made_available());
        }
    }

    /// Takes a volume.
    pub(crate) fn volume(&mut self, volume: &core::PersistentVolume) {
        let name = volume.metadata.name.as_deref().unwrap_or_default();
        self.cluster.storage.add_volume(name, Volume::of(volume));
    }

    /// Takes a class of volumes.
    pub(crate) fn storage_class(&mut self, class: &api::StorageClass) {
        let name = class.metadata.name.as_deref().unwrap_or_default();
        self.cluster.storage.add_class(name, StorageClass::of(class));
    }

    /// Takes the drivers of a node.
    pub(crate) fn csi_node(&mut self, node: &api::CSINode) {
        let name = node.metadata.name.as_deref().unwrap_or_default();
        self.cluster.storage.csi_nodes.insert(name.into(), CsiNode::of(node));
    }

    /// Takes a driver.
    pub(crate) fn csi_driver(&mut self, driver: &api::CSIDriver) {
        let name = driver.metadata.name.as_deref().unwrap_or_default();
        self.cluster.storage.csi_drivers.insert(name.into(), CsiDriver::of(driver));
    }

    /// Takes what room is left for volumes.
    pub(crate) fn csi_storage_capacity(&mut self, capacity: &api::CSIStorageCapacity) {
        self.cluster.storage.capacities.push(Capacity::of(capacity));
    }

    /// Takes what is attached to a node.
    pub(crate) fn volume_attachment(&mut self, attachment: &api::VolumeAttachment) {
        if let Some((node, attachment)) = Attachment::of(attachment) {
            self.cluster.storage.attachments.entry(node).or_default().push(attachment);
        }
    }
}
