//! Defaults of `networking.k8s.io/v1`. Source: `pkg/apis/networking/v1` (1.37).

use k8s_openapi::api::networking::v1::{IngressClass, NetworkPolicy};

use super::pointer;

/// Fills in an `IngressClass`.
pub fn ingress_class(object: &mut IngressClass) {
    if let Some(parameters) = object.spec.as_mut().and_then(|spec| spec.parameters.as_mut()) {
        pointer(&mut parameters.scope, "Cluster");
    }
}

/// Fills in a `NetworkPolicy`.
pub fn network_policy(object: &mut NetworkPolicy) {
    let spec = object.spec.get_or_insert_default();
    let has_egress = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
    let types = spec.policy_types.get_or_insert_default();
    if types.is_empty() {
        types.push("Ingress".to_owned());
        if has_egress {
            types.push("Egress".to_owned());
        }
    }
    let ingress = spec.ingress.iter_mut().flatten().flat_map(|rule| rule.ports.iter_mut().flatten());
    let egress = spec.egress.iter_mut().flatten().flat_map(|rule| rule.ports.iter_mut().flatten());
    for port in ingress.chain(egress) {
        pointer(&mut port.protocol, "TCP");
    }
}
