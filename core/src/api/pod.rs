//! Pods and their templates. Source: `ValidatePodCreate`, `ValidatePodTemplateSpec` and
//! `ValidatePodSpec` in `pkg/apis/core/validation` (1.37).

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{Pod, PodResourceClaim, PodSpec, PodTemplateSpec};

use super::annotations::{self, MIRROR};
use super::cause::Causes;
use super::container::{self, Around, Every};
use super::field::Field;
use super::format::Format;
use super::go::{Value, json_or_null, json_struct, json_text};
use super::metadata::{self, Naming};
use super::resources::ClaimNames;
use super::volume::Volumes;
use super::{affinity, env, ephemeral, list, network, pod_resources, resources, security, spread, text, windows};

/// What a Pod by itself is called, and whether a kubelet keeps it; templates have neither.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    /// Its name; empty where the server makes one up.
    pub(super) name: &'a str,
    is_mirror: bool,
}

/// A Pod by itself.
pub(super) fn pod(pod: &Pod, causes: &mut Causes) {
    let metadata = Field::ROOT.key("metadata");
    metadata::object(&pod.metadata, Naming::USUAL, &metadata, causes);
    let Some(inner) = &pod.spec else { return };
    let at = Field::ROOT.key("spec");
    let ephemeral = ephemeral::as_containers(inner);
    let every = Every { spec: inner, ephemeral: &ephemeral };
    let written = pod.metadata.annotations.as_ref();
    annotations::check(written, &every, &metadata.key("annotations"), causes);
    let is_mirror = written.is_some_and(|written| written.contains_key(MIRROR));
    let named = Named { name: text(&pod.metadata.name), is_mirror };
    spec(&every, &[], Some(named), &at, causes);
    if text(&inner.service_account_name).is_empty() && is_mirror {
        tokens(inner, &at.key("volumes"), causes);
    }
    let seconds = inner.termination_grace_period_seconds.unwrap_or_default();
    causes.not_negative(&at.key("terminationGracePeriodSeconds"), seconds);
    for (name, containers) in
        [("containers", inner.containers.as_slice()), ("initContainers", list(&inner.init_containers))]
    {
        let here = at.key(name);
        for (index, container) in containers.iter().enumerate() {
            container::image_spaces(container, &here.index(index), causes);
        }
    }
    if !ephemeral.is_empty() {
        causes.forbidden(&at.key("ephemeralContainers"), "cannot be set on create");
    }
    if !text(&inner.node_name).is_empty() && !list(&inner.scheduling_gates).is_empty() {
        causes.forbidden(&at.key("nodeName"), "cannot be set until all schedulingGates have been cleared");
    }
    annotations::agree(written, inner, &every, &at, causes);
}

/// Admission gives every Pod a service account, but for those that a kubelet keeps.
fn tokens(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    for (index, volume) in list(&spec.volumes).iter().enumerate() {
        let Some(projected) = &volume.projected else { continue };
        let here = at.index(index);
        let here = here.key("projected");
        let here = here.key("sources");
        for (position, source) in list(&projected.sources).iter().enumerate() {
            if source.service_account_token.is_some() {
                let words = "must not be specified when serviceAccountName is not set";
                causes.forbidden(&here.index(position).key("serviceAccountToken"), words);
            }
        }
    }
}

/// The template of a workload; its Pods also have `claims` as volumes. Source:
/// `ValidatePodTemplateSpec`.
pub(super) fn template(template: &PodTemplateSpec, claims: &[&str], at: &Field<'_>, causes: &mut Causes) {
    let none = PodSpec::default();
    let inner = template.spec.as_ref().unwrap_or(&none);
    let ephemeral = ephemeral::as_containers(inner);
    let every = Every { spec: inner, ephemeral: &ephemeral };
    let above = at.silent("metadata");
    let written = template.metadata.as_ref().and_then(|metadata| metadata.annotations.as_ref());
    if let Some(inner) = &template.metadata {
        metadata::labels(inner.labels.as_ref(), &above.key("labels"), causes);
        metadata::annotations(written, &above.key("annotations"), causes);
    }
    annotations::check(written, &every, &above.key("annotations"), causes);
    let at = at.key("spec");
    spec(&every, claims, None, &at, causes);
    annotations::agree(written, inner, &every, &at, causes);
    if !ephemeral.is_empty() {
        causes.forbidden(&at.key("ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }
}

fn spec(every: &Every<'_>, claims: &[&str], named: Option<Named<'_>>, at: &Field<'_>, causes: &mut Causes) {
    let spec = every.spec;
    let volumes = Volumes::check(list(&spec.volumes), claims, named, &at.key("volumes"), causes);
    let restart_policy = text(&spec.restart_policy);
    let grace = spec.termination_grace_period_seconds.unwrap_or_default();
    let host_users = spec.host_users.unwrap_or(true);
    let around = Around { volumes, grace, restart_policy, claims: ClaimNames::of(spec), host_users };
    resource_claims(spec, named, at, causes);
    container::containers(spec, &around, at, causes);
    ephemeral::check(spec, every.ephemeral, &around, at, causes);
    pod_resources::check(spec, &around.claims, at, causes);
    network::host_ports(spec, named.is_some(), at, causes);
    causes.one_of(&at.key("restartPolicy"), restart_policy, &["Always", "OnFailure", "Never"]);
    let known = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    causes.one_of(&at.key("dnsPolicy"), text(&spec.dns_policy), &known);
    metadata::labels(spec.node_selector.as_ref(), &at.key("nodeSelector"), causes);
    security::of_pod(spec, at, causes);
    if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        let words = "ShareProcessNamespace and HostPID cannot both be enabled";
        causes.invalid(&at.key("shareProcessNamespace"), true, words);
    }
    if let Some(inner) = &spec.affinity {
        affinity::affinity(inner, &at.key("affinity"), causes);
    }
    network::lookup(spec, at, causes);
    gates(spec, at, causes);
    let constraints = list(&spec.topology_spread_constraints);
    spread::constraints(constraints, &at.key("topologySpreadConstraints"), causes);
    windows::host_processes(spec, every, at, causes);
    network::own_users(spec, every, at, causes);
    network::names(spec, at, causes);
    references(spec, at, causes);
    if let Some(seconds) = spec.active_deadline_seconds {
        causes.range(&at.key("activeDeadlineSeconds"), seconds, 1, i32::MAX.into());
    }
    spread::tolerations(list(&spec.tolerations), &at.key("tolerations"), causes);
    network::aliases(list(&spec.host_aliases), &at.key("hostAliases"), causes);
    if let Some(policy) = &spec.preemption_policy {
        causes.some_of(&at.key("preemptionPolicy"), policy, &["PreemptLowerPriority", "Never"]);
    }
    if let Some(amounts) = &spec.overhead {
        resources::overhead(amounts, &at.key("overhead"), causes);
    }
    windows::system(spec, every, at, causes);
    env::files(every, claims, at, causes);
}

/// Names of what stands elsewhere.
fn references(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    for (name, value) in [
        ("serviceAccountName", &spec.service_account_name),
        ("nodeName", &spec.node_name),
        ("priorityClassName", &spec.priority_class_name),
    ] {
        if !text(value).is_empty() {
            causes.format(&at.key(name), text(value), Format::Subdomain);
        }
    }
    if let Some(name) = &spec.runtime_class_name {
        causes.format(&at.key("runtimeClassName"), name, Format::Subdomain);
    }
}

/// What a Pod waits for before it is scheduled, or ready.
fn gates(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    let here = at.key("readinessGates");
    for (index, gate) in list(&spec.readiness_gates).iter().enumerate() {
        causes.format(&here.index(index).key("conditionType"), &gate.condition_type, Format::QualifiedName);
    }
    let here = at.key("schedulingGates");
    let mut seen = HashSet::new();
    for (index, gate) in list(&spec.scheduling_gates).iter().enumerate() {
        let here = here.index(index);
        let here = here.silent("name");
        causes.format(&here, &gate.name, Format::QualifiedName);
        if !seen.insert(gate.name.as_str()) {
            causes.duplicate(&here, &gate.name);
        }
    }
}

/// Source: `validatePodResourceClaims`.
fn resource_claims(spec: &PodSpec, named: Option<Named<'_>>, at: &Field<'_>, causes: &mut Causes) {
    let at = at.key("resourceClaims");
    let mut seen = HashSet::new();
    for (index, claim) in list(&spec.resource_claims).iter().enumerate() {
        if named.is_some_and(|it| it.is_mirror) {
            // The server names no field.
            let here = Field::ROOT.silent("spec");
            let here = here.silent("resourceClaims");
            causes.forbidden(&here.said("[]"), "static pods do not support resource claims");
            return;
        }
        let here = at.index(index);
        let name = here.key("name");
        if claim.name.is_empty() {
            causes.required(&name, "");
        } else if seen.insert(claim.name.as_str()) {
            causes.format(&name, &claim.name, Format::Label);
        } else {
            causes.duplicate(&name, &claim.name);
        }
        let (direct, template) = (claim.resource_claim_name.as_ref(), claim.resource_claim_template_name.as_ref());
        let why = match (direct, template) {
            (Some(_), Some(_)) => "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified",
            (None, None) => "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
            _ => "",
        };
        if !why.is_empty() {
            causes.invalid(&here, Value::Json(claim_json(claim)), why);
        }
        for (field, name) in [("resourceClaimName", direct), ("resourceClaimTemplateName", template)] {
            if let Some(name) = name {
                causes.format(&here.key(field), name, Format::Subdomain);
            }
        }
    }
}

/// The server's own form of a claim.
fn claim_json(claim: &PodResourceClaim) -> String {
    let name = |name: &Option<String>| json_or_null(name.as_ref(), |name| json_text(name));
    json_struct(&[
        ("Name", json_text(&claim.name)),
        ("ResourceClaimName", name(&claim.resource_claim_name)),
        ("ResourceClaimTemplateName", name(&claim.resource_claim_template_name)),
    ])
}
