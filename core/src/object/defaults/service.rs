//! Defaults of Services. Source: `SetDefaults_Service` in `pkg/apis/core/v1` (1.37).

use k8s_openapi::api::core::v1::{ClientIPConfig, Service, ServicePort, ServiceSpec, SessionAffinityConfig};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{pointer, text};

const CLIENT_IP_SECONDS: i32 = 3 * 60 * 60;

/// Fills in a Service. Addresses and node ports are given out later, when it is created.
pub fn service(object: &mut Service) {
    let spec = object.spec.get_or_insert_default();
    session_affinity(spec);
    text(&mut spec.type_, "ClusterIP");
    spec.ports.iter_mut().flatten().for_each(port);
    let kind = spec.type_.as_deref().unwrap_or_default();
    let has_addresses = spec.external_ips.as_ref().is_some_and(|addresses| !addresses.is_empty());
    if matches!(kind, "LoadBalancer" | "NodePort") || kind == "ClusterIP" && has_addresses {
        text(&mut spec.external_traffic_policy, "Cluster");
    }
    if matches!(kind, "LoadBalancer" | "NodePort" | "ClusterIP") {
        pointer(&mut spec.internal_traffic_policy, "Cluster");
    }
    if kind == "LoadBalancer" {
        spec.allocate_load_balancer_node_ports.get_or_insert(true);
        let balancer = object.status.as_mut().and_then(|status| status.load_balancer.as_mut());
        for ingress in balancer.into_iter().flat_map(|balancer| balancer.ingress.iter_mut().flatten()) {
            if ingress.ip.as_ref().is_some_and(|address| !address.is_empty()) {
                pointer(&mut ingress.ip_mode, "VIP");
            }
        }
    }
}

fn session_affinity(spec: &mut ServiceSpec) {
    text(&mut spec.session_affinity, "None");
    match spec.session_affinity.as_deref() {
        Some("None") => spec.session_affinity_config = None,
        Some("ClientIP") => {
            let client = spec.session_affinity_config.as_ref().and_then(|config| config.client_ip.as_ref());
            if client.is_none_or(|client| client.timeout_seconds.is_none()) {
                let client = ClientIPConfig { timeout_seconds: Some(CLIENT_IP_SECONDS) };
                spec.session_affinity_config = Some(SessionAffinityConfig { client_ip: Some(client) });
            }
        }
        _ => {}
    }
}

fn port(port: &mut ServicePort) {
    text(&mut port.protocol, "TCP");
    let absent = match &port.target_port {
        None | Some(IntOrString::Int(0)) => true,
        Some(IntOrString::Int(_)) => false,
        Some(IntOrString::String(name)) => name.is_empty(),
    };
    if absent {
        port.target_port = Some(IntOrString::Int(port.port));
    }
}
