//! What a Pod asks of its nodes. Source: `ValidateTolerations` and
//! `validateTopologySpreadConstraints` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{PodSpec, Toleration, TopologySpreadConstraint};

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::{list, metadata, text};

/// Tolerations and spread constraints.
pub(super) fn constraints(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    tolerations(list(&spec.tolerations), &at.key("tolerations"), causes);
    spread(list(&spec.topology_spread_constraints), &at.key("topologySpreadConstraints"), causes);
}

fn tolerations(tolerations: &[Toleration], at: &Field<'_>, causes: &mut Causes) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let here = at.index(index);
        let (key, value) = (text(&toleration.key), text(&toleration.value));
        let (operator, effect) = (text(&toleration.operator), text(&toleration.effect));
        if !key.is_empty() {
            causes.format(&here.key("key"), key, Format::QualifiedName);
        }
        if key.is_empty() && operator != "Exists" {
            let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            causes.invalid(&here.key("operator"), operator, words);
        }
        if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
            causes.invalid(&here.key("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
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
            "Exists" | "Lt" | "Gt" => {}
            other => causes.one_of(&here.key("operator"), other, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            causes.one_of(&here.key("effect"), effect, &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        }
    }
}

fn spread(constraints: &[TopologySpreadConstraint], at: &Field<'_>, causes: &mut Causes) {
    for (index, constraint) in constraints.iter().enumerate() {
        let here = at.index(index);
        if constraint.max_skew <= 0 {
            causes.invalid(&here.key("maxSkew"), constraint.max_skew, "must be greater than zero");
        }
        if constraint.topology_key.is_empty() {
            causes.required(&here.key("topologyKey"), "can not be empty");
        }
        let known = ["DoNotSchedule", "ScheduleAnyway"];
        causes.one_of(&here.key("whenUnsatisfiable"), &constraint.when_unsatisfiable, &known);
        let policies = [
            ("nodeAffinityPolicy", &constraint.node_affinity_policy),
            ("nodeTaintsPolicy", &constraint.node_taints_policy),
        ];
        for (name, policy) in policies {
            if let Some(policy) = policy {
                causes.one_of(&here.key(name), policy, &["Honor", "Ignore"]);
            }
        }
        if let Some(selector) = &constraint.label_selector {
            metadata::selector(selector, &here.key("labelSelector"), causes);
        }
    }
}
