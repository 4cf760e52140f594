//! Defaults of containers. Source: `pkg/apis/core/v1` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EnvVar, EphemeralContainer, HTTPGetAction, Lifecycle, ObjectFieldSelector, Probe,
    ResourceRequirements,
};

use super::{image, is_empty, number, pointer, resource_list, text};

/// An ephemeral container has the fields of a container, in a type of its own.
macro_rules! container_defaults {
    ($name:ident, $container:ty) => {
        pub(super) fn $name(container: &mut $container) {
            if is_empty(container.image_pull_policy.as_ref()) {
                let policy = image::pull_policy(container.image.as_deref().unwrap_or_default());
                container.image_pull_policy = Some(policy.to_owned());
            }
            text(&mut container.termination_message_path, "/dev/termination-log");
            text(&mut container.termination_message_policy, "File");
            container.ports.iter_mut().flatten().for_each(port);
            container.env.iter_mut().flatten().for_each(variable);
            container.resources.iter_mut().for_each(resources);
            let probes = [&mut container.liveness_probe, &mut container.readiness_probe, &mut container.startup_probe];
            probes.into_iter().flatten().for_each(probe);
            container.lifecycle.iter_mut().for_each(lifecycle);
        }
    };
}

container_defaults!(container, Container);
container_defaults!(ephemeral_container, EphemeralContainer);

/// Missing requests are the limits; in Pods only, not in templates. Source: `SetDefaults_Pod`.
pub(super) fn requests_from_limits(container: &mut Container) {
    let Some(resources) = container.resources.as_mut() else { return };
    let Some(limits) = resources.limits.as_ref().filter(|limits| !limits.is_empty()) else { return };
    let requests = resources.requests.get_or_insert_with(BTreeMap::new);
    for (name, limit) in limits {
        requests.entry(name.clone()).or_insert_with(|| limit.clone());
    }
}

/// The ports of a Pod on its node's network. Source: `defaultHostNetworkPorts`.
pub(super) fn host_ports(container: &mut Container) {
    for port in container.ports.iter_mut().flatten() {
        number(&mut port.host_port, port.container_port);
    }
}

pub(super) fn resources(resources: &mut ResourceRequirements) {
    resource_list(&mut resources.limits);
    resource_list(&mut resources.requests);
}

pub(super) fn field_selector(selector: &mut ObjectFieldSelector) {
    text(&mut selector.api_version, "v1");
}

fn port(port: &mut ContainerPort) {
    text(&mut port.protocol, "TCP");
}

fn variable(variable: &mut EnvVar) {
    let Some(source) = variable.value_from.as_mut() else { return };
    source.field_ref.iter_mut().for_each(field_selector);
    if let Some(key) = source.file_key_ref.as_mut() {
        key.optional.get_or_insert(false);
    }
}

fn probe(probe: &mut Probe) {
    number(&mut probe.timeout_seconds, 1);
    number(&mut probe.period_seconds, 10);
    number(&mut probe.success_threshold, 1);
    number(&mut probe.failure_threshold, 3);
    probe.http_get.iter_mut().for_each(http_get);
    if let Some(grpc) = probe.grpc.as_mut() {
        pointer(&mut grpc.service, "");
    }
}

fn lifecycle(lifecycle: &mut Lifecycle) {
    let handlers = [&mut lifecycle.post_start, &mut lifecycle.pre_stop].into_iter().flatten();
    handlers.flat_map(|handler| &mut handler.http_get).for_each(http_get);
}

fn http_get(action: &mut HTTPGetAction) {
    text(&mut action.path, "/");
    text(&mut action.scheme, "HTTP");
}
