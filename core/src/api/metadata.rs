//! The `metadata` of objects and of templates.
//! Source: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta, OwnerReference};

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::Value;

/// Bytes of all annotations together, keys and values.
pub(crate) const ANNOTATION_BYTES: usize = 256 << 10;

/// What a name of a kind looks like.
#[derive(Clone, Copy)]
pub(crate) struct Naming {
    /// Its form.
    pub(crate) format: Format,
    /// It stands in a namespace.
    pub(crate) namespaced: bool,
    /// `generateName` is looked at too.
    pub(crate) prefix: bool,
}

impl Naming {
    /// Most kinds: a DNS name, in a namespace.
    pub(crate) const USUAL: Self = Self { format: Format::Subdomain, namespaced: true, prefix: true };
}

/// Source: `ValidateObjectMeta`.
pub(crate) fn object(metadata: &ObjectMeta, naming: Naming, at: &Field<'_>, causes: &mut Causes) {
    let written = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (name, prefix) = (written(&metadata.name), written(&metadata.generate_name));
    if let Some(prefix) = prefix.as_deref().filter(|_| naming.prefix) {
        causes.format_of(&at.key("generateName"), prefix, &masked(prefix), naming.format);
    }
    match (name, prefix) {
        (Some(name), _) => causes.format(&at.key("name"), &name, naming.format),
        (None, None) => causes.required(&at.key("name"), "name or generateName is required"),
        // The server tells the name it made up; what is wrong with it is the prefix's fault.
        (None, Some(prefix)) => {
            let made: String = prefix.chars().take(58).collect::<String>() + "abcde";
            causes.format_of(&at.key("name"), &made, &made, naming.format);
        }
    }
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    if naming.namespaced && !namespace.is_empty() {
        causes.format(&at.key("namespace"), namespace, Format::Label);
    } else if !naming.namespaced && !namespace.is_empty() {
        causes.forbidden(&at.key("namespace"), "not allowed on this type");
    }
    labels(metadata.labels.as_ref(), &at.key("labels"), causes);
    annotations(metadata.annotations.as_ref(), &at.key("annotations"), causes);
    owners(metadata.owner_references.as_deref().unwrap_or_default(), &at.key("ownerReferences"), causes);
    finalizers(metadata.finalizers.as_deref().unwrap_or_default(), &at.key("finalizers"), causes);
}

/// A prefix may end in `-`: the letter before it ends the name that is looked at. Source:
/// `maskTrailingDash`.
pub(crate) fn masked(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) if prefix.len() > 1 => {
            let mut shorter = rest.to_owned();
            shorter.pop();
            shorter.push('a');
            shorter
        }
        _ => prefix.to_owned(),
    }
}

/// Source: `ValidateLabels` in `pkg/apis/meta/v1/validation`.
pub(crate) fn labels(labels: Option<&BTreeMap<String, String>>, at: &Field<'_>, causes: &mut Causes) {
    for (key, value) in labels.into_iter().flatten() {
        let entry = at.silent(key);
        causes.format(&entry, key, Format::QualifiedName);
        causes.format(&entry, value, Format::LabelValue);
    }
}

/// Source: `ValidateAnnotations`.
pub(crate) fn annotations(annotations: Option<&BTreeMap<String, String>>, at: &Field<'_>, causes: &mut Causes) {
    let mut bytes = 0;
    for (key, value) in annotations.into_iter().flatten() {
        causes.format_of(&at.silent(key), key, &key.to_lowercase(), Format::QualifiedName);
        bytes += key.len() + value.len();
    }
    if bytes > ANNOTATION_BYTES {
        causes.too_long(at, ANNOTATION_BYTES);
    }
}

/// Source: `ValidateOwnerReferences`.
fn owners(owners: &[OwnerReference], at: &Field<'_>, causes: &mut Causes) {
    for (index, owner) in owners.iter().enumerate() {
        let here = at.index(index);
        if owner.api_version.is_empty() {
            causes.required(&here.key("apiVersion"), "must not be empty");
        } else if owner.api_version.matches('/').count() > 1 || owner.api_version.ends_with('/') {
            causes.invalid(&here.key("apiVersion"), &owner.api_version, "must be <group>/<version> or <version>");
        }
        for (name, text) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
            if text.is_empty() {
                causes.required(&here.key(name), "must not be empty");
            }
        }
    }
}

/// Source: `ValidateFinalizers` and, for the core kinds, `ValidateFinalizerName`.
fn finalizers(finalizers: &[String], at: &Field<'_>, causes: &mut Causes) {
    for (index, name) in finalizers.iter().enumerate() {
        causes.format(&at.silent_index(index), name, Format::QualifiedName);
    }
    let has = |name: &str| finalizers.iter().any(|it| it == name);
    if has("orphan") && has("foregroundDeletion") {
        let list: Vec<String> = finalizers.iter().map(|name| super::go::json_text(name)).collect();
        let value = Value::Json(format!("[{}]", list.join(",")));
        causes.invalid(at, value, "finalizer orphan and foregroundDeletion cannot be both set");
    }
}

/// Source: `ValidateLabelSelector` in `pkg/apis/meta/v1/validation`.
pub(crate) fn selector(selector: &LabelSelector, at: &Field<'_>, causes: &mut Causes) {
    labels(selector.match_labels.as_ref(), &at.key("matchLabels"), causes);
    for (index, requirement) in selector.match_expressions.iter().flatten().enumerate() {
        let list = at.key("matchExpressions");
        let here = list.index(index);
        let values = requirement.values.as_deref().unwrap_or_default();
        match requirement.operator.as_str() {
            "In" | "NotIn" if values.is_empty() => {
                causes.required(&here.key("values"), "must be specified when `operator` is 'In' or 'NotIn'");
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                causes.forbidden(
                    &here.key("values"),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                );
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => causes.invalid(&here.key("operator"), other, "not a valid selector operator"),
        }
        causes.format(&here.key("key"), &requirement.key, Format::QualifiedName);
        let list = here.key("values");
        for (index, value) in values.iter().enumerate() {
            causes.format(&list.index(index), value, Format::LabelValue);
        }
    }
}
