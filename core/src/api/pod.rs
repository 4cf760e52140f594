//! Pods and their templates. Source: `ValidatePodSpec` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{Pod, PodSpec, PodTemplateSpec};

use super::cause::Causes;
use super::container::{self, Around};
use super::field::Field;
use super::format::Format;
use super::metadata::{self, Naming};
use super::volume::Volumes;
use super::{affinity, list, text};

/// A Pod by itself.
pub(super) fn pod(pod: &Pod, causes: &mut Causes) {
    metadata::object(&pod.metadata, Naming::USUAL, &Field::ROOT.key("metadata"), causes);
    if let Some(inner) = &pod.spec {
        spec(inner, &[], true, &Field::ROOT.key("spec"), causes);
        if !list(&inner.ephemeral_containers).is_empty() {
            causes.forbidden(&Field::ROOT.key("spec").key("ephemeralContainers"), "cannot be set on create");
        }
    }
}

/// The template of a workload; its Pods also have `claims` as volumes. Source:
/// `ValidatePodTemplateSpec`.
pub(super) fn template(template: &PodTemplateSpec, claims: &[&str], at: &Field<'_>, causes: &mut Causes) {
    if let Some(inner) = &template.metadata {
        let above = at.silent("metadata");
        metadata::labels(inner.labels.as_ref(), &above.key("labels"), causes);
        metadata::annotations(inner.annotations.as_ref(), &above.key("annotations"), causes);
    }
    if let Some(inner) = &template.spec {
        let at = at.key("spec");
        spec(inner, claims, false, &at, causes);
        if !list(&inner.ephemeral_containers).is_empty() {
            causes.forbidden(&at.key("ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
    }
}

fn spec(spec: &PodSpec, claims: &[&str], is_pod: bool, at: &Field<'_>, causes: &mut Causes) {
    let volumes = Volumes::check(list(&spec.volumes), claims, &at.key("volumes"), causes);
    let restart_policy = text(&spec.restart_policy);
    let grace = spec.termination_grace_period_seconds.unwrap_or_default();
    let around = Around { volumes, is_pod, grace, restart_policy };
    container::containers(spec, &around, at, causes);
    causes.one_of(&at.key("restartPolicy"), restart_policy, &["Always", "OnFailure", "Never"]);
    let known = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    causes.one_of(&at.key("dnsPolicy"), text(&spec.dns_policy), &known);
    metadata::labels(spec.node_selector.as_ref(), &at.key("nodeSelector"), causes);
    for (name, value, format) in [
        ("serviceAccountName", &spec.service_account_name, Format::Subdomain),
        ("nodeName", &spec.node_name, Format::Subdomain),
        ("hostname", &spec.hostname, Format::Label),
        ("subdomain", &spec.subdomain, Format::Label),
        ("priorityClassName", &spec.priority_class_name, Format::Subdomain),
    ] {
        let value = text(value);
        if !value.is_empty() {
            causes.format(&at.key(name), value, format);
        }
    }
    if let Some(name) = &spec.runtime_class_name {
        causes.format(&at.key("runtimeClassName"), name, Format::Subdomain);
    }
    if let Some(seconds) = spec.active_deadline_seconds {
        causes.range(&at.key("activeDeadlineSeconds"), seconds, 1, i32::MAX.into());
    }
    if let Some(policy) = &spec.preemption_policy {
        causes.some_of(&at.key("preemptionPolicy"), policy, &["Never", "PreemptLowerPriority"]);
    }
    let gates = at.key("readinessGates");
    for (index, gate) in list(&spec.readiness_gates).iter().enumerate() {
        causes.format(&gates.index(index).key("conditionType"), &gate.condition_type, Format::QualifiedName);
    }
    let aliases = at.key("hostAliases");
    for (index, alias) in list(&spec.host_aliases).iter().enumerate() {
        let here = aliases.index(index);
        let here = here.key("hostnames");
        for (position, name) in list(&alias.hostnames).iter().enumerate() {
            causes.format(&here.index(position), name, Format::Subdomain);
        }
    }
    affinity::constraints(spec, at, causes);
}
