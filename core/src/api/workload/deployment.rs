//! Deployments and `ReplicaSet`s. Source: `ValidateDeploymentSpec` and `ValidateReplicaSetSpec` in
//! `pkg/apis/apps/validation` (1.37).

use k8s_openapi::api::apps::v1::{Deployment, DeploymentStrategy, ReplicaSet, RollingUpdateDeployment};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{METADATA, SPEC, always, selected};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::go::{Value, json_int_or_string, json_or_null, json_struct, json_text};
use crate::api::metadata::{self, Naming};
use crate::api::{int_or_percent, pod, text};

/// A Deployment.
pub(in crate::api) fn deployment(object: &Deployment, has_selector: bool, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    causes.not_negative(&SPEC.key("replicas"), spec.replicas.unwrap_or_default().into());
    if selected(&spec.selector, has_selector, &spec.template, "deployment", causes) {
        pod::template(&spec.template, &[], &SPEC.key("template"), causes);
        always(&spec.template, "ReplicaSet", causes);
    }
    if let Some(given) = &spec.strategy {
        strategy(given, &SPEC.key("strategy"), causes);
    }
    for (name, number) in [
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
    rollback(object, causes);
}

/// A revision to go back to, which once was a field and now is an annotation. Source:
/// `Convert_v1_Deployment_To_apps_Deployment` and `ValidateRollback`.
fn rollback(object: &Deployment, causes: &mut Causes) {
    const ANNOTATION: &str = "deprecated.deployment.rollback.to";
    let wanted = object.metadata.annotations.as_ref().and_then(|annotations| annotations.get(ANNOTATION));
    if let Some(Ok(revision)) = wanted.map(|wanted| wanted.parse::<i64>()) {
        let at = Field::ROOT.silent("metadata");
        let at = at.silent("annotations");
        causes.not_negative(&at.key_said_as(ANNOTATION, "spec.rollback.version"), revision);
    }
}

/// Source: `ValidateDeploymentStrategy`.
fn strategy(strategy: &DeploymentStrategy, at: &Field<'_>, causes: &mut Causes) {
    let update = strategy.rolling_update.as_ref();
    let here = at.key("rollingUpdate");
    match (text(&strategy.type_), update) {
        ("Recreate", None) => {}
        ("Recreate", Some(_)) => {
            causes.forbidden(&here, "may not be specified when strategy `type` is 'Recreate'");
        }
        ("RollingUpdate", Some(update)) => rolling_update(update, &here, causes),
        (kind, update) => {
            let shown = json_struct(&[
                ("Type", json_text(kind)),
                ("RollingUpdate", json_or_null(update, |it| shown(it.max_unavailable.as_ref(), it.max_surge.as_ref()))),
            ]);
            causes.not_supported(at, Value::Json(shown), &["Recreate", "RollingUpdate"]);
        }
    }
}

/// Source: `ValidateRollingUpdateDeployment`.
fn rolling_update(update: &RollingUpdateDeployment, at: &Field<'_>, causes: &mut Causes) {
    let (Some(unavailable), Some(surge)) = (&update.max_unavailable, &update.max_surge) else { return };
    let here = at.key("maxUnavailable");
    int_or_percent::check(unavailable, &here, causes);
    int_or_percent::check(surge, &at.key("maxSurge"), causes);
    if int_or_percent::amount(unavailable) == 0 && int_or_percent::amount(surge) == 0 {
        causes.invalid(&here, int_or_percent::shown(unavailable), "may not be 0 when `maxSurge` is 0");
    }
    int_or_percent::at_most_all(unavailable, &here, causes);
}

/// The limits of a rolling update, as Go prints them: one that is not written is 0.
pub(super) fn shown(unavailable: Option<&IntOrString>, surge: Option<&IntOrString>) -> String {
    let print = |value: Option<&IntOrString>| value.map_or_else(|| "0".to_owned(), json_int_or_string);
    json_struct(&[("MaxUnavailable", print(unavailable)), ("MaxSurge", print(surge))])
}

/// A `ReplicaSet`.
pub(in crate::api) fn replica_set(object: &ReplicaSet, has_selector: bool, causes: &mut Causes) {
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
