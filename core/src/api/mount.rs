//! Volume mounts and devices of containers. Source: `ValidateVolumeMounts` and
//! `ValidateVolumeDevices` in `pkg/apis/core/validation` (1.37).

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{Container, VolumeMount};

use super::cause::Causes;
use super::field::Field;
use super::format::{Format, steps_back};
use super::volume::Volumes;
use super::{list, text};

/// The mounts and devices of a container.
pub(super) fn mounts_and_devices(container: &Container, volumes: &Volumes<'_>, at: &Field<'_>, causes: &mut Causes) {
    mounts(container, volumes, &at.key("volumeMounts"), causes);
    devices(container, volumes, &at.key("volumeDevices"), causes);
}

fn mounts(container: &Container, volumes: &Volumes<'_>, at: &Field<'_>, causes: &mut Causes) {
    let devices = list(&container.volume_devices).iter();
    let (names, paths) = last_paths(devices.map(|device| (device.name.as_str(), device.device_path.as_str())));
    let privileged = container.security_context.as_ref().and_then(|it| it.privileged).unwrap_or_default();
    let mut seen = BTreeSet::new();
    for (index, mount) in list(&container.volume_mounts).iter().enumerate() {
        let here = at.index(index);
        let (name, path) = (here.key("name"), here.key("mountPath"));
        causes.some_text(&name, &mount.name);
        volumes.look_up(&name, &mount.name, causes);
        causes.some_text(&path, &mount.mount_path);
        if !seen.insert(mount.mount_path.as_str()) {
            causes.invalid(&path, &mount.mount_path, "must be unique");
        }
        if names.contains(mount.name.as_str()) {
            causes.invalid(&name, &mount.name, "must not already exist in volumeDevices");
        }
        if paths.contains(mount.mount_path.as_str()) {
            causes.invalid(&path, &mount.mount_path, "must not already exist as a path in volumeDevices");
        }
        let (sub_path, expression) = (text(&mount.sub_path), text(&mount.sub_path_expr));
        let unnumbered = at.silent_index(index);
        if !sub_path.is_empty() {
            causes.format(&unnumbered.key("subPath"), sub_path, Format::DescendingPath);
        }
        if !expression.is_empty() {
            if !sub_path.is_empty() {
                let words = "subPathExpr and subPath are mutually exclusive";
                causes.invalid(&here.key("subPathExpr"), expression, words);
            }
            causes.format(&unnumbered.key("subPathExpr"), expression, Format::DescendingPath);
        }
        if let Some(mode) = mount.mount_propagation.as_deref() {
            let here = unnumbered.key("mountPropagation");
            causes.one_of(&here, mode, &["Bidirectional", "HostToContainer", "None"]);
            if mode == "Bidirectional" && !privileged {
                let words = "Bidirectional mount propagation is available only to privileged containers";
                causes.forbidden(&here, words);
            }
        }
        recursive_read_only(mount, &unnumbered.key("recursiveReadOnly"), causes);
    }
}

/// Names and paths; of those with one name, the server remembers the last path. Source:
/// `GetVolumeMountMap`.
fn last_paths<'a>(places: impl Iterator<Item = (&'a str, &'a str)>) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    places.collect::<BTreeMap<_, _>>().into_iter().unzip()
}

/// Source: `validateMountRecursiveReadOnly`.
fn recursive_read_only(mount: &VolumeMount, at: &Field<'_>, causes: &mut Causes) {
    match mount.recursive_read_only.as_deref() {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if !mount.read_only.unwrap_or_default() {
                causes.forbidden(at, "may only be specified when readOnly is true");
            }
            if !matches!(mount.mount_propagation.as_deref(), None | Some("None")) {
                causes.forbidden(at, "may only be specified when mountPropagation is None or not specified");
            }
        }
        Some(other) => causes.one_of(at, other, &["Disabled", "Enabled", "IfPossible"]),
    }
}

fn devices(container: &Container, volumes: &Volumes<'_>, at: &Field<'_>, causes: &mut Causes) {
    if list(&container.volume_devices).is_empty() {
        return;
    }
    let mounts = list(&container.volume_mounts).iter();
    let (mounted, mount_paths) = last_paths(mounts.map(|mount| (mount.name.as_str(), mount.mount_path.as_str())));
    let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for (index, device) in list(&container.volume_devices).iter().enumerate() {
        let here = at.index(index);
        let (name, path) = (here.key("name"), here.key("devicePath"));
        causes.some_text(&name, &device.name);
        if !device.name.is_empty() && !names.insert(device.name.as_str()) {
            causes.invalid(&name, &device.name, "must be unique");
        }
        if volumes.is_no_claim(&device.name) {
            let words = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
            causes.invalid(&name, &device.name, words);
        }
        volumes.look_up(&name, &device.name, causes);
        causes.some_text(&path, &device.device_path);
        let goes_up = steps_back(&device.device_path).is_some();
        if paths.contains(device.device_path.as_str()) {
            causes.invalid(&path, &device.device_path, "must be unique");
        }
        if goes_up {
            causes.invalid(&path, &device.device_path, "can not contain backsteps ('..')");
        } else {
            paths.insert(device.device_path.as_str());
        }
        if mounted.contains(device.name.as_str()) {
            causes.invalid(&name, &device.name, "must not already exist in volumeMounts");
        }
        if mount_paths.contains(device.device_path.as_str()) {
            causes.invalid(&path, &device.device_path, "must not already exist as a path in volumeMounts");
        }
    }
}
