//! What the API server adds to a Pod on its way in, beyond defaulting: merged label keys, default
//! tolerations, a runtime class's overhead and constraints, a namespace's default requests.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Pod, PodAffinityTerm, PodSpec, Toleration};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelectorRequirement;

use super::cluster::Cluster;
use crate::object::defaults;

/// Seconds that a Pod stays on a node that went away.
/// Source: `plugin/pkg/admission/defaulttolerationseconds` (1.37).
const DEFAULT_TOLERATION_SECONDS: i64 = 300;

/// Makes the written Pod the one that the scheduler sees.
pub(crate) fn admit(pod: &mut Pod, cluster: &Cluster) {
    let namespace = pod.metadata.namespace.clone().unwrap_or_default();
    let labels = pod.metadata.labels.clone().unwrap_or_default();
    defaults::pod(pod);
    let Some(spec) = pod.spec.as_mut() else { return };
    limit_ranges(spec, cluster, &namespace);
    runtime_class(spec, cluster);
    merge_label_keys(spec, &labels);
    default_tolerations(spec);
}

/// Source: `mergePodResourceRequirements` in `plugin/pkg/admission/limitranger` (1.37).
fn limit_ranges(spec: &mut PodSpec, cluster: &Cluster, namespace: &str) {
    let ranges = cluster.extras.limit_ranges.iter();
    let ranges = ranges.filter(|range| range.metadata.namespace.as_deref().unwrap_or("default") == namespace);
    let items = ranges.flat_map(|range| range.spec.iter()).flat_map(|spec| &spec.limits);
    for item in items.filter(|item| item.type_ == "Container") {
        let mut item = item.clone();
        defaults::limit_range_item(&mut item);
        for container in spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten()) {
            let resources = container.resources.get_or_insert_default();
            fill(&mut resources.limits, item.default.as_ref());
            fill(&mut resources.requests, item.default_request.as_ref());
        }
    }
}

fn fill(own: &mut Option<BTreeMap<String, Quantity>>, defaults: Option<&BTreeMap<String, Quantity>>) {
    for (name, amount) in defaults.into_iter().flatten() {
        own.get_or_insert_default().entry(name.clone()).or_insert_with(|| amount.clone());
    }
}

/// Source: `plugin/pkg/admission/runtimeclass` (1.37).
fn runtime_class(spec: &mut PodSpec, cluster: &Cluster) {
    let Some(name) = spec.runtime_class_name.clone() else { return };
    let mut classes = cluster.extras.runtime_classes.iter();
    let Some(class) = classes.find(|class| class.metadata.name.as_ref() == Some(&name)) else { return };
    if let Some(overhead) = class.overhead.as_ref().and_then(|overhead| overhead.pod_fixed.clone()) {
        spec.overhead = Some(overhead);
    }
    let Some(scheduling) = &class.scheduling else { return };
    for (key, value) in scheduling.node_selector.iter().flatten() {
        spec.node_selector.get_or_insert_default().insert(key.clone(), value.clone());
    }
    for toleration in scheduling.tolerations.iter().flatten() {
        let own = spec.tolerations.get_or_insert_default();
        if !own.contains(toleration) {
            own.push(toleration.clone());
        }
    }
}

/// Source: `mutatePodAffinity` in `pkg/registry/core/pod` (1.37). Spread constraints read their
/// `matchLabelKeys` themselves, to the same effect.
fn merge_label_keys(spec: &mut PodSpec, labels: &BTreeMap<String, String>) {
    let Some(affinity) = spec.affinity.as_mut() else { return };
    let own = affinity.pod_affinity.as_mut();
    let own = own.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_mut());
    let anti = affinity.pod_anti_affinity.as_mut();
    let anti = anti.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_mut());
    for term in own.into_iter().flatten().chain(anti.into_iter().flatten()) {
        merge_into(term, labels);
    }
}

fn merge_into(term: &mut PodAffinityTerm, labels: &BTreeMap<String, String>) {
    let matching = term.match_label_keys.iter().flatten().map(|key| (key, "In"));
    let mismatching = term.mismatch_label_keys.iter().flatten().map(|key| (key, "NotIn"));
    let added = matching.chain(mismatching).filter_map(|(key, operator)| {
        let value = labels.get(key)?;
        let operator = operator.to_owned();
        Some(LabelSelectorRequirement { key: key.clone(), operator, values: Some(vec![value.clone()]) })
    });
    let added: Vec<LabelSelectorRequirement> = added.collect();
    if let Some(selector) = term.label_selector.as_mut().filter(|_| !added.is_empty()) {
        selector.match_expressions.get_or_insert_default().extend(added);
    }
}

fn default_tolerations(spec: &mut PodSpec) {
    let own = spec.tolerations.get_or_insert_default();
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let covers = |it: &Toleration| {
            let key_covers = it.key.as_deref().is_none_or(|own| own.is_empty() || own == key);
            key_covers && it.effect.as_deref().is_none_or(|effect| effect.is_empty() || effect == "NoExecute")
        };
        if !own.iter().any(covers) {
            own.push(Toleration {
                key: Some(key.to_owned()),
                operator: Some("Exists".to_owned()),
                effect: Some("NoExecute".to_owned()),
                toleration_seconds: Some(DEFAULT_TOLERATION_SECONDS),
                value: None,
            });
        }
    }
}
