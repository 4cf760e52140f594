//! Containers of Pods. Source: `validateContainers`, `validateInitContainers` and
//! `validateContainerCommon` in `pkg/apis/core/validation` (1.37).

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, ContainerPort, ContainerResizePolicy, ContainerRestartRule, PodSpec};

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::Value;
use super::resources::ClaimNames;
use super::security::go_trim;
use super::volume::Volumes;
use super::{env, list, mount, probe, resources, security, text};

/// What a container's rules ask of its Pod.
pub(super) struct Around<'a> {
    /// The volumes that it may mount.
    pub(super) volumes: Volumes<'a>,
    /// Seconds to stop in.
    pub(super) grace: i64,
    /// The Pod's, defaulted.
    pub(super) restart_policy: &'a str,
    /// The claims that it may name.
    pub(super) claims: ClaimNames<'a>,
    /// It runs as users of the node.
    pub(super) host_users: bool,
}

/// All containers of a Pod.
#[derive(Clone, Copy)]
pub(super) struct Every<'a> {
    /// The Pod, which holds most of them.
    pub(super) spec: &'a PodSpec,
    /// Its ephemeral ones, as containers.
    pub(super) ephemeral: &'a [Container],
}

impl Every<'_> {
    /// Looks at each, in the server's order. Source: `VisitContainersWithPath` in
    /// `pkg/apis/core/pods`.
    pub(super) fn visit(&self, at: &Field<'_>, mut look: impl FnMut(&Container, &Field<'_>)) {
        for (name, containers) in [
            ("initContainers", list(&self.spec.init_containers)),
            ("containers", self.spec.containers.as_slice()),
            ("ephemeralContainers", self.ephemeral),
        ] {
            let here = at.key(name);
            for (index, container) in containers.iter().enumerate() {
                look(container, &here.index(index));
            }
        }
    }

    /// What they are called.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let init = list(&self.spec.init_containers).iter();
        init.chain(&self.spec.containers).chain(self.ephemeral).map(|container| container.name.as_str()).collect()
    }
}

/// The containers and init containers of a Pod.
pub(super) fn containers(spec: &PodSpec, around: &Around<'_>, at: &Field<'_>, causes: &mut Causes) {
    regular(spec, around, &at.key("containers"), causes);
    init(spec, around, &at.key("initContainers"), causes);
}

fn regular(spec: &PodSpec, around: &Around<'_>, at: &Field<'_>, causes: &mut Causes) {
    if spec.containers.is_empty() {
        causes.required(at, "");
    }
    let (mut names, mut host_ports) = (BTreeSet::new(), BTreeSet::new());
    for (index, container) in spec.containers.iter().enumerate() {
        let here = at.index(index);
        common(container, around, &here, causes);
        if !names.insert(container.name.as_str()) {
            causes.duplicate(&here.key("name"), &container.name);
        }
        probe::probes_and_hooks(container, around.grace, &here, causes);
        restart(container.restart_policy.as_deref(), list(&container.restart_policy_rules), &here, causes);
        unique_host_ports(list(&container.ports), &mut host_ports, &here.key("ports"), causes);
    }
}

fn init(spec: &PodSpec, around: &Around<'_>, at: &Field<'_>, causes: &mut Causes) {
    let mut names: BTreeSet<&str> = spec.containers.iter().map(|container| container.name.as_str()).collect();
    for (index, container) in list(&spec.init_containers).iter().enumerate() {
        let here = at.index(index);
        common(container, around, &here, causes);
        let (policy, rules) = (container.restart_policy.as_deref(), list(&container.restart_policy_rules));
        if policy.is_some() || rules.is_empty() {
            restart(policy, rules, &here, causes);
        } else {
            causes.required(&here.key("restartPolicy"), "must specify restartPolicy when restart rules are used");
        }
        // An empty name is one of its own, unless a regular container has it.
        if names.contains(container.name.as_str()) {
            causes.duplicate(&here.key("name"), &container.name);
        } else if !container.name.is_empty() {
            names.insert(&container.name);
        }
        // The server looks at one after the other, and calls each the first.
        let first = at.index_said_as(index, 0);
        unique_host_ports(list(&container.ports), &mut BTreeSet::new(), &first.key("ports"), causes);
        let is_sidecar = container.restart_policy.as_deref() == Some("Always");
        if is_sidecar {
            probe::probes_and_hooks(container, around.grace, &here, causes);
        } else {
            let present = [
                ("lifecycle", probe::has_hooks(container)),
                ("livenessProbe", container.liveness_probe.is_some()),
                ("readinessProbe", container.readiness_probe.is_some()),
                ("startupProbe", container.startup_probe.is_some()),
            ];
            for (name, _) in present.into_iter().filter(|it| it.1) {
                causes.forbidden(&here.key(name), "may not be set for init containers without restartPolicy=Always");
            }
            let policies = here.key("resizePolicy");
            for (position, policy) in list(&container.resize_policy).iter().enumerate() {
                if policy.restart_policy == "RestartContainer" {
                    let words = "must not be set to 'RestartContainer' for non-sidecar initContainers";
                    let here = policies.index(position);
                    causes.invalid(&here.key("restartPolicy"), Value::Typed(&policy.restart_policy), words);
                }
            }
        }
    }
}

/// What holds for every container. Source: `validateContainerCommon`.
pub(super) fn common(container: &Container, around: &Around<'_>, at: &Field<'_>, causes: &mut Causes) {
    causes.named(&at.key("name"), &container.name, Format::Label);
    let image = text(&container.image);
    causes.some_text(&at.key("image"), image);
    let policy = text(&container.termination_message_policy);
    causes.one_of(&at.key("terminationMessagePolicy"), policy, &["File", "FallbackToLogsOnError"]);
    ports(list(&container.ports), &at.key("ports"), causes);
    env::variables(list(&container.env), &at.key("env"), causes);
    env::sources(list(&container.env_from), &at.key("envFrom"), causes);
    mount::mounts_and_devices(container, &around.volumes, at, causes);
    let policy = text(&container.image_pull_policy);
    causes.some_of(&at.key("imagePullPolicy"), policy, &["Always", "IfNotPresent", "Never"]);
    if let Some(inner) = &container.resources {
        resources::of_container(inner, &around.claims, &at.key("resources"), causes);
    }
    resize(list(&container.resize_policy), around.restart_policy, &at.key("resizePolicy"), causes);
    if let Some(context) = &container.security_context {
        security::of_container(context, around.host_users, &at.key("securityContext"), causes);
    }
}

/// Templates may have spaces around the image, Pods may not. Source: `validateContainerOnlyForPod`.
pub(super) fn image_spaces(container: &Container, at: &Field<'_>, causes: &mut Causes) {
    let image = text(&container.image);
    if go_trim(image) != image {
        causes.invalid(&at.key("image"), image, "must not have leading or trailing whitespace");
    }
}

/// Source: `validateContainerPorts`.
fn ports(ports: &[ContainerPort], at: &Field<'_>, causes: &mut Causes) {
    let mut names = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let here = at.index(index);
        let name = text(&port.name);
        if !name.is_empty() {
            let before = causes.count();
            causes.format(&here.key("name"), name, Format::PortName);
            if causes.count() == before && !names.insert(name) {
                causes.duplicate(&here.key("name"), name);
            }
        }
        if port.container_port == 0 {
            causes.required(&here.key("containerPort"), "");
        } else {
            causes.range(&here.key("containerPort"), port.container_port.into(), 1, 65_535);
        }
        if let Some(host_port) = port.host_port.filter(|port| *port != 0) {
            causes.range(&here.key("hostPort"), host_port.into(), 1, 65_535);
        }
        causes.some_of(&here.key("protocol"), text(&port.protocol), &["SCTP", "TCP", "UDP"]);
    }
}

/// Source: `AccumulateUniqueHostPorts`.
fn unique_host_ports(ports: &[ContainerPort], seen: &mut BTreeSet<String>, at: &Field<'_>, causes: &mut Causes) {
    for (index, port) in ports.iter().enumerate() {
        let Some(number) = port.host_port.filter(|number| *number != 0) else { continue };
        let all = format!("{}/{}/{number}", text(&port.protocol), text(&port.host_ip));
        if seen.contains(&all) {
            causes.duplicate(&at.index(index).key("hostPort"), &all);
        } else {
            seen.insert(all);
        }
    }
}

/// Source: `validateContainerRestartPolicy`.
fn restart(policy: Option<&str>, rules: &[ContainerRestartRule], at: &Field<'_>, causes: &mut Causes) {
    let here = at.key("restartPolicy");
    match policy {
        None if rules.is_empty() => return,
        None => causes.required(&here, "must specify restartPolicy when restart rules are used"),
        Some(policy) => causes.one_of(&here, policy, &["Always", "Never", "OnFailure"]),
    }
    let at = at.key("restartPolicyRules");
    if rules.len() > 20 {
        causes.too_many(&at, rules.len(), 20);
    }
    for (index, rule) in rules.iter().enumerate() {
        let here = at.index(index);
        causes.one_of(&here.key("action"), &rule.action, &["Restart", "RestartAllContainers"]);
        let codes = here.key("exitCodes");
        let Some(rule) = &rule.exit_codes else {
            causes.required(&codes, "must be specified");
            continue;
        };
        causes.one_of(&codes.key("operator"), &rule.operator, &["In", "NotIn"]);
        let count = list(&rule.values).len();
        if count > 255 {
            causes.too_many(&codes.key("values"), count, 255);
        }
    }
}

/// Source: `validateResizePolicy`.
fn resize(policies: &[ContainerResizePolicy], pods: &str, at: &Field<'_>, causes: &mut Causes) {
    let mut seen = BTreeSet::new();
    for (index, policy) in policies.iter().enumerate() {
        let here = at.silent_index(index);
        if !seen.insert(policy.resource_name.as_str()) {
            causes.duplicate(&at.index(index), Value::Typed(&policy.resource_name));
        }
        causes.some_of(&here.silent("resourceName"), &policy.resource_name, &["cpu", "memory"]);
        let here = here.silent("restartPolicy");
        causes.some_of(&here, &policy.restart_policy, &["NotRequired", "RestartContainer"]);
        if pods == "Never" && policy.restart_policy != "NotRequired" {
            let words = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            causes.invalid(&here, Value::Typed(&policy.restart_policy), words);
        }
    }
}
