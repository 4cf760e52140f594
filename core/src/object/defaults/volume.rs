//! Defaults of volumes. Source: `pkg/apis/core/v1` (1.37).

use k8s_openapi::api::core::v1::{
    AzureDiskVolumeSource, DownwardAPIVolumeFile, HostPathVolumeSource, PersistentVolumeClaimSpec,
    ProjectedVolumeSource, Volume,
};

use super::container::field_selector;
use super::{image, is_empty, pointer, resource_list, text};

const FILE_MODE: i32 = 0o644;

/// Two types share these fields: one for Pods, one for `PersistentVolume`s.
macro_rules! source_defaults {
    ($holder:expr) => {
        if let Some(iscsi) = $holder.iscsi.as_mut() {
            text(&mut iscsi.iscsi_interface, "default");
        }
        if let Some(rbd) = $holder.rbd.as_mut() {
            text(&mut rbd.pool, "rbd");
            text(&mut rbd.user, "admin");
            text(&mut rbd.keyring, "/etc/ceph/keyring");
        }
        if let Some(scale_io) = $holder.scale_io.as_mut() {
            text(&mut scale_io.storage_mode, "ThinProvisioned");
            text(&mut scale_io.fs_type, "xfs");
        }
    };
}
pub(super) use source_defaults;

pub(super) fn volume(volume: &mut Volume) {
    if *volume == (Volume { name: volume.name.clone(), ..Volume::default() }) {
        volume.empty_dir.get_or_insert_default();
    }
    if let Some(image) = volume.image.as_mut().filter(|image| is_empty(image.pull_policy.as_ref())) {
        let policy = image::pull_policy(image.reference.as_deref().unwrap_or_default());
        image.pull_policy = Some(policy.to_owned());
    }
    volume.host_path.iter_mut().for_each(host_path);
    source_defaults!(volume);
    volume.azure_disk.iter_mut().for_each(azure_disk);
    if let Some(secret) = volume.secret.as_mut() {
        secret.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(config_map) = volume.config_map.as_mut() {
        config_map.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(downward) = volume.downward_api.as_mut() {
        downward.default_mode.get_or_insert(FILE_MODE);
        downward.items.iter_mut().flatten().for_each(downward_file);
    }
    volume.projected.iter_mut().for_each(projected);
    let ephemeral = volume.ephemeral.as_mut().and_then(|ephemeral| ephemeral.volume_claim_template.as_mut());
    if let Some(template) = ephemeral {
        claim_spec(&mut template.spec);
    }
}

pub(super) fn claim_spec(spec: &mut PersistentVolumeClaimSpec) {
    pointer(&mut spec.volume_mode, "Filesystem");
    if let Some(resources) = spec.resources.as_mut() {
        resource_list(&mut resources.limits);
        resource_list(&mut resources.requests);
    }
}

pub(super) fn host_path(source: &mut HostPathVolumeSource) {
    pointer(&mut source.type_, "");
}

pub(super) fn azure_disk(source: &mut AzureDiskVolumeSource) {
    pointer(&mut source.caching_mode, "ReadWrite");
    pointer(&mut source.fs_type, "ext4");
    source.read_only.get_or_insert(false);
    pointer(&mut source.kind, "Shared");
}

fn downward_file(file: &mut DownwardAPIVolumeFile) {
    file.field_ref.iter_mut().for_each(field_selector);
}

fn projected(source: &mut ProjectedVolumeSource) {
    source.default_mode.get_or_insert(FILE_MODE);
    for source in source.sources.iter_mut().flatten() {
        let files = source.downward_api.iter_mut().flat_map(|downward| downward.items.iter_mut().flatten());
        files.for_each(downward_file);
        if let Some(token) = source.service_account_token.as_mut() {
            token.expiration_seconds.get_or_insert(60 * 60);
        }
    }
}
