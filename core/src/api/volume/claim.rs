//! What a claim asks for, in a template or by itself. Source: `ValidatePersistentVolumeClaimSpec`
//! and `ValidatePersistentVolumeClaimTemplate` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{EphemeralVolumeSource, PersistentVolumeClaimSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::amount::Amount;
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::Value;
use crate::api::quantity::Quantity;
use crate::api::{list, metadata, text};

/// A claim that is made for one Pod.
pub(super) fn ephemeral(source: &EphemeralVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    let at = at.key("volumeClaimTemplate");
    let Some(template) = &source.volume_claim_template else {
        causes.required(&at, "");
        return;
    };
    if let Some(inner) = &template.metadata {
        let here = at.key("metadata");
        metadata::annotations(inner.annotations.as_ref(), &here.key("annotations"), causes);
        metadata::labels(inner.labels.as_ref(), &here.key("labels"), causes);
        for (name, said) in other_fields(inner) {
            causes.forbidden(&here.key_said_as(name, said), "cannot be set");
        }
    }
    claim_spec(&template.spec, &at.key("spec"), causes);
}

/// What is set beside labels and annotations, with the names that the server makes of its own
/// fields. Source: `validateFieldAllowList`.
fn other_fields(metadata: &ObjectMeta) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    [
        ("name", "name", is_text(&metadata.name)),
        ("generateName", "generateName", is_text(&metadata.generate_name)),
        ("namespace", "namespace", is_text(&metadata.namespace)),
        ("selfLink", "selfLink", is_text(&metadata.self_link)),
        ("uid", "uID", is_text(&metadata.uid)),
        ("resourceVersion", "resourceVersion", is_text(&metadata.resource_version)),
        ("generation", "generation", metadata.generation.is_some_and(|number| number != 0)),
        ("creationTimestamp", "creationTimestamp", metadata.creation_timestamp.is_some()),
        ("deletionTimestamp", "deletionTimestamp", metadata.deletion_timestamp.is_some()),
        ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_some()),
        ("ownerReferences", "ownerReferences", metadata.owner_references.is_some()),
        ("finalizers", "finalizers", metadata.finalizers.is_some()),
        ("managedFields", "managedFields", metadata.managed_fields.is_some()),
    ]
    .into_iter()
    .filter(|it| it.2)
    .map(|it| (it.0, it.1))
}

/// The spec of any claim.
pub(in crate::api) fn claim_spec(spec: &PersistentVolumeClaimSpec, at: &Field<'_>, causes: &mut Causes) {
    modes(list(&spec.access_modes), &at.key("accessModes"), causes);
    if let Some(selector) = &spec.selector {
        metadata::selector(selector, &at.key("selector"), causes);
    }
    let requests = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    let (here, name) = (at.key("resources"), "storage");
    let inner = here.silent("requests");
    match requests.and_then(|requests| requests.get(name)).map(|it| Quantity::read(&it.0)) {
        None => causes.required(&inner.entry(name), ""),
        Some(size) if size.amount <= Amount::default() => {
            causes.invalid(&inner.entry(name), size.to_string().as_str(), "must be greater than zero");
        }
        Some(_) => {}
    }
    for (field, class) in [
        ("storageClassName", &spec.storage_class_name),
        ("volumeAttributesClassName", &spec.volume_attributes_class_name),
    ] {
        if !text(class).is_empty() {
            causes.format(&at.key(field), text(class), Format::Subdomain);
        }
    }
    if let Some(mode) = &spec.volume_mode {
        causes.one_of(&at.key("volumeMode"), mode, &["Block", "Filesystem"]);
    }
    sources(spec, at, causes);
}

fn modes(modes: &[String], at: &Field<'_>, causes: &mut Causes) {
    if modes.is_empty() {
        causes.required(at, "at least 1 access mode is required");
    }
    let (mut alone, mut others) = (false, false);
    for (index, mode) in modes.iter().enumerate() {
        let known = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
        causes.one_of(&at.silent_index(index), mode, &known);
        alone |= mode == "ReadWriteOncePod";
        others |= mode != "ReadWriteOncePod" && known.contains(&mode.as_str());
    }
    if alone && others {
        causes.forbidden(at, "may not use ReadWriteOncePod with other access modes");
    }
}

/// What a volume begins with. Source: `validateDataSource` and `validateDataSourceRef`.
fn sources(spec: &PersistentVolumeClaimSpec, at: &Field<'_>, causes: &mut Causes) {
    let old = spec.data_source.as_ref().map(|it| (&it.api_group, &it.kind, &it.name));
    let new = spec.data_source_ref.as_ref().map(|it| (&it.api_group, &it.kind, &it.name));
    for (field, source) in [("dataSource", old), ("dataSourceRef", new)] {
        let Some((group, kind, name)) = source else { continue };
        let (here, group) = (at.key(field), text(group));
        causes.some_text(&here.key("name"), name);
        causes.some_text(&here.key("kind"), kind);
        if group.is_empty() && kind != "PersistentVolumeClaim" {
            let words = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            causes.invalid(&here, kind, words);
        }
        if !group.is_empty() {
            causes.format(&here.key("apiGroup"), group, Format::Subdomain);
        }
    }
    let namespace = spec.data_source_ref.as_ref().map_or("", |it| text(&it.namespace));
    if !namespace.is_empty() {
        causes.format(&at.key("dataSourceRef").key("namespace"), namespace, Format::Label);
    }
    let why = match (old, new) {
        (Some(_), _) if !namespace.is_empty() => "may not be specified when dataSourceRef.namespace is specified",
        (Some(old), Some(new)) if old != new => "must match dataSourceRef",
        _ => return,
    };
    // The server prints the name of the field, of which Go's JSON leaves nothing.
    causes.invalid(at, Value::Json("{}".to_owned()), why);
}
