//! Network policies. Source: `ValidateNetworkPolicy` in `pkg/apis/networking/validation` (1.37).

use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{METADATA, SPEC};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_texts};
use crate::api::ip::{self, Range};
use crate::api::list;
use crate::api::metadata::{self, Naming};

const DIRECTIONS: [&str; 2] = ["Ingress", "Egress"];

/// A `NetworkPolicy`.
pub(super) fn network_policy(object: &NetworkPolicy, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let Some(spec) = &object.spec else { return };
    if let Some(selector) = &spec.pod_selector {
        metadata::selector(selector, &SPEC.key("podSelector"), causes);
    }
    let ingress = SPEC.key("ingress");
    for (index, rule) in list(&spec.ingress).iter().enumerate() {
        let at = ingress.index(index);
        ports(list(&rule.ports), &at, causes);
        peers(list(&rule.from), &at.key("from"), causes);
    }
    let egress = SPEC.key("egress");
    for (index, rule) in list(&spec.egress).iter().enumerate() {
        let at = egress.index(index);
        ports(list(&rule.ports), &at, causes);
        peers(list(&rule.to), &at.key("to"), causes);
    }
    let (types, at) = (list(&spec.policy_types), SPEC.key("policyTypes"));
    if types.len() > DIRECTIONS.len() {
        causes.invalid(&at, Value::Json(json_texts(types)), "may not specify more than two policyTypes");
        return;
    }
    for (index, direction) in types.iter().enumerate() {
        causes.one_of(&at.index(index), direction, &DIRECTIONS);
    }
}

/// Source: `ValidateNetworkPolicyPort`.
fn ports(ports: &[NetworkPolicyPort], at: &Field<'_>, causes: &mut Causes) {
    let at = at.key("ports");
    for (index, port) in ports.iter().enumerate() {
        let here = at.index(index);
        if let Some(protocol) = &port.protocol {
            causes.one_of(&here.key("protocol"), protocol, &["TCP", "UDP", "SCTP"]);
        }
        let end = here.key("endPort");
        match (&port.port, port.end_port) {
            (Some(IntOrString::Int(first)), last) => {
                causes.range(&here.key("port"), (*first).into(), 1, 65_535);
                let Some(last) = last else { continue };
                if last < *first {
                    causes.invalid(&end, last, "must be greater than or equal to `port`");
                }
                causes.range(&end, last.into(), 1, 65_535);
            }
            (Some(IntOrString::String(name)), last) => {
                if let Some(last) = last {
                    causes.invalid(&end, last, "may not be specified when `port` is non-numeric");
                }
                causes.format(&here.key("port"), name, Format::PortName);
            }
            (None, Some(last)) => causes.invalid(&end, last, "may not be specified when `port` is not specified"),
            (None, None) => {}
        }
    }
}

/// Source: `ValidateNetworkPolicyPeer`.
fn peers(peers: &[NetworkPolicyPeer], at: &Field<'_>, causes: &mut Causes) {
    for (index, peer) in peers.iter().enumerate() {
        let here = at.index(index);
        let selectors = [("podSelector", &peer.pod_selector), ("namespaceSelector", &peer.namespace_selector)];
        let mut has_selector = false;
        for (name, selector) in selectors {
            if let Some(selector) = selector {
                has_selector = true;
                metadata::selector(selector, &here.key(name), causes);
            }
        }
        match &peer.ip_block {
            Some(block) => {
                addresses(block, &here.key("ipBlock"), causes);
                if has_selector {
                    causes.forbidden(&here, "may not specify both ipBlock and another peer");
                }
            }
            None if !has_selector => causes.required(&here, "must specify a peer"),
            None => {}
        }
    }
}

/// Source: `ValidateIPBlock`.
fn addresses(block: &IPBlock, at: &Field<'_>, causes: &mut Causes) {
    if block.cidr.is_empty() {
        causes.required(&at.key("cidr"), "");
        return;
    }
    ip::range(&at.key("cidr"), &block.cidr, causes);
    let Some(whole) = Range::parse(&block.cidr) else { return };
    let at = at.key("except");
    for (index, except) in list(&block.except).iter().enumerate() {
        let here = at.index(index);
        ip::range(&here, except, causes);
        if Range::parse(except).is_some_and(|except| !whole.is_above(&except)) {
            causes.invalid(&here, except, "must be a strict subset of `cidr`");
        }
    }
}
