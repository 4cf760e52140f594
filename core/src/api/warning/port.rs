//! Ports that get in each other's way. Source: `warningsForPodSpecAndMeta` in `pkg/api/pod` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ContainerPort};

use super::Warnings;
use crate::api::field::Field;
use crate::api::{list, text};
use crate::server::quoted;

/// Where a port stands: the list of containers, the container, the port.
type Spot = (&'static str, usize, usize);

/// The ports of all containers, with the field of the `spec`.
pub(super) fn check(containers: &[(&'static str, usize, &Container)], at: &Field<'_>, warnings: &mut Warnings) {
    let ports = || {
        containers.iter().flat_map(|(list_name, container, it)| {
            list(&it.ports).iter().enumerate().map(|(port, it)| ((*list_name, *container, port), it))
        })
    };
    let mut first = ports();
    if first.next().is_none_or(|(_, port)| text(&port.host_ip).is_empty()) && first.next().is_none() {
        return;
    }
    let mut seen: BTreeMap<(i32, &str), Vec<(Spot, &ContainerPort)>> = BTreeMap::new();
    for (spot, port) in ports() {
        let (ip, host_port) = (text(&port.host_ip), port.host_port.unwrap_or_default());
        if !ip.is_empty() && host_port == 0 {
            let words = format!("hostIP set without hostPort: {}", as_go_prints(port));
            let message = format!("`hostIP: {ip}` does nothing without `hostPort`");
            tell(at, spot, &words, message, "add the `hostPort` that is meant, or leave `hostIP` out", warnings);
        }
        let same = seen.entry((port.container_port, text(&port.protocol))).or_default();
        for (other, others) in same.iter() {
            if warnings.is_full() {
                break;
            }
            let (other_ip, other_port) = (text(&others.host_ip), others.host_port.unwrap_or_default());
            let kind = if ip == other_ip && host_port == other_port {
                "duplicate"
            } else if host_port == 0 || other_port == 0 {
                "overlapping"
            } else if host_port == other_port && ip.is_empty() != other_ip.is_empty() {
                "dangerously ambiguous"
            } else {
                continue;
            };
            let place = field_of(at, *other);
            let words = format!("{kind} port definition with {place}");
            let message = match kind {
                "duplicate" => format!("port {} is already at `{place}`", port.container_port),
                "overlapping" => format!("port {} is at `{place}` too, with another `hostPort`", port.container_port),
                _ => format!("host port {host_port} is at `{place}` too, with another `hostIP`: either may get it"),
            };
            tell(at, spot, &words, message, "keep one of them, or give each a port of its own", warnings);
        }
        same.push((spot, port));
    }
    let mut names: BTreeMap<&str, Spot> = BTreeMap::new();
    for (spot, port) in ports() {
        let name = text(&port.name);
        if name.is_empty() {
            continue;
        }
        let Some(first) = names.get(name) else {
            names.insert(name, spot);
            continue;
        };
        let place = field_of(at, *first);
        let words = format!(
            "duplicate port name {} with {place}, services and probes that select ports by name will use {place}",
            quoted(name)
        );
        let message = format!("the port name `{name}` is taken: Services and probes that name it use `{place}`");
        tell(at, spot, &words, message, "give the port another name", warnings);
    }
}

fn tell(at: &Field<'_>, spot: Spot, words: &str, message: String, help: &str, warnings: &mut Warnings) {
    let (list_name, container, port) = spot;
    let (list, ports) = (at.key(list_name), "ports");
    let container = list.index(container);
    warnings.of(&container.key(ports).index(port), words, message, help);
}

fn field_of(at: &Field<'_>, (list_name, container, port): Spot) -> String {
    format!("{at}.{list_name}[{container}].ports[{port}]")
}

/// The struct as `%+v` prints it.
fn as_go_prints(port: &ContainerPort) -> String {
    format!(
        "{{Name:{} HostPort:{} ContainerPort:{} Protocol:{} HostIP:{}}}",
        text(&port.name),
        port.host_port.unwrap_or_default(),
        port.container_port,
        text(&port.protocol),
        text(&port.host_ip)
    )
}
