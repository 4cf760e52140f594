//! Ephemeral containers, which nothing may create, though the server checks them. Source:
//! `validateEphemeralContainers` in `pkg/apis/core/validation` (1.37).

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{Container, EphemeralContainer, PodSpec, ResourceRequirements};

use super::cause::Causes;
use super::container::{self, Around};
use super::field::Field;
use super::{list, probe, text};

/// As containers, whose rules they follow.
pub(super) fn as_containers(spec: &PodSpec) -> Vec<Container> {
    list(&spec.ephemeral_containers).iter().map(as_container).collect()
}

fn as_container(it: &EphemeralContainer) -> Container {
    let it = it.clone();
    Container {
        args: it.args,
        command: it.command,
        env: it.env,
        env_from: it.env_from,
        image: it.image,
        image_pull_policy: it.image_pull_policy,
        lifecycle: it.lifecycle,
        liveness_probe: it.liveness_probe,
        name: it.name,
        ports: it.ports,
        readiness_probe: it.readiness_probe,
        resize_policy: it.resize_policy,
        resources: it.resources,
        restart_policy: it.restart_policy,
        restart_policy_rules: it.restart_policy_rules,
        security_context: it.security_context,
        startup_probe: it.startup_probe,
        stdin: it.stdin,
        stdin_once: it.stdin_once,
        termination_message_path: it.termination_message_path,
        termination_message_policy: it.termination_message_policy,
        tty: it.tty,
        volume_devices: it.volume_devices,
        volume_mounts: it.volume_mounts,
        working_dir: it.working_dir,
    }
}

/// Checks them; `containers` are the same.
pub(super) fn check(
    spec: &PodSpec,
    containers: &[Container],
    around: &Around<'_>,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    if containers.is_empty() {
        return;
    }
    let at = at.key("ephemeralContainers");
    let regular = spec.containers.iter().chain(list(&spec.init_containers));
    let others: HashSet<&str> = regular.map(|container| container.name.as_str()).collect();
    let mut names = others.clone();
    for (index, (it, container)) in list(&spec.ephemeral_containers).iter().zip(containers).enumerate() {
        let here = at.index(index);
        container::common(container, around, &here, causes);
        container::image_spaces(container, &here, causes);
        if !names.insert(&container.name) {
            causes.duplicate(&here.key("name"), &container.name);
        }
        let target = text(&it.target_container_name);
        if !target.is_empty() && !others.contains(target) {
            causes.not_found(&here.key("targetContainerName"), target, "", others.iter().copied());
        }
        let words = "cannot be set for an Ephemeral Container";
        for name in not_for_them(container) {
            causes.forbidden(&here.key(name), words);
        }
        let here = here.key("volumeMounts");
        for (position, mount) in list(&container.volume_mounts).iter().enumerate() {
            for (name, path) in [("subPath", &mount.sub_path), ("subPathExpr", &mount.sub_path_expr)] {
                if !text(path).is_empty() {
                    causes.forbidden(&here.index(position).key(name), words);
                }
            }
        }
    }
}

/// The fields that are set and may not be.
fn not_for_them(container: &Container) -> impl Iterator<Item = &'static str> {
    [
        ("ports", container.ports.is_some()),
        ("resources", container.resources.as_ref().is_some_and(|it| *it != ResourceRequirements::default())),
        ("resizePolicy", container.resize_policy.is_some()),
        ("restartPolicy", container.restart_policy.is_some()),
        ("restartPolicyRules", container.restart_policy_rules.is_some()),
        ("livenessProbe", container.liveness_probe.is_some()),
        ("readinessProbe", container.readiness_probe.is_some()),
        ("startupProbe", container.startup_probe.is_some()),
        ("lifecycle", probe::has_hooks(container)),
    ]
    .into_iter()
    .filter(|it| it.1)
    .map(|it| it.0)
}
