//! `DaemonSet`s. Source: `ValidateDaemonSetSpec` in `pkg/apis/apps/validation` (1.37).

use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetUpdateStrategy, RollingUpdateDaemonSet};

use super::{METADATA, SPEC, always, deployment, labels_of, mismatch, selected};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::go::{Value, json_or_null, json_struct, json_text};
use crate::api::metadata::{self, Naming};
use crate::api::{int_or_percent, pod, text};

/// A `DaemonSet`.
pub(in crate::api) fn daemon_set(object: &DaemonSet, has_selector: bool, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    if has_selector {
        selected(&spec.selector, true, &spec.template, "daemonset", causes);
    } else {
        mismatch(None, labels_of(&spec.template), causes);
    }
    pod::template(&spec.template, &[], &SPEC.key("template"), causes);
    always(&spec.template, "DaemonSet", causes);
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    if let Some(given) = &spec.update_strategy {
        strategy(given, &SPEC.key("updateStrategy"), causes);
    }
    let limit = spec.revision_history_limit.unwrap_or_default();
    causes.not_negative(&SPEC.key("revisionHistoryLimit"), limit.into());
}

/// Source: `ValidateDaemonSetUpdateStrategy`.
fn strategy(strategy: &DaemonSetUpdateStrategy, at: &Field<'_>, causes: &mut Causes) {
    let update = strategy.rolling_update.as_ref();
    match (text(&strategy.type_), update) {
        ("OnDelete", _) => {}
        ("RollingUpdate", Some(update)) => rolling_update(update, &at.key("rollingUpdate"), causes),
        (kind, update) => {
            let shown = json_struct(&[
                ("Type", json_text(kind)),
                (
                    "RollingUpdate",
                    json_or_null(update, |it| deployment::shown(it.max_unavailable.as_ref(), it.max_surge.as_ref())),
                ),
            ]);
            causes.not_supported(at, Value::Json(shown), &["RollingUpdate", "OnDelete"]);
        }
    }
}

/// Source: `ValidateRollingUpdateDaemonSet`.
fn rolling_update(update: &RollingUpdateDaemonSet, at: &Field<'_>, causes: &mut Causes) {
    let (Some(unavailable), Some(surge)) = (&update.max_unavailable, &update.max_surge) else { return };
    let both = [("maxUnavailable", unavailable), ("maxSurge", surge)];
    for (name, value) in both {
        int_or_percent::check(value, &at.key(name), causes);
    }
    for (name, value) in both {
        int_or_percent::at_most_all(value, &at.key(name), causes);
    }
    match both.map(|(_, value)| int_or_percent::amount(value) != 0) {
        [true, true] => {
            let words = "may not be set when maxUnavailable is non-zero";
            causes.invalid(&at.key("maxSurge"), int_or_percent::shown(surge), words);
        }
        [false, false] => causes.required(&at.key("maxUnavailable"), "cannot be 0 when maxSurge is 0"),
        _ => {}
    }
}
