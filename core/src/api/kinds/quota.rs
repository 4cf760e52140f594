//! Quotas of a namespace. Source: `ValidateResourceQuota` in `pkg/apis/core/validation` and
//! `pkg/apis/core/helper` (1.37).

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{ResourceQuota, ResourceQuotaSpec, ScopeSelector, ScopedResourceSelectorRequirement};

use super::{METADATA, SPEC};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::go::{Value, json_or_null, json_struct, json_text, json_texts};
use crate::api::list;
use crate::api::metadata::{self, Naming};
use crate::api::resources::{is_standard, quantity, standard_name};

const SCOPES: [&str; 7] = [
    "BestEffort",
    "NotBestEffort",
    "Terminating",
    "NotTerminating",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
];

/// A `ResourceQuota`.
pub(super) fn resource_quota(object: &ResourceQuota, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::UNCOUNTED, &METADATA, causes);
    let Some(spec) = &object.spec else { return };
    let at = SPEC.key("hard");
    for (name, amount) in spec.hard.iter().flatten() {
        let here = at.entry(name);
        standard_name(name, &here, causes);
        if !name.contains('/') && !is_counted(name) {
            causes.invalid(&here, Value::Typed(name), "must be a standard resource for quota");
        }
        quantity(name, amount, &here, causes);
    }
    scopes(spec, causes);
    selector(spec, causes);
}

/// Source: `IsStandardQuotaResourceName`.
fn is_counted(name: &str) -> bool {
    is_standard(name) && name != "storage"
}

/// Source: `IsResourceQuotaScopeValidForResource`; none where the server does not know the scope.
fn fits(scope: &str, resource: &str) -> Option<bool> {
    let is_pods = resource == "pods";
    let is_compute =
        matches!(resource, "cpu" | "memory" | "limits.cpu" | "limits.memory" | "requests.cpu" | "requests.memory");
    Some(match scope {
        "Terminating" | "NotTerminating" | "NotBestEffort" | "PriorityClass" | "CrossNamespacePodAffinity" => {
            is_pods || is_compute
        }
        "BestEffort" => is_pods,
        "VolumeAttributesClass" => matches!(resource, "persistentvolumeclaims" | "requests.storage"),
        _ => return None,
    })
}

/// Of what the scopes do not fit each other or the resources, the server says the same each time.
struct Misfits {
    unsupported: bool,
    misapplied: bool,
    conflicting: bool,
}

impl Misfits {
    fn of<'a>(scopes: impl Iterator<Item = &'a str>, spec: &ResourceQuotaSpec) -> Self {
        let scopes: BTreeSet<&str> = scopes.collect();
        let mut hard = spec.hard.iter().flatten().map(|(name, _)| name.as_str()).filter(|name| is_counted(name));
        let known: Vec<&str> = scopes.iter().copied().filter(|scope| fits(scope, "").is_some()).collect();
        let pairs = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];
        Self {
            unsupported: known.len() < scopes.len(),
            misapplied: hard.any(|name| known.iter().any(|scope| fits(scope, name) == Some(false))),
            conflicting: pairs.iter().any(|pair| pair.iter().all(|scope| scopes.contains(scope))),
        }
    }
}

/// Source: `validateResourceQuotaScopes`.
fn scopes(spec: &ResourceQuotaSpec, causes: &mut Causes) {
    let at = SPEC.key("scopes");
    let misfits = Misfits::of(list(&spec.scopes).iter().map(String::as_str), spec);
    for (is_wrong, words) in [
        (misfits.unsupported, "unsupported scope"),
        (misfits.misapplied, "unsupported scope applied to resource"),
        (misfits.conflicting, "conflicting scopes"),
    ] {
        if is_wrong {
            causes.invalid(&at, printed_scopes(spec), words);
        }
    }
}

fn printed_scopes(spec: &ResourceQuotaSpec) -> Value<'static> {
    Value::Json(json_or_null(spec.scopes.as_deref(), json_texts))
}

/// Source: `validateScopedResourceSelectorRequirement`.
fn selector(spec: &ResourceQuotaSpec, causes: &mut Causes) {
    let Some(selector) = &spec.scope_selector else { return };
    let at = SPEC.key("scopeSelector");
    let at = at.key("matchExpressions");
    let requirements = list(&selector.match_expressions);
    for (index, it) in requirements.iter().enumerate() {
        requirement(it, &at.silent_index(index), causes);
    }
    let misfits = Misfits::of(requirements.iter().map(|it| it.scope_name.as_str()), spec);
    if misfits.misapplied {
        causes.invalid(&at, printed_selector(selector), "unsupported scope applied to resource");
    }
    if misfits.conflicting {
        causes.invalid(&at, printed_scopes(spec), "conflicting scopes");
    }
}

fn requirement(it: &ScopedResourceSelectorRequirement, at: &Field<'_>, causes: &mut Causes) {
    let (scope, operator, values) = (it.scope_name.as_str(), it.operator.as_str(), list(&it.values));
    if fits(scope, "").is_none() {
        causes.invalid_among(&at.key("scopeName"), Value::Typed(scope), "unsupported scope", &SCOPES);
    }
    let (here, values_at) = (at.key("operator"), at.key("values"));
    let is_plain = fits(scope, "").is_some() && !matches!(scope, "PriorityClass" | "VolumeAttributesClass");
    if is_plain && operator != "Exists" {
        let words = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                     ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort \
                     or ResourceQuotaScopeCrossNamespacePodAffinity";
        causes.invalid(&here, Value::Typed(operator), words);
    }
    match operator {
        "In" | "NotIn" if values.is_empty() => {
            let words = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
            causes.required(&values_at, words);
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let words = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
            causes.invalid(&values_at, Value::Json(json_texts(values)), words);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => {
            let known = ["In", "NotIn", "Exists", "DoesNotExist"];
            causes.invalid_among(&here, Value::Typed(other), "not a valid selector operator", &known);
        }
    }
}

fn printed_selector(selector: &ScopeSelector) -> Value<'static> {
    let requirement = |it: &ScopedResourceSelectorRequirement| {
        json_struct(&[
            ("ScopeName", json_text(&it.scope_name)),
            ("Operator", json_text(&it.operator)),
            ("Values", json_or_null(it.values.as_deref(), json_texts)),
        ])
    };
    let requirements: Vec<String> = list(&selector.match_expressions).iter().map(requirement).collect();
    Value::Json(json_struct(&[("MatchExpressions", format!("[{}]", requirements.join(",")))]))
}
