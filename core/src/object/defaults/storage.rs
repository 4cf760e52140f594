//! Defaults of volumes, claims and classes. Source: `pkg/apis/core/v1`, `pkg/apis/storage/v1` (1.37).

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use k8s_openapi::api::storage::v1::StorageClass;

use super::volume::{azure_disk, claim_spec, host_path, source_defaults};
use super::{pointer, resource_list, text};

/// Fills in a `PersistentVolume`.
pub fn persistent_volume(object: &mut PersistentVolume) {
    text(&mut object.status.get_or_insert_default().phase, "Pending");
    let spec = object.spec.get_or_insert_default();
    text(&mut spec.persistent_volume_reclaim_policy, "Retain");
    pointer(&mut spec.volume_mode, "Filesystem");
    resource_list(&mut spec.capacity);
    spec.host_path.iter_mut().for_each(host_path);
    source_defaults!(spec);
    spec.azure_disk.iter_mut().for_each(azure_disk);
}

/// Fills in a `PersistentVolumeClaim`. Its class is chosen at admission.
pub fn persistent_volume_claim(object: &mut PersistentVolumeClaim) {
    let status = object.status.get_or_insert_default();
    text(&mut status.phase, "Pending");
    resource_list(&mut status.capacity);
    resource_list(&mut status.allocated_resources);
    claim_spec(object.spec.get_or_insert_default());
}

/// Fills in a `StorageClass`.
pub fn storage_class(object: &mut StorageClass) {
    pointer(&mut object.reclaim_policy, "Delete");
    pointer(&mut object.volume_binding_mode, "Immediate");
}
