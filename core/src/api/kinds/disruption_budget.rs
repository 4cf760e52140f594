//! Disruption budgets. Source: `ValidatePodDisruptionBudget` in `pkg/apis/policy/validation` (1.37).

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};

use super::{METADATA, SPEC};
use crate::api::cause::Causes;
use crate::api::format::Format;
use crate::api::go::{Value, json_int_or_string, json_or_null, json_selector, json_struct, json_text};
use crate::api::int_or_percent;
use crate::api::metadata::{self, Naming};

/// A `PodDisruptionBudget`.
pub(super) fn disruption_budget(object: &PodDisruptionBudget, causes: &mut Causes) {
    let before = causes.count();
    if let Some(spec) = &object.spec {
        check(spec, causes);
    }
    // Its own rules have none for the metadata: only what holds for every object does, and only
    // where nothing else is wrong.
    if causes.count() == before {
        let naming = Naming { format: Format::PathSegment, ..Naming::USUAL };
        metadata::general(&object.metadata, naming, &METADATA, causes);
    }
}

fn check(spec: &PodDisruptionBudgetSpec, causes: &mut Causes) {
    let budgets = [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)];
    if budgets.iter().all(|(_, budget)| budget.is_some()) {
        causes.invalid(
            &SPEC.silent("maxUnavailable"),
            printed(spec),
            "minAvailable and maxUnavailable cannot be both set",
        );
    }
    for (name, budget) in budgets {
        if let Some(budget) = budget {
            let at = SPEC.key(name);
            int_or_percent::check(budget, &at, causes);
            int_or_percent::at_most_all(budget, &at, causes);
        }
    }
    if let Some(selector) = &spec.selector {
        metadata::selector(selector, &SPEC.key("selector"), causes);
    }
    if let Some(policy) = &spec.unhealthy_pod_eviction_policy {
        causes.one_of(&SPEC.key("unhealthyPodEvictionPolicy"), policy, &["AlwaysAllow", "IfHealthyBudget"]);
    }
}

fn printed(spec: &PodDisruptionBudgetSpec) -> Value<'static> {
    Value::Json(json_struct(&[
        ("MinAvailable", json_or_null(spec.min_available.as_ref(), json_int_or_string)),
        ("Selector", json_or_null(spec.selector.as_ref(), json_selector)),
        ("MaxUnavailable", json_or_null(spec.max_unavailable.as_ref(), json_int_or_string)),
        ("UnhealthyPodEvictionPolicy", json_or_null(spec.unhealthy_pod_eviction_policy.as_deref(), json_text)),
    ]))
}
