//! Names and addresses of Pods, and what they share with their node. Source:
//! `validatePodDNSConfig`, `ValidateHostAliases`, `validatePodHostName`,
//! `validatePodHostNetworkDeps` and `validateHostUsers` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{HostAlias, PodDNSConfig, PodSpec};

use super::cause::Causes;
use super::container::Every;
use super::field::Field;
use super::format::Format;
use super::go::{Value, json_texts};
use super::{ip, list, text};

/// The C library reads no more name servers,
const NAME_SERVERS: usize = 3;
/// no more paths to search,
const SEARCH_PATHS: usize = 32;
/// and no more bytes of them, with a space between two.
const SEARCH_BYTES: usize = 2048;
/// Bytes of a host's name.
const HOST_NAME_BYTES: usize = 64;

/// Names of the Pod.
pub(super) fn names(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    for (name, value) in [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)] {
        if !text(value).is_empty() {
            causes.format(&at.key(name), text(value), Format::Label);
        }
    }
    let Some(name) = &spec.hostname_override else { return };
    let here = at.key("hostnameOverride");
    if spec.set_hostname_as_fqdn == Some(true) {
        causes.forbidden(&here, "may not be specified when setHostnameAsFQDN is true");
    }
    if spec.host_network == Some(true) {
        causes.forbidden(&here, "may not be specified when hostNetwork is true");
    }
    if name.len() > HOST_NAME_BYTES {
        causes.too_long(&here, HOST_NAME_BYTES);
    }
    causes.format(&here, name, Format::Subdomain);
}

/// Names of others.
pub(super) fn aliases(aliases: &[HostAlias], at: &Field<'_>, causes: &mut Causes) {
    for (index, alias) in aliases.iter().enumerate() {
        let here = at.index(index);
        ip::address(&here.key("ip"), &alias.ip, causes);
        let here = here.key("hostnames");
        for (position, name) in list(&alias.hostnames).iter().enumerate() {
            causes.format(&here.index(position), name, Format::Subdomain);
        }
    }
}

/// Where names are looked up.
pub(super) fn lookup(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    let here = at.key("dnsConfig");
    let is_none = spec.dns_policy.as_deref() == Some("None");
    match &spec.dns_config {
        None if is_none => causes.required(&here, "must provide `dnsConfig` when `dnsPolicy` is None"),
        Some(config) if is_none && list(&config.nameservers).is_empty() => {
            let words = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            causes.required(&here.key("nameservers"), words);
        }
        Some(config) => resolver(config, &here, causes),
        None => {}
    }
}

fn resolver(config: &PodDNSConfig, at: &Field<'_>, causes: &mut Causes) {
    let (servers, searches) = (list(&config.nameservers), list(&config.searches));
    let here = at.key("nameservers");
    if servers.len() > NAME_SERVERS {
        let words = format!("must not have more than {NAME_SERVERS} nameservers");
        causes.invalid(&here, Value::Json(json_texts(servers)), words);
    }
    for (index, server) in servers.iter().enumerate() {
        ip::address(&here.index(index), server, causes);
    }
    let here = at.key("searches");
    if searches.len() > SEARCH_PATHS {
        let words = format!("must not have more than {SEARCH_PATHS} search paths");
        causes.invalid(&here, Value::Json(json_texts(searches)), words);
    }
    let spaces = searches.len().saturating_sub(1);
    if searches.iter().map(String::len).sum::<usize>() + spaces > SEARCH_BYTES {
        let words = format!("must not have more than {SEARCH_BYTES} characters (including spaces) in the search list");
        causes.invalid(&here, Value::Json(json_texts(searches)), words);
    }
    for (index, search) in searches.iter().enumerate().filter(|it| it.1 != ".") {
        causes.format(&here.index(index), search.strip_suffix('.').unwrap_or(search), Format::SearchPath);
    }
    let here = at.key("options");
    for (index, option) in list(&config.options).iter().enumerate() {
        if text(&option.name).is_empty() {
            causes.required(&here.index(index), "must not be empty");
        }
    }
}

/// Ports of a Pod on its node's network are the node's.
pub(super) fn host_ports(spec: &PodSpec, is_pod: bool, at: &Field<'_>, causes: &mut Causes) {
    if spec.host_network != Some(true) {
        return;
    }
    let at = at.key("containers");
    for (index, container) in spec.containers.iter().enumerate() {
        let here = at.index(index);
        let here = here.key("ports");
        for (position, port) in list(&container.ports).iter().enumerate() {
            let of_node = port.host_port.unwrap_or_default();
            if (is_pod || of_node != 0) && of_node != port.container_port {
                let words = "must match `containerPort` when `hostNetwork` is true";
                causes.invalid(&here.index(position).key("hostPort"), of_node, words);
            }
        }
    }
}

/// A Pod with users of its own shares little with its node.
pub(super) fn own_users(spec: &PodSpec, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    if spec.host_users != Some(false) {
        return;
    }
    let words = "when `hostUsers` is false";
    for (field, is_set) in [
        (at.key("hostNetwork"), spec.host_network),
        (at.key_said_as("hostPID", "HostPID"), spec.host_pid),
        (at.key_said_as("hostIPC", "HostIPC"), spec.host_ipc),
    ] {
        if is_set == Some(true) {
            causes.forbidden(&field, words);
        }
    }
    every.visit(at, |container, here| {
        if !list(&container.volume_devices).is_empty() {
            causes.forbidden(&here.key("volumeDevices"), words);
        }
    });
}
