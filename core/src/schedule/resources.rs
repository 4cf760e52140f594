//! Amounts of resources, in the units the scheduler counts in.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ContainerStatus, Pod, PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::amount::Amount;

/// Amounts by resource name.
pub(crate) type Amounts = BTreeMap<String, Amount>;

/// What a Pod requests or a node has. Source: `Resource` in `pkg/scheduler/framework/types.go` (1.37).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Resources {
    pub(crate) milli_cpu: i64,
    /// Bytes.
    pub(crate) memory: i64,
    /// Bytes.
    pub(crate) ephemeral_storage: i64,
    pub(crate) pods: i64,
    /// Huge pages, extended resources and the like, sorted by name.
    pub(crate) scalars: Vec<(String, i64)>,
}

impl Resources {
    /// Counts amounts in the scheduler's units.
    pub(crate) fn of(amounts: &Amounts) -> Self {
        let mut resources = Self::default();
        for (name, amount) in amounts {
            match name.as_str() {
                "cpu" => resources.milli_cpu = amount.milli_value(),
                "memory" => resources.memory = amount.value(),
                "ephemeral-storage" => resources.ephemeral_storage = amount.value(),
                "pods" => resources.pods = amount.value(),
                name if is_scalar(name) => resources.scalars.push((name.to_owned(), amount.value())),
                _ => {}
            }
        }
        resources
    }

    /// The amount of any resource but Pods; 0 where there is none.
    pub(crate) fn amount(&self, name: &str) -> i64 {
        match name {
            "cpu" => self.milli_cpu,
            "memory" => self.memory,
            "ephemeral-storage" => self.ephemeral_storage,
            name => self.scalar(name),
        }
    }

    /// The amount of a scalar resource; 0 where there is none.
    pub(crate) fn scalar(&self, name: &str) -> i64 {
        let found = self.scalars.binary_search_by(|(it, _)| it.as_str().cmp(name)).ok();
        found.and_then(|at| self.scalars.get(at)).map_or(0, |(_, amount)| *amount)
    }

    /// Adds another's amounts so many times.
    pub(crate) fn add(&mut self, other: &Self, times: i64) {
        let more = |own: &mut i64, others: i64| *own = own.saturating_add(others.saturating_mul(times));
        more(&mut self.milli_cpu, other.milli_cpu);
        more(&mut self.memory, other.memory);
        more(&mut self.ephemeral_storage, other.ephemeral_storage);
        for (name, amount) in &other.scalars {
            match self.scalars.binary_search_by(|(it, _)| it.cmp(name)) {
                Ok(at) => {
                    if let Some((_, own)) = self.scalars.get_mut(at) {
                        more(own, *amount);
                    }
                }
                Err(at) => self.scalars.insert(at, (name.clone(), amount.saturating_mul(times))),
            }
        }
    }
}

/// An amount in the unit in which [`Resources`] counts it, as Kubernetes writes it: `500m` of cpu,
/// `1536Mi` of memory. What would need more digits is cut to one behind the point.
pub(crate) fn written(resource: &str, amount: i64) -> String {
    match resource {
        "cpu" if amount % 1000 == 0 => (amount / 1000).to_string(),
        "cpu" => format!("{amount}m"),
        name if name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-") => bytes(amount),
        _ => amount.to_string(),
    }
}

fn bytes(amount: i64) -> String {
    const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    const DECIMAL: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
    let exact = |base: i64| {
        let (mut rest, mut times) = (amount, 0);
        while rest != 0 && rest % base == 0 && times + 1 < BINARY.len() {
            rest /= base;
            times += 1;
        }
        (rest, times)
    };
    let ((binary, by_1024), (decimal, by_1000)) = (exact(1024), exact(1000));
    let suffix = |all: [&'static str; 7], times: usize| all.get(times).copied().unwrap_or_default();
    if binary.abs() < 10_000 {
        return format!("{binary}{}", suffix(BINARY, by_1024));
    }
    if decimal.abs() < 10_000 {
        return format!("{decimal}{}", suffix(DECIMAL, by_1000));
    }
    let (mut tenths, mut times) = (i128::from(amount) * 10, 0);
    while tenths.abs() >= 10 * 1024 && times + 1 < BINARY.len() {
        tenths /= 1024;
        times += 1;
    }
    format!("{}.{}{}", tenths / 10, tenths.abs() % 10, suffix(BINARY, times))
}

/// Whether the scheduler counts a resource of this name beside cpu, memory and storage.
/// Source: `IsScalarResourceName` in `pkg/scheduler/util` (1.37).
pub(crate) fn is_scalar(name: &str) -> bool {
    name.starts_with("hugepages-")
        || name.starts_with("attachable-volumes-")
        || name.contains("kubernetes.io/")
        || is_extended(name)
}

/// Source: `IsExtendedResourceName` in `pkg/apis/core/v1/helper` (1.37).
pub(crate) fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
}

/// Quantities as amounts; what is none counts as nothing, as the structure stage has said.
pub(crate) fn amounts(quantities: Option<&BTreeMap<String, Quantity>>) -> Amounts {
    let read = |(name, quantity): (&String, &Quantity)| Some((name.clone(), Amount::parse(&quantity.0).ok()?));
    quantities.into_iter().flatten().filter_map(read).collect()
}

fn add(to: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let own = to.entry(name.clone()).or_default();
        *own = own.plus(*amount);
    }
}

fn raise(to: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        let own = to.entry(name.clone()).or_insert(*amount);
        *own = (*own).max(*amount);
    }
}

/// What a Pod requests as a whole, before the scheduler looks at a node: containers, sidecars and
/// init containers, what the Pod asks for as a whole, and overhead.
/// Source: `PodRequests` in `k8s.io/component-helpers/resource` (1.37).
pub(crate) fn of_spec(spec: &PodSpec) -> Amounts {
    let requests = |container: &Container| amounts(container.resources.as_ref().and_then(|it| it.requests.as_ref()));
    let total = aggregate(spec, &requests);
    with_pod_level(total, spec.resources.as_ref(), spec)
}

/// What a Pod that is on a node takes there: while a resize is under way, the larger of what is
/// asked for, allotted and in effect.
/// Source: `AggregateContainerRequests` with `UseStatusResources` (1.37).
pub(crate) fn of_running(pod: &Pod) -> Amounts {
    let Some(spec) = pod.spec.as_ref() else { return Amounts::new() };
    let status = pod.status.as_ref();
    let statuses = status.into_iter().flat_map(|status| {
        status.container_statuses.iter().flatten().chain(status.init_container_statuses.iter().flatten())
    });
    let by_name: BTreeMap<&str, &ContainerStatus> = statuses.map(|it| (it.name.as_str(), it)).collect();
    if by_name.values().all(|it| it.allocated_resources.is_none() && it.resources.is_none()) {
        return of_spec(spec);
    }
    let conditions = status.into_iter().flat_map(|status| status.conditions.iter().flatten());
    let infeasible = conditions
        .into_iter()
        .any(|it| it.type_ == "PodResizePending" && it.status == "True" && it.reason.as_deref() == Some("Infeasible"));
    let wanted = |container: &Container| amounts(container.resources.as_ref().and_then(|it| it.requests.as_ref()));
    let otherwise = |container: &Container| if infeasible { Amounts::new() } else { wanted(container) };
    let allocated = |container: &Container| {
        let allocated = by_name.get(container.name.as_str()).and_then(|it| it.allocated_resources.as_ref());
        allocated.map_or_else(|| otherwise(container), |it| amounts(Some(it)))
    };
    let in_effect = |container: &Container| {
        let status = by_name.get(container.name.as_str());
        let requests = status.and_then(|it| it.resources.as_ref()).and_then(|it| it.requests.as_ref());
        requests.map_or_else(|| allocated(container), |it| amounts(Some(it)))
    };
    let mut total = aggregate(spec, &allocated);
    raise(&mut total, &aggregate(spec, &in_effect));
    if !infeasible {
        raise(&mut total, &aggregate(spec, &wanted));
    }
    with_pod_level(total, spec.resources.as_ref(), spec)
}

fn aggregate(spec: &PodSpec, requests: &dyn Fn(&Container) -> Amounts) -> Amounts {
    let mut total = Amounts::new();
    for container in &spec.containers {
        add(&mut total, &requests(container));
    }
    let mut sidecars = Amounts::new();
    let mut peak = Amounts::new();
    for container in spec.init_containers.iter().flatten() {
        let own = requests(container);
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut total, &own);
            add(&mut sidecars, &own);
            raise(&mut peak, &sidecars);
        } else {
            let mut together = own;
            add(&mut together, &sidecars);
            raise(&mut peak, &together);
        }
    }
    raise(&mut total, &peak);
    total
}

fn with_pod_level(mut total: Amounts, level: Option<&ResourceRequirements>, spec: &PodSpec) -> Amounts {
    for (name, amount) in amounts(level.and_then(|it| it.requests.as_ref())) {
        if matches!(name.as_str(), "cpu" | "memory") || name.starts_with("hugepages-") {
            total.insert(name, amount);
        }
    }
    add(&mut total, &amounts(spec.overhead.as_ref()));
    total
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn amounts_are_written_as_people_write_them() {
        for (resource, amount, text) in [
            ("cpu", 4000, "4"),
            ("cpu", 1500, "1500m"),
            ("cpu", -500, "-500m"),
            ("memory", 0, "0"),
            ("memory", 8 << 30, "8Gi"),
            ("memory", 1536 << 20, "1536Mi"),
            ("memory", 512_000_000, "512M"),
            ("memory", 31_337_123_456, "29.1Gi"),
            ("memory", -31_337_123_456, "-29.1Gi"),
            ("hugepages-2Mi", 4 << 20, "4Mi"),
            ("nvidia.com/gpu", 2, "2"),
            ("memory", i64::MAX, "7.9Ei"),
        ] {
            assert_eq!(written(resource, amount), text);
        }
    }
}
