//! Volumes of Pods. Source: `ValidateVolumes` in `pkg/apis/core/validation` (1.37).

use std::collections::{BTreeMap, HashSet};

use k8s_openapi::api::core::v1::{HostPathVolumeSource, KeyToPath, Volume};

use super::cause::Causes;
use super::field::Field;
use super::format::{Format, steps_back};
use super::{list, text};

/// The volumes that mounts may name.
pub(super) struct Volumes<'a> {
    /// Whether a claim stands behind it, by name.
    known: BTreeMap<&'a str, bool>,
}

impl<'a> Volumes<'a> {
    /// Checks volumes, and keeps those that are sound: the server knows no other. `claims` are the
    /// names of the claims that a `StatefulSet` makes for its Pods; they come first, and take the
    /// place of volumes of the same name.
    pub(super) fn check(volumes: &'a [Volume], claims: &[&'a str], at: &Field<'_>, causes: &mut Causes) -> Self {
        let mut known: BTreeMap<&str, bool> = claims.iter().map(|name| (*name, true)).collect();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut said = known.len();
        for (index, volume) in volumes.iter().enumerate() {
            if claims.contains(&volume.name.as_str()) {
                continue;
            }
            let here = at.index_said_as(index, said);
            said += 1;
            let name = here.key("name");
            let before = causes.count();
            let is_judged = source(volume, &here, causes);
            causes.named(&name, &volume.name, Format::Label);
            if seen.contains(volume.name.as_str()) {
                causes.duplicate(&name, &volume.name);
            }
            if causes.count() == before {
                let claim = volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some();
                known.insert(&volume.name, claim);
                if is_judged {
                    seen.insert(volume.name.as_str());
                }
            }
        }
        Self { known }
    }

    /// The volume must be there.
    pub(super) fn look_up(&self, at: &Field<'_>, name: &str, causes: &mut Causes) {
        if !self.known.contains_key(name) {
            causes.not_found(at, name, "", self.known.keys().copied());
        }
    }

    /// It is there, and no claim stands behind it.
    pub(super) fn is_no_claim(&self, name: &str) -> bool {
        self.known.get(name) == Some(&false)
    }
}

/// Checks what a volume is made of. Whether that is of a kind that is known here: of others it
/// cannot be said that they are sound. Source: `validateVolumeSource`.
fn source(volume: &Volume, at: &Field<'_>, causes: &mut Causes) -> bool {
    let mut present = kinds(volume).into_iter().filter(|it| it.1);
    let Some((first, _)) = present.next() else { return true };
    for (name, _) in present {
        // The server misspells two of them.
        let here = match name {
            "cephfs" => at.key_said_as(name, "cephFS"),
            "downwardAPI" => at.key_said_as(name, "downwarAPI"),
            _ => at.key(name),
        };
        causes.forbidden(&here, "may not specify more than 1 volume type");
    }
    let at = at.key(first);
    match (first, volume) {
        ("hostPath", Volume { host_path: Some(source), .. }) => host_path(source, &at, causes),
        ("secret", Volume { secret: Some(source), .. }) => {
            causes.some_text(&at.key("secretName"), text(&source.secret_name));
            mode(source.default_mode, &at.key("defaultMode"), causes);
            items(list(&source.items), &at.key("items"), causes);
        }
        ("configMap", Volume { config_map: Some(source), .. }) => {
            causes.some_text(&at.key("name"), &source.name);
            mode(source.default_mode, &at.key("defaultMode"), causes);
            items(list(&source.items), &at.key("items"), causes);
        }
        ("persistentVolumeClaim", Volume { persistent_volume_claim: Some(source), .. }) => {
            causes.some_text(&at.key("claimName"), &source.claim_name);
        }
        (other, _) => return other == "emptyDir",
    }
    true
}

/// The kinds of volumes, in the order that the server looks for them, and which of them this is.
const fn kinds(volume: &Volume) -> [(&'static str, bool); 30] {
    [
        ("emptyDir", volume.empty_dir.is_some()),
        ("hostPath", volume.host_path.is_some()),
        ("gitRepo", volume.git_repo.is_some()),
        ("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        ("awsElasticBlockStore", volume.aws_elastic_block_store.is_some()),
        ("secret", volume.secret.is_some()),
        ("nfs", volume.nfs.is_some()),
        ("iscsi", volume.iscsi.is_some()),
        ("glusterfs", volume.glusterfs.is_some()),
        ("flocker", volume.flocker.is_some()),
        ("persistentVolumeClaim", volume.persistent_volume_claim.is_some()),
        ("rbd", volume.rbd.is_some()),
        ("cinder", volume.cinder.is_some()),
        ("cephfs", volume.cephfs.is_some()),
        ("quobyte", volume.quobyte.is_some()),
        ("downwardAPI", volume.downward_api.is_some()),
        ("fc", volume.fc.is_some()),
        ("flexVolume", volume.flex_volume.is_some()),
        ("configMap", volume.config_map.is_some()),
        ("azureFile", volume.azure_file.is_some()),
        ("vsphereVolume", volume.vsphere_volume.is_some()),
        ("photonPersistentDisk", volume.photon_persistent_disk.is_some()),
        ("portworxVolume", volume.portworx_volume.is_some()),
        ("azureDisk", volume.azure_disk.is_some()),
        ("storageos", volume.storageos.is_some()),
        ("projected", volume.projected.is_some()),
        ("scaleIO", volume.scale_io.is_some()),
        ("csi", volume.csi.is_some()),
        ("ephemeral", volume.ephemeral.is_some()),
        ("image", volume.image.is_some()),
    ]
}

/// Source: `validateHostPathVolumeSource`.
fn host_path(source: &HostPathVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    if source.path.is_empty() {
        causes.required(&at.key("path"), "");
        return;
    }
    if let Some(words) = steps_back(&source.path) {
        causes.invalid(&at.key("path"), &source.path, words);
    }
}

/// Permissions of a file.
fn mode(mode: Option<i32>, at: &Field<'_>, causes: &mut Causes) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        causes.invalid(at, mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}

/// Source: `validateKeyToPath`.
fn items(items: &[KeyToPath], at: &Field<'_>, causes: &mut Causes) {
    for (index, item) in items.iter().enumerate() {
        let here = at.index(index);
        causes.some_text(&here.key("key"), &item.key);
        causes.some_text(&here.key("path"), &item.path);
        causes.format(&here.key("path"), &item.path, Format::ReservedPath);
        mode(item.mode, &here.key("mode"), causes);
    }
}
