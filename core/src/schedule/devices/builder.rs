//! What the builder of a cluster takes of devices.

use k8s_openapi::api::resource::v1 as api;

use super::Slice;
use crate::schedule::builder::{Builder, namespace_of};

impl Builder {
    /// Takes a claim for devices.
    pub(crate) fn resource_claim(&mut self, claim: &api::ResourceClaim) {
        self.cluster.devices.add_claim(namespace_of(&claim.metadata), claim);
    }

    /// Takes a claim that is applied together with the Pods; one that is there already stays as it is.
    pub(crate) fn written_resource_claim(&mut self, claim: &api::ResourceClaim) {
        let name = claim.metadata.name.as_deref().unwrap_or_default();
        if self.cluster.devices.claim(namespace_of(&claim.metadata), name).is_none() {
            self.resource_claim(claim);
        }
    }

    /// Takes what such claims are made from.
    pub(crate) fn resource_claim_template(&mut self, template: &api::ResourceClaimTemplate) {
        self.cluster.devices.add_template(namespace_of(&template.metadata), template);
    }

    /// Takes a class of devices.
    pub(crate) fn device_class(&mut self, class: &api::DeviceClass) {
        self.cluster.devices.add_class(class);
    }

    /// Takes devices.
    pub(crate) fn resource_slice(&mut self, slice: &api::ResourceSlice) {
        self.cluster.devices.slices.push(Slice::of(slice));
    }
}
