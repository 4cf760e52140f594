//! When a Job has failed and when it is done. Source: `validatePodFailurePolicy` and
//! `validateSuccessPolicy` in `pkg/apis/batch/validation` (1.37).

use std::collections::HashSet;

use k8s_openapi::api::batch::v1::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule, SuccessPolicy,
    SuccessPolicyRule,
};

use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_list, json_or_null, json_struct, json_text};
use crate::api::{list, text};

const MOST_RULES: usize = 20;
const MOST_CONDITIONS: usize = 20;
const MOST_EXIT_CODES: usize = 255;
const INDEXES_BYTES: usize = 64 << 10;

/// `podFailurePolicy`.
pub(super) fn failure(policy: &PodFailurePolicy, spec: &JobSpec, at: &Field<'_>, causes: &mut Causes) {
    let at = at.key("rules");
    at_most(&at, policy.rules.len(), MOST_RULES, causes);
    let containers: HashSet<&str> = spec
        .template
        .spec
        .iter()
        .flat_map(|spec| spec.containers.iter().chain(list(&spec.init_containers)))
        .map(|container| container.name.as_str())
        .collect();
    for (index, rule) in policy.rules.iter().enumerate() {
        failure_rule(rule, spec, &containers, &at.index(index), causes);
    }
}

fn failure_rule(
    rule: &PodFailurePolicyRule,
    spec: &JobSpec,
    containers: &HashSet<&str>,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    let known = ["Count", "FailIndex", "FailJob", "Ignore"];
    match rule.action.as_str() {
        "FailIndex" if spec.backoff_limit_per_index.is_none() => {
            let words = "requires the backoffLimitPerIndex to be set";
            causes.invalid(&at.key("action"), &rule.action, words);
        }
        action => one_of_these(&at.key("action"), action, &known, causes),
    }
    if let Some(codes) = &rule.on_exit_codes {
        exit_codes(codes, containers, &at.key("onExitCodes"), causes);
    }
    let conditions = list(&rule.on_pod_conditions);
    let here = at.key("onPodConditions");
    at_most(&here, conditions.len(), MOST_CONDITIONS, causes);
    for (index, pattern) in conditions.iter().enumerate() {
        let here = here.index(index);
        causes.format(&here.key("type"), &pattern.type_, Format::QualifiedName);
        one_of_these(&here.key("status"), text(&pattern.status), &["False", "True", "Unknown"], causes);
    }
    match (rule.on_exit_codes.is_some(), conditions.is_empty()) {
        (true, false) => {
            let words = "specifying both OnExitCodes and OnPodConditions is not supported";
            causes.invalid(at, Value::Omitted, words);
        }
        (false, true) => {
            let words = "specifying one of OnExitCodes and OnPodConditions is required";
            causes.invalid(at, Value::Omitted, words);
        }
        _ => {}
    }
}

/// Source: `validatePodFailurePolicyRuleOnExitCodes`.
fn exit_codes(
    codes: &PodFailurePolicyOnExitCodesRequirement,
    containers: &HashSet<&str>,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    one_of_these(&at.key("operator"), &codes.operator, &["In", "NotIn"], causes);
    if let Some(name) = codes.container_name.as_deref().filter(|name| !containers.contains(name)) {
        let words = "must be one of the container or initContainer names in the pod template";
        causes.invalid(&at.key("containerName"), name, words);
    }
    let at = at.key("values");
    let shown = || Value::Json(json_list(codes.values.iter().map(ToString::to_string)));
    if codes.values.is_empty() {
        causes.invalid(&at, shown(), "at least one value is required");
    }
    at_most(&at, codes.values.len(), MOST_EXIT_CODES, causes);
    let mut seen = HashSet::new();
    for (index, code) in codes.values.iter().enumerate() {
        let here = at.index(index);
        if codes.operator == "In" && *code == 0 {
            causes.invalid(&here, *code, "must not be 0 for the In operator");
        }
        if !seen.insert(code) {
            causes.duplicate(&here, *code);
        }
    }
    if !codes.values.is_sorted() {
        causes.invalid(&at, shown(), "must be ordered");
    }
}

fn one_of_these(at: &Field<'_>, text: &str, known: &[&str], causes: &mut Causes) {
    if text.is_empty() {
        let known: Vec<String> = known.iter().map(|it| format!("\"{it}\"")).collect();
        causes.required(at, &format!("valid values: [{}]", known.join(" ")));
    } else {
        causes.one_of(at, text, known);
    }
}

fn at_most(at: &Field<'_>, count: usize, most: usize, causes: &mut Causes) {
    if count > most {
        causes.too_many(at, count, most);
    }
}

/// `successPolicy`.
pub(super) fn success(policy: &SuccessPolicy, spec: &JobSpec, at: &Field<'_>, causes: &mut Causes) {
    if text(&spec.completion_mode) != "Indexed" {
        let rules = policy.rules.iter().map(|rule| {
            json_struct(&[
                ("SucceededIndexes", json_or_null(rule.succeeded_indexes.as_deref(), json_text)),
                ("SucceededCount", json_or_null(rule.succeeded_count, |count| count.to_string())),
            ])
        });
        let shown = json_struct(&[("Rules", json_list(rules))]);
        causes.invalid(at, Value::Json(shown), "requires indexed completion mode");
        return;
    }
    let at = at.key("rules");
    if policy.rules.is_empty() {
        causes.required(&at, "at least one rules must be specified when the successPolicy is specified");
    }
    at_most(&at, policy.rules.len(), MOST_RULES, causes);
    for (index, rule) in policy.rules.iter().enumerate() {
        success_rule(rule, spec.completions.unwrap_or_default(), &at.index(index), causes);
    }
}

fn success_rule(rule: &SuccessPolicyRule, completions: i32, at: &Field<'_>, causes: &mut Causes) {
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        causes.required(at, "at least one of succeededCount or succeededIndexes must be specified");
    }
    let mut listed = 0;
    if let Some(given) = &rule.succeeded_indexes {
        let here = at.key("succeededIndexes");
        if given.len() > INDEXES_BYTES {
            causes.too_long(&here, INDEXES_BYTES);
        }
        match indexes(given, completions.into()) {
            Ok(count) => listed = count,
            Err(words) => causes.invalid(&here, given, format!("error parsing succeededIndexes: {words}")),
        }
    }
    let Some(count) = rule.succeeded_count else { return };
    let here = at.key("succeededCount");
    causes.not_negative(&here, count.into());
    if count > completions {
        let words = format!("must be less than or equal to {completions} (the number of specified completions)");
        causes.invalid(&here, count, words);
    }
    if rule.succeeded_indexes.is_some() && i64::from(count) > listed {
        let words = format!(
            "must be less than or equal to {listed} (the number of indexes in the specified succeededIndexes field)"
        );
        causes.invalid(&here, count, words);
    }
}

/// How many indexes a list such as `1,3-5` has. Source: `validateIndexesFormat`.
fn indexes(list: &str, completions: i64) -> Result<i64, String> {
    if list.is_empty() {
        return Ok(0);
    }
    let (mut total, mut last) = (0, None);
    for interval in list.split(',') {
        let (from, to) = interval_of(interval, completions)?;
        if let Some(last) = last.filter(|last| *last >= from) {
            return Err(format!("non-increasing order, previous: {last}, current: {from}"));
        }
        total += to - from + 1;
        last = Some(to);
    }
    Ok(total)
}

/// Source: `parseIndexInterval`.
fn interval_of(interval: &str, completions: i64) -> Result<(i64, i64), String> {
    let index = |text: &str| match text.parse::<i64>() {
        Err(_) => Err(format!("cannot convert string to integer for index: \"{text}\"")),
        Ok(index) if index >= completions => Err(format!("too large index: \"{text}\"")),
        Ok(index) => Ok(index),
    };
    let mut parts = interval.split('-');
    let (from, to) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        return Err(format!(
            "the fragment \"{interval}\" violates the requirement that an index interval can have at most two parts \
             separated by '-'"
        ));
    }
    let from = index(from)?;
    let Some(to) = to else { return Ok((from, from)) };
    let to = index(to)?;
    if from >= to {
        return Err(format!("non-increasing order, previous: {from}, current: {to}"));
    }
    Ok((from, to))
}
