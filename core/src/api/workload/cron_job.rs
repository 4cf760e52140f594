//! `CronJob`s. Source: `ValidateCronJobCreate` in `pkg/apis/batch/validation` (1.37).

use k8s_openapi::api::batch::v1::CronJob;

use super::job::job_spec;
use super::{METADATA, SPEC, schedule, time_zone};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::go::{Value, json_selector};
use crate::api::metadata::{self, Naming};
use crate::api::text;

/// The controller adds 11 letters to the name, and 63 are all that a Job's name may have.
const NAME_BYTES: usize = 52;

/// A `CronJob`.
pub(in crate::api) fn cron_job(object: &CronJob, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    let at = SPEC.key("schedule");
    if spec.schedule.is_empty() {
        causes.required(&at, "");
    } else {
        timing(&spec.schedule, &at, causes);
    }
    causes.not_negative(&SPEC.key("startingDeadlineSeconds"), spec.starting_deadline_seconds.unwrap_or_default());
    if let Some(zone) = &spec.time_zone {
        time_zone::check(zone, &SPEC.key("timeZone"), causes);
    }
    let known = ["Allow", "Forbid", "Replace"];
    causes.one_of(&SPEC.key("concurrencyPolicy"), text(&spec.concurrency_policy), &known);
    if let Some(inner) = &spec.job_template.spec {
        let at = SPEC.key("jobTemplate");
        let at = at.key("spec");
        job_spec(inner, &at, causes);
        if let Some(selector) = &inner.selector {
            let shown = Value::Json(json_selector(selector));
            causes.invalid(&at.key("selector"), shown, "`selector` will be auto-generated");
        }
        if inner.manual_selector == Some(true) {
            causes.not_supported(&at.key("manualSelector"), Value::Json("true".to_owned()), &["nil", "false"]);
        }
    }
    for (name, number) in [
        ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit),
        ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
    ] {
        causes.not_negative(&SPEC.key(name), number.unwrap_or_default().into());
    }
    let name = metadata::name(&object.metadata).unwrap_or_default();
    if name.len() > NAME_BYTES {
        causes.invalid(&METADATA.key("name"), &*name, format!("must be no more than {NAME_BYTES} characters"));
    }
}

/// Source: `validateScheduleFormat`.
fn timing(schedule: &str, at: &Field<'_>, causes: &mut Causes) {
    if let Err(words) = schedule::parse(schedule) {
        causes.invalid(at, schedule, words);
    }
    if schedule.contains("TZ") {
        causes.invalid(at, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
    }
}
