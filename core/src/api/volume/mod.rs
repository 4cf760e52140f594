//! Volumes of Pods. Source: `ValidateVolumes` and `validateVolumeSource` in
//! `pkg/apis/core/validation` (1.37).

mod claim;
mod disks;
mod files;
mod projected;
mod shares;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use k8s_openapi::api::core::v1::{HostPathVolumeSource, Volume};

pub(super) use claim::claim_spec;

use super::cause::Causes;
use super::field::Field;
use super::format::{Format, steps_back};
use super::pod::Named;
use super::quantity::Quantity;
use super::text;
use crate::amount::Amount;

/// The volumes that mounts may name.
pub(super) struct Volumes<'a> {
    /// Whether a claim stands behind it, by name.
    known: BTreeMap<&'a str, bool>,
}

impl<'a> Volumes<'a> {
    /// Checks volumes, and keeps those that are sound: the server knows no other. `claims` are the
    /// names of the claims that a `StatefulSet` makes for its Pods; they come first, take the place of
    /// volumes of the same name, and are checked where they stand. `named` is the Pod, where it is none of a template.
    pub(super) fn check(
        volumes: &'a [Volume],
        claims: &[&'a str],
        named: Option<Named<'_>>,
        at: &Field<'_>,
        causes: &mut Causes,
    ) -> Self {
        let claims: BTreeSet<&str> = claims.iter().copied().collect();
        let mut known = BTreeMap::new();
        let is_sound = |name: &&&str| Format::Label.faults(name).is_empty();
        known.extend(claims.iter().filter(is_sound).map(|name| (*name, true)));
        let pod = named.map(|it| it.name).filter(|name| !name.is_empty());
        let made = |volume: &&Volume| volume.ephemeral.is_some();
        let made: HashSet<&str> =
            volumes.iter().filter(made).map(|it| it.name.as_str()).filter(|_| pod.is_some()).collect();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut said = claims.len();
        for (index, volume) in volumes.iter().enumerate() {
            if claims.contains(volume.name.as_str()) {
                continue;
            }
            let here = at.index_said_as(index, said);
            said += 1;
            let name = here.key("name");
            let before = causes.count();
            source(volume, pod, &here, causes);
            causes.named(&name, &volume.name, Format::Label);
            if seen.contains(volume.name.as_str()) {
                causes.duplicate(&name, &volume.name);
            }
            if causes.count() == before {
                let claim = volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some();
                known.insert(&volume.name, claim);
                seen.insert(&volume.name);
            }
            if let (Some(claim), Some(pod)) = (&volume.persistent_volume_claim, pod)
                && let Some(rest) = claim.claim_name.strip_prefix(pod).and_then(|rest| rest.strip_prefix('-'))
                && made.contains(rest)
            {
                let here = here.key("persistentVolumeClaim");
                let words = "must not reference a PVC that gets created for an ephemeral volume";
                causes.invalid(&here.key("claimName"), &claim.claim_name, words);
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

/// Checks what a volume is made of; `pod` is the name of the Pod.
fn source(volume: &Volume, pod: Option<&str>, at: &Field<'_>, causes: &mut Causes) {
    let mut present = kinds(volume).into_iter().filter(|it| it.1);
    let Some((first, _)) = present.next() else {
        // Left over where an older server has dropped the kind.
        causes.required(at, "must specify a volume type");
        return;
    };
    for (name, _) in present {
        // The server misspells two of them.
        let here = match name {
            "cephfs" => at.key_said_as(name, "cephFS"),
            "downwardAPI" => at.key_said_as(name, "downwarAPI"),
            _ => at.key(name),
        };
        causes.forbidden(&here, "may not specify more than 1 volume type");
    }
    if let Some(iscsi) = &volume.iscsi
        && iscsi.initiator_name.is_some()
        && volume.name.len() + 1 + iscsi.target_portal.len() > shares::INITIATOR_BYTES
    {
        let words = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                     iscsi.initiatorName is specified.";
        causes.invalid(&at.key("name"), &volume.name, words);
    }
    let here = if first == "gcePersistentDisk" { at.key_said_as(first, "persistentDisk") } else { at.key(first) };
    let is_known = common(first, volume, pod, at, causes)
        || disks::check(first, volume, &here, causes)
        || shares::check(first, volume, &here, causes);
    debug_assert!(is_known, "a kind of volume without rules: {first}");
}

/// The kinds that most volumes are of.
fn common(first: &str, volume: &Volume, pod: Option<&str>, at: &Field<'_>, causes: &mut Causes) -> bool {
    let here = at.key(first);
    match (first, volume) {
        ("emptyDir", Volume { empty_dir: Some(source), .. }) => {
            let limit = source.size_limit.as_ref().map(|limit| Quantity::read(&limit.0).amount);
            if limit.is_some_and(|limit| limit < Amount::default()) {
                causes.forbidden(&here.key("sizeLimit"), "SizeLimit field must be a valid resource quantity");
            }
        }
        ("hostPath", Volume { host_path: Some(source), .. }) => host_path(source, &here, causes),
        ("secret", Volume { secret: Some(source), .. }) => files::secret(source, &here, causes),
        ("configMap", Volume { config_map: Some(source), .. }) => files::config_map(source, &here, causes),
        ("downwardAPI", Volume { downward_api: Some(source), .. }) => files::downward(source, &here, causes),
        ("projected", Volume { projected: Some(source), .. }) => projected::check(source, &here, causes),
        ("persistentVolumeClaim", Volume { persistent_volume_claim: Some(source), .. }) => {
            causes.some_text(&here.key("claimName"), &source.claim_name);
        }
        ("ephemeral", Volume { ephemeral: Some(source), .. }) => {
            claim::ephemeral(source, &here, causes);
            if let Some(pod) = pod.filter(|_| !volume.name.is_empty()) {
                let made = format!("{pod}-{}", volume.name);
                for fault in Format::Subdomain.faults(&made) {
                    let why = format!("PVC name {}: {fault}", crate::server::quoted(&made));
                    causes.invalid(&at.key("name"), &volume.name, why);
                }
            }
        }
        ("image", Volume { image: Some(source), .. }) => {
            causes.some_text(&here.key("reference"), text(&source.reference));
            let known = ["Always", "IfNotPresent", "Never"];
            causes.some_of(&here.key("pullPolicy"), text(&source.pull_policy), &known);
        }
        _ => return false,
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
    let known = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    causes.one_of(&at.key("type"), text(&source.type_), &known);
}

/// A secret that another field names.
fn secret_name(name: Option<&String>, at: &Field<'_>, causes: &mut Causes) {
    if let Some(name) = name {
        causes.some_text(&at.key("secretRef").key("name"), name);
    }
}

/// Texts that must not be empty.
fn some_texts<'t>(texts: impl IntoIterator<Item = (&'static str, &'t str)>, at: &Field<'_>, causes: &mut Causes) {
    for (name, text) in texts {
        causes.some_text(&at.key(name), text);
    }
}

/// A list that must not be empty.
fn some_items(name: &str, items: &[String], at: &Field<'_>, causes: &mut Causes) {
    if items.is_empty() {
        causes.required(&at.key(name), "");
    }
}
