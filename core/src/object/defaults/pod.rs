//! Defaults of Pods and of templates of Pods. Source: `pkg/apis/core/v1` (1.37).

use k8s_openapi::api::core::v1::{Pod, PodIP, PodSpec, PodStatus, PodTemplate, PodTemplateSpec};

use super::container::{container, ephemeral_container, host_ports, requests_from_limits, resources};
use super::{is_empty, resource_list, text, volume};

/// Fills in a Pod. More than in a template: missing requests from limits, host ports on the node's
/// network, `enableServiceLinks`, no negative grace period. Requests of the Pod as a whole are set
/// after admission, not here (gate `PodLevelResourcesFixDefaulting`).
pub fn pod(pod: &mut Pod) {
    let spec = pod.spec.get_or_insert_default();
    if spec.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0) {
        spec.termination_grace_period_seconds = Some(1);
    }
    let on_host = spec.host_network.unwrap_or_default();
    for container in spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten()) {
        requests_from_limits(container);
        if on_host {
            host_ports(container);
        }
    }
    spec.enable_service_links.get_or_insert(true);
    pod_spec(spec);
    pod.status.iter_mut().for_each(pod_status);
}

/// Fills in a `PodTemplate` object.
pub fn pod_template(object: &mut PodTemplate) {
    pod_template_spec(object.template.get_or_insert_default());
}

/// Fills in the template of a workload.
pub fn pod_template_spec(template: &mut PodTemplateSpec) {
    pod_spec(template.spec.get_or_insert_default());
}

fn pod_spec(spec: &mut PodSpec) {
    // Two names of one field; the newer one wins.
    if is_empty(spec.service_account_name.as_ref()) {
        spec.service_account_name.clone_from(&spec.service_account);
    }
    spec.service_account.clone_from(&spec.service_account_name);
    text(&mut spec.dns_policy, "ClusterFirst");
    text(&mut spec.restart_policy, "Always");
    spec.security_context.get_or_insert_default();
    spec.termination_grace_period_seconds.get_or_insert(30);
    text(&mut spec.scheduler_name, "default-scheduler");
    spec.volumes.iter_mut().flatten().for_each(volume::volume);
    spec.init_containers.iter_mut().flatten().for_each(container);
    spec.containers.iter_mut().for_each(container);
    spec.ephemeral_containers.iter_mut().flatten().for_each(ephemeral_container);
    resource_list(&mut spec.overhead);
    spec.resources.iter_mut().for_each(resources);
}

/// The single address and the first of the list are kept alike; the single one wins.
fn pod_status(status: &mut PodStatus) {
    let first = status.pod_ips.iter().flatten().next().map(|address| address.ip.clone());
    match status.pod_ip.as_ref().filter(|address| !address.is_empty()) {
        Some(address) if first.as_ref() != Some(address) => {
            status.pod_ips = Some(vec![PodIP { ip: address.clone() }]);
        }
        Some(_) => {}
        None => status.pod_ip = first,
    }
    let lists =
        [&mut status.init_container_statuses, &mut status.container_statuses, &mut status.ephemeral_container_statuses];
    for container in lists.into_iter().flatten().flatten() {
        resource_list(&mut container.allocated_resources);
        container.resources.iter_mut().for_each(resources);
    }
    resource_list(&mut status.allocated_resources);
    status.resources.iter_mut().for_each(resources);
}
