//! Defaults of `batch/v1`. Source: `pkg/apis/batch/v1` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};

use super::{pod_template_spec, pointer, text};

/// Fills in a Job; its labels are those of its template where it has none.
pub fn job(object: &mut Job) {
    let spec = object.spec.get_or_insert_default();
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    let retries = if spec.backoff_limit_per_index.is_some() { i32::MAX } else { 6 };
    spec.backoff_limit.get_or_insert(retries);
    if object.metadata.labels.as_ref().is_none_or(BTreeMap::is_empty) {
        let template = spec.template.metadata.as_ref();
        object.metadata.labels = template.and_then(|metadata| metadata.labels.clone());
    }
    pointer(&mut spec.completion_mode, "NonIndexed");
    spec.suspend.get_or_insert(false);
    let replacement = if spec.pod_failure_policy.is_some() { "Failed" } else { "TerminatingOrFailed" };
    pointer(&mut spec.pod_replacement_policy, replacement);
    spec.manual_selector.get_or_insert(false);
    job_spec(spec);
}

/// Fills in a `CronJob`. Its Jobs are only filled in when they are made, save for their Pods.
pub fn cron_job(object: &mut CronJob) {
    let spec = &mut object.spec;
    text(&mut spec.concurrency_policy, "Allow");
    spec.suspend.get_or_insert(false);
    spec.successful_jobs_history_limit.get_or_insert(3);
    spec.failed_jobs_history_limit.get_or_insert(1);
    job_spec(spec.job_template.spec.get_or_insert_default());
}

fn job_spec(spec: &mut JobSpec) {
    let rules = spec.pod_failure_policy.iter_mut().flat_map(|policy| &mut policy.rules);
    for pattern in rules.flat_map(|rule| rule.on_pod_conditions.iter_mut().flatten()) {
        text(&mut pattern.status, "True");
    }
    pod_template_spec(&mut spec.template);
}
