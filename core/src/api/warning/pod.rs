//! Pods and templates of Pods. Source: `warningsForPodSpecAndMeta` in `pkg/api/pod` (1.37).

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{
    Affinity, AppArmorProfile, Container, PodAffinityTerm, PodSpec, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Warnings, address, fraction, node_label, port, virtual_path, volume};
use crate::api::field::Field;
use crate::api::{list, text};
use crate::path::Path;
use crate::server::quoted;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const DEAD_ANNOTATIONS: [(&str, &str, u8); 3] = [
    ("scheduler.alpha.kubernetes.io/critical-pod", "priorityClassName", 16),
    ("security.alpha.kubernetes.io/sysctls", "sysctls", 11),
    ("security.alpha.kubernetes.io/unsafe-sysctls", "sysctls", 11),
];
const NO_SELECTOR: &str = "a null labelSelector results in matching no pod";

/// Checks a Pod or template that the server has accepted. `at` is what holds its `metadata` and
/// `spec`; `has_profile` is only there for a Pod by itself, see [`super::pod`].
pub(super) fn check(
    metadata: &ObjectMeta,
    spec: &PodSpec,
    at: &Field<'_>,
    has_profile: Option<&dyn Fn(&Path) -> bool>,
    warnings: &mut Warnings,
) {
    let annotations = at.key("metadata");
    let annotations = annotations.key("annotations");
    let inner = at.key("spec");
    placement(spec, &inner, warnings);
    let has = |key: &str| metadata.annotations.as_ref().is_some_and(|written| written.contains_key(key));
    for (key, field, since) in DEAD_ANNOTATIONS.into_iter().filter(|(key, ..)| has(key)) {
        dead(&annotations.entry(key), since, field, warnings);
    }
    let volumes = inner.key("volumes");
    volume::check(list(&spec.volumes), &volumes, warnings);
    virtual_path::check(list(&spec.volumes), &volumes, warnings);
    twice(spec, &inner, warnings);
    for name in ["memory", "ephemeral-storage"] {
        fraction(spec.overhead.as_ref(), name, &inner.key("overhead"), warnings);
    }
    let security = spec.security_context.as_ref();
    if security.is_none_or(|it| it.seccomp_profile.is_none()) && has(SECCOMP_POD) {
        dead(&annotations.entry(SECCOMP_POD), 27, "seccompProfile", warnings);
    }
    let init = list(&spec.init_containers).iter().enumerate().map(|(index, it)| ("initContainers", index, it));
    let regular = spec.containers.iter().enumerate().map(|(index, it)| ("containers", index, it));
    let containers: Vec<(&'static str, usize, &Container)> = init.chain(regular).collect();
    let of_pod = security.and_then(|it| it.app_armor_profile.as_ref());
    for (list_name, index, it) in &containers {
        let here = inner.key(list_name);
        let here = here.index(*index);
        if let Some(written) = metadata.annotations.as_ref().filter(|written| !written.is_empty()) {
            profiles(
                it,
                written,
                &annotations,
                of_pod,
                || has_profile.map(|has_profile| has_profile(&here.path())),
                warnings,
            );
        }
        resources_and_variables(it, &here, warnings);
    }
    port::check(&containers, &inner, warnings);
    if spec.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0) {
        warnings.of(
            &inner.key("terminationGracePeriodSeconds"),
            "must be >= 0; negative values are invalid and will be treated as 1",
            "a negative `terminationGracePeriodSeconds` counts as 1",
            "use 0 or more",
        );
    }
    if let Some(affinity) = &spec.affinity {
        pod_affinity(affinity, &inner.key("affinity"), warnings);
    }
    addresses(spec, &inner, warnings);
}

/// Annotations for the profiles of one container; `has_own` tells whether it is written with a profile
/// of its own, where that can be told.
fn profiles(
    container: &Container,
    written: &BTreeMap<String, String>,
    at: &Field<'_>,
    of_pod: Option<&AppArmorProfile>,
    has_own: impl Fn() -> Option<bool>,
    warnings: &mut Warnings,
) {
    let own = container.security_context.as_ref();
    let key = format!("{SECCOMP}{}", container.name);
    if own.is_none_or(|own| own.seccomp_profile.is_none()) && written.contains_key(&key) {
        dead(&at.entry(&key), 27, "seccompProfile", warnings);
    }
    let key = format!("{APP_ARMOR}{}", container.name);
    let asked = written.get(&key).filter(|asked| of_pod.is_none_or(|of_pod| !is_same(of_pod, asked)));
    let is_field = || has_own().unwrap_or_else(|| own.is_some_and(|own| own.app_armor_profile.is_some()));
    if asked.is_some() && !is_field() {
        warnings.of(
            &at.entry(&key),
            "deprecated since v1.30; use the \"appArmorProfile\" field instead",
            "AppArmor profiles in annotations are deprecated since Kubernetes 1.30",
            "use `securityContext.appArmorProfile`",
        );
    }
}

/// An annotation whose place a field has taken.
fn dead(at: &Field<'_>, since: u8, field: &str, warnings: &mut Warnings) {
    warnings.of(
        at,
        format!("non-functional in v1.{since}+; use the \"{field}\" field instead"),
        format!("this annotation does nothing since Kubernetes 1.{since}"),
        format!("use the field `{field}`"),
    );
}

/// Whether an annotation asks for a profile. Source: `ApparmorFieldForAnnotation`.
fn is_same(profile: &AppArmorProfile, annotation: &str) -> bool {
    match (profile.type_.as_str(), annotation) {
        ("Unconfined", "unconfined") | ("RuntimeDefault", "runtime/default") => true,
        ("Localhost", annotation) => annotation
            .strip_prefix("localhost/")
            .is_some_and(|name| !name.is_empty() && profile.localhost_profile.as_deref() == Some(name)),
        _ => false,
    }
}

fn placement(spec: &PodSpec, at: &Field<'_>, warnings: &mut Warnings) {
    let selector = at.key("nodeSelector");
    for key in spec.node_selector.iter().flat_map(|selector| selector.keys()) {
        if let Some((words, help)) = node_label::deprecated(key) {
            warnings.of(&selector.entry(key), words, node_label::message(key), help);
        }
    }
    if let Some(affinity) = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref()) {
        let at = at.key("affinity");
        let at = at.key("nodeAffinity");
        if let Some(required) = &affinity.required_during_scheduling_ignored_during_execution {
            let at = at.key("requiredDuringSchedulingIgnoredDuringExecution");
            let at = at.key("nodeSelectorTerms");
            for (index, term) in required.node_selector_terms.iter().enumerate() {
                node_label::term(term, false, &at.index(index), warnings);
            }
        }
        let at = at.key("preferredDuringSchedulingIgnoredDuringExecution");
        let preferred = list(&affinity.preferred_during_scheduling_ignored_during_execution);
        for (index, term) in preferred.iter().enumerate() {
            node_label::term(&term.preference, true, &at.index(index).key("preference"), warnings);
        }
    }
    let at = at.key("topologySpreadConstraints");
    for (index, constraint) in list(&spec.topology_spread_constraints).iter().enumerate() {
        let (here, key) = (at.index(index), &constraint.topology_key);
        if let Some((words, help)) = node_label::deprecated(key) {
            warnings.of(&here.key("topologyKey"), format!("{key} is {words}"), node_label::message(key), help);
        }
        if constraint.label_selector.is_none() {
            warnings.of(
                &here.key("labelSelector"),
                NO_SELECTOR,
                "without `labelSelector` this constraint counts no Pod",
                "select the labels of the template",
            );
        }
    }
}

/// What is said twice, or without a name.
fn twice(spec: &PodSpec, at: &Field<'_>, warnings: &mut Warnings) {
    let aliases = at.key("hostAliases");
    let mut seen = BTreeSet::new();
    for (index, alias) in list(&spec.host_aliases).iter().enumerate() {
        if !seen.insert(&alias.ip) {
            warnings.of(
                &aliases.index(index).key("ip"),
                format!("duplicate ip {}", quoted(&alias.ip)),
                format!("the address `{}` has host names already", alias.ip),
                "write all names of an address in one item",
            );
        }
    }
    let secrets = at.key("imagePullSecrets");
    let mut seen = BTreeSet::new();
    for (index, secret) in list(&spec.image_pull_secrets).iter().enumerate() {
        let (here, name) = (secrets.index(index), &secret.name);
        if !seen.insert(name) {
            let message = format!("the Secret `{name}` is there already");
            warnings.of(&here.key("name"), format!("duplicate name {}", quoted(name)), message, "keep one of them");
        }
        if name.is_empty() {
            let words = "invalid empty name \"\"";
            let message = "this item of `imagePullSecrets` names no Secret";
            warnings.of(&here.key("name"), words, message, "name the Secret, or leave the item out");
        }
    }
}

fn resources_and_variables(container: &Container, at: &Field<'_>, warnings: &mut Warnings) {
    if let Some(resources) = &container.resources {
        let at = at.key("resources");
        for name in ["memory", "ephemeral-storage"] {
            fraction(resources.limits.as_ref(), name, &at.key("limits"), warnings);
            fraction(resources.requests.as_ref(), name, &at.key("requests"), warnings);
        }
    }
    let at = at.key("env");
    let mut seen = BTreeSet::new();
    for (index, variable) in list(&container.env).iter().enumerate() {
        if seen.insert(&variable.name) {
            continue;
        }
        let (own, value) = (format!("$({})", variable.name), text(&variable.value));
        if variable.value_from.is_some() || value == own || !value.contains(&own) {
            warnings.of(
                &at.index(index),
                format!(
                    "hides previous definition of {}, which may be dropped when using apply",
                    quoted(&variable.name)
                ),
                format!("the variable `{}` is defined before, with another value", variable.name),
                "keep one of them: `kubectl apply` may drop either",
            );
        }
    }
}

fn pod_affinity(affinity: &Affinity, at: &Field<'_>, warnings: &mut Warnings) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    let near = affinity.pod_affinity.as_ref().map(|it| {
        (
            "podAffinity",
            &it.required_during_scheduling_ignored_during_execution,
            &it.preferred_during_scheduling_ignored_during_execution,
        )
    });
    let far = affinity.pod_anti_affinity.as_ref().map(|it| {
        (
            "podAntiAffinity",
            &it.required_during_scheduling_ignored_during_execution,
            &it.preferred_during_scheduling_ignored_during_execution,
        )
    });
    for (name, required, preferred) in near.into_iter().chain(far) {
        let here = at.key(name);
        let terms = here.key(REQUIRED);
        for (index, term) in list(required).iter().enumerate() {
            affinity_term(term, &terms.index(index), warnings);
        }
        let terms = here.key(PREFERRED);
        for (index, WeightedPodAffinityTerm { pod_affinity_term, .. }) in list(preferred).iter().enumerate() {
            affinity_term(pod_affinity_term, &terms.index(index).key("podAffinityTerm"), warnings);
        }
    }
}

fn affinity_term(term: &PodAffinityTerm, at: &Field<'_>, warnings: &mut Warnings) {
    if term.label_selector.is_none() {
        let message = "without `labelSelector` this term selects no Pod";
        warnings.of(&at.key("labelSelector"), NO_SELECTOR, message, "select the labels of the Pods that are meant");
    }
}

fn addresses(spec: &PodSpec, at: &Field<'_>, warnings: &mut Warnings) {
    if let Some(config) = &spec.dns_config {
        let at = at.key("dnsConfig");
        let at = at.key("nameservers");
        for (index, server) in list(&config.nameservers).iter().enumerate() {
            address::address(server, &at.index(index), warnings);
        }
    }
    let at = at.key("hostAliases");
    for (index, alias) in list(&spec.host_aliases).iter().enumerate() {
        address::address(&alias.ip, &at.index(index).key("ip"), warnings);
    }
}
