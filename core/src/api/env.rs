//! The environment of containers. Source: `ValidateEnv` and `ValidateEnvFrom` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector,
};

use super::cause::Causes;
use super::container::Every;
use super::field::Field;
use super::format::{Format, steps_back};
use super::quantity::Quantity;
use super::{list, text};
use crate::amount::Amount;

/// What a variable may take from its Pod.
const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// What the server knows of a Pod and gives to no variable. Source:
/// `ConvertDownwardAPIFieldLabel` in `pkg/apis/core/pods`.
const OTHER_FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase"];

/// Amounts of a container.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// What an amount of bytes may be divided by.
const UNITS: [&str; 13] = ["", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Single variables.
pub(super) fn variables(variables: &[EnvVar], at: &Field<'_>, causes: &mut Causes) {
    for (index, variable) in variables.iter().enumerate() {
        let here = at.index(index);
        causes.named(&here.key("name"), &variable.name, Format::Variable);
        if let Some(source) = &variable.value_from {
            value_from(source, text(&variable.value), &here.key("valueFrom"), causes);
        }
    }
}

fn value_from(source: &EnvVarSource, value: &str, at: &Field<'_>, causes: &mut Causes) {
    let mut sources = 0;
    if let Some(selector) = &source.field_ref {
        sources += 1;
        field_ref(selector, &FIELDS, &at.key("fieldRef"), causes);
    }
    if let Some(selector) = &source.resource_field_ref {
        sources += 1;
        resource_field_ref(selector, false, &at.key("resourceFieldRef"), causes);
    }
    let config = source.config_map_key_ref.as_ref().map(|it| ("configMapKeyRef", &it.name, &it.key));
    let secret = source.secret_key_ref.as_ref().map(|it| ("secretKeyRef", &it.name, &it.key));
    for (field, name, key) in [config, secret].into_iter().flatten() {
        sources += 1;
        let here = at.key(field);
        causes.format(&here.key("name"), name, Format::Subdomain);
        causes.named(&here.key("key"), key, Format::ConfigKey);
    }
    if let Some(selector) = &source.file_key_ref {
        sources += 1;
        file_key_ref(selector, &at.key("fileKeyRef"), causes);
    }
    if sources == 0 {
        let words = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or \
                     `fileKeyRef`";
        causes.invalid(at, "", words);
    } else if !value.is_empty() {
        causes.invalid(at, "", "may not be specified when `value` is not empty");
    } else if sources > 1 {
        causes.invalid(at, "", "may not have more than one field specified at a time");
    }
}

/// Source: `validateObjectFieldSelector`.
pub(super) fn field_ref(selector: &ObjectFieldSelector, known: &[&str], at: &Field<'_>, causes: &mut Causes) {
    let written = selector.field_path.as_str();
    let here = at.key("fieldPath");
    if written.is_empty() {
        causes.required(&here, "");
        return;
    }
    let refuse = |causes: &mut Causes, why: String| {
        causes.invalid(&here, written, format!("error converting fieldPath: {why}"));
    };
    let version = text(&selector.api_version);
    if !matches!(version, "" | "v1") {
        refuse(causes, format!("unsupported pod version: {version}"));
        return;
    }
    if let Some((path, subscript)) = subscripted(written) {
        match path {
            "metadata.annotations" => {
                let lower = subscript.to_lowercase();
                causes.format_of(at, &lower, &lower, Format::QualifiedName);
            }
            "metadata.labels" => causes.format(at, subscript, Format::QualifiedName),
            _ => refuse(causes, format!("field label does not support subscript: {written}")),
        }
        return;
    }
    let path = if written == "spec.host" { "spec.nodeName" } else { written };
    if FIELDS.contains(&path) || OTHER_FIELDS.contains(&path) {
        causes.one_of_texts(&here, path, known);
    } else {
        refuse(causes, format!("field label not supported: {written}"));
    }
}

/// `path['key']`. Source: `SplitMaybeSubscriptedPath` in `pkg/fieldpath`.
fn subscripted(path: &str) -> Option<(&str, &str)> {
    let (path, subscript) = path.strip_suffix("']")?.split_once("['")?;
    (!path.is_empty()).then_some((path, subscript))
}

/// Source: `validateContainerResourceFieldSelector`.
pub(super) fn resource_field_ref(
    selector: &ResourceFieldSelector,
    in_volume: bool,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    let resource = selector.resource.as_str();
    let is_huge = resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-");
    let here = at.key("resource");
    if in_volume && text(&selector.container_name).is_empty() {
        causes.required(&at.key("containerName"), "");
    } else if resource.is_empty() {
        causes.required(&here, "");
    } else if !is_huge {
        causes.one_of_texts(&here, resource, &RESOURCES);
    }
    let divisor = selector.divisor.as_ref().map(|it| Quantity::read(&it.0));
    let Some(divisor) = divisor.filter(|it| it.amount != Amount::default()) else { return };
    let printed = divisor.to_string();
    let (whole, what) = match resource {
        "limits.cpu" | "requests.cpu" => {
            if !matches!(printed.as_str(), "1" | "1m") {
                let words = "only divisor's values 1m and 1 are supported with the cpu resource";
                causes.invalid(&at.key("divisor"), resource, words);
            }
            return;
        }
        "limits.memory" | "requests.memory" => (true, "memory"),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => (true, "local ephemeral storage"),
        _ => (is_huge, "hugepages"),
    };
    let suffix = printed.strip_prefix('1').filter(|suffix| UNITS.contains(suffix));
    if whole && suffix.is_none() {
        let units: Vec<String> = UNITS.iter().map(|unit| format!("1{unit}")).collect();
        let why = format!("only divisor's values {} are supported with the {what} resource", units.join(", "));
        causes.invalid(&at.key("divisor"), resource, why);
    }
}

/// Source: `validateFileKeySelector`.
fn file_key_ref(selector: &FileKeySelector, at: &Field<'_>, causes: &mut Causes) {
    causes.named(&at.key("key"), &selector.key, Format::Variable);
    causes.named(&at.key("volumeName"), &selector.volume_name, Format::Label);
    let path = at.key("path");
    causes.some_text(&path, &selector.path);
    if let Some(words) = steps_back(&selector.path) {
        causes.invalid(&path, &selector.path, words);
    }
}

/// Files with variables lie in volumes that are empty at first; `claims` are volumes of the Pod too.
/// Source: `validateFileKeyRefVolumes`.
pub(super) fn files(every: &Every<'_>, claims: &[&str], at: &Field<'_>, causes: &mut Causes) {
    let mut is_asked = false;
    every.visit(at, |container, _| {
        let sources = list(&container.env).iter().filter_map(|variable| variable.value_from.as_ref());
        is_asked |= sources.into_iter().any(|source| source.file_key_ref.is_some());
    });
    if !is_asked {
        return;
    }
    let volumes = list(&every.spec.volumes).iter().map(|volume| (volume.name.as_str(), volume.empty_dir.is_some()));
    let volumes: BTreeMap<&str, bool> = volumes.chain(claims.iter().map(|claim| (*claim, false))).collect();
    every.visit(at, |container, here| {
        let here = here.key("env");
        for (index, variable) in list(&container.env).iter().enumerate() {
            let Some(file) = variable.value_from.as_ref().and_then(|source| source.file_key_ref.as_ref()) else {
                continue;
            };
            let here = here.index(index);
            let (here, name) = (here.key("valueFrom"), file.volume_name.as_str());
            let here = here.key("fileKeyRef");
            let here = here.key("volumeName");
            match volumes.get(name) {
                None => causes.not_found(&here, name, "", volumes.iter().filter(|it| *it.1).map(|it| *it.0)),
                Some(false) => causes.invalid(&here, name, "referenced volume must be of type emptyDir"),
                Some(true) => {}
            }
        }
    });
}

/// Whole `ConfigMaps` and Secrets.
pub(super) fn sources(sources: &[EnvFromSource], at: &Field<'_>, causes: &mut Causes) {
    for (index, source) in sources.iter().enumerate() {
        let here = at.index(index);
        let prefix = text(&source.prefix);
        if !prefix.is_empty() {
            causes.format(&here.key("prefix"), prefix, Format::Variable);
        }
        let config = source.config_map_ref.as_ref().map(|it| ("configMapRef", &it.name));
        let secret = source.secret_ref.as_ref().map(|it| ("secretRef", &it.name));
        for (field, name) in [config, secret].into_iter().flatten() {
            let here = here.key(field);
            let here = here.key("name");
            if name.is_empty() {
                causes.required(&here, "");
            } else {
                causes.format_of(&here, name, &super::metadata::masked(name), Format::Subdomain);
            }
        }
        match (config, secret) {
            (None, None) => {
                causes.invalid(&at.silent_index(index), "", "must specify one of: `configMapRef` or `secretRef`");
            }
            (Some(_), Some(_)) => {
                causes.invalid(&at.silent_index(index), "", "may not have more than one field specified at a time");
            }
            _ => {}
        }
    }
}
