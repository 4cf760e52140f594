//! Which nodes a Pod bears, and how Pods are spread over them. Source: `ValidateTolerations`,
//! `validateTopologySpreadConstraints` and `ValidateMatchLabelKeysAndMismatchLabelKeys` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::{Toleration, TopologySpreadConstraint};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::Value;
use super::{list, metadata, text};

/// Taints that a Pod bears.
pub(super) fn tolerations(tolerations: &[Toleration], at: &Field<'_>, causes: &mut Causes) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let here = at.index(index);
        let (key, value) = (text(&toleration.key), text(&toleration.value));
        let (operator, effect) = (text(&toleration.operator), text(&toleration.effect));
        if !key.is_empty() {
            causes.format(&here.key("key"), key, Format::QualifiedName);
        }
        if key.is_empty() && operator != "Exists" {
            let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            causes.invalid(&here.key("operator"), Value::Typed(operator), words);
        }
        if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
            let words = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            causes.invalid(&here.key("effect"), Value::Typed(effect), words);
        }
        match operator {
            "" | "Equal" => {
                let faults = Format::LabelValue.faults(value);
                if !faults.is_empty() {
                    causes.invalid(&here.key_said_as("value", "operator"), value, faults.join(";"));
                }
            }
            "Exists" if !value.is_empty() => {
                let at = here.key_said_as("value", "operator");
                causes.invalid(&at, value, "value must be empty when `operator` is 'Exists'");
            }
            "Exists" => {}
            // Behind a gate that is off.
            "Lt" | "Gt" => {
                let known = ["Equal", "Exists", "Lt", "Gt"];
                causes.not_supported(&here.key("operator"), Value::Typed(operator), &known);
            }
            other => causes.one_of(&here.key("operator"), other, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            causes.one_of(&here.key("effect"), effect, &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        }
    }
}

/// How Pods that are alike are spread.
pub(super) fn constraints(constraints: &[TopologySpreadConstraint], at: &Field<'_>, causes: &mut Causes) {
    // The server calls each a duplicate that one behind it repeats.
    let mut rest: HashMap<(&str, &str), usize> = HashMap::new();
    for it in constraints {
        *rest.entry((&it.topology_key, &it.when_unsatisfiable)).or_default() += 1;
    }
    for (index, constraint) in constraints.iter().enumerate() {
        let here = at.index(index);
        let (key, action) = (constraint.topology_key.as_str(), constraint.when_unsatisfiable.as_str());
        if constraint.max_skew <= 0 {
            causes.invalid(&here.key("maxSkew"), constraint.max_skew, "must be greater than zero");
        }
        if key.is_empty() {
            causes.required(&here.key("topologyKey"), "can not be empty");
        }
        causes.one_of(&here.key("whenUnsatisfiable"), action, &["DoNotSchedule", "ScheduleAnyway"]);
        if let Some(count) = rest.get_mut(&(key, action)) {
            *count -= 1;
            if *count > 0 {
                let both = format!("{{{key}, {action}}}");
                causes.duplicate(&here.said("{topologyKey, whenUnsatisfiable}"), &both);
            }
        }
        if let Some(domains) = constraint.min_domains {
            let here = here.key("minDomains");
            if domains <= 0 {
                causes.invalid(&here, domains, "must be greater than zero");
            }
            if action != "DoNotSchedule" {
                let why = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
                causes.invalid(&here, domains, why);
            }
        }
        for (name, policy) in [
            ("nodeAffinityPolicy", &constraint.node_affinity_policy),
            ("nodeTaintsPolicy", &constraint.node_taints_policy),
        ] {
            if let Some(policy) = policy {
                causes.one_of(&here.key(name), policy, &["Honor", "Ignore"]);
            }
        }
        let selector = constraint.label_selector.as_ref();
        label_keys(list(&constraint.match_label_keys), &[], selector, &here, causes);
        if let Some(selector) = selector {
            metadata::selector(selector, &here.key("labelSelector"), causes);
        }
    }
}

/// Labels whose values the Pod itself gives to a selector.
pub(super) fn label_keys(
    matching: &[String],
    mismatching: &[String],
    selector: Option<&LabelSelector>,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    for (name, keys) in [("matchLabelKeys", matching), ("mismatchLabelKeys", mismatching)] {
        let here = at.key(name);
        if selector.is_none() && !keys.is_empty() {
            causes.forbidden(&here, "must not be specified when labelSelector is not set");
            continue;
        }
        for (index, key) in keys.iter().enumerate() {
            causes.format(&here.index(index), key, Format::QualifiedName);
        }
    }
    let list_at = at.key("matchLabelKeys");
    if let Some(selector) = selector.filter(|_| !matching.is_empty()) {
        let places: HashMap<&str, usize> = matching.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        let mut seen: HashSet<&str> = selector.match_labels.iter().flatten().map(|it| it.0.as_str()).collect();
        for requirement in list(&selector.match_expressions) {
            let key = requirement.key.as_str();
            if let Some(place) = places.get(key)
                && !seen.insert(key)
            {
                let above = at.silent("matchLabelKeys");
                causes.invalid(&above.index(*place), key, "exists in both matchLabelKeys and labelSelector");
            }
        }
    }
    let others: HashSet<&String> = mismatching.iter().collect();
    for (index, key) in matching.iter().enumerate().filter(|it| others.contains(it.1)) {
        causes.invalid(&list_at.index(index), key, "exists in both matchLabelKeys and mismatchLabelKeys");
    }
}
