//! Claims, volumes and classes.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::storage::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{annotations, controller, metadata};
use crate::schedule::storage::{CLAIM_ANNOTATIONS, CLASS_ANNOTATION, DEFAULT_ANNOTATIONS, MIGRATED_ANNOTATION};

pub(super) fn claim(claim: core::PersistentVolumeClaim) -> core::PersistentVolumeClaim {
    let metadata = ObjectMeta {
        annotations: annotations(&claim.metadata, &CLAIM_ANNOTATIONS),
        uid: claim.metadata.uid.clone(),
        owner_references: controller(&claim.metadata),
        deletion_timestamp: claim.metadata.deletion_timestamp.clone(),
        ..metadata(&claim.metadata)
    };
    let spec = claim.spec.map(|spec| core::PersistentVolumeClaimSpec {
        data_source: None,
        data_source_ref: None,
        resources: spec.resources.map(|it| core::VolumeResourceRequirements { limits: None, ..it }),
        ..spec
    });
    let phase = claim.status.and_then(|status| status.phase);
    let status = phase.map(|phase| core::PersistentVolumeClaimStatus {
        phase: Some(phase),
        ..core::PersistentVolumeClaimStatus::default()
    });
    core::PersistentVolumeClaim { metadata, spec, status }
}

pub(super) fn volume(volume: core::PersistentVolume) -> core::PersistentVolume {
    let metadata = ObjectMeta {
        annotations: annotations(&volume.metadata, &[CLASS_ANNOTATION]),
        labels: volume.metadata.labels.clone(),
        deletion_timestamp: volume.metadata.deletion_timestamp.clone(),
        ..metadata(&volume.metadata)
    };
    let phase = volume.status.and_then(|status| status.phase);
    let status = phase
        .map(|phase| core::PersistentVolumeStatus { phase: Some(phase), ..core::PersistentVolumeStatus::default() });
    core::PersistentVolume { metadata, spec: volume.spec.map(volume_spec), status }
}

/// The source by what tells the volume from others.
fn volume_spec(spec: core::PersistentVolumeSpec) -> core::PersistentVolumeSpec {
    core::PersistentVolumeSpec {
        access_modes: spec.access_modes,
        capacity: spec.capacity,
        claim_ref: spec.claim_ref.map(|it| core::ObjectReference {
            namespace: it.namespace,
            name: it.name,
            uid: it.uid,
            ..core::ObjectReference::default()
        }),
        node_affinity: spec.node_affinity,
        storage_class_name: spec.storage_class_name,
        volume_attributes_class_name: spec.volume_attributes_class_name,
        volume_mode: spec.volume_mode,
        csi: spec.csi.map(|it| core::CSIPersistentVolumeSource {
            driver: it.driver,
            volume_handle: it.volume_handle,
            ..core::CSIPersistentVolumeSource::default()
        }),
        aws_elastic_block_store: spec.aws_elastic_block_store.map(|it| core::AWSElasticBlockStoreVolumeSource {
            volume_id: it.volume_id,
            ..core::AWSElasticBlockStoreVolumeSource::default()
        }),
        gce_persistent_disk: spec.gce_persistent_disk.map(|it| core::GCEPersistentDiskVolumeSource {
            pd_name: it.pd_name,
            ..core::GCEPersistentDiskVolumeSource::default()
        }),
        azure_disk: spec.azure_disk.map(|it| core::AzureDiskVolumeSource {
            disk_uri: it.disk_uri,
            kind: it.kind,
            ..core::AzureDiskVolumeSource::default()
        }),
        cinder: spec.cinder.map(|it| core::CinderPersistentVolumeSource {
            volume_id: it.volume_id,
            ..core::CinderPersistentVolumeSource::default()
        }),
        portworx_volume: spec
            .portworx_volume
            .map(|it| core::PortworxVolumeSource { volume_id: it.volume_id, ..core::PortworxVolumeSource::default() }),
        ..core::PersistentVolumeSpec::default()
    }
}

pub(super) fn class(class: api::StorageClass) -> api::StorageClass {
    api::StorageClass {
        metadata: ObjectMeta {
            annotations: annotations(&class.metadata, &DEFAULT_ANNOTATIONS),
            creation_timestamp: class.metadata.creation_timestamp.clone(),
            ..metadata(&class.metadata)
        },
        provisioner: class.provisioner,
        volume_binding_mode: class.volume_binding_mode,
        allowed_topologies: class.allowed_topologies,
        ..api::StorageClass::default()
    }
}

pub(super) fn csi_node(node: api::CSINode) -> api::CSINode {
    let metadata =
        ObjectMeta { annotations: annotations(&node.metadata, &[MIGRATED_ANNOTATION]), ..metadata(&node.metadata) };
    let drivers = node.spec.drivers.into_iter().map(|driver| api::CSINodeDriver {
        name: driver.name,
        allocatable: driver.allocatable,
        ..api::CSINodeDriver::default()
    });
    api::CSINode { metadata, spec: api::CSINodeSpec { drivers: drivers.collect() }, status: None }
}

pub(super) fn csi_driver(driver: &api::CSIDriver) -> api::CSIDriver {
    api::CSIDriver {
        metadata: metadata(&driver.metadata),
        spec: api::CSIDriverSpec {
            storage_capacity: driver.spec.storage_capacity,
            prevent_pod_scheduling_if_missing: driver.spec.prevent_pod_scheduling_if_missing,
            ..api::CSIDriverSpec::default()
        },
    }
}

/// None where the source is no volume by its name.
pub(super) fn attachment(attachment: api::VolumeAttachment) -> Option<api::VolumeAttachment> {
    let source = &attachment.spec.source;
    source.persistent_volume_name.as_ref()?;
    Some(api::VolumeAttachment {
        metadata: metadata(&attachment.metadata),
        spec: api::VolumeAttachmentSpec {
            source: api::VolumeAttachmentSource { inline_volume_spec: None, ..attachment.spec.source },
            ..attachment.spec
        },
        status: None,
    })
}
