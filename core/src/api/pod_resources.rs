//! What Pods ask for as a whole. Source: `validatePodResources` in `pkg/apis/core/validation`,
//! `DefaultPodLevelResources` in `pkg/api/pod` and `aggregateContainerResourcesByFn` in
//! `k8s.io/component-helpers/resource` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;

use super::cause::Causes;
use super::field::Field;
use super::list;
use super::quantity::Quantity;
use super::resources::{
    Amounts, ClaimNames, HUGE_PAGES, Owner, amount, claims, is_common, may_exceed, printed, requirements,
};

/// Sums by the name of the resource.
type Sums = BTreeMap<String, Quantity>;
/// The requests or the limits.
type Side = fn(&ResourceRequirements) -> Option<&Amounts>;

const REQUESTS: Side = |resources| resources.requests.as_ref();
const LIMITS: Side = |resources| resources.limits.as_ref();

/// Checks what a Pod asks for, and that it has room for what its containers do.
pub(super) fn check(spec: &PodSpec, names: &ClaimNames<'_>, at: &Field<'_>, causes: &mut Causes) {
    let Some(resources) = &spec.resources else { return };
    let here = at.key("resources");
    if spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        causes.forbidden(&here, "may not be set for a windows pod");
        return;
    }
    if resources.claims.is_some() {
        causes.forbidden(&here.key("claims"), "claims may not be set for Resources at pod-level");
    }
    requirements(resources.limits.as_ref(), resources.requests.as_ref(), Owner::Pod, &here, causes);
    claims(list(&resources.claims), names, &here.key("claims"), causes);
    sums_fit(spec, resources, &here, causes);
    limits_fit(spec, resources, at, causes);
}

fn sums_fit(spec: &PodSpec, resources: &ResourceRequirements, at: &Field<'_>, causes: &mut Causes) {
    for (word, side) in [("requests", REQUESTS), ("limits", LIMITS)] {
        let here = at.key(word);
        let Some(own) = side(resources) else { continue };
        for (name, sum) in together(spec, side) {
            let Some(written) = own.get(&name).filter(|_| word == "requests" || name.starts_with(HUGE_PAGES)) else {
                continue;
            };
            if sum.amount > amount(written) {
                let why = format!("must be greater than or equal to aggregate container {word} of {sum}");
                causes.invalid(&here.entry(&name), printed(written).as_str(), why);
            }
        }
    }
}

fn limits_fit(spec: &PodSpec, resources: &ResourceRequirements, at: &Field<'_>, causes: &mut Causes) {
    let Some(most) = resources.limits.as_ref() else { return };
    let word = "limits";
    let said = at.said("resources");
    let containers = said.key("containers");
    for (index, container) in spec.containers.iter().enumerate() {
        let own = container.resources.as_ref().and_then(LIMITS);
        for (name, limit) in own.into_iter().flatten() {
            let Some(most) = most.get(name).filter(|most| amount(limit) > amount(most)) else { continue };
            let here = containers.index(index);
            let (here, why) =
                (here.silent("resources"), format!("must be less than or equal to pod limits of {}", printed(most)));
            let here = here.silent(word);
            let here = here.entry(name);
            causes.invalid(&here.said(word), printed(limit).as_str(), why);
        }
    }
}

/// What all containers ask for together, an init container while it runs and no longer.
fn together(spec: &PodSpec, side: Side) -> Sums {
    let mut sums = Sums::new();
    for container in &spec.containers {
        add(&mut sums, container.resources.as_ref().and_then(side));
    }
    let (mut sidecars, mut most) = (Sums::new(), Sums::new());
    for container in list(&spec.init_containers) {
        let own = container.resources.as_ref().and_then(side);
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sums, own);
            add(&mut sidecars, own);
            raise(&mut most, sidecars.clone());
        } else {
            let mut now = Sums::new();
            add(&mut now, own);
            for (name, amount) in &sidecars {
                plus(&mut now, name, amount);
            }
            raise(&mut most, now);
        }
    }
    raise(&mut sums, most);
    sums
}

fn add(sums: &mut Sums, amounts: Option<&Amounts>) {
    for (name, written) in amounts.into_iter().flatten() {
        plus(sums, name, &Quantity::read(&written.0));
    }
}

fn plus(sums: &mut Sums, name: &str, amount: &Quantity) {
    match sums.get_mut(name) {
        Some(sum) => sum.add(amount),
        None => {
            sums.insert(name.to_owned(), amount.clone());
        }
    }
}

fn raise(sums: &mut Sums, others: Sums) {
    for (name, other) in others {
        if sums.get(&name).is_none_or(|sum| other.amount > sum.amount) {
            sums.insert(name, other);
        }
    }
}

/// Fills in the amounts of a Pod from those of its containers.
pub(super) fn fill(spec: &mut PodSpec) {
    let Some(mut resources) = spec.resources.take() else { return };
    let is_empty = |amounts: &Option<Amounts>| amounts.as_ref().is_none_or(BTreeMap::is_empty);
    if !is_empty(&resources.limits) || !is_empty(&resources.requests) {
        let limits = together(spec, LIMITS);
        huge_page_limits(&mut resources, &limits);
        requests(&mut resources, together(spec, REQUESTS));
        missing_limits(spec, &mut resources, limits);
    }
    spec.resources = Some(resources);
}

/// Adds amounts that are not there.
fn supply(amounts: &mut Option<Amounts>, missing: Vec<(String, Written)>) {
    if !missing.is_empty() {
        let amounts = amounts.get_or_insert_default();
        for (name, written) in missing {
            amounts.entry(name).or_insert(written);
        }
    }
}

fn huge_page_limits(resources: &mut ResourceRequirements, limits: &Sums) {
    let has = |name: &str| resources.requests.as_ref().is_some_and(|requests| requests.contains_key(name));
    let missing = limits.iter().filter(|(name, _)| name.starts_with(HUGE_PAGES) && !has(name));
    let missing = missing.map(|(name, sum)| (name.clone(), Written(sum.to_string()))).collect();
    supply(&mut resources.limits, missing);
}

fn requests(resources: &mut ResourceRequirements, requests: Sums) {
    let sums = requests.into_iter().filter(|(name, _)| is_common(name) && may_exceed(name));
    let sums = sums.map(|(name, sum)| (name, Written(sum.to_string())));
    let limits = resources.limits.iter().flatten().filter(|(name, _)| is_common(name));
    let limits = limits.map(|(name, limit)| (name.clone(), limit.clone()));
    let missing = sums.chain(limits).collect();
    supply(&mut resources.requests, missing);
}

/// Only where every container has the limit.
fn missing_limits(spec: &PodSpec, resources: &mut ResourceRequirements, limits: Sums) {
    let regular = spec.containers.iter().chain(list(&spec.init_containers)).map(|it| it.resources.as_ref());
    let all: Vec<_> = regular.chain(list(&spec.ephemeral_containers).iter().map(|it| it.resources.as_ref())).collect();
    let everywhere =
        |name: &str| all.iter().all(|own| own.and_then(LIMITS).is_some_and(|limits| limits.contains_key(name)));
    let missing = limits.into_iter().filter(|(name, _)| is_common(name) && everywhere(name));
    let missing = missing.filter_map(|(name, limit)| {
        let request = resources.requests.as_ref()?.get(&name)?;
        let limit = if amount(request) > limit.amount { request.clone() } else { Written(limit.to_string()) };
        Some((name, limit))
    });
    let missing = missing.collect();
    supply(&mut resources.limits, missing);
}
