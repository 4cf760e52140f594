//! What containers ask for. Source: `validateResourceRequirements` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use k8s_openapi::api::core::v1::{PodSpec, ResourceClaim, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::Value;
use super::quantity::Quantity;
use super::{list, text};
use crate::amount::Amount;

/// Amounts by the name of the resource.
pub(super) type Amounts = BTreeMap<String, Written>;

/// Names that the server knows without a domain.
const STANDARD: [&str; 20] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "storage",
];

/// Of these there are whole ones only.
const WHOLE: [&str; 9] = [
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];

/// What the names of huge pages begin with.
pub(super) const HUGE_PAGES: &str = "hugepages-";

/// The claims of a Pod that its containers may name.
pub(super) struct ClaimNames<'a> {
    names: BTreeSet<&'a str>,
}

impl<'a> ClaimNames<'a> {
    /// Those of a Pod.
    pub(super) fn of(spec: &'a PodSpec) -> Self {
        let names = list(&spec.resource_claims).iter().map(|claim| claim.name.as_str());
        Self { names: names.filter(|name| !name.is_empty()).collect() }
    }

    /// What is said where none of them is named.
    fn why(&self) -> String {
        let listed = self.names.iter().copied().collect::<Vec<_>>().join(", ");
        let rest = if self.names.is_empty() { " which is empty".to_owned() } else { format!(": {listed}") };
        format!("must be one of the names in pod.spec.resourceClaims{rest}")
    }
}

/// Whose names of resources are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A container, and the overhead of a runtime.
    Container,
    /// The Pod as a whole.
    Pod,
}

/// What a container asks for.
pub(super) fn of_container(
    resources: &ResourceRequirements,
    names: &ClaimNames<'_>,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    requirements(resources.limits.as_ref(), resources.requests.as_ref(), Owner::Container, at, causes);
    claims(list(&resources.claims), names, &at.key("claims"), causes);
}

/// What a runtime takes for itself. Source: `validateOverhead`.
pub(super) fn overhead(amounts: &Amounts, at: &Field<'_>, causes: &mut Causes) {
    let here = at.said("limits");
    for (name, written) in amounts {
        single(name, written, Owner::Container, &here.entry(name), causes);
    }
    lonely_huge_pages(Some(amounts), None, at, causes);
}

/// Limits and requests.
pub(super) fn requirements(
    limits: Option<&Amounts>,
    requests: Option<&Amounts>,
    owner: Owner,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    let (above, below) = (at.key("limits"), at.key("requests"));
    for (name, written) in limits.into_iter().flatten() {
        single(name, written, owner, &above.entry(name), causes);
    }
    // A Pod's missing requests are its limits: what is wrong with them stands there.
    let copied = at.key_said_as("limits", "requests");
    for (name, written) in requests.into_iter().flatten() {
        let is_limit = limits.and_then(|limits| limits.get(name)) == Some(written);
        let here = if is_limit { &copied } else { &below };
        single(name, written, owner, &here.entry(name), causes);
    }
    for (name, request) in requests.into_iter().flatten() {
        match limits.and_then(|limits| limits.get(name)) {
            Some(limit) => {
                let (asked, most) = (amount(request), amount(limit));
                let why = if asked != most && !may_exceed(name) {
                    "must be equal to"
                } else if asked > most {
                    "must be less than or equal to"
                } else {
                    continue;
                };
                let here = below.silent(name);
                let why = format!("{why} {name} limit of {}", printed(limit));
                causes.invalid(&here, printed(request).as_str(), why);
            }
            None if !may_exceed(name) => {
                causes.required(&above.silent(name), "Limit must be set for non overcommitable resources");
            }
            None => {}
        }
    }
    lonely_huge_pages(limits, requests, at, causes);
}

fn lonely_huge_pages(limits: Option<&Amounts>, requests: Option<&Amounts>, at: &Field<'_>, causes: &mut Causes) {
    let mut names = limits.into_iter().chain(requests).flat_map(BTreeMap::keys);
    let is_huge = names.clone().any(|name| name.starts_with(HUGE_PAGES));
    if is_huge && !names.any(|name| matches!(name.as_str(), "cpu" | "memory")) {
        causes.forbidden(at, "HugePages require cpu or memory");
    }
}

/// An amount, and what it is called.
fn single(name: &str, written: &Written, owner: Owner, at: &Field<'_>, causes: &mut Causes) {
    resource_name(name, owner, at, causes);
    quantity(name, written, at, causes);
    if let Some(size) = name.strip_prefix(HUGE_PAGES)
        && !is_multiple(written, size)
    {
        let printed = printed(written);
        let why = format!("{printed} is not positive integer multiple of {name}");
        causes.invalid(at, printed.as_str(), why);
    }
}

/// Source: `ValidateResourceQuantityValue`.
pub(super) fn quantity(name: &str, written: &Written, at: &Field<'_>, causes: &mut Causes) {
    if amount(written) < Amount::default() {
        causes.invalid(at, printed(written).as_str(), "must be greater than or equal to 0");
    }
    if (WHOLE.contains(&name) || is_extended(name)) && !Quantity::read(&written.0).is_whole() {
        causes.invalid(at, printed(written).as_str(), "must be an integer");
    }
}

/// Source: `validateResourceName`.
pub(super) fn standard_name(name: &str, at: &Field<'_>, causes: &mut Causes) {
    let is_standard = is_standard(name);
    // Their form is right, but for the end of those with a size.
    if STANDARD.contains(&name) {
        return;
    }
    let before = causes.count();
    causes.format_of_typed(at, name, Format::QualifiedName);
    if causes.count() == before && !name.contains('/') && !is_standard {
        causes.invalid_among(at, Value::Typed(name), "must be a standard resource type or fully qualified", &STANDARD);
    }
}

/// Source: `ValidateContainerResourceName` and `validatePodResourceName`.
pub(super) fn resource_name(name: &str, owner: Owner, at: &Field<'_>, causes: &mut Causes) {
    let has_domain = name.contains('/');
    let before = causes.count();
    standard_name(name, at, causes);
    let is_common = is_common(name);
    match owner {
        Owner::Pod if causes.count() == before && !is_common => {
            causes.one_of(at, name, &["cpu", HUGE_PAGES, "memory"]);
        }
        Owner::Container if !has_domain && !is_common && name != "ephemeral-storage" => {
            let known = ["cpu", "memory", "ephemeral-storage"];
            causes.invalid_among(at, Value::Typed(name), "must be a standard resource for containers", &known);
        }
        Owner::Container if has_domain && !is_native(name) && !is_extended(name) => {
            causes.invalid(at, Value::Typed(name), "doesn't follow extended resource name standard");
        }
        _ => {}
    }
}

/// Source: `IsStandardResourceName` in `pkg/apis/core/helper`.
pub(super) fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name) || name.starts_with(HUGE_PAGES) || name.starts_with("requests.hugepages-")
}

/// Source: `IsSupportedPodLevelResource`.
pub(super) fn is_common(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || name.starts_with(HUGE_PAGES)
}

/// Source: `IsNativeResource`.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Source: `IsExtendedResourceName`.
pub(super) fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && Format::QualifiedName.faults(&format!("requests.{name}")).is_empty()
}

/// Requests may be less than limits. Source: `IsOvercommitAllowed`.
pub(super) fn may_exceed(name: &str) -> bool {
    is_native(name) && !name.starts_with(HUGE_PAGES)
}

/// Source: `IsHugePageResourceValueDivisible`.
fn is_multiple(written: &Written, page: &str) -> bool {
    Amount::parse(page).is_ok_and(|page| {
        page > Amount::default() && page.milli_value() % 1000 == 0 && amount(written).value() % page.value() == 0
    })
}

/// What an amount is worth.
pub(super) fn amount(written: &Written) -> Amount {
    Amount::parse(&written.0).unwrap_or_default()
}

/// An amount as the server prints it.
pub(super) fn printed(written: &Written) -> String {
    Quantity::read(&written.0).to_string()
}

/// The claims that are named. Source: `validateResourceClaimNames`.
pub(super) fn claims(claims: &[ResourceClaim], known: &ClaimNames<'_>, at: &Field<'_>, causes: &mut Causes) {
    // What was named, as a whole or a request of it, and that of which a request was named.
    let (mut seen, mut parts) = (HashSet::new(), HashSet::new());
    for (index, claim) in claims.iter().enumerate() {
        let (here, name, request) = (at.index(index), claim.name.as_str(), text(&claim.request));
        if name.is_empty() {
            causes.required(&here, "");
            continue;
        }
        if seen.contains(name) {
            causes.duplicate(&here, name);
        } else {
            let mut key = name.to_owned();
            if !request.is_empty() {
                causes.format(&here.key("request"), request, Format::Label);
                key = format!("{name}/{request}");
            }
            if seen.contains(&key) {
                causes.duplicate(&here, &key);
            } else if request.is_empty() && parts.contains(name) {
                causes.duplicate(&here, name);
            }
            if let Some((whole, _)) = key.split_once('/') {
                parts.insert(whole.to_owned());
            }
            seen.insert(key);
        }
        if !known.names.contains(name) {
            causes.not_found(&here, name, &known.why(), known.names.iter().copied());
        }
    }
}
