//! Volumes of files that the kubelet writes. Source: `validateSecretVolumeSource`,
//! `validateConfigMapVolumeSource`, `validateDownwardAPIVolumeSource` and `validateKeyToPath` in
//! `pkg/apis/core/validation` (1.37). Users of files are behind a gate that is off.

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, DownwardAPIVolumeFile, DownwardAPIVolumeSource, KeyToPath, SecretVolumeSource,
};

use crate::api::cause::Causes;
use crate::api::env::{field_ref, resource_field_ref};
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::{list, text};

/// What a file may take from its Pod.
const FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// Files of a Secret.
pub(super) fn secret(source: &SecretVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    causes.some_text(&at.key("secretName"), text(&source.secret_name));
    mode(source.default_mode, &at.key("defaultMode"), causes);
    items(list(&source.items), &at.key("items"), causes);
}

/// Files of a `ConfigMap`.
pub(super) fn config_map(source: &ConfigMapVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    causes.some_text(&at.key("name"), &source.name);
    mode(source.default_mode, &at.key("defaultMode"), causes);
    items(list(&source.items), &at.key("items"), causes);
}

/// Files with what is known of the Pod.
pub(super) fn downward(source: &DownwardAPIVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    mode(source.default_mode, &at.key("defaultMode"), causes);
    downward_files(list(&source.items), at, causes);
}

/// The server's names leave out which file it is. Source: `validateDownwardAPIVolumeFile`.
pub(super) fn downward_files(files: &[DownwardAPIVolumeFile], at: &Field<'_>, causes: &mut Causes) {
    let at = at.silent("items");
    for (index, file) in files.iter().enumerate() {
        let here = at.silent_index(index);
        let path = here.key("path");
        causes.some_text(&path, &file.path);
        causes.format(&path, &file.path, Format::ReservedPath);
        match (&file.field_ref, &file.resource_field_ref) {
            (Some(field), resource) => {
                field_ref(field, &FIELDS, &here.key("fieldRef"), causes);
                if resource.is_some() {
                    let words = "fieldRef and resourceFieldRef can not be specified simultaneously";
                    causes.invalid(&here, "resource", words);
                }
            }
            (None, Some(resource)) => resource_field_ref(resource, true, &here.key("resourceFieldRef"), causes),
            (None, None) => causes.required(&here, "one of fieldRef and resourceFieldRef is required"),
        }
        mode(file.mode, &here.key("mode"), causes);
    }
}

/// Permissions of a file.
pub(super) fn mode(mode: Option<i32>, at: &Field<'_>, causes: &mut Causes) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        causes.invalid(at, mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}

/// Which keys become which files.
pub(super) fn items(items: &[KeyToPath], at: &Field<'_>, causes: &mut Causes) {
    for (index, item) in items.iter().enumerate() {
        let here = at.index(index);
        causes.some_text(&here.key("key"), &item.key);
        causes.some_text(&here.key("path"), &item.path);
        causes.format(&here.key("path"), &item.path, Format::ReservedPath);
        mode(item.mode, &here.key("mode"), causes);
    }
}
