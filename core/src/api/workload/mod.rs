//! What makes Pods: a file for each kind, and what they share. Source: `pkg/apis/apps/validation` and
//! `pkg/apis/batch/validation` (1.37).

mod cron_job;
mod daemon_set;
mod deployment;
mod job;
mod job_policy;
mod replication_controller;
mod schedule;
mod stateful_set;
mod time_zone;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

pub(super) use self::cron_job::cron_job;
pub(super) use self::daemon_set::daemon_set;
pub(super) use self::deployment::{deployment, replica_set};
pub(super) use self::job::job;
pub(super) use self::replication_controller::{pod_template, replication_controller};
pub(super) use self::stateful_set::stateful_set;
use super::cause::{Causes, Wanted};
use super::field::Field;
use super::go::{Value, json_map, json_selector};
use super::{list, metadata, text};

const METADATA: Field<'static> = Field::ROOT.key("metadata");
const SPEC: Field<'static> = Field::ROOT.key("spec");

/// Checks a selector and that the template fits it. Whether the server reads on: not where the
/// selector cannot be read.
fn selected(
    selector: &LabelSelector,
    is_there: bool,
    template: &PodTemplateSpec,
    kind: &str,
    causes: &mut Causes,
) -> bool {
    let at = SPEC.key("selector");
    if !is_there {
        causes.required(&at, "");
        mismatch(None, labels_of(template), causes);
        return true;
    }
    let before = causes.count();
    metadata::selector(selector, &at, causes);
    let is_sound = causes.count() == before;
    let is_empty =
        selector.match_labels.as_ref().is_none_or(BTreeMap::is_empty) && list(&selector.match_expressions).is_empty();
    let value = || Value::Json(json_selector(selector));
    if is_empty {
        causes.invalid(&at, value(), format!("empty selector is invalid for {kind}"));
    }
    if !is_sound {
        match kind {
            "statefulset" => causes.invalid(&at, value(), ""),
            "deployment" => causes.invalid(&at, value(), "invalid label selector"),
            _ => {}
        }
        return false;
    }
    if !matches(selector, labels_of(template).unwrap_or(&BTreeMap::new())) {
        mismatch(selector.match_labels.as_ref(), labels_of(template), causes);
    }
    true
}

fn labels_of(template: &PodTemplateSpec) -> Option<&BTreeMap<String, String>> {
    template.metadata.as_ref()?.labels.as_ref()
}

/// Whether a selector that the server can read selects these labels.
fn matches(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    let equal = selector.match_labels.iter().flatten().all(|(key, value)| labels.get(key) == Some(value));
    equal
        && list(&selector.match_expressions).iter().all(|it| {
            let value = labels.get(&it.key);
            let is_listed = value.is_some_and(|value| list(&it.values).contains(value));
            match it.operator.as_str() {
                "In" => is_listed,
                "NotIn" => !is_listed,
                "Exists" => value.is_some(),
                _ => value.is_none(),
            }
        })
}

/// The template's labels are not those that the selector wants.
fn mismatch(
    selector: Option<&BTreeMap<String, String>>,
    labels: Option<&BTreeMap<String, String>>,
    causes: &mut Causes,
) {
    let at = SPEC.key("template");
    let at = at.key("metadata");
    let wanted = selector.into_iter().flatten().filter_map(|(key, value)| {
        let instead = labels.and_then(|labels| labels.get(key)).cloned();
        let wanted = || Wanted { key: key.clone(), value: value.clone(), instead: instead.clone() };
        (instead.as_ref() != Some(value)).then(wanted)
    });
    causes.mismatch(&at.key("labels"), json_map(labels), wanted.collect());
}

/// Pods of these never end by themselves.
fn always(template: &PodTemplateSpec, kind: &str, causes: &mut Causes) {
    let Some(spec) = &template.spec else { return };
    let at = SPEC.key("template");
    let at = at.key("spec");
    causes.one_of(&at.key("restartPolicy"), text(&spec.restart_policy), &["Always"]);
    if spec.active_deadline_seconds.is_some() {
        let words = format!("activeDeadlineSeconds in {kind} is not Supported");
        causes.forbidden(&at.key("activeDeadlineSeconds"), &words);
    }
}
