//! Services. Source: `ValidateServiceCreate` in `pkg/apis/core/validation` (1.37).

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};

use super::{METADATA, SPEC};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_int_or_string, json_or_null, json_struct, json_text, json_texts};
use crate::api::metadata::{self, Naming};
use crate::api::probe::port_number_or_name;
use crate::api::{ip, list, text};

/// No address at all.
const HEADLESS: &str = "None";
const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const MODE: &str = "service.kubernetes.io/topology-mode";
const SOURCES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const ONLY_BALANCER: &str = "may only be used when `type` is 'LoadBalancer'";
/// Longest time that a client stays with a Pod.
const MOST_SECONDS: i32 = 86_400;

/// A Service.
pub(super) fn service(object: &Service, causes: &mut Causes) {
    let naming = Naming { format: Format::Label, ..Naming::UNCOUNTED };
    metadata::object(&object.metadata, naming, &METADATA, causes);
    let none = BTreeMap::new();
    let annotations = object.metadata.annotations.as_ref().unwrap_or(&none);
    if let (Some(hints), Some(mode)) = (annotations.get(HINTS), annotations.get(MODE))
        && hints != mode
    {
        let at = METADATA.key("annotations");
        let words = format!("must match annotations[{HINTS}] when both are specified");
        causes.invalid(&at.entry(MODE), mode, words);
    }
    let Some(spec) = &object.spec else { return };
    let kind = text(&spec.type_);
    let addresses = Addresses::of(spec);
    if list(&spec.ports).is_empty() && !addresses.is_headless() && kind != "ExternalName" {
        causes.required(&SPEC.key("ports"), "");
    }
    match kind {
        "LoadBalancer" | "NodePort" if addresses.is_headless() => {
            let words = format!("may not be set to 'None' for {kind} services");
            let at = addresses.whole();
            let first = at.index(0);
            causes.invalid(if addresses.is_single { &SINGLE } else { &first }, HEADLESS, words);
        }
        "ExternalName" => external_name(spec, &addresses, causes),
        _ => {}
    }
    ports(list(&spec.ports), kind, causes);
    metadata::labels(spec.selector.as_ref(), &SPEC.key("selector"), causes);
    session_affinity(spec, causes);
    if kind != "ExternalName" {
        addresses.check(spec, causes);
    }
    let at = SPEC.key("externalIPs");
    for (index, address) in list(&spec.external_ips).iter().enumerate() {
        let here = at.index(index);
        if ip::address(&here, address, causes) {
            ip::endpoint(&here, address, causes);
        }
    }
    causes.one_of(&SPEC.key("type"), kind, &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
    balancer(spec, annotations.get(SOURCES), causes);
    traffic(spec, causes);
}

fn external_name(spec: &ServiceSpec, addresses: &Addresses<'_>, causes: &mut Causes) {
    let words = "may not be set for ExternalName services";
    if !addresses.all.is_empty() {
        causes.forbidden(&addresses.whole(), words);
    }
    if !list(&spec.ip_families).is_empty() {
        causes.forbidden(&SPEC.key("ipFamilies"), words);
    }
    if spec.ip_family_policy.is_some() {
        causes.forbidden(&SPEC.key("ipFamilyPolicy"), words);
    }
    let name = text(&spec.external_name);
    causes.named(&SPEC.key("externalName"), name.strip_suffix('.').unwrap_or(name), Format::Subdomain);
}

/// Source: `validateServicePort`.
fn ports(ports: &[ServicePort], kind: &str, causes: &mut Causes) {
    let at = SPEC.key("ports");
    let mut names = HashSet::new();
    let (mut numbers, mut node_ports) = (HashSet::new(), HashSet::new());
    for (index, port) in ports.iter().enumerate() {
        let here = at.index(index);
        let (name, protocol) = (text(&port.name), text(&port.protocol));
        if !name.is_empty() {
            causes.format(&here.key("name"), name, Format::Label);
            if !names.insert(name) {
                causes.duplicate(&here.key("name"), name);
            }
        } else if ports.len() > 1 {
            causes.required(&here.key("name"), "");
        }
        causes.range(&here.key("port"), port.port.into(), 1, 65_535);
        causes.one_of(&here.key("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
        if let Some(target) = &port.target_port {
            port_number_or_name(target, &here.key("targetPort"), causes);
        }
        if let Some(application) = &port.app_protocol {
            causes.format(&here.key("appProtocol"), application, Format::QualifiedName);
        }
        let node_port = port.node_port.unwrap_or_default();
        if kind == "ClusterIP" && node_port != 0 {
            causes.forbidden(&here.key("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
        if node_port != 0 && !node_ports.insert((protocol, node_port)) {
            causes.duplicate(&here.key("nodePort"), node_port);
        }
        if !numbers.insert((protocol, port.port)) {
            causes.duplicate(&here, printed(protocol, port.port));
        }
    }
}

/// A port of which only these two are looked at.
fn printed(protocol: &str, port: i32) -> Value<'static> {
    let none = k8s_openapi::apimachinery::pkg::util::intstr::IntOrString::Int(0);
    Value::Json(json_struct(&[
        ("Name", json_text("")),
        ("Protocol", json_text(protocol)),
        ("AppProtocol", json_or_null(None, json_text)),
        ("Port", port.to_string()),
        ("TargetPort", json_int_or_string(&none)),
        ("NodePort", "0".to_owned()),
    ]))
}

fn session_affinity(spec: &ServiceSpec, causes: &mut Causes) {
    let affinity = text(&spec.session_affinity);
    causes.one_of(&SPEC.key("sessionAffinity"), affinity, &["ClientIP", "None"]);
    let seconds = spec.session_affinity_config.as_ref().and_then(|config| config.client_ip.as_ref()?.timeout_seconds);
    if let Some(seconds) = seconds.filter(|seconds| affinity == "ClientIP" && !(1..=MOST_SECONDS).contains(seconds)) {
        let at = SPEC.key("sessionAffinityConfig");
        let at = at.key("clientIP");
        let words = format!("must be greater than 0 and less than {MOST_SECONDS}");
        causes.invalid(&at.key("timeoutSeconds"), seconds, words);
    }
}

/// The addresses of a Service as they are once the server has given out what is not written.
struct Addresses<'a> {
    all: Vec<&'a str>,
    /// The one address is written in `clusterIP` alone.
    is_single: bool,
    /// Families, the server's choice where none are written.
    families: Vec<&'a str>,
}

impl<'a> Addresses<'a> {
    fn of(spec: &'a ServiceSpec) -> Self {
        let first = text(&spec.cluster_ip);
        let mut all: Vec<&str> = list(&spec.cluster_ips).iter().map(String::as_str).collect();
        let is_single = all.is_empty() && !first.is_empty();
        if is_single {
            all.push(first);
        }
        let mut families: Vec<&str> = list(&spec.ip_families).iter().map(String::as_str).collect();
        if families.is_empty() {
            families = if all.first().is_some_and(|address| address.contains(':')) {
                vec!["IPv6", "IPv4"]
            } else {
                vec!["IPv4", "IPv6"]
            };
            if first != HEADLESS || spec.selector.as_ref().is_some_and(|selector| !selector.is_empty()) {
                families.truncate(1);
            }
        }
        Self { all, is_single, families }
    }

    fn is_headless(&self) -> bool {
        self.all == [HEADLESS]
    }

    fn whole(&self) -> Field<'static> {
        if self.is_single { SPEC.key_said_as("clusterIP", "clusterIPs") } else { SPEC.key("clusterIPs") }
    }

    fn printed(&self) -> Value<'static> {
        Value::Json(json_texts(&self.all.iter().map(|address| (*address).to_owned()).collect::<Vec<_>>()))
    }

    /// Source: `ValidateServiceClusterIPsRelatedFields`.
    fn check(&self, spec: &ServiceSpec, causes: &mut Causes) {
        let (at, first) = (self.whole(), text(&spec.cluster_ip));
        if first.is_empty() && !self.all.is_empty() {
            causes.invalid(&at, self.printed(), "must be empty when `clusterIP` is not specified");
        } else if self.all.first().is_some_and(|address| *address != first) {
            causes.invalid(&at, self.printed(), "first value must match `clusterIP`");
        }
        let families = SPEC.key("ipFamilies");
        let mut seen = HashSet::new();
        for (index, family) in list(&spec.ip_families).iter().enumerate() {
            causes.one_of(&families.index(index), family, &["IPv4", "IPv6"]);
            if !seen.insert(family) {
                causes.duplicate(&families.index(index), family);
            }
        }
        if let Some(policy) = &spec.ip_family_policy {
            let known = ["PreferDualStack", "RequireDualStack", "SingleStack"];
            causes.one_of(&SPEC.key("ipFamilyPolicy"), policy, &known);
        }
        let mut is_sound = true;
        for (index, address) in self.all.iter().enumerate() {
            if index == 0 && *address == HEADLESS {
                if self.all.len() > 1 {
                    is_sound = false;
                    causes.invalid(&at, self.printed(), "'None' must be the first and only value");
                }
            } else {
                let here = at.index(index);
                is_sound &= ip::address(if self.is_single { &SINGLE } else { &here }, address, causes);
            }
        }
        if self.all.len() > 2 {
            causes.invalid(&at, self.printed(), "may only hold up to 2 values");
        }
        if is_sound {
            self.families(&at, causes);
        }
    }

    /// Each address is of the family that is named for it, and of another than the other's.
    fn families(&self, at: &Field<'_>, causes: &mut Causes) {
        let is_v6 = |address: &str| ip::parse(address).is_some_and(|address: IpAddr| address.is_ipv6());
        let count = self.all.iter().filter(|address| is_v6(address)).count();
        if self.all.len() > 1 && (count == 0 || count == self.all.len()) {
            causes.invalid(at, self.printed(), "may specify no more than one IP for each IP family");
        }
        if self.is_headless() {
            return;
        }
        for (index, (address, family)) in self.all.iter().zip(&self.families).enumerate() {
            let other = if is_v6(address) { "IPv4" } else { "IPv6" };
            if *family == other {
                let here = at.index(index);
                let words = format!("expected an {other} value as indicated by `ipFamilies[{index}]`");
                causes.invalid(if self.is_single { &SINGLE } else { &here }, *address, words);
            }
        }
    }
}

/// The address that is written in `clusterIP` alone.
const SINGLE: Field<'static> = SPEC.key_said_as("clusterIP", "clusterIPs[0]");

/// What only load balancers have.
fn balancer(spec: &ServiceSpec, annotation: Option<&String>, causes: &mut Causes) {
    let is_balancer = spec.type_.as_deref() == Some("LoadBalancer");
    let ranges = list(&spec.load_balancer_source_ranges);
    if !ranges.is_empty() {
        let at = SPEC.key_said_as("loadBalancerSourceRanges", "LoadBalancerSourceRanges");
        if !is_balancer {
            causes.forbidden(&at, ONLY_BALANCER);
        }
        for (index, range) in ranges.iter().enumerate() {
            ip::range(&at.index(index), range.trim(), causes);
        }
    } else if let Some(annotation) = annotation {
        let at = METADATA.key("annotations");
        let at = at.entry(SOURCES);
        if !is_balancer {
            causes.forbidden(&at, ONLY_BALANCER);
        }
        let ranges = annotation.trim();
        for range in ranges.split(',').filter(|_| !ranges.is_empty()) {
            ip::range(&at, range.trim(), causes);
        }
    }
    if spec.allocate_load_balancer_node_ports.is_some() && !is_balancer {
        causes.forbidden(&SPEC.key("allocateLoadBalancerNodePorts"), ONLY_BALANCER);
    }
    if let Some(class) = &spec.load_balancer_class {
        let at = SPEC.key("loadBalancerClass");
        if is_balancer {
            causes.format(&at, class, Format::QualifiedName);
        } else {
            causes.forbidden(&at, ONLY_BALANCER);
        }
    }
}

/// Source: `validateServiceExternalTrafficPolicy` and its neighbours.
fn traffic(spec: &ServiceSpec, causes: &mut Causes) {
    let (kind, external) = (text(&spec.type_), text(&spec.external_traffic_policy));
    let at = SPEC.key("externalTrafficPolicy");
    let is_external =
        matches!(kind, "LoadBalancer" | "NodePort") || kind == "ClusterIP" && !list(&spec.external_ips).is_empty();
    if is_external {
        causes.one_of(&at, external, &["Cluster", "Local"]);
    } else if !external.is_empty() {
        causes.invalid(&at, Value::Typed(external), "may only be set for externally-accessible services");
    }
    let port = spec.health_check_node_port.unwrap_or_default();
    let at = SPEC.key("healthCheckNodePort");
    if kind == "LoadBalancer" && external == "Local" {
        if port != 0 {
            causes.range(&at, port.into(), 1, 65_535);
        }
    } else if port != 0 {
        let words = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        causes.invalid(&at, port, words);
    }
    if let Some(policy) = &spec.internal_traffic_policy {
        causes.one_of(&SPEC.key("internalTrafficPolicy"), policy, &["Cluster", "Local"]);
    }
    if let Some(distribution) = &spec.traffic_distribution {
        let known = ["PreferClose", "PreferSameZone", "PreferSameNode"];
        causes.one_of_texts(&SPEC.key("trafficDistribution"), distribution, &known);
    }
}
