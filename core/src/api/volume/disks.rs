//! Volumes of one cloud, and what drivers bring. Source: `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{
    AzureDiskVolumeSource, CSIVolumeSource, CinderVolumeSource, FlexVolumeSource, FlockerVolumeSource,
    GitRepoVolumeSource, ScaleIOVolumeSource, StorageOSVolumeSource, Volume,
};

use super::{secret_name, some_texts};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::text;

/// Bytes of a driver's name.
const DRIVER_BYTES: usize = 63;

/// Whether it is one of these.
pub(super) fn check(first: &str, volume: &Volume, at: &Field<'_>, causes: &mut Causes) -> bool {
    match (first, volume) {
        ("gcePersistentDisk", Volume { gce_persistent_disk: Some(source), .. }) => {
            causes.some_text(&at.key("pdName"), &source.pd_name);
            partition(source.partition, at, causes);
        }
        ("awsElasticBlockStore", Volume { aws_elastic_block_store: Some(source), .. }) => {
            causes.some_text(&at.key("volumeID"), &source.volume_id);
            partition(source.partition, at, causes);
        }
        ("azureFile", Volume { azure_file: Some(source), .. }) => {
            some_texts([("secretName", source.secret_name.as_str()), ("shareName", &source.share_name)], at, causes);
        }
        ("vsphereVolume", Volume { vsphere_volume: Some(source), .. }) => {
            causes.some_text(&at.key("volumePath"), &source.volume_path);
        }
        ("photonPersistentDisk", Volume { photon_persistent_disk: Some(source), .. }) => {
            causes.some_text(&at.key("pdID"), &source.pd_id);
        }
        ("portworxVolume", Volume { portworx_volume: Some(source), .. }) => {
            causes.some_text(&at.key("volumeID"), &source.volume_id);
        }
        ("azureDisk", Volume { azure_disk: Some(source), .. }) => azure_disk(source, at, causes),
        ("cinder", Volume { cinder: Some(source), .. }) => cinder(source, at, causes),
        ("flexVolume", Volume { flex_volume: Some(source), .. }) => flex(source, at, causes),
        ("flocker", Volume { flocker: Some(source), .. }) => flocker(source, at, causes),
        ("gitRepo", Volume { git_repo: Some(source), .. }) => git_repo(source, at, causes),
        ("storageos", Volume { storageos: Some(source), .. }) => storage_os(source, at, causes),
        ("scaleIO", Volume { scale_io: Some(source), .. }) => scale_io(source, at, causes),
        ("csi", Volume { csi: Some(source), .. }) => csi(source, at, causes),
        _ => return false,
    }
    true
}

/// The server's words leave out the whole disk, which is partition 0.
fn partition(number: Option<i32>, at: &Field<'_>, causes: &mut Causes) {
    if let Some(number) = number.filter(|number| !(0..=255).contains(number)) {
        causes.invalid(&at.key("partition"), number, "must be between 1 and 255, inclusive");
    }
}

/// Source: `validateAzureDisk`.
fn azure_disk(source: &AzureDiskVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    some_texts([("diskName", source.disk_name.as_str()), ("diskURI", &source.disk_uri)], at, causes);
    if let Some(mode) = &source.caching_mode {
        causes.one_of(&at.key("cachingMode"), mode, &["None", "ReadOnly", "ReadWrite"]);
    }
    let Some(kind) = &source.kind else { return };
    causes.one_of(&at.key("kind"), kind, &["Dedicated", "Managed", "Shared"]);
    let (start, form) = if kind == "Managed" {
        (
            "/subscriptions/",
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
        )
    } else {
        ("https://", "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd")
    };
    if !source.disk_uri.starts_with(start) {
        causes.not_supported(&at.key("diskURI"), &source.disk_uri, &[form]);
    }
}

/// Source: `validateCinderVolumeSource`.
fn cinder(source: &CinderVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    causes.some_text(&at.key("volumeID"), &source.volume_id);
    secret_name(source.secret_ref.as_ref().map(|it| &it.name), at, causes);
}

/// Source: `validateFlexVolumeSource`.
fn flex(source: &FlexVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    causes.some_text(&at.key("driver"), &source.driver);
    let at = at.key("options");
    for key in source.options.iter().flatten().map(|it| it.0) {
        let namespace = format!(".{}", key.split('/').next().unwrap_or_default().to_lowercase());
        if namespace.ends_with(".kubernetes.io") || namespace.ends_with(".k8s.io") {
            causes.invalid(&at.entry(key), key, "kubernetes.io and k8s.io namespaces are reserved");
        }
    }
}

/// Source: `validateFlockerVolumeSource`.
fn flocker(source: &FlockerVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    let (name, id) = (text(&source.dataset_name), text(&source.dataset_uuid));
    if name.is_empty() && id.is_empty() {
        causes.required(at, "one of datasetName and datasetUUID is required");
    }
    if !name.is_empty() && !id.is_empty() {
        causes.invalid(at, "resource", "datasetName and datasetUUID can not be specified simultaneously");
    }
    if name.contains('/') {
        causes.invalid(&at.key("datasetName"), name, "must not contain '/'");
    }
}

/// Source: `validateGitRepoVolumeSource`.
fn git_repo(source: &GitRepoVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    causes.some_text(&at.key("repository"), &source.repository);
    causes.format(&at.key("directory"), text(&source.directory), Format::DescendingPath);
}

/// Source: `validateStorageOSVolumeSource`.
fn storage_os(source: &StorageOSVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    causes.named(&at.key("volumeName"), text(&source.volume_name), Format::Label);
    let namespace = text(&source.volume_namespace);
    if !namespace.is_empty() {
        causes.format(&at.key("volumeNamespace"), namespace, Format::Label);
    }
    secret_name(source.secret_ref.as_ref().map(|it| &it.name), at, causes);
}

/// Source: `validateScaleIOVolumeSource`.
fn scale_io(source: &ScaleIOVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    let texts =
        [("gateway", source.gateway.as_str()), ("system", &source.system), ("volumeName", text(&source.volume_name))];
    some_texts(texts, at, causes);
}

/// Source: `validateCSIVolumeSource`.
fn csi(source: &CSIVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    csi_driver(&source.driver, &at.key("driver"), causes);
    if let Some(secret) = &source.node_publish_secret_ref {
        if secret.name.is_empty() {
            causes.required(&at.key("nodePublishSecretRef").key("name"), "");
        } else {
            // The server names the wrong field.
            causes.format(&at.silent("nodePublishSecretRef").key("name"), &secret.name, Format::Subdomain);
        }
    }
}

/// Source: `ValidateCSIDriverName`.
pub(crate) fn csi_driver(name: &str, at: &Field<'_>, causes: &mut Causes) {
    if name.is_empty() {
        causes.required(at, "");
        return;
    }
    if name.len() > DRIVER_BYTES {
        causes.too_long(at, DRIVER_BYTES);
    }
    causes.format_of(at, name, &name.to_lowercase(), Format::Subdomain);
}
