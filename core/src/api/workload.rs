//! What makes Pods: selectors and templates. Source: `pkg/apis/apps/validation` and
//! `pkg/apis/batch/validation` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};
use k8s_openapi::api::core::v1::{PodTemplate, PodTemplateSpec, ReplicationController};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::{Value, json_map, json_selector};
use super::metadata::{self, Naming};
use super::{list, pod, text};

const METADATA: Field<'static> = Field::ROOT.key("metadata");
const SPEC: Field<'static> = Field::ROOT.key("spec");

/// A Deployment.
pub(super) fn deployment(object: &Deployment, has_selector: bool, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    for (name, number) in [
        ("replicas", spec.replicas),
        ("minReadySeconds", spec.min_ready_seconds),
        ("revisionHistoryLimit", spec.revision_history_limit),
        ("progressDeadlineSeconds", spec.progress_deadline_seconds),
    ] {
        causes.not_negative(&SPEC.key(name), number.unwrap_or_default().into());
    }
    if let Some(seconds) = spec.progress_deadline_seconds
        && seconds <= spec.min_ready_seconds.unwrap_or_default()
    {
        let words = "must be greater than minReadySeconds";
        causes.invalid(&SPEC.key("progressDeadlineSeconds"), seconds, words);
    }
    if selected(&spec.selector, has_selector, &spec.template, "deployment", causes) {
        pod::template(&spec.template, &[], &SPEC.key("template"), causes);
        always(&spec.template, "ReplicaSet", causes);
    }
}

/// A `ReplicaSet`.
pub(super) fn replica_set(object: &ReplicaSet, has_selector: bool, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    causes.not_negative(&SPEC.key("replicas"), spec.replicas.unwrap_or_default().into());
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    let Some(template) = &spec.template else { return };
    if selected(&spec.selector, has_selector, template, "deployment", causes) {
        pod::template(template, &[], &SPEC.key("template"), causes);
        always(template, "ReplicaSet", causes);
    }
}

/// A `DaemonSet`.
pub(super) fn daemon_set(object: &DaemonSet, has_selector: bool, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    let limit = spec.revision_history_limit.unwrap_or_default();
    causes.not_negative(&SPEC.key("revisionHistoryLimit"), limit.into());
    if has_selector {
        selected(&spec.selector, true, &spec.template, "daemonset", causes);
    } else {
        mismatch(&spec.template, causes);
    }
    pod::template(&spec.template, &[], &SPEC.key("template"), causes);
    always(&spec.template, "DaemonSet", causes);
}

/// A `StatefulSet`.
pub(super) fn stateful_set(object: &StatefulSet, has_selector: bool, causes: &mut Causes) {
    let naming = Naming { format: Format::Label, ..Naming::USUAL };
    metadata::object(&object.metadata, naming, &METADATA, causes);
    let spec = &object.spec;
    causes.not_negative(&SPEC.key("replicas"), spec.replicas.unwrap_or_default().into());
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    let claims: Vec<&str> =
        list(&spec.volume_claim_templates).iter().filter_map(|claim| claim.metadata.name.as_deref()).collect();
    if selected(&spec.selector, has_selector, &spec.template, "statefulset", causes) {
        let mut template = spec.template.clone();
        // The controller sets both.
        if let Some(inner) = &mut template.spec {
            inner.hostname = None;
            inner.subdomain = None;
        }
        pod::template(&template, &claims, &SPEC.key("template"), causes);
    }
    always(&spec.template, "StatefulSet", causes);
}

/// A `ReplicationController`.
pub(super) fn replication_controller(object: &ReplicationController, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming { prefix: false, ..Naming::USUAL }, &METADATA, causes);
    let Some(spec) = &object.spec else { return };
    causes.not_negative(&SPEC.key("replicas"), spec.replicas.unwrap_or_default().into());
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    let selector = spec.selector.as_ref().filter(|selector| !selector.is_empty());
    if selector.is_none() {
        causes.required(&SPEC.key("selector"), "");
    }
    let Some(template) = &spec.template else {
        causes.required(&SPEC.key("template"), "");
        return;
    };
    let labels = template.metadata.as_ref().and_then(|metadata| metadata.labels.as_ref());
    if !selector.into_iter().flatten().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value)) {
        mismatch(template, causes);
    }
    pod::template(template, &[], &SPEC.key("template"), causes);
    always(template, "ReplicationController", causes);
}

/// A `PodTemplate`.
pub(super) fn pod_template(object: &PodTemplate, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    if let Some(template) = &object.template {
        pod::template(template, &[], &Field::ROOT.key("template"), causes);
    }
}

/// A Job.
pub(super) fn job(object: &Job, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    if let Some(spec) = &object.spec {
        job_spec(spec, &SPEC, causes);
    }
}

/// A `CronJob`. Source: `ValidateCronJobSpec`.
pub(super) fn cron_job(object: &CronJob, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let name = object.metadata.name.as_deref().unwrap_or_default();
    if name.len() > 52 {
        causes.invalid(&METADATA.key("name"), name, "must be no more than 52 characters");
    }
    let spec = &object.spec;
    causes.some_text(&SPEC.key("schedule"), &spec.schedule);
    let known = ["Allow", "Forbid", "Replace"];
    causes.one_of(&SPEC.key("concurrencyPolicy"), text(&spec.concurrency_policy), &known);
    for (name, number) in [
        ("startingDeadlineSeconds", spec.starting_deadline_seconds),
        ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit.map(Into::into)),
        ("failedJobsHistoryLimit", spec.failed_jobs_history_limit.map(Into::into)),
    ] {
        causes.not_negative(&SPEC.key(name), number.unwrap_or_default());
    }
    if let Some(inner) = &spec.job_template.spec {
        let at = SPEC.key("jobTemplate");
        job_spec(inner, &at.key("spec"), causes);
    }
}

/// Source: `validateJobSpec`.
fn job_spec(spec: &JobSpec, at: &Field<'_>, causes: &mut Causes) {
    for (name, number) in [
        ("parallelism", spec.parallelism.map(i64::from)),
        ("completions", spec.completions.map(i64::from)),
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished.map(i64::from)),
        ("backoffLimitPerIndex", spec.backoff_limit_per_index.map(i64::from)),
        ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
    ] {
        causes.not_negative(&at.key(name), number.unwrap_or_default());
    }
    let at = at.key("template");
    pod::template(&spec.template, &[], &at, causes);
    let policy = spec.template.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref()).unwrap_or_default();
    let at = at.key("spec");
    let at = at.key("restartPolicy");
    match policy {
        "" | "Always" => causes.required(&at, "valid values: \"OnFailure\", \"Never\""),
        policy => causes.one_of(&at, policy, &["OnFailure", "Never"]),
    }
}

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
        mismatch(template, causes);
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
    let none = BTreeMap::new();
    let labels = template.metadata.as_ref().and_then(|metadata| metadata.labels.as_ref()).unwrap_or(&none);
    if !matches(selector, labels) {
        mismatch(template, causes);
    }
    true
}

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

fn mismatch(template: &PodTemplateSpec, causes: &mut Causes) {
    let at = SPEC.key("template");
    let at = at.key("metadata");
    let labels = template.metadata.as_ref().and_then(|metadata| metadata.labels.as_ref());
    let value = Value::Json(json_map(labels));
    causes.invalid(&at.key("labels"), value, "`selector` does not match template `labels`");
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
