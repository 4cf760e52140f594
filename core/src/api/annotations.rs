//! Annotations that mean something to Pods. Source: `ValidatePodSpecificAnnotations`,
//! `validateSeccompAnnotationsAndFields` and `validateAppArmorAnnotationsAndFieldsMatchOnCreate` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{AppArmorProfile, PodSpec, SeccompProfile};

use super::cause::Causes;
use super::container::Every;
use super::field::Field;
use super::format::Format;
use super::text;

/// What comes before the name of a container whose `AppArmor` profile it is.
pub(super) const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
/// What comes before the name of a profile on the node.
pub(super) const LOCALHOST: &str = "localhost/";
/// A Pod that a kubelet keeps, not the API server.
pub(super) const MIRROR: &str = "kubernetes.io/config.mirror";
const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

type Map = BTreeMap<String, String>;

/// The annotations by themselves; `at` is where they stand.
pub(super) fn check(annotations: Option<&Map>, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    let Some(annotations) = annotations.filter(|annotations| !annotations.is_empty()) else { return };
    if let Some(value) = annotations.get(MIRROR).filter(|_| text(&every.spec.node_name).is_empty()) {
        causes.invalid(&at.entry(MIRROR), value, "must set spec.nodeName if mirror pod annotation is set");
    }
    if let Some(value) = annotations.get(DELETION_COST).filter(|value| !is_cost(value)) {
        causes.invalid(&at.entry(DELETION_COST), value, "must be a 32bit integer");
    }
    let mut names: Option<BTreeSet<&str>> = None;
    for (key, value) in annotations {
        if key == SECCOMP || key.starts_with(CONTAINER_SECCOMP) {
            seccomp(value, &at.key(key), causes);
        }
        if let Some(name) = key.strip_prefix(APP_ARMOR) {
            let here = at.entry(key);
            if !names.get_or_insert_with(|| every.names()).contains(name) {
                causes.invalid(&here, name, "container not found");
            }
            if !matches!(value.as_str(), "" | "runtime/default" | "unconfined") && !value.starts_with(LOCALHOST) {
                causes.invalid(
                    &here,
                    value,
                    format!("invalid AppArmor profile name: {}", crate::server::quoted(value)),
                );
            }
        }
    }
}

/// Source: `GetDeletionCostFromPodAnnotations` in `pkg/apis/core/helper`.
fn is_cost(value: &str) -> bool {
    (value == "0" || value.starts_with(|c| matches!(c, '-' | '1'..='9'))) && value.parse::<i32>().is_ok()
}

/// Source: `ValidateSeccompProfile`.
fn seccomp(value: &str, at: &Field<'_>, causes: &mut Causes) {
    match value.strip_prefix(LOCALHOST) {
        Some(path) => causes.format(at, path, Format::DescendingPath),
        None if matches!(value, "runtime/default" | "docker/default" | "unconfined") => {}
        None => causes.invalid(at, value, "must be a valid seccomp profile"),
    }
}

/// Annotations and the fields that took their place say the same.
pub(super) fn agree(annotations: Option<&Map>, spec: &PodSpec, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    let Some(annotations) = annotations.filter(|annotations| !annotations.is_empty()) else { return };
    let of_pod = spec.security_context.as_ref();
    let here = at.key("securityContext");
    if let (Some(profile), Some(written)) =
        (of_pod.and_then(|it| it.seccomp_profile.as_ref()), annotations.get(SECCOMP))
    {
        seccomp_agrees(written, profile, &here.key("seccompProfile"), causes);
    }
    let app_armor = of_pod.and_then(|it| it.app_armor_profile.as_ref());
    let app_armor_matters = spec.os.as_ref().is_none_or(|os| os.name != "windows");
    every.visit(at, |container, here| {
        let here = here.key("securityContext");
        let own = container.security_context.as_ref();
        if let Some(profile) = own.and_then(|it| it.seccomp_profile.as_ref())
            && let Some(written) = annotations.get(&format!("{CONTAINER_SECCOMP}{}", container.name))
        {
            seccomp_agrees(written, profile, &here.key("seccompProfile"), causes);
        }
        if let Some(profile) = own.and_then(|it| it.app_armor_profile.as_ref()).or(app_armor)
            && let Some(written) = annotations.get(&format!("{APP_ARMOR}{}", container.name))
            && app_armor_matters
        {
            app_armor_agrees(written, profile, &here.key("appArmorProfile"), causes);
        }
    });
}

fn seccomp_agrees(written: &str, profile: &SeccompProfile, at: &Field<'_>, causes: &mut Causes) {
    let is_same = match profile.type_.as_str() {
        "Unconfined" => written == "unconfined",
        "RuntimeDefault" => matches!(written, "runtime/default" | "docker/default"),
        "Localhost" => written.starts_with(LOCALHOST),
        _ => true,
    };
    if !is_same {
        causes.forbidden(&at.key("type"), "seccomp type in annotation and field must match");
    } else if profile.type_ == "Localhost" && written.strip_prefix(LOCALHOST) != profile.localhost_profile.as_deref() {
        causes.forbidden(&at.key("localhostProfile"), "seccomp profile in annotation and field must match");
    }
}

fn app_armor_agrees(written: &str, profile: &AppArmorProfile, at: &Field<'_>, causes: &mut Causes) {
    let is_same = match profile.type_.as_str() {
        "Unconfined" => written == "unconfined",
        "RuntimeDefault" => written == "runtime/default",
        "Localhost" => written.starts_with(LOCALHOST),
        _ => true,
    };
    if !is_same {
        causes.forbidden(&at.key("type"), "apparmor type in annotation and field must match");
    } else if profile.type_ == "Localhost" && written.strip_prefix(LOCALHOST) != profile.localhost_profile.as_deref() {
        causes.forbidden(&at.key("localhostProfile"), "apparmor profile in annotation and field must match");
    }
}
