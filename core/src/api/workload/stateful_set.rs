//! `StatefulSet`s. Source: `ValidateStatefulSetSpec` in `pkg/apis/apps/validation` (1.37).

use std::collections::HashSet;

use k8s_openapi::api::apps::v1::{RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetUpdateStrategy};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::{METADATA, SPEC, always, selected};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_int_or_string, json_or_null, json_struct, json_text};
use crate::api::metadata::{self, Naming};
use crate::api::volume::claim_spec;
use crate::api::{int_or_percent, list, pod, text};

/// A `StatefulSet`.
pub(in crate::api) fn stateful_set(object: &StatefulSet, has_selector: bool, causes: &mut Causes) {
    let naming = Naming { format: Format::Label, ..Naming::USUAL };
    metadata::object(&object.metadata, naming, &METADATA, causes);
    let spec = &object.spec;
    match text(&spec.pod_management_policy) {
        "OrderedReady" | "Parallel" => {}
        other => causes.invalid(&SPEC.key("podManagementPolicy"), other, "must be 'OrderedReady' or 'Parallel'"),
    }
    if let Some(given) = &spec.update_strategy {
        strategy(given, &SPEC.key("updateStrategy"), causes);
    }
    if let Some(retention) = &spec.persistent_volume_claim_retention_policy {
        let at = SPEC.key("persistentVolumeClaimRetentionPolicy");
        for (name, policy) in [("whenDeleted", &retention.when_deleted), ("whenScaled", &retention.when_scaled)] {
            causes.one_of(&at.key(name), text(policy), &["Retain", "Delete"]);
        }
    }
    let templates = SPEC.key("volumeClaimTemplates");
    for (index, template) in list(&spec.volume_claim_templates).iter().enumerate() {
        if let Some(inner) = &template.spec {
            claim_spec(inner, &templates.index(index).key("spec"), causes);
        }
    }
    causes.not_negative(&SPEC.key("replicas"), spec.replicas.unwrap_or_default().into());
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    let start = spec.ordinals.as_ref().and_then(|ordinals| ordinals.start).unwrap_or_default();
    causes.not_negative(&SPEC.key("ordinals").key("start"), start.into());
    let service = text(&spec.service_name);
    if !service.is_empty() {
        causes.format(&SPEC.key("serviceName"), service, Format::Label);
    }
    if selected(&spec.selector, has_selector, &spec.template, "statefulset", causes) {
        let claims = claims(list(&spec.volume_claim_templates), causes);
        let mut template = spec.template.clone();
        // The controller sets both.
        if let Some(inner) = &mut template.spec {
            inner.hostname = None;
            inner.subdomain = None;
        }
        pod::template(&template, &claims, &SPEC.key("template"), causes);
    }
    always(&spec.template, "StatefulSet", causes);
}

/// Source: the switch on `spec.UpdateStrategy.Type` in `ValidateStatefulSetSpec`.
fn strategy(strategy: &StatefulSetUpdateStrategy, at: &Field<'_>, causes: &mut Causes) {
    let update = strategy.rolling_update.as_ref();
    let here = at.key("rollingUpdate");
    match (text(&strategy.type_), update) {
        ("OnDelete" | "RollingUpdate", None) => {}
        ("OnDelete", Some(update)) => {
            causes.invalid(&here, Value::Json(shown(update)), "only allowed for updateStrategy 'RollingUpdate'");
        }
        ("RollingUpdate", Some(update)) => rolling_update(update, &here, causes),
        (kind, update) => {
            let shown = json_struct(&[("Type", json_text(kind)), ("RollingUpdate", json_or_null(update, shown))]);
            causes.invalid(at, Value::Json(shown), "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}

/// Source: `validateRollingUpdateStatefulSet`.
fn rolling_update(update: &RollingUpdateStatefulSetStrategy, at: &Field<'_>, causes: &mut Causes) {
    causes.not_negative(&at.key("partition"), update.partition.unwrap_or_default().into());
    let Some(unavailable) = &update.max_unavailable else { return };
    let here = at.key("maxUnavailable");
    int_or_percent::check(unavailable, &here, causes);
    if int_or_percent::amount(unavailable) == 0 {
        causes.invalid(&here, int_or_percent::shown(unavailable), "cannot be 0");
    }
    int_or_percent::at_most_all(unavailable, &here, causes);
}

fn shown(update: &RollingUpdateStatefulSetStrategy) -> String {
    json_struct(&[
        ("Partition", update.partition.unwrap_or_default().to_string()),
        ("MaxUnavailable", json_or_null(update.max_unavailable.as_ref(), json_int_or_string)),
    ])
}

/// The names of the volumes that the claim templates become, each once. The server checks them as
/// volumes of the template, before the others. Source: `volumesToAddForTemplates`.
fn claims<'a>(templates: &'a [PersistentVolumeClaim], causes: &mut Causes) -> Vec<&'a str> {
    let (mut seen, mut names) = (HashSet::new(), Vec::new());
    let at = SPEC.silent("volumeClaimTemplates");
    for (index, template) in templates.iter().enumerate() {
        let name = text(&template.metadata.name);
        if !seen.insert(name) {
            continue;
        }
        let volume = format!("template.spec.volumes[{}]", names.len());
        let here = at.silent_index(index);
        let here = here.silent("metadata");
        if name.is_empty() {
            let source = format!("{volume}.persistentVolumeClaim.claimName");
            causes.required(&here.key_said_as("name", &source), "");
        }
        causes.named(&here.key_said_as("name", &format!("{volume}.name")), name, Format::Label);
        names.push(name);
    }
    names
}
