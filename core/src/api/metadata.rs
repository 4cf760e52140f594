//! The `metadata` of objects and of templates.
//! Source: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` (1.37).

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ManagedFieldsEntry, ObjectMeta, OwnerReference};

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::{Value, json_list, json_struct, json_text};
use super::{list, text};
use crate::server::is_printable;

/// Bytes of all annotations together, keys and values.
pub(crate) const ANNOTATION_BYTES: usize = 256 << 10;
const MANAGER_BYTES: usize = 128;
const SUBRESOURCE_BYTES: usize = 256;

/// What a name of a kind looks like.
#[derive(Clone, Copy)]
pub(crate) struct Naming {
    /// Its form.
    pub(crate) format: Format,
    /// It stands in a namespace; of others the server forgets the namespace they name.
    pub(crate) namespaced: bool,
    /// `generateName` is looked at too.
    pub(crate) prefix: bool,
    /// The server keeps the `generation` that is written.
    pub(crate) generation: bool,
}

impl Naming {
    /// Most kinds: a DNS name, in a namespace.
    pub(crate) const USUAL: Self =
        Self { format: Format::Subdomain, namespaced: true, prefix: true, generation: false };
    /// Kinds of which the server does not count the generations.
    pub(crate) const UNCOUNTED: Self = Self { generation: true, ..Self::USUAL };
}

/// Source: `ValidateObjectMeta` in `pkg/apis/core/validation`.
pub(crate) fn object(metadata: &ObjectMeta, naming: Naming, at: &Field<'_>, causes: &mut Causes) {
    general(metadata, naming, at, causes);
    let finalizers = at.key("finalizers");
    for (index, name) in list(&metadata.finalizers).iter().enumerate() {
        finalizer(name, &finalizers.index(index), causes);
    }
}

/// What holds for every object, whatever its kind. Source: `ValidateObjectMetaAccessor`.
pub(crate) fn general(metadata: &ObjectMeta, naming: Naming, at: &Field<'_>, causes: &mut Causes) {
    let prefix = metadata.generate_name.as_deref().unwrap_or_default();
    if naming.prefix && !prefix.is_empty() {
        let kept = if naming.format == Format::PathSegment { prefix.to_owned() } else { masked(prefix) };
        causes.format_of(&at.key("generateName"), prefix, &kept, naming.format);
    }
    match name(metadata) {
        Some(name) => causes.format(&at.key("name"), &name, naming.format),
        None => causes.required(&at.key("name"), "name or generateName is required"),
    }
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    if naming.namespaced && !namespace.is_empty() {
        causes.format(&at.key("namespace"), namespace, Format::Label);
    }
    if naming.generation {
        causes.not_negative(&at.key("generation"), metadata.generation.unwrap_or_default());
    }
    labels(metadata.labels.as_ref(), &at.key("labels"), causes);
    annotations(metadata.annotations.as_ref(), &at.key("annotations"), causes);
    owners(list(&metadata.owner_references), &at.key("ownerReferences"), causes);
    finalizers(list(&metadata.finalizers), &at.key("finalizers"), causes);
    managed_fields(list(&metadata.managed_fields), &at.key("managedFields"), causes);
}

/// The name that the object gets: the server makes one of `generateName`, here with the ending
/// `abcde`. Source: `GenerateName` in `k8s.io/apiserver/pkg/storage/names`.
pub(crate) fn name(metadata: &ObjectMeta) -> Option<Cow<'_, str>> {
    let name = text(&metadata.name);
    if !name.is_empty() {
        return Some(Cow::Borrowed(name));
    }
    let prefix = text(&metadata.generate_name);
    (!prefix.is_empty()).then(|| Cow::Owned(prefix.chars().take(58).collect::<String>() + "abcde"))
}

/// A prefix may end in `-`: the letter before it ends the name that is looked at. Source:
/// `maskTrailingDash`.
pub(crate) fn masked(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) if prefix.len() > 1 => {
            // The server replaces a byte; the rest of a longer letter stays wrong.
            let kept = rest.strip_suffix(|c: char| c.is_ascii()).unwrap_or(rest);
            format!("{kept}a")
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
        let lower = if key.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            Cow::Owned(key.to_lowercase())
        } else {
            Cow::Borrowed(key.as_str())
        };
        causes.format_of(&at.silent(key), key, &lower, Format::QualifiedName);
        bytes += key.len() + value.len();
    }
    if bytes > ANNOTATION_BYTES {
        causes.too_long(at, ANNOTATION_BYTES);
    }
}

/// Source: `ValidateOwnerReferences`.
fn owners(owners: &[OwnerReference], at: &Field<'_>, causes: &mut Causes) {
    let mut first: Option<&OwnerReference> = None;
    for (index, owner) in owners.iter().enumerate() {
        let here = at.index(index);
        let version = owner.api_version.as_str();
        if version.is_empty() {
            causes.required(&here.key("apiVersion"), "must not be empty");
        } else if version.matches('/').count() > 1 || version.ends_with('/') {
            causes.invalid(&here.key("apiVersion"), version, "must be <group>/<version> or <version>");
        }
        for (name, text) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
            if text.is_empty() {
                causes.required(&here.key(name), "must not be empty");
            }
        }
        if matches!(version, "v1" | "/v1") && owner.kind == "Event" {
            causes.invalid(&here, Value::Json(json_owner(owner)), "/v1, Kind=Event is disallowed from being an owner");
        }
        if owner.controller != Some(true) {
            continue;
        }
        if let Some(first) = first {
            let shown = Value::Json(json_list(owners.iter().map(json_owner)));
            let words = format!(
                "Only one reference can have Controller set to true. Found \"true\" in references for {}/{} and {}/{}",
                first.kind, first.name, owner.kind, owner.name
            );
            causes.invalid(at, shown, words);
        } else {
            first = Some(owner);
        }
    }
}

fn json_owner(owner: &OwnerReference) -> String {
    let mut fields = vec![
        ("apiVersion", json_text(&owner.api_version)),
        ("kind", json_text(&owner.kind)),
        ("name", json_text(&owner.name)),
        ("uid", json_text(&owner.uid)),
    ];
    let flags = [("controller", owner.controller), ("blockOwnerDeletion", owner.block_owner_deletion)];
    fields.extend(flags.into_iter().filter_map(|(name, flag)| Some((name, flag?.to_string()))));
    json_struct(&fields)
}

/// Source: `ValidateFinalizers`.
fn finalizers(finalizers: &[String], at: &Field<'_>, causes: &mut Causes) {
    for (index, name) in finalizers.iter().enumerate() {
        causes.format(&at.silent_index(index), name, Format::QualifiedName);
    }
    let has = |name: &str| finalizers.iter().any(|it| it == name);
    if has("orphan") && has("foregroundDeletion") {
        let shown = Value::Json(json_list(finalizers.iter().map(|name| json_text(name))));
        causes.invalid(at, shown, "finalizer orphan and foregroundDeletion cannot be both set");
    }
}

/// The name of a finalizer that is not the server's own has a domain. Source:
/// `validateKubeFinalizerName` in `pkg/apis/core/validation`.
pub(crate) fn finalizer(name: &str, at: &Field<'_>, causes: &mut Causes) {
    if !name.contains('/') && !matches!(name, "kubernetes" | "orphan" | "foregroundDeletion") {
        causes.invalid(at, name, "name is neither a standard finalizer name nor is it fully qualified");
    }
}

/// Source: `ValidateManagedFields` and `ValidateFieldManager` in
/// `k8s.io/apimachinery/pkg/apis/meta/v1/validation`.
fn managed_fields(entries: &[ManagedFieldsEntry], at: &Field<'_>, causes: &mut Causes) {
    for (index, entry) in entries.iter().enumerate() {
        let here = at.index(index);
        match text(&entry.operation) {
            "" => causes.required(&here.key("operation"), "must not be empty"),
            operation => causes.one_of(&here.key("operation"), operation, &["Apply", "Update"]),
        }
        let kind = text(&entry.fields_type);
        if !matches!(kind, "" | "FieldsV1") {
            causes.invalid(&here.key("fieldsType"), kind, "must be `FieldsV1`");
        }
        let manager = text(&entry.manager);
        if manager.len() > MANAGER_BYTES {
            causes.too_long(&here.key("manager"), MANAGER_BYTES);
        }
        for (position, c) in manager.char_indices().filter(|(_, c)| !is_printable(*c)) {
            let words = format!("invalid character U+{:04X} (at position {position})", u32::from(c));
            causes.invalid(&here.key("manager"), manager, words);
        }
        if text(&entry.subresource).len() > SUBRESOURCE_BYTES {
            causes.too_long(&here.key("subresource"), SUBRESOURCE_BYTES);
        }
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
            other => {
                let known = ["In", "NotIn", "Exists", "DoesNotExist"];
                causes.invalid_among(
                    &here.key("operator"),
                    Value::Typed(other),
                    "not a valid selector operator",
                    &known,
                );
            }
        }
        causes.format(&here.key("key"), &requirement.key, Format::QualifiedName);
        let list = here.key("values");
        for (index, value) in values.iter().enumerate() {
            causes.format(&list.index(index), value, Format::LabelValue);
        }
    }
}

/// Whether the server can read a selector.
pub(crate) fn is_sound(given: &LabelSelector) -> bool {
    let mut causes = Causes::default();
    selector(given, &Field::ROOT, &mut causes);
    causes.count() == 0
}
