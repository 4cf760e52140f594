//! Volumes of kinds that are gone. Source: `warningsForPodSpecAndMeta` in `pkg/api/pod` (1.37).

use k8s_openapi::api::core::v1::Volume;

use super::{Warnings, claim};
use crate::api::field::Field;

/// The volumes of a Pod, with the field of the list.
pub(super) fn check(volumes: &[Volume], at: &Field<'_>, warnings: &mut Warnings) {
    for (index, volume) in volumes.iter().enumerate() {
        let here = at.index(index);
        if volume.photon_persistent_disk.is_some() {
            gone(&here.key("photonPersistentDisk"), "photonPersistentDisk", 11, 16, warnings);
        }
        if volume.git_repo.is_some() {
            warnings.of(
                &here.key("gitRepo"),
                "deprecated in v1.11, and disabled by default in v1.33+",
                "volumes of the kind `gitRepo` are deprecated, and off since Kubernetes 1.33",
                "clone into an `emptyDir` in an init container",
            );
        }
        if volume.scale_io.is_some() {
            gone(&here.key("scaleIO"), "scaleIO", 16, 22, warnings);
        }
        if volume.flocker.is_some() {
            gone(&here.key("flocker"), "flocker", 22, 25, warnings);
        }
        if volume.storageos.is_some() {
            gone(&here.key_said_as("storageos", "storageOS"), "storageos", 22, 25, warnings);
        }
        if volume.quobyte.is_some() {
            gone(&here.key("quobyte"), "quobyte", 22, 25, warnings);
        }
        if volume.glusterfs.is_some() {
            gone(&here.key("glusterfs"), "glusterfs", 25, 26, warnings);
        }
        if let Some(template) = volume.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref()) {
            let at = here.key("ephemeral");
            let at = at.key("volumeClaimTemplate");
            claim(&template.spec, &at.key("spec"), warnings);
        }
        if volume.cephfs.is_some() {
            gone(&here.key("cephfs"), "cephfs", 28, 31, warnings);
        }
        if volume.rbd.is_some() {
            gone(&here.key("rbd"), "rbd", 28, 31, warnings);
        }
    }
}

/// A kind of volume that did its work up to a minor version.
pub(super) fn gone(at: &Field<'_>, kind: &str, since: u8, until: u8, warnings: &mut Warnings) {
    warnings.of(
        at,
        format!("deprecated in v1.{since}, non-functional in v1.{until}+"),
        format!("volumes of the kind `{kind}` do not work since Kubernetes 1.{until}"),
        "use a CSI driver",
    );
}
