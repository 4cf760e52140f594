//! What the server changes in a Pod before it checks it, beyond the defaults. Source:
//! `PrepareForCreate` in `pkg/registry/core/pod/strategy.go` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{AppArmorProfile, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::annotations::{APP_ARMOR, LOCALHOST};
use super::pod_resources;
use super::security::go_trim;
use crate::object::defaults;

type Map = BTreeMap<String, String>;

/// Fills in the defaults, and then the rest.
pub(super) fn pod(pod: &mut Pod) {
    defaults::pod(pod);
    let none = Map::new();
    let labels = pod.metadata.labels.as_ref().unwrap_or(&none);
    let annotations = pod.metadata.annotations.as_ref().unwrap_or(&none);
    let Some(spec) = &mut pod.spec else { return };
    if let Some(affinity) = &mut spec.affinity {
        let near = affinity.pod_affinity.iter_mut().flat_map(|it| {
            let weighted = it.preferred_during_scheduling_ignored_during_execution.iter_mut().flatten();
            let required = it.required_during_scheduling_ignored_during_execution.iter_mut().flatten();
            required.chain(weighted.map(|it| &mut it.pod_affinity_term))
        });
        let far = affinity.pod_anti_affinity.iter_mut().flat_map(|it| {
            let weighted = it.preferred_during_scheduling_ignored_during_execution.iter_mut().flatten();
            let required = it.required_during_scheduling_ignored_during_execution.iter_mut().flatten();
            required.chain(weighted.map(|it| &mut it.pod_affinity_term))
        });
        for term in near.chain(far) {
            let (matching, mismatching) = (term.match_label_keys.as_ref(), term.mismatch_label_keys.as_ref());
            merge(term.label_selector.as_mut(), matching, "In", labels);
            merge(term.label_selector.as_mut(), mismatching, "NotIn", labels);
        }
    }
    for constraint in spec.topology_spread_constraints.iter_mut().flatten() {
        merge(constraint.label_selector.as_mut(), constraint.match_label_keys.as_ref(), "In", labels);
    }
    if annotations.keys().any(|key| key.starts_with(APP_ARMOR))
        && spec.os.as_ref().is_none_or(|os| os.name != "windows")
    {
        let of_pod = spec.security_context.as_ref().and_then(|it| it.app_armor_profile.as_ref());
        let regular = spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten());
        let regular = regular.map(|it| (&it.name, &mut it.security_context));
        let ephemeral = spec.ephemeral_containers.iter_mut().flatten().map(|it| (&it.name, &mut it.security_context));
        for (name, context) in regular.chain(ephemeral) {
            if context.as_ref().is_some_and(|it| it.app_armor_profile.is_some()) {
                continue;
            }
            let profile = annotations.get(&format!("{APP_ARMOR}{name}")).and_then(|written| app_armor(written));
            if let Some(profile) = profile.filter(|profile| Some(profile) != of_pod) {
                context.get_or_insert_default().app_armor_profile = Some(profile);
            }
        }
    }
    pod_resources::fill(spec);
}

/// The Pod's own labels become part of the selector. Source: `applyLabelKeysToLabelSelector`.
fn merge(selector: Option<&mut LabelSelector>, keys: Option<&Vec<String>>, operator: &str, labels: &Map) {
    let Some(selector) = selector else { return };
    for key in keys.into_iter().flatten() {
        if let Some(value) = labels.get(key) {
            selector.match_expressions.get_or_insert_default().push(LabelSelectorRequirement {
                key: key.clone(),
                operator: operator.to_owned(),
                values: Some(vec![value.clone()]),
            });
        }
    }
}

/// The field that an annotation stands for, where it is sound. Source: `ApparmorFieldForAnnotation`
/// in `pkg/api/pod`.
fn app_armor(written: &str) -> Option<AppArmorProfile> {
    match written {
        "unconfined" => Some(AppArmorProfile { type_: "Unconfined".to_owned(), localhost_profile: None }),
        "runtime/default" => Some(AppArmorProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
        _ => {
            let path = written.strip_prefix(LOCALHOST).filter(|path| !path.is_empty() && go_trim(path) == *path)?;
            let path = Some(path.to_owned()).filter(|path| path.len() <= super::security::PROFILE_BYTES)?;
            Some(AppArmorProfile { type_: "Localhost".to_owned(), localhost_profile: Some(path) })
        }
    }
}
