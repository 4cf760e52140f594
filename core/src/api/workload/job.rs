//! Jobs. Source: `ValidateJobCreate` in `pkg/apis/batch/validation`, and `generateSelector` in
//! `pkg/registry/batch/job` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::{METADATA, SPEC, job_policy, labels_of, matches, mismatch};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_map, json_selector};
use crate::api::metadata::{self, Naming};
use crate::api::{pod, text};

/// Stands for the uid that the server gives to each Job.
const UID: &str = "00000000-0000-0000-0000-000000000000";
const UID_LABELS: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];
const NAME_LABELS: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];

/// Most Pods of an Indexed Job at a time, and most of its indexes that may fail.
const MOST_INDEXED: i32 = 100_000;
/// Above this many completions the limits are lower.
const MANY_COMPLETIONS: i32 = 100_000;
const MOST_OF_MANY: i32 = 10_000;
const MANAGER_BYTES: usize = 63;

/// A Job.
pub(in crate::api) fn job(object: &Job, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let Some(spec) = &object.spec else { return };
    let name = metadata::name(&object.metadata).unwrap_or_default();
    let mut labels = labels_of(&spec.template).cloned().unwrap_or_default();
    let mut selector = spec.selector.clone();
    let is_generated = spec.manual_selector != Some(true);
    if is_generated {
        let own: BTreeMap<String, String> = UID_LABELS
            .into_iter()
            .map(|key| (key, UID))
            .chain(NAME_LABELS.into_iter().map(|key| (key, &*name)))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let selector = selector.get_or_insert_default();
        let wanted = selector.match_labels.get_or_insert_default();
        wanted.entry("batch.kubernetes.io/controller-uid".to_owned()).or_insert_with(|| UID.to_owned());
        // The name is a label of the Pods, where the template has no other.
        if NAME_LABELS.iter().any(|key| !labels.contains_key(*key)) {
            let at = Field::ROOT.silent("metadata");
            causes.format(&at.key_said_as("name", "spec.template.labels"), &name, Format::LabelValue);
        }
        for (key, value) in &own {
            labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
        generated(selector, &labels, &own, causes);
    }
    job_spec(spec, &SPEC, causes);
    match &selector {
        None => {
            causes.required(&SPEC.key("selector"), "");
            mismatch(None, labels_of(&spec.template), causes);
        }
        Some(selector) => {
            let before = causes.count();
            metadata::selector(selector, &SPEC.key("selector"), causes);
            if causes.count() == before && !matches(selector, &labels) {
                mismatch(None, Some(&labels).filter(|labels| !labels.is_empty()), causes);
            }
        }
    }
    indexed_name(&name, spec, causes);
}

/// The labels that the server adds must not be written otherwise, nor may there be a selector of
/// one's own. Source: `validateGeneratedSelector`.
fn generated(
    selector: &LabelSelector,
    labels: &BTreeMap<String, String>,
    own: &BTreeMap<String, String>,
    causes: &mut Causes,
) {
    let at = SPEC.key("template");
    let at = at.key("metadata");
    let at = at.silent("labels");
    for (key, value) in own.iter().filter(|(key, value)| labels.get(*key) != Some(*value)) {
        let said = format!("labels[{key}]");
        let words = format!("must be '{value}'");
        causes.invalid(&at.key_said_as(key, &said), Value::Json(json_map(Some(labels))), words);
    }
    if metadata::is_sound(selector) && !matches(selector, own) {
        causes.invalid(&SPEC.key("selector"), Value::Json(json_selector(selector)), "`selector` not auto-generated");
    }
}

/// The last Pod's host name is the Job's name and the last index. Source:
/// `validateNameAllowsCompletions`.
fn indexed_name(name: &str, spec: &JobSpec, causes: &mut Causes) {
    let Some(completions) = spec.completions.filter(|completions| *completions > 0) else { return };
    if text(&spec.completion_mode) != "Indexed" {
        return;
    }
    let last = format!("{name}-{}", completions - 1);
    if !Format::Label.faults(&last).is_empty() {
        let words = format!("will not able to create pod with invalid DNS label: {last}");
        causes.invalid(&METADATA.key("name"), name, words);
    }
}

/// What holds in a `CronJob` too. Source: `validateJobSpec`.
pub(super) fn job_spec(spec: &JobSpec, at: &Field<'_>, causes: &mut Causes) {
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
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        causes.required(&at.key("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    if let Some(manager) = &spec.managed_by {
        managed_by(manager, &at.key("managedBy"), causes);
    }
    completion(spec, at, causes);
    if let Some(policy) = &spec.pod_failure_policy {
        job_policy::failure(policy, spec, &at.key("podFailurePolicy"), causes);
    }
    if let Some(policy) = &spec.success_policy {
        job_policy::success(policy, spec, &at.key("successPolicy"), causes);
    }
    if let Some(policy) = &spec.pod_replacement_policy {
        let known: &[&str] =
            if spec.pod_failure_policy.is_some() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
        causes.one_of(&at.key("podReplacementPolicy"), policy, known);
    }
    let at = at.key("template");
    pod::template(&spec.template, &[], &at, causes);
    let policy = spec.template.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref()).unwrap_or_default();
    let at = at.key("spec");
    let at = at.key("restartPolicy");
    match policy {
        "" | "Always" => causes.required(&at, "valid values: \"OnFailure\", \"Never\""),
        "OnFailure" if spec.pod_failure_policy.is_some() => {
            causes.invalid(&at, policy, "only \"Never\" is supported when podFailurePolicy is specified");
        }
        policy => causes.one_of(&at, policy, &["OnFailure", "Never"]),
    }
}

/// What the completion mode asks of the rest.
fn completion(spec: &JobSpec, at: &Field<'_>, causes: &mut Causes) {
    if let Some(mode) = &spec.completion_mode {
        causes.one_of(&at.key("completionMode"), mode, &["NonIndexed", "Indexed"]);
    }
    let failed = at.key("maxFailedIndexes");
    match spec.completion_mode.as_deref() {
        Some("Indexed") => indexed(spec, at, causes),
        None | Some("NonIndexed") => {
            let words = "requires indexed completion mode";
            if let Some(limit) = spec.backoff_limit_per_index {
                causes.invalid(&at.key("backoffLimitPerIndex"), limit, words);
            }
            if let Some(most) = spec.max_failed_indexes {
                causes.invalid(&failed, most, words);
            }
        }
        Some(_) => {}
    }
}

fn indexed(spec: &JobSpec, at: &Field<'_>, causes: &mut Causes) {
    let (parallelism, failed) = (at.key("parallelism"), at.key("maxFailedIndexes"));
    if spec.completions.is_none() {
        causes.required(&at.key("completions"), "when completion mode is Indexed");
    }
    if let Some(count) = spec.parallelism.filter(|count| *count > MOST_INDEXED) {
        let words = format!("must be less than or equal to {MOST_INDEXED} when completion mode is Indexed");
        causes.invalid(&parallelism, count, words);
    }
    if let Some(most) = spec.max_failed_indexes {
        if spec.completions.is_some_and(|completions| most > completions) {
            causes.invalid(&failed, most, "must be less than or equal to completions");
        }
        if most > MOST_INDEXED {
            causes.invalid(&failed, most, format!("must be less than or equal to {MOST_INDEXED}"));
        }
    }
    let is_many = spec.completions.is_some_and(|completions| completions > MANY_COMPLETIONS);
    if !is_many || spec.backoff_limit_per_index.is_none() {
        return;
    }
    if spec.max_failed_indexes.is_none() {
        causes.required(&failed, &format!("must be specified when completions is above {MANY_COMPLETIONS}"));
    }
    for (field, number) in [(&parallelism, spec.parallelism), (&failed, spec.max_failed_indexes)] {
        if let Some(number) = number.filter(|number| *number > MOST_OF_MANY) {
            let words = format!(
                "must be less than or equal to {MOST_OF_MANY} when completions are above {MANY_COMPLETIONS} and used \
                 with backoff limit per index"
            );
            causes.invalid(field, number, words);
        }
    }
}

fn managed_by(manager: &str, at: &Field<'_>, causes: &mut Causes) {
    causes.prefixed_path(at, manager);
    if manager.len() > MANAGER_BYTES {
        causes.too_long(at, MANAGER_BYTES);
    }
}
