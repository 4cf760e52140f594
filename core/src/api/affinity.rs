//! Which nodes and which other Pods a Pod wants near it. Source: `validateAffinity` in
//! `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm,
    WeightedPodAffinityTerm,
};

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::Value;
use super::spread::label_keys;
use super::{list, metadata};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// All kinds of affinity.
pub(super) fn affinity(affinity: &Affinity, at: &Field<'_>, causes: &mut Causes) {
    if let Some(inner) = &affinity.node_affinity {
        nodes(inner, &at.key("nodeAffinity"), causes);
    }
    if let Some(inner) = &affinity.pod_affinity {
        let here = at.key("podAffinity");
        required(list(&inner.required_during_scheduling_ignored_during_execution), &here.key(REQUIRED), causes);
        preferred(list(&inner.preferred_during_scheduling_ignored_during_execution), &here.key(PREFERRED), causes);
    }
    if let Some(inner) = &affinity.pod_anti_affinity {
        let here = at.key("podAntiAffinity");
        required(list(&inner.required_during_scheduling_ignored_during_execution), &here.key(REQUIRED), causes);
        preferred(list(&inner.preferred_during_scheduling_ignored_during_execution), &here.key(PREFERRED), causes);
    }
}

fn nodes(affinity: &NodeAffinity, at: &Field<'_>, causes: &mut Causes) {
    if let Some(selector) = &affinity.required_during_scheduling_ignored_during_execution {
        node_selector(selector, &at.key(REQUIRED), causes);
    }
    let at = at.key(PREFERRED);
    for (index, term) in list(&affinity.preferred_during_scheduling_ignored_during_execution).iter().enumerate() {
        let here = at.index(index);
        weight(term.weight, &here, causes);
        // Their values are not looked at.
        node_term(&term.preference, false, &here.key("preference"), causes);
    }
}

/// Nodes of which a Pod or a volume needs one. Source: `ValidateNodeSelector`.
pub(super) fn node_selector(selector: &NodeSelector, at: &Field<'_>, causes: &mut Causes) {
    let at = at.key("nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        causes.required(&at, "must have at least one node selector term");
    }
    for (index, term) in selector.node_selector_terms.iter().enumerate() {
        node_term(term, true, &at.index(index), causes);
    }
}

fn weight(weight: i32, at: &Field<'_>, causes: &mut Causes) {
    if !(1..=100).contains(&weight) {
        causes.invalid(&at.key("weight"), weight, "must be in the range 1-100");
    }
}

fn node_term(term: &NodeSelectorTerm, with_values: bool, at: &Field<'_>, causes: &mut Causes) {
    let here = at.key("matchExpressions");
    for (index, requirement) in list(&term.match_expressions).iter().enumerate() {
        node_labels(requirement, with_values, &here.index(index), causes);
    }
    let here = at.key("matchFields");
    for (index, requirement) in list(&term.match_fields).iter().enumerate() {
        node_fields(requirement, &here.index(index), causes);
    }
}

/// Source: `ValidateNodeSelectorRequirement`.
fn node_labels(requirement: &NodeSelectorRequirement, with_values: bool, at: &Field<'_>, causes: &mut Causes) {
    let (values, here) = (list(&requirement.values), at.key("values"));
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.is_empty() => {
            causes.required(&here, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            causes.forbidden(&here, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        "Gt" | "Lt" if values.len() != 1 => {
            causes.required(&here, "must be specified single value when `operator` is 'Lt' or 'Gt'");
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => {
            let known = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
            causes.invalid_among(&at.key("operator"), Value::Typed(other), "not a valid selector operator", &known);
        }
    }
    causes.format(&at.key("key"), &requirement.key, Format::QualifiedName);
    for (index, value) in values.iter().enumerate().filter(|_| with_values) {
        causes.format(&here.index(index), value, Format::LabelValue);
    }
}

/// Source: `ValidateNodeFieldSelectorRequirement`.
fn node_fields(requirement: &NodeSelectorRequirement, at: &Field<'_>, causes: &mut Causes) {
    let (values, here) = (list(&requirement.values), at.key("values"));
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.len() != 1 => {
            let words = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            causes.required(&here, words);
        }
        "In" | "NotIn" => {}
        other => {
            causes.invalid_among(
                &at.key("operator"),
                Value::Typed(other),
                "not a valid selector operator",
                &["In", "NotIn"],
            );
        }
    }
    if requirement.key == "metadata.name" {
        for (index, value) in values.iter().enumerate() {
            causes.format(&here.index(index), value, Format::Subdomain);
        }
    } else {
        causes.invalid(&at.key("key"), &requirement.key, "not a valid field selector key");
    }
}

fn required(terms: &[PodAffinityTerm], at: &Field<'_>, causes: &mut Causes) {
    for (index, term) in terms.iter().enumerate() {
        pod_term(term, &at.index(index), causes);
    }
}

fn preferred(terms: &[WeightedPodAffinityTerm], at: &Field<'_>, causes: &mut Causes) {
    for (index, term) in terms.iter().enumerate() {
        let here = at.index(index);
        weight(term.weight, &here, causes);
        pod_term(&term.pod_affinity_term, &here.key("podAffinityTerm"), causes);
    }
}

/// Source: `validatePodAffinityTerm`.
fn pod_term(term: &PodAffinityTerm, at: &Field<'_>, causes: &mut Causes) {
    for (name, selector) in [("labelSelector", &term.label_selector), ("namespaceSelector", &term.namespace_selector)] {
        if let Some(selector) = selector {
            metadata::selector(selector, &at.key(name), causes);
        }
    }
    let namespaces = at.key_said_as("namespaces", "namespace");
    for (index, name) in list(&term.namespaces).iter().enumerate() {
        causes.format(&namespaces.silent_index(index), name, Format::Label);
    }
    let (matching, mismatching) = (list(&term.match_label_keys), list(&term.mismatch_label_keys));
    label_keys(matching, mismatching, term.label_selector.as_ref(), at, causes);
    let here = at.key("topologyKey");
    if term.topology_key.is_empty() {
        causes.required(&here, "can not be empty");
    }
    causes.format(&here, &term.topology_key, Format::QualifiedName);
}
