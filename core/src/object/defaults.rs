//! The server's defaulting of Pods, as far as scheduling looks at it.
//! Source: `pkg/apis/core/v1/defaults.go` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec};

/// Fills in what the server fills in: missing requests from limits, the host ports of a Pod on its
/// node's network, protocols.
pub(crate) fn pod_spec(spec: &mut PodSpec) {
    let on_host = spec.host_network.unwrap_or_default();
    for container in spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten()) {
        requests_from_limits(container);
        for port in container.ports.iter_mut().flatten() {
            if on_host && port.host_port.unwrap_or_default() == 0 {
                port.host_port = Some(port.container_port);
            }
            if port.protocol.as_deref().unwrap_or_default().is_empty() {
                port.protocol = Some("TCP".to_owned());
            }
        }
    }
}

fn requests_from_limits(container: &mut Container) {
    let Some(resources) = container.resources.as_mut() else { return };
    let Some(limits) = resources.limits.as_ref().filter(|limits| !limits.is_empty()) else { return };
    let requests = resources.requests.get_or_insert_with(BTreeMap::new);
    for (name, limit) in limits {
        requests.entry(name.clone()).or_insert_with(|| limit.clone());
    }
}
