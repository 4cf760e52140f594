//! Defaults of the workloads of `apps/v1`. Source: `pkg/apis/apps/v1` (1.37).

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{is_empty, persistent_volume_claim, pod_template_spec, text};

const ROLLING_UPDATE: &str = "RollingUpdate";
const REVISIONS: i32 = 10;

/// Fills in a Deployment.
pub fn deployment(object: &mut Deployment) {
    let spec = &mut object.spec;
    spec.replicas.get_or_insert(1);
    let strategy = spec.strategy.get_or_insert_default();
    text(&mut strategy.type_, ROLLING_UPDATE);
    if strategy.type_.as_deref() == Some(ROLLING_UPDATE) {
        let update = strategy.rolling_update.get_or_insert_default();
        update.max_unavailable.get_or_insert_with(|| IntOrString::String("25%".to_owned()));
        update.max_surge.get_or_insert_with(|| IntOrString::String("25%".to_owned()));
    }
    spec.revision_history_limit.get_or_insert(REVISIONS);
    spec.progress_deadline_seconds.get_or_insert(600);
    pod_template_spec(&mut spec.template);
}

/// Fills in a `ReplicaSet`.
pub fn replica_set(object: &mut ReplicaSet) {
    let spec = &mut object.spec;
    spec.replicas.get_or_insert(1);
    pod_template_spec(spec.template.get_or_insert_default());
}

/// Fills in a `DaemonSet`.
pub fn daemon_set(object: &mut DaemonSet) {
    let spec = &mut object.spec;
    let strategy = spec.update_strategy.get_or_insert_default();
    text(&mut strategy.type_, ROLLING_UPDATE);
    if strategy.type_.as_deref() == Some(ROLLING_UPDATE) {
        let update = strategy.rolling_update.get_or_insert_default();
        update.max_unavailable.get_or_insert(IntOrString::Int(1));
        update.max_surge.get_or_insert(IntOrString::Int(0));
    }
    spec.revision_history_limit.get_or_insert(REVISIONS);
    pod_template_spec(&mut spec.template);
}

/// Fills in a `StatefulSet` and its claim templates.
pub fn stateful_set(object: &mut StatefulSet) {
    let spec = &mut object.spec;
    text(&mut spec.pod_management_policy, "OrderedReady");
    let strategy = spec.update_strategy.get_or_insert_default();
    if is_empty(strategy.type_.as_ref()) {
        strategy.type_ = Some(ROLLING_UPDATE.to_owned());
        strategy.rolling_update.get_or_insert_default();
    }
    let update = strategy.rolling_update.as_mut();
    if let Some(update) = update.filter(|_| strategy.type_.as_deref() == Some(ROLLING_UPDATE)) {
        update.partition.get_or_insert(0);
        update.max_unavailable.get_or_insert(IntOrString::Int(1));
    }
    let retention = spec.persistent_volume_claim_retention_policy.get_or_insert_default();
    text(&mut retention.when_deleted, "Retain");
    text(&mut retention.when_scaled, "Retain");
    spec.replicas.get_or_insert(1);
    spec.revision_history_limit.get_or_insert(REVISIONS);
    pod_template_spec(&mut spec.template);
    spec.volume_claim_templates.iter_mut().flatten().for_each(persistent_volume_claim);
}
