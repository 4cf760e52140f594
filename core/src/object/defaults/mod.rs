//! The API server's defaulting: what it fills in after it has read an object and before it checks
//! it. Admission comes later, and is not done here. An absent `spec` is the empty one, as for the
//! server; a field that Go keeps as plain text counts as absent where it is empty.
//! Source: `defaults.go` and `zz_generated.defaults.go` of each version in `pkg/apis` (1.37), with
//! the feature gates as they are by default.
//!
//! What has no function here has no defaults: Ingress, `PodDisruptionBudget`, `ServiceAccount`, Role,
//! `ClusterRole`.

mod apps;
mod autoscaling;
mod batch;
mod container;
mod core;
mod image;
mod networking;
mod pod;
mod rbac;
mod scheduling;
mod service;
mod storage;
mod volume;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::amount::Amount;

pub use apps::{daemon_set, deployment, replica_set, stateful_set};
pub use autoscaling::horizontal_pod_autoscaler;
pub use batch::{cron_job, job};
pub use core::{limit_range, limit_range_item, namespace, replication_controller, resource_quota, secret};
pub use networking::{ingress_class, network_policy};
pub use pod::{pod, pod_template, pod_template_spec};
pub use rbac::{cluster_role_binding, role_binding};
pub use scheduling::priority_class;
pub use service::service;
pub use storage::{persistent_volume, persistent_volume_claim, storage_class};

/// Fills in a text that counts as absent where it is empty.
fn text(field: &mut Option<String>, value: &str) {
    if is_empty(field.as_ref()) {
        *field = Some(value.to_owned());
    }
}

/// Fills in a text that is only absent where it is not written.
fn pointer(field: &mut Option<String>, value: &str) {
    field.get_or_insert_with(|| value.to_owned());
}

/// Fills in a number that counts as absent where it is zero.
fn number(field: &mut Option<i32>, value: i32) {
    if field.unwrap_or_default() == 0 {
        *field = Some(value);
    }
}

fn is_empty(field: Option<&String>) -> bool {
    field.is_none_or(String::is_empty)
}

/// Rounds amounts finer than a thousandth up, away from zero. Source: `SetDefaults_ResourceList`.
fn resource_list(list: &mut Option<BTreeMap<String, Quantity>>) {
    // Only these may be finer, and few are written so.
    let is_fine =
        |quantity: &&mut Quantity| quantity.0.bytes().any(|byte| matches!(byte, b'.' | b'n' | b'u' | b'e' | b'E'));
    for quantity in list.iter_mut().flat_map(BTreeMap::values_mut).filter(is_fine) {
        if let Some(milli) = Amount::parse(&quantity.0).ok().and_then(Amount::finer_than_milli) {
            quantity.0 = format!("{milli}m");
        }
    }
}
